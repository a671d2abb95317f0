"""What the selection drops and the linear member of a committee reads all the same.

Trees are misled by a weak column of a small library; a logistic regression with a prior shares its weight among weak and
redundant ones, and gains by them. A test that finds nothing in sixty movies says little, in three thousand it says much. So
a number or a category that was dropped as too weak or as redundant is left to the linear member unless the training rows
show that it tells next to nothing: what is noise on them reaches no member.
"""

import numpy as np
import pandas as pd

from movie_pref.analysis.ledger import DROP, Cause
from movie_pref.analysis.nodes import RELEVANCE
from movie_pref.settings import Settings

CAUSES = (Cause.DOES_NOT_TELL_THE_TARGET, Cause.REDUNDANT)
FAMILIES = (
    "continuous",
    "categorical",
)  # indicators are too many: the linear member is better off without the weak ones
NEGLIGIBLE = 0.1  # an association with the target below a small one (Cohen 1988)
REACH = 1.96  # of a 95 % interval, in standard errors of an association near zero, 1 / sqrt(n) each


def linear_only(final: pd.DataFrame, tests: pd.DataFrame, settings: Settings) -> list[str]:
    """The features that are dropped and that the linear member reads all the same.

    Parameters
    ----------
    final
        The last word on each feature: the ledger's rows of `selected_features`.
    tests
        The ledger's rows of the tests against the target, others may be among them. A feature is left to the linear
        member where the 95 % interval of an association with the target reaches `NEGLIGIBLE` (a test of equivalence,
        Wellek 2010).
    """
    if settings.model == "winner":
        return []
    relevance = tests[tests["node"].isin(RELEVANCE)]
    at_most = (association(relevance) + REACH / np.sqrt(relevance["n"])).groupby(relevance["feature"]).max()
    dropped = final[(final["verdict"] == DROP) & final["cause"].isin(CAUSES) & final["family"].isin(FAMILIES)]
    return [name for name in dropped["feature"] if at_most.get(name, 0.0) >= NEGLIGIBLE]


def association(tests: pd.DataFrame) -> pd.Series:
    """The size of each test's association with the target, from 0 to 1; null where the test has none.

    Of an F over the two labels it is the correlation ratio, sqrt(F / (F + n - 2)) (Cohen 1988, section 8.2).
    """
    value, statistic = tests["value"].abs(), tests["statistic"]
    ratio = np.sqrt(value / (value + (tests["n"] - 2).clip(lower=1)))
    return value.where(statistic.isin(["pearson_r", "spearman_r", "cramers_v"])).fillna(
        ratio.where(statistic == "anova_f")
    )
