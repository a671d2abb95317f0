"""One constant puts the threshold where the budget ends."""

import numpy as np
import pytest
from scipy.special import expit, logit

from movie_pref.model.operating_point import Limits, operating_point

LOG_ODDS = np.array([4.0, 3.0, 2.0, 1.0, 0.0, -1.0, -2.0, -3.0, -4.0, -5.0])
LIKED = np.array([1, 1, 0, 0, 1, 0, 0, 0, 0, 0])


@pytest.mark.parametrize(("budget", "flagged"), [(0.1, 1), (0.2, 2), (0.29, 2), (0.3, 3), (1.0, 10)])
def test_the_budget_is_flagged_and_not_one_more(budget, flagged):
    found = operating_point(LOG_ODDS, LIKED, Limits(0.35, budget, 2.0))
    assert (expit(LOG_ODDS + found.constant) >= 0.35).sum() == flagged
    assert found.flagged == flagged / 10 and found.by == "budget"


def test_less_is_flagged_where_the_recall_target_is_reached_with_less():
    found = operating_point(LOG_ODDS, LIKED, Limits(0.35, 0.8, 0.6))
    assert (found.flagged, found.recall, found.by) == (0.2, pytest.approx(2 / 3), "recall")
    # the threshold lies half way between the second movie and the third
    assert found.constant == pytest.approx(logit(0.35) - 2.5)


def test_the_order_stays():
    found = operating_point(LOG_ODDS, LIKED, Limits(0.35, 0.3, 0.98))
    assert (np.argsort(LOG_ODDS + found.constant) == np.argsort(LOG_ODDS)).all()


def test_movies_that_tie_are_flagged_together_and_stay_within_the_budget():
    tied = np.array([3.0, 2.0, 2.0, 2.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    found = operating_point(tied, LIKED, Limits(0.35, 0.3, 2.0))
    assert (expit(tied + found.constant) >= 0.35).sum() == 1
    assert operating_point(tied, LIKED, Limits(0.35, 0.4, 2.0)).flagged == 0.4


def test_a_budget_below_one_movie_flags_the_best_one():
    assert operating_point(LOG_ODDS, LIKED, Limits(0.35, 0.01, 2.0)).flagged == 0.1
