"""The two cuts of an import, shown and asked for: from how many stars on a film is liked, and is a favourite."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import typer
from rich.table import Table

from movie_pref.commands.terminal import console, say
from movie_pref.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

    from movie_pref.settings import Settings


class Asked(NamedTuple):
    """What the command line says of the cuts; None where it says nothing."""

    liked_from: float | None = None
    again_from: float | None = None
    favourites: bool | None = None

    def three_labels(self, settings: "Settings", in_use: bool) -> bool:
        """Whether favourites are taken: as asked for, else as the last time, else where the third label is in use."""
        asked = True if self.favourites is None and self.again_from is not None else self.favourites
        before = settings.import_favourites if asked is None else asked
        return in_use if before is None else before

    @property
    def to_remember(self) -> dict[str, float | bool | None]:
        """What later imports go by where this one wrote nothing yet, in the names of the settings."""
        if self.favourites is None and self.again_from is None:
            return {}
        cut = {} if self.again_from is None else {"import_again_cut": self.again_from}
        return {"import_favourites": self.favourites is not False, **cut}

    def check(self) -> None:
        """Refuse options that contradict each other.

        Raises
        ------
        UserError
            `--no-favourites` with a cut for them, or a second cut that is not above the first.
        """
        from movie_pref.sources.importers.rating_cut import check_second_cut

        if self.again_from is not None:
            if self.favourites is False:
                raise UserError(
                    "--again-from says which films are favourites and --no-favourites that none are; give one of them."
                )
            check_second_cut(self.again_from, self.liked_from)


NOTHING_ASKED = Asked()


def choose_cut(ratings: "pd.Series", settings: "Settings", asked: Asked, yes: bool) -> float:
    """The cut: the one given, the one confirmed last, or the proposed one, which the person confirms."""
    from movie_pref.sources.importers import propose_cut, proposed

    cuts = propose_cut(ratings)
    chosen = asked.liked_from if asked.liked_from is not None else settings.import_cut
    who = _who(asked.liked_from, chosen)
    chosen = proposed(cuts) if chosen is None else chosen
    if len(cuts):
        title = "\nWhich films you like: a cut through your ratings"
        _show(cuts, title, ("liked from", "in stars", "liked", "not liked", "share liked", ""), chosen, who)
    _print_proof(ratings, chosen, who)
    if asked.liked_from is not None or yes:
        return chosen
    return float(typer.prompt("Liked from (on 0 to 10)", default=f"{chosen:g}", value_proc=_as_cut))


def choose_again(
    films: "pd.DataFrame", cut: float | None, settings: "Settings", asked: Asked, yes: bool, in_use: bool
) -> float | None:
    """The second cut, chosen as the first; None for two labels, and one that no stars reach where none lie above the first."""
    from movie_pref.sources.importers.film_labels import NO_STARS
    from movie_pref.sources.importers.rating_cut import check_second_cut, propose_second_cut, proposed

    if not asked.three_labels(settings, in_use):
        return None
    if asked.again_from is not None:
        check_second_cut(asked.again_from, cut)
    cuts = propose_second_cut(films["rating"], cut)
    last = settings.import_again_cut
    chosen = (
        asked.again_from if asked.again_from is not None else last if last is not None and last > (cut or 0) else None
    )
    who = _who(asked.again_from, chosen)
    chosen = (proposed(cuts) if len(cuts) else NO_STARS) if chosen is None else chosen
    if len(cuts):
        title = "\nWhich of them you would watch again: a second cut"
        _show(cuts, title, ("again from", "in stars", "again", "once", "share of liked", ""), chosen, who)
    _print_signs(films, cut, chosen, who)
    if not asked.favourites or asked.again_from is not None or yes or cuts.empty:
        return chosen
    return float(
        typer.prompt("Would watch again from (on 0 to 10)", default=f"{chosen:g}", value_proc=_above(cut or 0))
    )


def _who(given: float | None, chosen: float | None) -> str:
    return "As given" if given is not None else "As confirmed last time" if chosen is not None else "Proposed"


def _show(cuts: "pd.DataFrame", title: str, headings: tuple[str, ...], chosen: float, who: str) -> None:
    """Each cut with what it makes of the films, the chosen one and the proposed one marked."""
    table = Table(title=title, title_justify="left")
    for name in headings:
        table.add_column(name, justify="left" if name == "" else "right", no_wrap=name == "")
    for row in cuts.itertuples():
        mark = f"[green]{who.lower()}[/]" if row.cut == chosen else "proposed" if row.proposed else ""
        cells = (f"{row.cut:g}", f"{row.stars:g}", f"{row.liked:,}", f"{row.not_liked:,}", f"{row.share:.0%}")
        table.add_row(*cells, mark)
    console.print(table)


def _print_proof(ratings: "pd.Series", cut: float, who: str) -> None:
    """What a cut makes of the ratings: the share liked, and how many of the best-rated are among them."""
    from movie_pref.sources.importers import prove

    found = prove(ratings, cut)
    say(f"{who}: a rating of {cut:g} of 10 ({cut / 2:g} stars) or more is liked.")
    aim = "a model learns best from 10 to 25 %"
    aim += "" if found.as_aimed or who != "Proposed" else ", and none of your ratings divides them so"
    say(f"  That is {found.liked:,} of your {found.films:,} rated films, {100 * found.share:.0f} %; {aim}.")
    every = "all" if found.best_liked == found.best else f"{found.best_liked:,}"
    say(
        f"  Of your {found.best:,} best-rated films (the upper tenth and those rated alike: {found.best_from:g} or more) {every} are liked."
    )


def _print_signs(films: "pd.DataFrame", cut: float | None, again_from: float, who: str) -> None:
    """How many films are favourites, and by what."""
    from movie_pref.library.label_names import LIKED, WOULD_WATCH_AGAIN
    from movie_pref.sources.importers.film_labels import NO_STARS, hearts_set_apart, label_films, signs

    label = label_films(films, cut)
    found = signs(films, label, again_from)
    if again_from == NO_STARS:
        say(
            "You would watch again: no stars of yours lie above those that films are liked from, so stars do not say it; a lower --liked-from leaves room for a second cut."
        )
    else:
        say(f"{who}: a liked film rated {again_from:g} of 10 ({again_from / 2:g} stars) or more you would watch again.")
    by = (("stars", "by stars"), ("heart", "by a heart beside stars"), ("watched_again", "watched more than once"))
    told = ", ".join(f"{found[name].sum():,} {words}" for name, words in by if found[name].any())
    third = label.mask(found.any(axis=1), WOULD_WATCH_AGAIN)
    favourites, liked = int(found.any(axis=1).sum()), int(third.isin(LIKED).sum())
    share = f" ({told}), {100 * favourites / liked:.0f} %" if favourites else ""
    say(f"  That is {favourites:,} of the {liked:,} films you like{share}.")
    if films["liked"].any() and not hearts_set_apart(films, label):
        say("  Hearts are not counted: most films that you like by their stars have one, or none has stars.")


def _as_cut(text: str) -> float:
    """A cut as it is typed."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value <= 10:
        raise typer.BadParameter(f"{text!r} is no number from 0 to 10.")
    return value


def _above(cut: float) -> Callable[[str], float]:
    """How a second cut is typed."""

    def as_second_cut(text: str) -> float:
        value = _as_cut(text)
        if value <= cut:
            raise typer.BadParameter(f"{value:g} is not above {cut:g}, from which on films are liked.")
        return value

    return as_second_cut
