"""A model in words: its members, what each counts, where it puts the threshold, and how far it knows what is watched again."""

from typing import Any

from movie_pref.features.split import FEWEST
from movie_pref.model.committee import BOOSTERS, LINEAR, Recipe

MEMBERS_IN_WORDS = {BOOSTERS: "boosters (trees)", LINEAR: "linear member"}


def made_of(recipe: Recipe) -> dict[str, str]:
    """The parts of a model by their names, as a person reads them; the same keys for every model."""
    boosters, linear = recipe.weights[BOOSTERS], recipe.weights[LINEAR]
    several = len(recipe.points) > 1
    return {
        "boosters": f"{len(recipe.points)} with {recipe.trees:,} trees{' in all' if several else ''}"
        if boosters
        else "none",
        "logistic regression": "one" if linear else "none",
        "weight of the boosters' mean": f"{boosters:.2f}",
        "weight of the logistic regression": f"{linear:.2f}",
        "operating point, added in log-odds": f"{recipe.operating_point:+.2f}",
    }


def parameter_values(recipe: Recipe) -> dict[str, str]:
    """Each parameter's values, those of the first booster first; one value where all boosters have the same."""
    found = {}
    for name in dict.fromkeys(name for point in recipe.points for name in point):
        values = [str(point.get(name, "–")) for point in recipe.points]
        found[name] = values[0] if len(set(values)) == 1 else ", ".join(values)
    return found


def second_question(facts: dict[str, Any]) -> str:
    """How many answers a second question has and what was made of them, by the facts of its model, without a full stop."""
    again, liked = facts["again"], facts["liked"]
    if not again:
        return "no movie is would_watch_again: there is no second question, and the ranking is by the first alone"
    if facts["learnt"]:
        return f"learnt from {liked} liked movies, {again} of them would_watch_again"
    inside, of = facts["training_again"], facts["training_liked"]
    return f"{inside} of {of} liked training movies are would_watch_again, and it takes {FEWEST} of either kind to learn from: until then the answer is the share so far, the same for every movie, which changes no order"
