"""What each member of a committee adds: average precision out of fold, paired on the same movies."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit

from movie_pref.metrics.budget import recall_at_share
from movie_pref.metrics.intervals import paired_differences
from movie_pref.metrics.scores import scores
from movie_pref.model.committee import BOOSTERS, LINEAR, Recipe
from movie_pref.model.model import Model
from movie_pref.model.operating_point import Limits
from movie_pref.model.out_of_fold import WINNER, cross_settled
from movie_pref.model.training import COMMITTEE


class Difference(NamedTuple):
    """A difference in average precision with its 95 % interval (see `metrics.intervals`)."""

    difference: float
    low: float
    high: float


def members_compared(members: pd.DataFrame, recipe: Recipe, limits: Limits) -> pd.DataFrame:
    """The committee, each kind of member alone, each booster and the search's winner, out of fold.

    Parameters
    ----------
    members
        Out-of-fold log-odds of the training movies, as `member_log_odds` gives them.

    Returns
    -------
    DataFrame with `member`, `average_precision`, `recall_at_budget`, and how much more average precision the committee
    has than it (`committee_adds`, `low`, `high`), the committee first.
    """
    actual, whole = members["actual"].to_numpy(), cross_settled(members, recipe, limits)
    rows = [{"member": COMMITTEE, **_measured(actual, whole, limits.budget)}]
    for name in [BOOSTERS, LINEAR, WINNER, *_boosters(members)]:
        found = members[name].to_numpy()
        difference = _difference(actual, found, whole)
        rows.append(
            {
                "member": name,
                **_measured(actual, found, limits.budget),
                "committee_adds": difference.difference,
                "low": difference.low,
                "high": difference.high,
            }
        )
    return pd.DataFrame(rows)


def member_weights(recipe: Recipe) -> dict[str, float]:
    """What the log-odds of each kind of member, and of each booster, are multiplied by in the model of a settled recipe."""
    each = recipe.weights[BOOSTERS] / len(recipe.points)
    return recipe.weights | {f"booster_{number}": each for number in range(1, len(recipe.points) + 1)}


def members_as_read(compared: pd.DataFrame, weights: dict[str, float]) -> pd.DataFrame:
    """`members_compared` with the weights, in few columns: what the committee adds stands with its interval in one."""
    return pd.DataFrame(
        {
            "member": compared["member"],
            "average precision": compared["average_precision"].round(4),
            "the committee adds (95 %)": [
                "" if pd.isna(row.low) else f"{row.committee_adds:+.4f} ({row.low:+.4f} to {row.high:+.4f})"
                for row in compared.itertuples()
            ],
            "weight": compared["member"].map(weights).round(3),
            "recall at the budget": compared["recall_at_budget"].round(4),
        }
    )


def member_correlation(members: pd.DataFrame) -> pd.DataFrame:
    """Spearman's correlation of the members' log-odds out of fold, a row and a column a member."""
    found = members[[LINEAR, *_boosters(members)]].corr(method="spearman")
    return found.rename_axis("member").reset_index()


def against_the_winner(members: pd.DataFrame, committee: Model) -> Difference:
    """The committee's average precision less that of the search's winner, out of fold."""
    whole = cross_settled(members, committee.recipe, Limits.of(committee.facts))
    return _difference(members["actual"].to_numpy(), members[WINNER].to_numpy(), whole)


def _boosters(members: pd.DataFrame) -> list[str]:
    return [name for name in members if name.startswith("booster_")]


def _measured(actual: np.ndarray, log_odds: np.ndarray, budget: float) -> dict[str, float]:
    precision = scores(actual, log_odds, thresholds=())["average_precision"]
    return {"average_precision": precision, "recall_at_budget": recall_at_share(actual, log_odds, budget)}


def _difference(actual: np.ndarray, before: np.ndarray, after: np.ndarray) -> Difference:
    found = paired_differences(actual, expit(before), expit(after), thresholds=()).loc["average_precision"]
    return Difference(*(float(found[name]) for name in ("difference", "low", "high")))
