"""What the second question is worth: how many of the movies to be watched again a person finds within the review budget."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from movie_pref.metrics.budget import recall_at_share
from movie_pref.metrics.intervals import CONFIDENCE, bonett_price, intervals, mcnemar_p, wilson
from movie_pref.metrics.order import ranked_by
from movie_pref.model.second_question import AGAIN, LIKED, SecondQuestion

RECALL_AGAIN = "recall_again_at_budget"
BY_THE_FIRST = "recall_again_at_budget_by_the_first_question"
PRECISION_AGAIN = "average_precision_again"


def has_second(rows: pd.DataFrame) -> bool:
    """Whether predictions answer the second question, and any of these movies is one to watch again."""
    return "level" in rows and bool((rows["level"] == AGAIN).any())


def again_report(rows: pd.DataFrame, budget: float, again_weight: float) -> pd.DataFrame:
    """Recall of the movies to be watched again at the budget, beside that of the first question's order, and their average precision.

    Parameters
    ----------
    rows
        Predictions with `level` and `probability_again`, of movies whose label was not seen.

    Returns
    -------
    DataFrame indexed by metric with `value`, `low`, `high` (Wilson's interval of the recall), and `liked`: the movies to
    be watched again that it rests on.
    """
    favourite = (rows["level"] == AGAIN).to_numpy().astype(int)
    probability, again = rows["probability"].to_numpy(), rows["probability_again"].to_numpy()
    count, found = int(favourite.sum()), {}
    for name, weight in ((RECALL_AGAIN, again_weight), (BY_THE_FIRST, 0.0)):
        recall = recall_at_share(favourite, ranked_by(probability, again, weight), budget)
        found[name] = [recall, *wilson(recall * count, count)]
    if count < len(favourite):
        found[PRECISION_AGAIN] = intervals(favourite, again).loc["average_precision"].to_list()
    table = pd.DataFrame.from_dict(found, orient="index", columns=["value", "low", "high"])
    return table.assign(liked=count).rename_axis("metric")


class Favourites(NamedTuple):
    """Which movies are to be watched again, and what two models order all of them by."""

    favourite: np.ndarray
    theirs: np.ndarray
    ours: np.ndarray
    budget: float

    def difference(self, confidence: float = CONFIDENCE) -> pd.Series:
        """The recall of both at the budget, in the columns of `paired_differences`."""
        had, won = (_within(order, self.budget)[self.favourite] for order in (self.theirs, self.ours))
        gained, lost = int((won & ~had).sum()), int((had & ~won).sum())
        low, high = bonett_price(gained, lost, len(won), confidence)
        return pd.Series(
            {
                "champion": had.mean(), "challenger": won.mean(), "difference": won.mean() - had.mean(),
                "low": low, "high": high, "p": mcnemar_p(gained, lost),
            },
            name=RECALL_AGAIN,
        )  # fmt: skip


def _within(order: np.ndarray, budget: float) -> np.ndarray:
    """Whether each movie is among the share that is looked at."""
    place = np.empty(len(order), dtype=int)
    place[np.argsort(-order, kind="stable")] = np.arange(len(order))
    return place < round(budget * len(order))


def answers_of_liked(question: SecondQuestion, split: pd.DataFrame) -> pd.DataFrame:
    """The answers of liked movies whose label was not seen: `given_liked`, and whether they are `again`."""
    liked = (split["level"] >= LIKED).to_numpy()
    answers = question.unseen.loc[liked, ["given_liked"]]
    return answers.assign(again=(split["level"] == AGAIN).to_numpy()[liked])


def answers_as_read(question: SecondQuestion, split: pd.DataFrame) -> dict[str, Any]:
    """How well the answers tell liked movies apart that were not learnt from, as figures for the UI; none without answers to learn from."""
    if not question.learnt:
        return {}
    answers = answers_of_liked(question, split)
    actual = answers["again"].astype(int).to_numpy()
    found = intervals(actual, answers["given_liked"].to_numpy()).loc[["average_precision", "roc_auc"]]
    told = {name: float(row["value"]) for name, row in found.iterrows()}
    words = [
        f"{name.replace('_', ' ')} {row['value']:.3f} ({row['low']:.3f} to {row['high']:.3f})"
        for name, row in found.iterrows()
    ]
    return {
        "share_that_is_again": float(actual.mean()),
        "how_well_it_parts_them": f"{', '.join(words)}, on {len(actual)} liked movies whose answer was not seen",
        **told,
    }
