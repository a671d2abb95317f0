"""What becomes of a challenger: the gate, end to end on a model folder."""

import numpy as np
import pytest

from movie_pref.evaluation.promotion import settle, with_evidence
from movie_pref.evaluation.reports import evaluate
from movie_pref.model.champion import Champion
from movie_pref.model.committee import Recipe
from movie_pref.model.operating_point import Limits
from movie_pref.model.out_of_fold import calibration_of, out_of_sample
from movie_pref.model.pointer import read_pointer
from movie_pref.model.training import train_model
from movie_pref.settings import load_settings

LIMITS = Limits(0.35, 0.3, 0.98)
LENIENT = {"recall_floor": 0.0, "review_budget": 1.0}


@pytest.fixture(scope="module")
def make(trained):
    """A challenger and its predictions: like `trained`, or fitted on shuffled labels, or on another draw."""
    known = {}

    def made(shuffled=False, seed=3):
        if (shuffled, seed) not in known:
            label = trained.split["label"]
            if shuffled:
                label = label.sample(frac=1, random_state=0).set_axis(label.index)
            model = train_model(
                trained.features,
                label,
                trained.training,
                trained.preprocessing,
                Recipe.alone(trained.params, seed),
                LIMITS,
                seed,
            )
            known[shuffled, seed] = model, out_of_sample(trained.rows, trained.split, model)
        return known[shuffled, seed]

    return made


@pytest.fixture
def contend(trained, make, tmp_path):
    """Settle one challenger in the folder of the test."""

    def contended(shuffled=False, seed=3, **changed):
        settings = load_settings(data=tmp_path, bootstrap_samples=200, **{**LENIENT, **changed})
        model, predictions = make(shuffled, seed)
        report = evaluate(predictions, "holdout", settings.threshold, 200, settings.seed)
        challenger = with_evidence(model, predictions, trained.split, report, 40, settings)
        return challenger, settle(challenger, tmp_path / "model", predictions, trained.rows, settings)

    return contended


def test_the_first_model_is_first_and_carries_its_evidence(contend, trained, make, tmp_path):
    challenger, pointer = contend()

    champion = Champion.load(tmp_path / "model")
    assert (pointer["decision"], pointer["champion"]) == ("first", challenger.version)
    assert champion.calibrate == calibration_of(make()[1], trained.split)
    facts = champion.model.facts
    assert facts["settings"]["review_budget"] == 1.0 and "data" not in facts["settings"]
    assert facts["grid"]["max_depth"] == [3, 5, 7] and facts["search"] == {"points_evaluated": 40}
    assert facts["libraries"]["movie-pref"]
    assert facts["metrics"]["calibration_error"]["low"] is None
    assert champion.provisional == []


def test_a_challenger_trained_on_shuffled_labels_is_refused(contend, tmp_path):
    champion, _ = contend()
    challenger, pointer = contend(shuffled=True)

    assert pointer["decision"] == "kept"
    assert pointer["champion"] == Champion.load(tmp_path / "model").version == champion.version
    assert pointer["challenger"] == challenger.version != champion.version
    assert not (tmp_path / "model" / challenger.version).exists()
    found = pointer["compared"]["average_precision"]
    assert found["low"] <= found["difference"] <= found["high"] < 0
    assert "average precision is" in pointer["because"] and "lower" in pointer["because"]
    assert pointer == read_pointer(tmp_path / "model")


def test_an_equal_challenger_is_promoted_and_the_champion_becomes_the_previous_one(contend):
    champion, _ = contend()
    challenger, pointer = contend(seed=4)

    assert (pointer["decision"], pointer["champion"]) == ("promoted", challenger.version)
    assert pointer["previous"] == champion.version


def test_the_same_challenger_again_is_the_same_version(contend):
    champion, _ = contend()
    challenger, pointer = contend()

    assert (pointer["decision"], pointer["champion"], pointer["previous"]) == ("promoted", champion.version, None)
    assert challenger.version == champion.version
    assert pointer["compared"]["recall_at_0.35"]["difference"] == 0


def test_after_a_refusal_the_next_good_challenger_is_promoted(contend):
    champion, _ = contend()
    contend(shuffled=True)
    challenger, pointer = contend(seed=4)

    assert (pointer["decision"], pointer["champion"], pointer["previous"]) == (
        "promoted", challenger.version, champion.version,
    )  # fmt: skip


def test_a_first_model_that_fails_is_provisional(contend, tmp_path):
    _, pointer = contend(shuffled=True, recall_floor=1.0)

    assert pointer["decision"] == "first"
    (sentence,) = Champion.load(tmp_path / "model").provisional
    assert "recall at 0.35" in sentence


def test_a_failing_challenger_of_a_failing_champion_is_promoted_provisionally(contend, tmp_path):
    contend(shuffled=True, recall_floor=1.0)
    challenger, pointer = contend(recall_floor=1.0, review_budget=0.01)

    assert (pointer["decision"], pointer["champion"]) == ("promoted", challenger.version)
    assert Champion.load(tmp_path / "model").provisional


def test_a_champion_is_measured_against_todays_limits_and_not_by_what_it_was_promoted_with(contend):
    """Both fail a budget that was lowered since, so neither is preferred for it."""
    contend()
    _, pointer = contend(seed=4, review_budget=0.01)

    assert pointer["decision"] == "promoted"


@pytest.mark.parametrize("part", ["evaluated.json", "serving.json", "preprocessing.json", "model.json"])
def test_a_damaged_champion_is_replaced_and_that_is_said(contend, tmp_path, part):
    champion, _ = contend()
    path = tmp_path / "model" / champion.version / part
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    challenger, pointer = contend(seed=4)

    assert (pointer["decision"], pointer["champion"]) == ("promoted", challenger.version)
    assert "could not be read" in pointer["because"] and "compared" not in pointer
    assert Champion.load(tmp_path / "model").version == challenger.version


def test_what_is_noted_is_plain_json_without_nan(contend, tmp_path):
    contend()
    contend(seed=4)

    assert "NaN" not in (tmp_path / "model" / "champion.json").read_text()
    for path in (tmp_path / "model").rglob("model.json"):
        assert "NaN" not in path.read_text()
    values = [
        number
        for name, row in read_pointer(tmp_path / "model")["compared"].items()
        if isinstance(row, dict)
        for part, number in row.items()
        if part != "p" or number is not None
    ]
    assert np.isfinite(values).all()
