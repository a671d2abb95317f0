"""The report on one partition, and the contest of two models on the same movies."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sk

from movie_pref.evaluation.judged import judged_rows
from movie_pref.evaluation.promotion import contest
from movie_pref.evaluation.reports import calibration_report, confusion_counts, evaluate, metrics_by_origin
from movie_pref.features.split import partition
from movie_pref.labels.events import BY_QUEUE
from movie_pref.metrics.workload import fewest_liked
from movie_pref.model.out_of_fold import out_of_sample
from movie_pref.settings import Settings


@pytest.fixture(scope="module")
def predictions(trained):
    return out_of_sample(trained.rows, trained.split, trained.model)


@pytest.fixture(scope="module")
def report(predictions):
    return evaluate(predictions, "holdout", 0.35, samples=200, seed=1).set_index("metric")


def test_the_report_is_of_its_partition_alone(predictions, report):
    elsewhere = predictions["partition"] != "holdout"
    changed = predictions.assign(
        probability=predictions["probability"].mask(elsewhere, 0.5),
        actual=predictions["actual"].mask(elsewhere, 0),
    )

    after = evaluate(changed, "holdout", 0.35, samples=200, seed=1).set_index("metric")

    pd.testing.assert_frame_equal(after, report)
    assert set(report["partition"]) == {"holdout"}
    assert set(report["movies"]) == {(~elsewhere).sum()}


def test_the_figures_equal_scikit_learns(predictions, report):
    rows = predictions[predictions["partition"] == "holdout"]
    actual, value = rows["actual"], report["value"]

    assert value["average_precision"] == pytest.approx(sk.average_precision_score(actual, rows["probability"]))
    assert value["recall_at_0.35"] == pytest.approx(sk.recall_score(actual, rows["probability"] >= 0.35))
    for suffix, name in (("", "probability"), ("_calibrated", "calibrated_probability")):
        assert value[f"brier{suffix}"] == pytest.approx(sk.brier_score_loss(actual, rows[name]))
        assert value[f"log_loss{suffix}"] == pytest.approx(sk.log_loss(actual, rows[name]))
    assert value["movies_for_recall_0.9"] / len(rows) == pytest.approx(value["share_for_recall_0.9"])


def test_every_figure_has_an_interval_but_a_calibration_error_and_what_too_few_liked_movies_bound(report):
    without = report.index[report["low"].isna()]
    errors = ["calibration_error", "calibration_error_calibrated"]
    liked = report["liked"].iloc[0]
    unbounded = [level for level in (0.9, 0.95, 0.99) if liked < fewest_liked(level)]

    assert liked < 29 and unbounded == [0.9, 0.95, 0.99]
    assert list(without) == [f"{part}_for_recall_{one:g}" for one in unbounded for part in ("movies", "share")] + errors
    for name in errors:
        low, floor, high = report.loc[f"{name}_floor", ["low", "value", "high"]]
        assert 0 < low < floor < high
    intervals = report.drop(index=without)
    assert (intervals["low"] <= intervals["value"]).all() and (intervals["value"] <= intervals["high"]).all()


def test_another_threshold_in_use_is_reported_too(predictions):
    found = evaluate(predictions, "validation", 0.2, samples=100)

    assert {"recall_at_0.2", "recall_at_0.35", "recall_at_0.5"} <= set(found["metric"])


def test_calibration_that_helps_is_seen_in_all_three_figures():
    rng = np.random.default_rng(0)
    right = rng.beta(0.5, 2, 3000)
    actual = (rng.random(3000) < right).astype(int)

    found = calibration_report(actual, np.sqrt(right), right, samples=200)["value"]

    for name in ("brier", "log_loss", "calibration_error"):
        assert found[f"{name}_calibrated"] < found[name]
    assert found["calibration_error"] > 5 * found["calibration_error_floor"]


def test_confusion_counts_by_hand():
    found = confusion_counts(np.array([1, 1, 0, 0, 0]), np.array([0.9, 0.4, 0.4, 0.35, 0.1]), [0.35, 0.5])

    assert found.to_dict("records") == [
        {"threshold": 0.35, "tp": 2, "fn": 0, "fp": 2, "tn": 1},
        {"threshold": 0.5, "tp": 1, "fn": 1, "fp": 0, "tn": 3},
    ]


# the contest


def with_share(trained, share):
    return trained.model.with_facts(settings={"holdout_share": share})


def test_the_same_model_draws_on_all_holdout_movies(trained, predictions):
    found = contest(with_share(trained, 0.15), predictions, trained.rows, Settings())

    assert found.movies == (predictions["partition"] == "holdout").sum()
    assert (found.differences["difference"] == 0).all()
    assert found.differences.loc["average_precision", ["low", "high"]].tolist() == [0, 0]
    own = evaluate(predictions, "holdout", 0.35, samples=100).set_index("metric")
    assert found.liked == own["liked"].iloc[0]
    ours = found.other.set_index("metric")[["value", "low", "high"]]
    pd.testing.assert_frame_equal(ours, own.loc[ours.index, ["value", "low", "high"]])


def test_only_movies_that_both_hold_out_are_compared(trained, predictions):
    """A champion of a split with a smaller holdout has trained on some of today's."""
    share = 0.08
    predictions = predictions.assign(partition=partition(predictions["imdb_id"]))
    seen = trained.rows["imdb_id"][partition(trained.rows["imdb_id"], share) != "holdout"]

    class Cheat:
        """Knows the label of every movie it has trained on, and of the others the opposite."""

        def predict(self, values):
            rows = predictions[predictions["partition"] == "holdout"]
            rows = rows[(partition(rows["imdb_id"], share) == "holdout").to_numpy()]
            assert len(rows) == len(values)
            return np.asarray(1 - rows["actual"], dtype=np.float32)

    champion = replace(with_share(trained, share), evaluated=Cheat())
    found = contest(champion, predictions, trained.rows, Settings())

    held = predictions[(predictions["partition"] == "holdout") & ~predictions["imdb_id"].isin(seen)]
    assert found.movies == len(held) < (predictions["partition"] == "holdout").sum()
    assert found.differences.loc["recall_at_0.35", "champion"] == 0


