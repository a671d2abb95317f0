"""What the selection drops and the linear member of a committee reads all the same.

Trees are misled by a weak column of a small library; a logistic regression with a ridge penalty shares its weight among
weak and redundant ones, and gains by them. So a number or a category that was dropped as too weak or as redundant is left
to it where its tests are significant: what is noise on the training rows reaches no member.
"""

import pandas as pd

from movie_pref.analysis.ledger import DROP, Cause
from movie_pref.analysis.nodes import RELEVANCE
from movie_pref.settings import Settings

CAUSES = (Cause.DOES_NOT_TELL_THE_TARGET, Cause.REDUNDANT)
FAMILIES = (
    "continuous",
    "categorical",
)  # indicators are too many: the linear member is better off without the weak ones


def linear_only(final: pd.DataFrame, tests: pd.DataFrame, settings: Settings) -> list[str]:
    """The features that are dropped and that the linear member reads all the same.

    Parameters
    ----------
    final
        The last word on each feature: the ledger's rows of `selected_features`.
    tests
        The ledger's rows of the tests against the target, others may be among them. A feature is left to the linear
        member where the smallest adjusted p of its tests is below the setting `chi_squared_p`.
    """
    if settings.model == "winner":
        return []
    relevance = tests[tests["node"].isin(RELEVANCE)]
    p = relevance.groupby("feature")["adjusted_p"].min()
    dropped = final[(final["verdict"] == DROP) & final["cause"].isin(CAUSES) & final["family"].isin(FAMILIES)]
    return [name for name in dropped["feature"] if p.get(name, 1.0) < settings.chi_squared_p]
