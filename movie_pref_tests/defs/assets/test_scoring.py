"""The ranking, as a run writes it."""

import pandas as pd

from movie_pref.ranking.in_percent import in_percent
from movie_pref_tests.defs.small_run import CANDIDATES, WAITING, Finished


def test_candidates_with_unknown_countries_and_missing_columns_are_all_scored(finished: Finished) -> None:
    candidates = set(finished.read("candidates.parquet")["imdb_id"])
    scored = finished.read("scored_candidates.parquet")
    assert candidates <= set(scored["imdb_id"])
    assert len(scored) == CANDIDATES + WAITING
    clipped = finished.result.made["scored_candidates"]["values_outside_training_range"]
    assert any(record.data["feature"] == "budget" and record.data["values"] >= 20 for record in clipped.records)


def test_ranking_is_ordered_whole_and_explained(finished: Finished) -> None:
    found = pd.read_parquet(finished.settings.data / "scored_candidates.parquet")
    assert list(found) == [
        "imdb_id", "media_title", "release_year", "probability", "calibrated_probability", "prediction", "rank",
        "reasons", "model_version", "scored_at",
    ]  # fmt: skip
    assert list(found["rank"]) == list(range(1, len(found) + 1))
    assert found["probability"].is_monotonic_decreasing and found["probability"].between(0, 1).all()
    assert found["calibrated_probability"].between(0, 1).all()
    assert ((found["probability"] >= 0.35) == found["prediction"].astype(bool)).all()
    assert found["reasons"].notna().all() and not found["reasons"].str.contains("_norm").any()
    assert len(set(found["model_version"])) == 1 and str(found["scored_at"].dt.tz) == "UTC"


def test_the_best_candidates_are_shown_with_place_probability_and_reasons(finished: Finished) -> None:
    first = finished.result.made["scored_candidates"]["best"].records[0].data
    row = finished.read("scored_candidates.parquet").sort_values("rank").iloc[0]
    assert first["movie"] == f"1. {row['media_title']} ({row['release_year']})"
    assert first["probability"] == in_percent(row["probability"])
