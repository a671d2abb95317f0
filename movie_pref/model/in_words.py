"""What a model is made of, in words: its members, what each counts, and where it puts the threshold."""

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
