"""A worse model never ranks: a champion, a challenger of shuffled labels, what is said of it, and the way back."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest

import movie_pref.model.training
from movie_pref.demo.library import demo_library
from movie_pref.model.champion import Champion
from movie_pref.settings import load_settings
from movie_pref_tests.command_line import Command
from movie_pref_tests.good_run import of_few_columns
from movie_pref_tests.job_runner import materialize, undrawn, upstream_of

MOVIES = 700
FROM_THE_MODEL_ON = (
    "member_predictions", "tuned_model", "committee", "out_of_fold_predictions", "holdout_report", "champion_model",
    "scored_candidates",
)  # fmt: skip


def say(data: Path, argument: str, code: int = 0) -> str:
    """The words of the command on this folder, after checking how it ended."""
    said = Command(data, {"COLUMNS": "1000"})(argument)
    assert said.code == code, said.out
    return said.words


def train(data: Path, *assets: str, seed: int = 0) -> dict[str, Any]:
    """Materialize some assets, or all that the ranking is made from; what the checks found, by name."""
    settings = load_settings(
        data=data, search="sample", search_points=2, policy="none", folds=2, bootstrap_samples=200, reasons_for=10,
        jobs=1, seed=seed,
    )  # fmt: skip
    with undrawn():
        return materialize(settings, *(assets or upstream_of(FROM_THE_MODEL_ON[-1]))).by_check


@dataclass
class Story:
    """What happened, in order: a model, one of shuffled labels, a scoring, one of another seed."""

    data: Path
    checks: list[dict[str, Any]]
    said: str
    pointers: list[dict[str, Any]]
    rankings: list[pd.DataFrame]


def shuffled_training(features: pd.DataFrame, label: pd.Series, *rest: Any) -> Any:
    mixed = label.sample(frac=1, random_state=0).set_axis(label.index)
    return _train(features, mixed, *rest)


_train = movie_pref.model.training.train_model


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    data = tmp_path_factory.mktemp("gate") / "data"
    data.mkdir()
    labelled, unseen = demo_library()
    of_few_columns(labelled.sample(MOVIES, random_state=4)).to_parquet(data / "01_training.parquet", index=False)
    of_few_columns(unseen.head(40)).to_parquet(data / "candidates.parquet", index=False)
    checks, pointers, rankings = [], [], []

    def step(*assets: str, seed: int = 0) -> None:
        checks.append(train(data, *assets, seed=seed))
        pointers.append(json.loads((data / "model" / "champion.json").read_text()))
        rankings.append(pd.read_parquet(data / "scored_candidates.parquet").drop(columns="scored_at"))

    step()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(movie_pref.model.training, "train_model", shuffled_training)
        step(*FROM_THE_MODEL_ON)
    said = say(data, "score")
    step(*FROM_THE_MODEL_ON, seed=1)
    return Story(data, checks, said, pointers, rankings)


def test_a_challenger_of_shuffled_labels_is_refused_and_scoring_goes_on_with_the_champion(story: Story) -> None:
    first, refused = story.pointers[:2]

    assert (first["decision"], refused["decision"]) == ("first", "kept")
    assert refused["champion"] == first["champion"] != refused["challenger"]
    assert refused["promoted_at"] == first["promoted_at"]
    pd.testing.assert_frame_equal(story.rankings[1], story.rankings[0])
    assert set(story.rankings[1]["model_version"]) == {first["champion"]}


def test_the_check_warns_with_the_differences_and_their_intervals(story: Story) -> None:
    name = "challenger_took_the_place_of_the_champion"
    first, refused, later = (found[name] for found in story.checks)

    assert first.passed and later.passed and not refused.passed
    assert refused.severity == dg.AssetCheckSeverity.WARN
    numbers = {key: value.value for key, value in refused.metadata.items()}
    assert (
        numbers["average_precision_low"] <= numbers["average_precision_difference"] <= numbers["average_precision_high"]
    )
    assert numbers["average_precision_high"] < 0 and "recall_at_0.35_difference" in numbers
    assert story.pointers[1]["champion"] in refused.description and "stays the champion" in refused.description


def test_what_is_printed_says_that_the_new_model_was_refused_and_why(story: Story) -> None:
    assert "The new model was refused: on the" in story.said
    assert "average precision is" in story.said and "lower" in story.said
    assert f"The ranking is by the champion {story.pointers[0]['champion']}, promoted" in story.said


def test_a_good_challenger_after_it_is_promoted(story: Story) -> None:
    last = story.pointers[-1]

    assert (last["decision"], last["previous"]) == ("promoted", story.pointers[0]["champion"])
    assert last["compared"]["movies"] > 50
    assert set(story.rankings[-1]["model_version"]) == {last["champion"]}


def test_the_model_says_what_it_was_made_of(story: Story) -> None:
    facts = Champion.load(story.data / "model").model.facts

    assert facts["settings"]["policy"] == "none" and facts["seed"] == 1
    assert facts["grid"]["scale_pos_weight"] == [1, 5, 9, 15]
    assert facts["library_fingerprint"] and facts["labelled_rows"] == MOVIES
    assert {"movie-pref", "numpy", "pandas"} <= set(facts["libraries"])
    assert str(story.data) not in json.dumps(facts)


def test_rollback_goes_back_says_what_changed_and_can_be_undone(story: Story) -> None:
    before, after = story.pointers[-1]["champion"], story.pointers[0]["champion"]

    words = say(story.data, "rollback")
    assert f"The champion is {after} again; {before} is the previous one now." in words
    assert "average precision on the holdout" in words and "(was" in words
    assert Champion.load(story.data / "model").version == after
    assert "refused" not in say(story.data, "score")
    assert set(pd.read_parquet(story.data / "scored_candidates.parquet")["model_version"]) == {after}

    assert f"The champion is {before} again" in say(story.data, "rollback")


def test_rollback_where_there_is_nothing_to_go_back_to_is_one_sentence(tmp_path: Path) -> None:
    words = say(tmp_path / "data", "rollback", code=2)

    assert words.startswith("movie-pref: No model has been promoted") and "movie-pref run" in words
