"""The ranking of a library with favourites in the UI: its table of two labels, and beside it that of the second question."""

from dataclasses import replace

import pandas as pd
import pytest

from movie_pref.data_folder import DataFolder
from movie_pref.model.champion import promote
from movie_pref.ranking.in_percent import in_percents
from movie_pref.settings import load_settings
from movie_pref_tests.favourites import second_model
from movie_pref_tests.job_runner import materialize


@pytest.fixture
def shown(trained, candidates, tmp_path):
    """Gives what the UI shows of a ranking by a champion with this second question, and the ranking."""

    def score(second):
        settings = load_settings(data=tmp_path, jobs=1)
        folder = DataFolder(tmp_path)
        promote(replace(trained.model, again=second), folder.model, "first")
        (tmp_path / "assets").mkdir()
        candidates.to_parquet(folder.asset("candidates"), index=False)
        labelled = trained.rows.assign(label_origin="library")
        labelled.to_parquet(folder.asset("movies_only"), index=False)
        predictions = pd.DataFrame({"actual": trained.split["label"], "predicted": trained.split["label"]})
        predictions.to_parquet(folder.asset("out_of_fold_predictions"), index=False)
        made = materialize(settings, "scored_candidates").made["scored_candidates"]
        return made, pd.read_parquet(folder.asset("scored_candidates"))

    return score


def test_the_second_question_has_a_table_of_its_own(shown, trained) -> None:
    made, ranking = shown(second_model(trained))
    best = ranking.head(20)
    records = [record.data for record in made["best_again"].records]
    said = ["perhaps" if one else "no" for one in best["prediction_again"]]
    assert [one["again?"] for one in records] == [
        f"{word}, {percent}" for word, percent in zip(said, in_percents(best["probability_again"]), strict=True)
    ]
    assert records[0]["movie"] == f"1. {best['media_title'][0]} ({best['release_year'][0]})"
    assert records[0]["because"] == best["reasons_again"][0]
    assert made["would_watch_perhaps_again"] == ranking["prediction_again"].sum() > 0
    assert made["second_question"].startswith("learnt from")


def test_two_labels_have_none(shown) -> None:
    made, ranking = shown(None)
    assert list(made["best"].records[0].data) == ["movie", "probability", "because"]
    assert not any("again" in name or name == "second_question" for name in [*made, *ranking])
