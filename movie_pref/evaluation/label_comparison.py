"""Three labels against two, and against other ways to learn three, on the same folds.

The design's claim: a label of their own for the movies that one would watch again makes it less likely to miss them. So
what counts is how many of them are among the share of movies that a person looks at. Compared are the project's two
ordered questions, the first of them alone (which is what two labels give), one model of three classes (XGBoost's
`multi:softprob`), and one score with two thresholds (an ordinal logistic regression, Rennie and Srebro 2005, in `mord`).
"""

from collections.abc import Callable
from importlib.util import find_spec
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import pandas as pd

from movie_pref.errors import UserError
from movie_pref.evaluation.comparison import drawn_folds, measured_folds
from movie_pref.evaluation.comparison_table import Difference, difference
from movie_pref.evaluation.nested import train_whole
from movie_pref.features.matrix import to_matrix
from movie_pref.features.split import FEWEST
from movie_pref.library.catalogue import Catalogue
from movie_pref.library.label_names import LABELS, WOULD_WATCH_AGAIN
from movie_pref.library.training_rows import encode_level
from movie_pref.metrics.budget import recall_at_share
from movie_pref.metrics.order import ranked_by
from movie_pref.metrics.scores import scores
from movie_pref.model.linear_member import LinearMember
from movie_pref.model.second_question import AGAIN, LIKED, given_liked
from movie_pref.settings import Settings

OURS, FIRST = "two ordered questions", "the first question alone"
SOFTPROB, ORDINAL = "one model of three classes (multi:softprob)", "one score, two thresholds (mord)"
PENALTY = 20.0  # of the ordinal regression's squared coefficients: scikit-learn's C of 0.05
MEASURES = {
    "recall_again": "recall of would_watch_again at the budget",
    "recall_liked": "recall of liked movies at the budget",
    "average_precision_again": "average precision of would_watch_again",
    "average_precision_liked": "average precision of liked movies",
}


class LabelComparison(NamedTuple):
    """What was measured on each fold (`name`, `draw`, `fold` and `MEASURES`), and the means with paired differences."""

    folds: pd.DataFrame
    table: pd.DataFrame

    @property
    def claim(self) -> Difference:
        """How much more recall of the movies to be watched again the third label gives."""
        return difference(self.folds, OURS, FIRST, lambda rows: rows["recall_again"])

    @property
    def verdict(self) -> str:
        """Whether the design's claim is confirmed, refuted or undecided."""
        return "confirmed" if self.claim.low > 0 else "refuted" if self.claim.high < 0 else "undecided"

    @property
    def says(self) -> str:
        """The claim and what was measured of it, in a sentence."""
        found = self.claim
        return (
            f"that a label of their own makes it less likely to miss the movies one would watch again is {self.verdict}: their recall at the budget is "
            f"{found.mean:+.4f} ({found.low:+.4f} to {found.high:+.4f}) from that of two labels"
        )


def compare_labels(
    rows: pd.DataFrame,
    settings: Settings,
    catalogue: Catalogue,
    repeats: int,
    jobs: int,
    say: Callable[[str], object] = lambda text: None,
) -> LabelComparison:
    """Measure each way to learn three labels on folds, everything inside them.

    Parameters
    ----------
    rows
        Labelled movies in the library's columns, some of each of the three labels.
    repeats
        How often the folds are drawn.

    Raises
    ------
    UserError
        A label has too few movies.
    """
    if lacking := too_few_to_compare(rows, settings.folds):
        raise UserError(lacking)
    level = encode_level(rows["label"])
    budget = settings.budget((level >= LIKED).mean())
    found = measured_folds(
        lambda *fold: _measure(rows, level.to_numpy(), fold, budget, settings, catalogue),
        drawn_folds(rows["imdb_id"], level, settings, repeats),
        jobs,
        say,
    )
    folds = pd.concat(found).sort_values(["draw", "fold"], kind="stable", ignore_index=True)
    return LabelComparison(folds, _table(folds))


def too_few_to_compare(rows: pd.DataFrame, folds: int) -> str:
    """Why these labelled movies cannot be compared with three labels, as a sentence; empty where they can."""
    counts = rows["label"].value_counts().reindex(LABELS, fill_value=0)
    if counts[WOULD_WATCH_AGAIN] == 0:
        return "no movie is would_watch_again: there are two labels, and nothing to compare"
    if counts.min() >= max(folds, FEWEST):
        return ""
    shown = ", ".join(f"{count} {label}" for label, count in counts.items())
    return f"Three labels cannot be compared with two: there are {shown}, and it takes {max(folds, FEWEST)} of each."


