"""What the experimental design believes of each algorithm, in its own words, and what the comparison says of it.

Belongs here: the one list of beliefs, and the table of verdicts. Does not belong here: the rules by which they are reached
(`criteria.py`), what is measured for them (`algorithms.py`, `contrasts.py`), and the design's rules about single kinds of
movies (`preference_rules.py`).
"""

from typing import NamedTuple

import pandas as pd

from movie_pref.evaluation import boosting_contrasts as boosting
from movie_pref.evaluation import linear_contrasts as linear
from movie_pref.evaluation.algorithms import BASELINE
from movie_pref.evaluation.boosting_contrasts import (
    ADDITIVE,
    GENRES_APART,
    LANGUAGES_APART,
    MONOTONE,
    NEITHER,
    NO_PENALTY,
    ONE_HOT,
    PAIRWISE,
    PENALISED,
    SAME_TREES,
    THEIR_TREES,
    UNPRUNED,
)
from movie_pref.evaluation.criteria import (
    UNDECIDED,
    Criterion,
    Judged,
    ahead,
    as_good,
    as_good_and_faster,
    behind,
    faster,
    fewer_rounds,
    fewer_splits_as_good,
    fits_less_and_ranks_as_well,
    gains_less,
    gains_nothing,
    loses_less,
    lower_loss,
    much_faster,
    no_score,
    none_better,
    overkill,
    wants_data,
)
from movie_pref.evaluation.linear_contrasts import BOTH_SIGNS, LOGISTIC, ONE_SIGN, PRODUCTS, STEPS
from movie_pref.evaluation.second_order import CONTRADICTED, FIRST, SECOND
from movie_pref.evaluation.simple_contrasts import (
    BAYES,
    DEPENDENT,
    INTERACTING,
    NEIGHBOURS,
    RATINGS_AND_VOTES,
    WEIGHTED,
)
from movie_pref.metrics.intervals import CONFIDENCE
from movie_pref.metrics.paired import holm

POLYNOMIAL = "logistic regression, polynomial"
SVM, NETWORK, FOREST = "SVM, RBF kernel", "neural network", "random forest"


class Belief(NamedTuple):
    """A sentence of the design about an algorithm, word for word, and the criterion that decides it."""

    algorithm: str
    words: str
    criterion: Criterion


def belief_table(folds: pd.DataFrame) -> pd.DataFrame:
    """The verdict on each belief from what `compare` measured on each fold (`Comparison.folds`).

    Returns
    -------
    DataFrame with `algorithm`, `belief`, `measured`, `verdict`, `rule`, and `adjusted_p`, `stands`: the p of what decided,
    corrected for how many beliefs were judged (Holm), and whether the verdict stands by that as well. What was not measured,
    or not in every fold, is undecided and says why.
    """
    rows = []
    for algorithm, words, criterion in BELIEFS:
        lacking = _lacking(folds, criterion.needs)
        judged = Judged(lacking, UNDECIDED) if lacking else criterion.judge(folds)
        rows.append({"algorithm": algorithm, "belief": words, **judged._asdict(), "rule": criterion.says})
    table = pd.DataFrame(rows)
    table["adjusted_p"] = holm(table.pop("p").to_numpy(dtype="float64"))
    table["stands"] = (table["verdict"] != UNDECIDED) & (table["adjusted_p"] < 1 - CONFIDENCE)
    return table


def _lacking(folds: pd.DataFrame, needs: tuple[str, ...]) -> str:
    """Which of what a criterion needs is not there; empty where all is."""
    every, measured = len(folds[["draw", "fold"]].drop_duplicates()), folds["name"].value_counts()
    for name in needs:
        if name not in measured:
            return f"{name} was not measured"
        if measured[name] < every:
            return f"{name} was measured in {measured[name]} of {every} folds only"
    return ""


