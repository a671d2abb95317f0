"""The reports and the champion, as a run leaves them."""

import json
from pathlib import Path

import pandas as pd
import pytest

from movie_pref.demo.library import demo_library
from movie_pref_tests.defs.small_run import LABELLED, Finished, quick_settings, write_input
from movie_pref_tests.good_run import of_few_columns
from movie_pref_tests.job_runner import materialize, undrawn, upstream_of


def test_model_folder_holds_the_champion_whose_version_ranked(finished: Finished) -> None:
    folder = finished.settings.data / "model"
    pointer = json.loads((folder / "champion.json").read_text())
    assert set(finished.read("scored_candidates.parquet")["model_version"]) == {pointer["champion"]}
    parts = {path.name for path in (folder / pointer["champion"]).iterdir()}
    assert parts == {
        "evaluated.json", "evaluated_linear.json", "serving.json", "serving_linear.json", "preprocessing.json",
        "model.json",
    }  # fmt: skip
    facts = json.loads((folder / pointer["champion"] / "model.json").read_text())
    assert {
        "params",
        "metrics",
        "calibration",
        "library_fingerprint",
        "provisional",
        "settings",
        "grid",
        "search",
    } <= set(facts)
    assert facts["labelled_rows"] == LABELLED


def test_nine_liked_movies_are_ranked_and_the_report_says_what_stood_in_for_a_holdout(tmp_path: Path) -> None:
    labelled, unseen = demo_library()
    liked = labelled["label"] == "would_watch"
    few = of_few_columns(pd.concat([labelled[liked].head(9), labelled[~liked].head(51)]))
    write_input(tmp_path, few, of_few_columns(unseen.head(40)))

    settings = quick_settings(tmp_path, folds=2, search_points=2, committee_boosters=2)
    with undrawn():
        result = materialize(settings, *upstream_of("report"))

    assert result.success
    assert set(pd.read_parquet(tmp_path / "assets/data_split.parquet")["partition"]) == {"train"}
    predictions = pd.read_parquet(tmp_path / "03_binomial_classifier_results.parquet")
    assert len(predictions) == 60 and predictions["probability"].between(0, 1).all()
    says = result.made["holdout_report"]["rows"]
    assert says.startswith("60 labelled movies, cross-validated with everything inside")
    pointer = json.loads((tmp_path / "model" / "champion.json").read_text())
    facts = json.loads((tmp_path / "model" / pointer["champion"] / "model.json").read_text())
    assert facts["metrics"]["rows"].startswith("labelled movies, cross-validated")
    assert "too few movies to keep any aside" in (tmp_path / "reports" / "report.html").read_text()
    assert pd.read_parquet(tmp_path / "scored_candidates.parquet")["probability"].nunique() > 20


def test_the_champions_page_says_what_the_challenger_is_made_of(finished: Finished) -> None:
    parts = {row.data["part"] for row in finished.result.made["champion_model"]["challenger_made_of"].records}
    assert {"boosters", "logistic regression", "operating point, added in log-odds"} <= parts


@pytest.mark.parametrize("side", ["validation", "holdout"])
def test_each_figure_of_a_report_is_shown_with_its_definition_pros_and_cons(finished: Finished, side: str) -> None:
    page = finished.result.made[f"{side}_report"]
    head, _, *rows = page["metrics_explained"].splitlines()
    assert head == "| metric | value | low | high | definition | pros | cons |"
    figures = {row.split(" | ")[0].removeprefix("| "): row for row in rows}
    assert list(figures) == [record.data["metric"] for record in page["metrics"].records]
    assert (
        "| TP / (TP + FN) | Minimizes missing good movies; aligns with 35% threshold strategy |"
        in figures["recall_at_0.35"]
    )
