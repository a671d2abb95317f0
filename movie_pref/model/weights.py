"""How much each kind of member counts in a committee: what out-of-fold predictions say, shrunk to what is known beforehand."""

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from movie_pref.model.committee import BOOSTERS, LINEAR

# shares before any label is seen: with few labels the linear member orders movies better, and hardly worse with the boosters' quarter
BEFORE = {BOOSTERS: 0.25, LINEAR: 0.75}
SHRINKAGE = 5.0  # nats that moving half of the weight from one of two members to the other costs
FLATTEST = 0.05  # the least slope of a member, so that none is turned round
PRIOR = 3.0  # nats that a slope of 0 or of 2 of standardised log-odds costs: few labels leave it near 1


def member_weights(log_odds: pd.DataFrame, actual: np.ndarray) -> tuple[dict[str, float], float]:
    """The weights that the log-odds of each kind of member get, and the intercept that goes with them.

    Each member's log-odds are calibrated first (Platt 1999); the calibrated ones are averaged by shares that are not
    negative, add up to 1 and minimise the log loss plus `SHRINKAGE` times their squared distance from `BEFORE`.

    Parameters
    ----------
    log_odds
        Out of fold, a column a kind of member.
    actual
        0/1, one a row.
    """
    scales = [platt(log_odds[name].to_numpy(), actual) for name in log_odds]
    calibrated = np.column_stack(
        [slope * log_odds[name] + start for name, (slope, start) in zip(log_odds, scales, strict=True)]
    )
    shares = member_shares(calibrated, actual, np.array([BEFORE[str(name)] for name in log_odds]))
    weights = {name: float(share * slope) for name, share, (slope, _) in zip(log_odds, shares, scales, strict=True)}
    return weights, float(sum(share * start for share, (_, start) in zip(shares, scales, strict=True)))


def platt(log_odds: np.ndarray, actual: np.ndarray) -> tuple[float, float]:
    """Slope and intercept that make calibrated log-odds of out-of-fold ones (Platt 1999, with his targets).

    The targets, (n1 + 1) / (n1 + 2) and 1 / (n0 + 2), keep it finite where the classes part.
    """
    from scipy.optimize import minimize

    centre, spread = float(log_odds.mean()), float(log_odds.std()) or 1.0
    scaled, liked = (log_odds - centre) / spread, int(actual.sum())
    target = np.where(actual == 1, (liked + 1) / (liked + 2), 1 / (len(actual) - liked + 2))

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        margin = at[0] * scaled + at[1]
        gap = expit(margin) - target
        value = (np.logaddexp(0, margin) - target * margin).sum() + PRIOR * (at[0] - 1) ** 2
        return value, np.array([(gap * scaled).sum() + 2 * PRIOR * (at[0] - 1), gap.sum()])

    start = np.array([1.0, logit(np.clip(actual.mean(), 1e-3, 1 - 1e-3))])
    slope, intercept = minimize(loss, start, jac=True, method="BFGS").x
    slope = max(float(slope), FLATTEST)
    return slope / spread, float(intercept) - slope * centre / spread


def member_shares(calibrated: np.ndarray, actual: np.ndarray, before: np.ndarray) -> np.ndarray:
    """The share of each member (columns), of calibrated out-of-fold log-odds, shrunk to `before`; they add up to 1.

    The mean has a slope and an intercept of its own while the shares are sought, so that these say only how to order.
    """
    from scipy.optimize import minimize

    members = calibrated.shape[1]

    def shares(at: np.ndarray) -> np.ndarray:
        raised = np.exp(at[:members] - at[:members].max())
        return raised / raised.sum()

    def loss(at: np.ndarray) -> float:
        share = shares(at)
        margin = calibrated @ share * np.exp(at[members]) + at[members + 1]
        pull = SHRINKAGE * members * ((share - before) ** 2).sum()
        return float((np.logaddexp(0, margin) - actual * margin).sum() + pull)

    return shares(minimize(loss, np.append(np.log(before), [0.0, 0.0]), method="BFGS").x)