BELIEFS = (
    Belief(
        BASELINE,
        "exceptional ability to handle the complex, non-linear patterns present in personal media preferences",
        none_better(),
    ),
    Belief(
        BASELINE,
        "Captures sophisticated relationships between multiple variables simultaneously",
        ahead(BASELINE, ADDITIVE),
    ),
    Belief(
        BASELINE,
        "Automatically discovers optimal feature combinations without manual engineering",
        as_good(BASELINE, boosting.ENGINEERED),
    ),
    Belief(BASELINE, "Models genre-specific decision rules through tree branching", ahead(BASELINE, GENRES_APART)),
    Belief(BASELINE, "Creates separate decision paths for each genre's unique patterns", ahead(BASELINE, GENRES_APART)),
    Belief(
        BASELINE,
        "Tree-based ensemble creates complex decision boundaries beyond linear separability",
        ahead(BASELINE, LOGISTIC),
    ),
    Belief(
        BASELINE,
        "Handles non-monotonic relationships (where more of a feature isn't always better)",
        ahead(BASELINE, MONOTONE),
    ),
    Belief(
        BASELINE,
        "Separates movies I'd enjoy from those I wouldn't across multiple interacting dimensions",
        ahead(BASELINE, PAIRWISE),
    ),
    Belief(
        BASELINE,
        "Captures threshold effects and interaction terms naturally",
        as_good(BASELINE, linear.ENGINEERED),
    ),
    Belief(BASELINE, "Balances general rules with nuanced exceptions", ahead(BASELINE, LANGUAGES_APART)),
    Belief(
        BASELINE,
        "Uses both first and second derivatives in optimization",
        no_score("that is how it is built; what it is worth is judged in the rows below"),
    ),
    Belief(
        BASELINE, "Newton's method approach provides faster convergence than first-order methods", fewer_rounds(SECOND, FIRST)
    ),
    Belief(
        BASELINE,
        "Better handling of complex loss landscapes created by conflicting preference signals",
        lower_loss(SECOND, FIRST, "lowest_loss"),
    ),
    Belief(
        BASELINE,
        "More stable learning when dealing with contradictory patterns in the data",
        loses_less(SECOND, FIRST, CONTRADICTED),
    ),
    Belief(
        BASELINE,
        "Built-in L1/L2 regularization prevents overfitting to personal quirks",
        ahead(PENALISED, NO_PENALTY),
    ),
    Belief(
        BASELINE,
        "Tree pruning removes splits that don't meaningfully improve predictions",
        fewer_splits_as_good(PENALISED, UNPRUNED),
    ),
    Belief(
        BASELINE,
        "Crucial for learning genuine patterns from limited personal training data",
        ahead(f"{PENALISED}, half of the rows", f"{NEITHER}, half of the rows"),
    ),
    Belief(
        BASELINE,
        "Balances model complexity with generalization ability",
        fits_less_and_ranks_as_well(PENALISED, NEITHER),
    ),
    Belief(
        "linear model",
        "Completely fail to capture non-linear interactions and conditional preferences",
        behind("linear model"),
    ),
    Belief(
        "linear model",
        "Assume monotonic relationships that don't exist in personal preferences",
        ahead(POLYNOMIAL, LOGISTIC),
    ),
    Belief(
        "linear model",
        "Cannot model scenarios where the same feature (e.g., RT score) can be both positive and negative depending on other "
        "feature values",
        ahead(BOTH_SIGNS, ONE_SIGN),
    ),
    Belief("linear model", "Miss critical threshold effects", ahead(STEPS, LOGISTIC)),
    Belief("linear model", "genre-specific patterns", ahead(PRODUCTS, LOGISTIC)),
    Belief(LOGISTIC, "Cannot efficiently model multi-way interactions between ratings, votes, and genres", behind(LOGISTIC)),
    Belief(LOGISTIC, "Poor handling of categorical variables like genre combinations", gains_nothing(LOGISTIC)),
    Belief(
        LOGISTIC,
        "Requires extensive manual feature engineering to capture genre-specific rules",
        ahead(linear.ENGINEERED, LOGISTIC),
    ),
    Belief(POLYNOMIAL, "Even with polynomial features, struggles with high-dimensional interaction space", behind(POLYNOMIAL)),
    Belief(
        BAYES,
        "Strong independence assumption misses critical feature interactions",
        behind(BAYES),
    ),
    Belief(
        BAYES,
        "Cannot capture the relationship between ratings and vote counts across different genres",
        ahead(RATINGS_AND_VOTES, BAYES),
    ),
    Belief(BAYES, "Fails to model conditional dependencies that drive movie preferences", ahead(DEPENDENT, BAYES)),
    Belief(BAYES, "Treats each feature as independent when they clearly interact", ahead(INTERACTING, DEPENDENT)),
    Belief(
        NEIGHBOURS,
        "Doesn't generalize well to new movies with feature combinations not in training data",
        behind(NEIGHBOURS),
    ),
    Belief(NEIGHBOURS, "Sensitive to curse of dimensionality with metadata features", gains_nothing(NEIGHBOURS)),
    Belief(
        NEIGHBOURS,
        "No explicit model of preference patterns, just memorizes similar examples",
        ahead(WEIGHTED, NEIGHBOURS),
    ),
    Belief(
        NEIGHBOURS, "Poor performance with mixed categorical and continuous features", gains_less(NEIGHBOURS)
    ),
    Belief(
        FOREST, "Strong alternative that captures non-linear relationships and feature interactions", ahead(FOREST, LOGISTIC)
    ),
    Belief(
        FOREST,
        "Provides good baseline performance with minimal tuning required",
        as_good("random forest, default setting", FOREST),
    ),
    Belief(FOREST, "XGBoost typically outperforms due to sequential error correction approach", behind(FOREST)),
    Belief(
        FOREST,
        "Less sophisticated optimization compared to gradient boosting methods",
        lower_loss(BASELINE, FOREST),
    ),
    Belief("CatBoost", "Could potentially perform similarly to XGBoost on movie metadata", as_good("CatBoost")),
    Belief(
        "CatBoost",
        "May require less preprocessing for categorical variables",
        as_good("CatBoost", "CatBoost, prepared columns"),
    ),
    Belief(
        "CatBoost",
        "Excellent with categorical features like genres and languages",
        ahead("CatBoost", "CatBoost, numbers only"),
    ),
    Belief(
        "CatBoost", "Another gradient boosting variant with native categorical feature handling", ahead("CatBoost", ONE_HOT)
    ),
    Belief("LightGBM", "Might achieve comparable performance", as_good("LightGBM")),
    Belief("LightGBM", "significantly reduced training time", much_faster("LightGBM")),
    Belief("LightGBM", "Faster gradient boosting implementation", faster(SAME_TREES, THEIR_TREES)),
    Belief("LightGBM", "Good alternative for rapid experimentation and iteration", as_good_and_faster("LightGBM")),
    Belief(
        "LightGBM",
        "Potentially at the cost of some accuracy on smaller datasets like personal preferences",
        behind("LightGBM"),
    ),
    Belief("TabNet", "Modern architectures like TabNet could potentially learn complex patterns", ahead("TabNet", LOGISTIC)),
    Belief(NETWORK, "Deep networks might capture subtle interactions in movie preferences", ahead(NETWORK, LOGISTIC)),
    Belief(NETWORK, "Would likely require significantly more training data than available", wants_data(NETWORK)),
    Belief(NETWORK, "Overkill for structured tabular data of this size", overkill(NETWORK)),
    Belief(NETWORK, "Less interpretability for understanding specific preference patterns", no_score()),
    Belief(SVM, "Could capture non-linear relationships through kernel trick", ahead(SVM, LOGISTIC)),
    Belief(SVM, "Struggles with mixed categorical/continuous nature of movie metadata", behind(SVM)),
    Belief(SVM, "Less effective at handling the high-dimensional feature space after encoding", gains_nothing(SVM)),
    Belief(SVM, "Doesn't provide interpretability benefits of tree-based models", no_score()),
)  # fmt: skip
