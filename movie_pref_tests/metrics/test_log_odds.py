"""Log-odds at their ends."""

import numpy as np
import pytest
from scipy.special import logit

from movie_pref.metrics.log_odds import log_odds


def test_log_odds_are_finite_at_0_and_1():
    assert np.isfinite(log_odds(np.array([0.0, 1.0], dtype=np.float32))).all()
    assert log_odds(np.array([0.2])) == pytest.approx(logit(0.2))
