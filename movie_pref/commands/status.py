"""Where things stand: `status`."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from movie_pref.commands.terminal import complain, in_sentences, plain, say
from movie_pref.library.label_names import WOULD_WATCH_AGAIN

if TYPE_CHECKING:
    from movie_pref.report.status import Status
    from movie_pref.settings import Settings


@in_sentences
def status(
    as_json: Annotated[
        bool, typer.Option("--json", help="For a program: one JSON object; docs/command.md names its keys.")
    ] = False,
) -> None:
    """Say where things stand: library, labels, champion, what waits, what is stale, and what to do next.

    Nothing is computed and nothing is written.
    """
    from movie_pref.library.presence import has_candidates
    from movie_pref.report.status import next_step, read_status
    from movie_pref.settings import load_settings

    settings = load_settings()
    found = read_status(settings)
    _add_what_waits(found, settings)
    found.next = next_step(found, has_candidates(settings))
    if as_json:
        typer.echo(json.dumps(asdict(found), indent=1, ensure_ascii=False))
    else:
        _print(found, settings)
    for sentence in found.troubles:
        complain(sentence)
    if found.troubles:
        raise typer.Exit(2)


def _add_what_waits(found: "Status", settings: "Settings") -> None:
    """The movies that the review page would ask about, and the films of an import that are to be settled."""
    from movie_pref.labels.store import LabelStore
    from movie_pref.review.session import Desk
    from movie_pref.sources.importers.open_questions import read_questions

    with found.trouble(), LabelStore(settings.label_store_url) as store:
        desk = Desk(settings, store)
        desk.read_queue()
        desk.read_labels()
        found.waiting["review_queue"] = len(desk.waiting())
    with found.trouble():
        found.waiting["import_questions"] = len(read_questions(settings.data))


def _print(found: "Status", settings: "Settings") -> None:
    for name, words in (
        ("Library", _library(found, settings)),
        ("Labels", _labels(found)),
        ("Champion", _champion(found)),
        ("Ranking", _ranking(found)),
        ("Waiting", _waiting(found, settings)),
        ("Stale", [STALE[one] for one in found.stale] or ["nothing"]),
        ("Next", [f"{found.next['command']}, because {found.next['why']}"]),
    ):
        say(f"[bold]{name}[/]")
        for line in words:
            say(f"  {plain(line)}")


def _library(found: "Status", settings: "Settings") -> list[str]:
    library = found.library
    if library is None:
        return [
            f"{settings.database}, which no run has read yet"
            if settings.database
            else f"none at {settings.library_path}"
        ]
    kind = " (the demonstration library)" if library["demonstration"] else ""
    again = library[WOULD_WATCH_AGAIN]
    liked = f"{library['liked']:,} liked" + (f", {again:,} of them you would watch again" if again else "")
    return [f"{library['file']}{kind}", f"{library['rows']:,} rows, {liked}"]


def _labels(found: "Status") -> list[str]:
    labels = found.labels
    if labels is None:
        return ["not known"]
    movies = f"{labels['movies']:,} movie{'' if labels['movies'] == 1 else 's'}"
    if labels["not_learnt"] is None:
        return [f"{movies}; which of them the champion knows, the next training notes"]
    return [f"{movies}: {labels['learnt']:,} learnt, {labels['not_learnt']:,} not yet"]


def _champion(found: "Status") -> list[str]:
    champion = found.champion
    if champion is None:
        return ["none yet"]
    since = f"{champion['since'][:10]}, {champion['since'][11:16]} UTC" if champion["since"] else "an unknown day"
    lines = [f"{champion['version']}, since {since}"]
    shares = [
        f"{what} {_interval(champion[name])}"
        for name, what in (("recall", "recall"), ("flagged", "share flagged"))
        if champion[name]
    ]
    if shares:
        lines.append(f"at {champion['threshold']:g}: {', '.join(shares)}")
        lines.append(f"measured on {champion['measured_on']}; in brackets the 95 % interval")
    lines += [f"provisional: {sentence}" for sentence in champion["provisional"]]
    if champion["decision"] == "kept":
        lines.append("the last training was refused in its favour")
    return lines


def _interval(found: dict[str, Any]) -> str:
    sure = found["low"] is not None and found["high"] is not None
    return f"{found['value']:.1%}" + (f" ({found['low']:.1%} to {found['high']:.1%})" if sure else "")


def _ranking(found: "Status") -> list[str]:
    ranking = found.ranking
    if ranking is None:
        return ["none yet"]
    return [f"{ranking['movies']:,} movies, ranked {ranking['scored_at'][:10]}, {ranking['scored_at'][11:16]} UTC"]


def _waiting(found: "Status", settings: "Settings") -> list[str]:
    def count(name: str, one: str, more: str) -> str:
        number = found.waiting.get(name)
        return f"{'an unknown number of' if number is None else f'{number:,}'} {one if number == 1 else more}"

    return [
        f"{count('review_queue', 'movie', 'movies')} to decide on (movie-pref review)",
        f"{count('labels_until_retrain', 'label', 'labels')} until the next retrain (or {settings.retrain_hours:g} hours)",
        f"{count('removals', 'movie', 'movies')} to remove, by the list of the last run (movie-pref removals)",
        f"{count('import_questions', 'open question', 'open questions')} of an import (movie-pref review)",
    ]


STALE = {
    "library_changed": "the library has changed since the last training (movie-pref run)",
    "candidates_newer": "the candidates are newer than the ranking (movie-pref score)",
    "ranked_by_another_model": "the ranking is by another model than the champion (movie-pref score)",
}
