"""Every figure of a report has its words, and the design's metrics keep the design's."""

import numpy as np
import pandas as pd
import pytest

from movie_pref.evaluation.reports import evaluate
from movie_pref.metrics.budget import AT_BUDGET
from movie_pref.metrics.explained import METRICS, OF_THE_DESIGN, OURS, Metric, explained
from movie_pref.metrics.scores import metric_names


def test_every_figure_of_a_report_has_its_words_and_no_words_are_without_a_figure() -> None:
    rng = np.random.default_rng(0)
    actual = np.repeat([0, 1], [80, 40])
    probability = np.clip(actual * 0.4 + rng.uniform(0, 0.6, 120), 0, 1)
    predictions = pd.DataFrame(
        {
            "partition": "holdout", "actual": actual, "probability": probability, "calibrated_probability": probability,
            "level": np.repeat([0, 1, 2], [80, 30, 10]), "probability_again": probability / 2,
        }
    )  # fmt: skip
    report = evaluate(predictions, "holdout", 0.4, samples=5)
    searched = pd.DataFrame({"metric": [*metric_names(), AT_BUDGET]})
    found = explained(pd.concat([report[["metric", "value"]], searched], ignore_index=True))

    assert found[list(Metric._fields)].notna().all(axis=None)
    assert set(found["definition"]) == {metric.definition for metric in METRICS.values()}


@pytest.mark.parametrize(
    ("figure", "metric"),
    [
        ("recall_at_0.35", "recall"),
        ("balanced_accuracy_at_0.5", "balanced_accuracy"),
        ("neg_log_loss", "neg_log_loss"),
        ("log_loss_calibrated", "log_loss"),
        ("movies_for_recall_0.95", "movies_for_recall"),
        ("recall_at_budget", "recall_at_budget"),
        ("recall_again_at_budget", "recall_again_at_budget"),
        ("recall_again_at_budget_by_the_first_question", "recall_again_at_budget_by_the_first_question"),
        ("calibration_error_calibrated", "calibration_error"),
        ("calibration_error_calibrated_floor", "calibration_error_floor"),
    ],
)
def test_a_figure_gets_the_words_of_its_metric(figure: str, metric: str) -> None:
    assert explained(pd.DataFrame({"metric": [figure]})).loc[0, "definition"] == METRICS[metric].definition


def test_a_figure_that_nothing_is_written_about_is_left_without_words() -> None:
    found = explained(pd.DataFrame({"metric": ["recall_at_0.35", "something_new"], "value": [0.9, 1.0]}))
    assert found["value"].tolist() == [0.9, 1.0] and found["pros"].isna().tolist() == [False, True]


def test_no_metric_of_ours_takes_the_name_of_one_of_the_designs() -> None:
    assert not OURS.keys() & OF_THE_DESIGN.keys()
