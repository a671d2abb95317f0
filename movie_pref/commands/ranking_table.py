"""How the best of a ranking are printed after a run or a score, and what its second question is worth."""

from typing import TYPE_CHECKING, Any

from rich.table import Table

from movie_pref.commands.terminal import console, is_narrow, plain, say

if TYPE_CHECKING:
    from movie_pref.report.end_of_run import RunSummary


def print_ranking(summary: "RunSummary") -> None:
    """The ten best, the first of the person's watchlist, and how many favourites such a list finds."""
    if summary.best.empty:
        say("\nThe model is trained, but there are no movies to rank: name some with --candidates FILE.")
        return
    from movie_pref.ranking.in_percent import in_percents

    title = f"\n{'A first guess at the' if summary.first_guess else 'The'} ten best of {summary.ranked:,} movies you have not seen"
    best = summary.best.assign(percent=in_percents(summary.best["probability"]), again="")
    if summary.second_learnt:
        best["again"] = in_percents(best["probability_again"])
    if is_narrow():
        _as_list(title, best)
    else:
        _as_table(title, best, bool(summary.second_learnt))
    told = [f"{plain(row.media_title)} ({row.release_year}), rank {row.rank:,}" for row in summary.wishes.itertuples()]
    if told:
        say(f"First of your watchlist: {'; '.join(told)}.")
    if summary.favourites_found:
        say(f"{summary.favourites_found}.")


def _as_list(title: str, best: Any) -> None:
    say(f"[bold]{title}[/]")
    for row in best.itertuples():
        again = f"; {'perhaps again' if row.prediction_again else 'again'} {row.again}" if row.again else ""
        say(f"{row.rank:>2}. {plain(str(row.media_title))} ({row.release_year}), {row.percent}{again}{_wished(row)}")
        say(f"    {plain(str(row.reasons))}")


def _as_table(title: str, best: Any, with_again: bool) -> None:
    table = Table(title=title, title_justify="left", title_style="bold")
    for name in ("", "title", "year", "probability", *(["perhaps again"] if with_again else []), "because"):
        table.add_column(name, justify="left" if name in ("title", "because") else "right")
    for row in best.itertuples():
        table.add_row(
            str(row.rank),
            plain(str(row.media_title)) + _wished(row),
            str(row.release_year),
            row.percent,
            *([row.again if row.prediction_again else f"no, {row.again}"] if with_again else []),
            plain(str(row.reasons)),
        )
    console.print(table)


def _wished(row: Any) -> str:
    return " [green](on your watchlist)[/]" if row.wished else ""
