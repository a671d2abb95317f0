"""What the champion thinks and which one it is: `explain`, `report`, `rollback`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from movie_pref.commands.terminal import MovieArgument, console, in_sentences, note, plain, say
from movie_pref.data_folder import DataFolder

if TYPE_CHECKING:
    from movie_pref.ranking.reasons import Explanation
    from movie_pref.ranking.story import SecondAnswer


@in_sentences
def explain(
    movie: MovieArgument,
    count: Annotated[int, typer.Option("--count", min=1, help="How many contributions to show.")] = 12,
) -> None:
    """Say why one movie has the probability that it has: what speaks for it and what against it, with a plot.

    The movie may be one of those that are ranked or one that you labelled; a labelled one is explained by a model that
    has not seen its label. Contributions are in log-odds, and add up to the model's margin. In a library with favourites
    both questions are explained: whether you would watch it, and whether you would watch it again.
    """
    from movie_pref.ranking.in_percent import in_percent
    from movie_pref.ranking.story import movie_story, write_waterfall
    from movie_pref.settings import load_settings

    settings = load_settings()
    story = movie_story(settings.data, movie)
    found = story.explanation
    rank = f"rank {story.rank:,} of {story.ranked:,}, " if story.rank else ""
    flagged = found.probability >= story.threshold
    side = f"{'at or above' if flagged else 'below'} the threshold of {story.threshold:.0%}, so it is {'' if flagged else 'not '}flagged"
    say(f"[bold]{plain(story.title)}[/] ({story.year}), {story.imdb_id}")
    say(f"{rank}probability {in_percent(found.probability)}: {side}")
    say(f"Explained by {plain(story.by)}.")
    _print_parts(found, count, "The model", f"which is a probability of {in_percent(found.probability)}")
    if story.again is not None:
        _print_again(story.again, found.probability, count)
    say(f"Plot: {write_waterfall(story, settings.data)}")


def _print_again(again: "SecondAnswer", probability: float, count: int) -> None:
    """The second question: its answer, what it is made of, and what it was learnt from."""
    from movie_pref.ranking.in_percent import in_percent

    answer = in_percent(again.given_liked)
    says = "perhaps one to watch again" if again.perhaps else "not said to be one to watch again"
    say("\n[bold]And again?[/]")
    say(
        f"If you like it, {answer} that you would watch it again; so of both {in_percent(probability)} x {answer} = "
        f"{in_percent(again.probability)}: {says}"
    )
    if again.explanation is None:
        say(f"Nothing was learnt of this question: {again.learnt_from}.")
        return
    say(f"Explained by a model of its own that has not seen this movie; the question is {again.learnt_from}.")
    last = f"{in_percent(again.explanation.probability)}, calibrated {answer}"
    _print_parts(again.explanation, count, "Its model", last)


def _print_parts(found: "Explanation", count: int, who: str, which_is: str) -> None:
    """The contributions as a table that starts at the starting point and ends in their sum."""
    from movie_pref.model.in_words import MEMBERS_IN_WORDS

    table = Table(title=f"\n{who} starts at {found.base:+.3f} log-odds", title_justify="left")
    table.add_column("log-odds", justify="right")
    table.add_column("because of")
    for part in found.parts.head(count).itertuples():
        table.add_row(f"{part.log_odds:+.3f}", plain(part.words))
    rest = found.parts["log_odds"].iloc[count:]
    if len(rest):
        table.add_row(f"{rest.sum():+.3f}", f"the other {len(rest)} features together")
    table.add_section()
    table.add_row(f"{found.margin:+.3f}", f"in all, {which_is}")
    console.print(table)
    if len(found.members) > 1:
        summed = ", ".join(f"its {MEMBERS_IN_WORDS[name]} {value:+.3f}" for name, value in found.members.items())
        say(f"Of the {found.margin:+.3f} log-odds the model's parts give: {summed}.")


@in_sentences
def report() -> None:
    """Write the page to read, reports/report.html, anew from the files of the last run: one file, no network needed."""
    from movie_pref.report.page import write_report
    from movie_pref.settings import load_settings

    say(str(write_report(load_settings()).resolve()))


@in_sentences
def rollback() -> None:
    """Make the previous champion the champion again; a second time undoes it."""
    from movie_pref.model.champion import rollback as go_back
    from movie_pref.settings import load_settings

    champion, replaced = go_back(DataFolder(load_settings().data).model)
    was = champion.promotion["previous"]
    say(f"The champion is {champion.version} again; {was} is the previous one now.")
    facts, before = champion.model.facts, replaced.model.facts if replaced else {}
    for what, number in _facts_in_words(facts).items():
        there = _facts_in_words(before).get(what, "not known")
        say(f"  {what:<36} {number}" + (f" (was {there})" if there != number else " (as before)"))
    changed = {name: value for name, value in facts["params"].items() if before and before["params"].get(name) != value}
    if changed:
        say(
            "  hyperparameters that differ           " + ", ".join(f"{name} {value}" for name, value in changed.items())
        )
    for sentence in champion.provisional:
        say(f"[yellow]It is provisional:[/] {plain(sentence)}.")
    note(
        "The ranking is still the old one: movie-pref score ranks by this champion. The next movie-pref run trains a new model and compares it with this one."
    )


def _facts_in_words(facts: dict[str, Any]) -> dict[str, str]:
    """What a person asks of a model, by what it is."""
    metrics = facts.get("metrics", {})
    found = {"labelled movies it knows": f"{facts['labelled_rows']:,}"} if "labelled_rows" in facts else {}
    for name in ("average_precision", f"recall_at_{facts.get('threshold', 0):g}"):
        if name in metrics:
            value, low, high = (metrics[name][part] for part in ("value", "low", "high"))
            found[f"{name.replace('_', ' ')} on the holdout"] = f"{value:.3f} ({low:.3f} to {high:.3f})"
    return found
