"""The split as an asset: new labels move no movie."""

from pathlib import Path

import pandas as pd

from movie_pref.demo.library import demo_library
from movie_pref_tests.defs.small_run import Finished, quick_settings, small_library, write_input
from movie_pref_tests.job_runner import materialize


def test_fifty_more_labelled_rows_move_no_movie_between_partitions(finished: Finished, tmp_path: Path) -> None:
    rows, candidates = small_library()
    labelled, _ = demo_library()
    more = labelled[~labelled["imdb_id"].isin(rows["imdb_id"])].head(50).assign(reviewed=True, anomalous=False)
    write_input(tmp_path, pd.concat([more, rows], ignore_index=True), candidates)
    kept = finished.read("assets/data_split.parquet")
    (tmp_path / "assets").mkdir()
    kept.to_parquet(tmp_path / "assets/data_split.parquet", index=False)  # a small library keeps sides that it took
    assert materialize(quick_settings(tmp_path), "raw_training", "movies_only", "data_split").success
    before = kept.set_index("imdb_id")["partition"]
    after = pd.read_parquet(tmp_path / "assets/data_split.parquet").set_index("imdb_id")["partition"]
    assert len(after) == len(before) + 50
    pd.testing.assert_series_equal(after.loc[before.index], before)