def _measure(
    rows: pd.DataFrame,
    level: np.ndarray,
    work: tuple[int, int, np.ndarray],
    budget: float,
    settings: Settings,
    catalogue: Catalogue,
) -> pd.DataFrame:
    from threadpoolctl import threadpool_limits

    draw, fold, test = work
    with threadpool_limits(1):
        orders = _orders(rows, level, test, settings.model_copy(update={"jobs": 1}), catalogue)
    actual = level[test]
    liked, again = (actual >= LIKED).astype(int), (actual == AGAIN).astype(int)
    return pd.DataFrame(
        [
            {
                "name": name,
                "draw": draw,
                "fold": fold,
                "recall_again": recall_at_share(again, order, budget),
                "recall_liked": recall_at_share(liked, order, budget),
                "average_precision_again": scores(again, order, ())["average_precision"],
                "average_precision_liked": scores(liked, order, ())["average_precision"],
            }
            for name, order in orders.items()
        ]
    )


def _orders(
    rows: pd.DataFrame, level: np.ndarray, test: np.ndarray, settings: Settings, catalogue: Catalogue
) -> dict[str, np.ndarray]:
    """What each way orders the tested rows by."""
    model = train_whole(rows[~test].reset_index(drop=True), settings, catalogue)["committee"].model
    if model.again is None:
        raise UserError("The rows to learn from hold no movie that is would_watch_again.")
    seen, types = to_matrix(model.preprocessing.transform(rows[~test]))
    unseen, _ = to_matrix(model.preprocessing.transform(rows[test]))
    probability, weight = model.serving.predict(unseen), settings.again_weight
    answers = given_liked(model.again, model.again.serving, unseen)
    found = {
        OURS: ranked_by(probability, probability * answers, weight),
        FIRST: probability,
        SOFTPROB: _of_classes(
            _softprob(seen, types, level[~test], unseen, model.recipe.points[0], settings.seed), weight
        ),
    }
    if find_spec("mord"):
        found[ORDINAL] = _of_classes(_ordinal(seen, types, model.preprocessing.columns, level[~test], unseen), weight)
    return found


def _of_classes(probability: np.ndarray, weight: float) -> np.ndarray:
    """The order of probabilities of the three classes, shape (rows, 3)."""
    return ranked_by(probability[:, LIKED] + probability[:, AGAIN], probability[:, AGAIN], weight)


def _softprob(
    seen: np.ndarray, types: list[str], level: np.ndarray, unseen: np.ndarray, point: dict, seed: int
) -> np.ndarray:
    import xgboost

    params = {name: value for name, value in point.items() if name not in ("scale_pos_weight", "enable_categorical")}
    classifier = xgboost.XGBClassifier(
        **params, objective="multi:softprob", feature_types=types, enable_categorical=True, n_jobs=1, random_state=seed
    )
    return classifier.fit(seen, level).predict_proba(unseen)


def _ordinal(seen: np.ndarray, types: list[str], names: list[str], level: np.ndarray, unseen: np.ndarray) -> np.ndarray:
    """The linear member's terms, so that what differs is how the labels are learnt."""
    import mord

    terms = LinearMember.unfitted(seen, types, names)
    fitted = mord.LogisticAT(alpha=PENALTY).fit(terms.terms(seen), level)
    return fitted.predict_proba(terms.terms(unseen))


def _table(folds: pd.DataFrame) -> pd.DataFrame:
    """A row a way: the mean of each measure, and how far it is from that of the project's, with its corrected error and interval."""
    found = []
    for name in folds["name"].unique():
        row: dict[str, object] = {"name": name, **folds.loc[folds["name"] == name, list(MEASURES)].mean()}
        for measure in MEASURES:
            apart = difference(folds, name, OURS, itemgetter(measure))
            row |= {f"{measure}_difference": apart.mean, f"{measure}_error": apart.error, f"{measure}_low": apart.low, f"{measure}_high": apart.high}  # fmt: skip
        found.append(row)
    return pd.DataFrame(found)
