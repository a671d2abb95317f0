"""What the second question of a library with favourites is worth, in words: of the champion's metrics, for the run's end and the page."""

from typing import Any, NamedTuple

from movie_pref.evaluation.second_question import BY_THE_FIRST, RECALL_AGAIN


class FavouritesFound(NamedTuple):
    """How many of 100 favourites the share that is looked through holds, and how many by the first question alone."""

    found: str
    interval: str
    by_the_first: str
    budget: str

    @property
    def words(self) -> str:
        """As a sentence without its full stop."""
        return (
            f"Of 100 movies that you would watch again the first {self.budget} of such a list hold about {self.found} (95 % interval "
            f"{self.interval}); ranked without the second question, {self.by_the_first}"
        )


def favourites_found(facts: dict[str, Any]) -> FavouritesFound | None:
    """What the facts of a champion say; None where there are no favourites, or nothing was measured on any."""
    metrics = facts.get("metrics", {})
    ours, theirs = metrics.get(RECALL_AGAIN), metrics.get(BY_THE_FIRST)
    if not ours or not theirs:
        return None
    return FavouritesFound(
        f"{100 * ours['value']:.0f}",
        f"{100 * ours['low']:.0f} to {100 * ours['high']:.0f}",
        f"{100 * theirs['value']:.0f}",
        f"{facts['budget']:.0%}",
    )