@pytest.mark.parametrize("share", [None, 0.001], ids=["not said", "too few in common"])
def test_a_champion_that_holds_out_nothing_in_common_cannot_be_compared(trained, predictions, share):
    champion = trained.model if share is None else with_share(trained, share)
    predictions = predictions.assign(partition=partition(predictions["imdb_id"]))

    assert contest(champion, predictions, trained.rows, Settings()) is None


def test_movies_held_out_by_need_are_compared_whatever_the_share_since_they_keep_their_side(trained, predictions):
    held = predictions[predictions["partition"] == "holdout"]
    by_need = partition(held["imdb_id"]) != "holdout"
    assert 0 < by_need.sum() < len(held)

    assert contest(with_share(trained, 1e-9), predictions, trained.rows, Settings()).movies == by_need.sum()
    assert contest(with_share(trained, 0.15), predictions, trained.rows, Settings()).movies == len(held)


def test_metrics_are_given_by_origin_of_the_label():
    predictions = pd.DataFrame({"actual": [1, 0, 0, 1, 0, 1, 0], "probability": [0.9, 0.1, 0.2, 0.3, 0.5, 0.4, 0.1]})
    origin = pd.Series(["library"] * 3 + ["review queue"] * 3 + ["command"])
    found = metrics_by_origin(predictions, origin, 0.35).set_index("origin")
    assert list(found.index) == ["library", "review queue", "command"]
    assert found.loc["library"].tolist() == pytest.approx([3, 1, 1, 1, 1 / 3])
    # by hand: 0.5 (no), 0.4 (yes), 0.3 (yes): (1/2 + 2/3) / 2; one of the two is at or above 0.35
    assert found.loc["review queue"].tolist() == pytest.approx([3, 2, 7 / 12, 0.5, 2 / 3])
    assert found.loc["command", ["average_precision", "recall"]].isna().all()


# the labels to judge by


def test_a_model_is_judged_by_labels_that_the_queue_did_not_ask_for():
    ids = [f"tt{number:07d}" for number in range(6)]
    predictions = pd.DataFrame(
        {"imdb_id": ids, "partition": ["holdout"] * 4 + ["train"] * 2, "actual": [1, 0, 1, 0, 1, 0]}
    )
    movies = pd.DataFrame(
        {"imdb_id": ids, "label_origin": ["library", "review page", BY_QUEUE, "import", BY_QUEUE, "library"]}
    )
    found = judged_rows(predictions, movies)

    assert found.rows["imdb_id"].tolist() == [ids[0], ids[1], ids[3], ids[4], ids[5]]  # training rows stay
    assert found.left_out == 1 and "1 holdout movies that the review queue asked about" in found.says
    assert judged_rows(predictions, movies, "validation").left_out == 0
    assert judged_rows(predictions, movies[["imdb_id"]]).rows is predictions


def test_a_library_that_only_the_queue_labelled_is_judged_by_all_of_it():
    predictions = pd.DataFrame({"imdb_id": ["a", "b", "c"], "partition": "holdout", "actual": [1, 0, 0]})
    movies = pd.DataFrame({"imdb_id": ["a", "b", "c"], "label_origin": [BY_QUEUE, BY_QUEUE, "library"]})
    found = judged_rows(predictions, movies)

    assert len(found.rows) == 3 and "all holdout labels count" in found.says
