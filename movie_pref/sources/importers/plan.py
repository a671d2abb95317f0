"""What importing an export would do to the library, the candidates and the label store; and doing it.

The library that is written is always the one of the data folder: a person's own file elsewhere is never changed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from movie_pref.labels.events import effective_labels
from movie_pref.labels.store import LabelStore, NewLabel
from movie_pref.library.fill import known_share, with_found
from movie_pref.library.label_names import WOULD_NOT_WATCH, WOULD_WATCH
from movie_pref.library.tables import Tables, changed, no_movies, read_tables
from movie_pref.settings import Settings
from movie_pref.sources.importers.films import Import, count_reasons
from movie_pref.sources.importers.library_rows import LibraryRows, to_library
from movie_pref.sources.importers.matching import Matches, match, questions
from movie_pref.sources.importers.open_questions import remember_answers, remembered_answers, write_questions

ORIGIN = "import"
HIGHEST = 10.0  # the cut where nothing is rated, so that no film is labelled by it
ASSUMED_PER_LIKED = 10  # candidates taken for not liked, for each film that was only watched
ASSUMED_SHARE = 0.5  # of the candidates; the others are ranked


@dataclass(frozen=True)
class Before:
    """What was there before an import: library, candidates, label events and answers; a demonstration counts as nothing."""

    library: pd.DataFrame
    candidates: pd.DataFrame
    events: pd.DataFrame
    answers: pd.DataFrame | None = None

    @property
    def known(self) -> pd.DataFrame:
        """Library and candidates below one another, as films are matched against."""
        columns = ["imdb_id", "tmdb_id", "media_title", "original_media_title", "release_year", "media_type"]
        parts = [frame.reindex(columns=columns).astype(object) for frame in (self.library, self.candidates)]
        return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True)
class ImportPlan:
    """What an import would write.

    `tables` are the whole library and candidates to write, or None where nothing of them changes; `labels` the events to
    record; `questions` what the person has to settle. `counts` says how many movies each is, in words. `matches` are the
    films with their movies, `cut` the one that was chosen, None where no film is rated.
    """

    matches: Matches
    cut: float | None
    tables: Tables
    labels: list[NewLabel]
    questions: pd.DataFrame
    left_out: pd.DataFrame
    answers: pd.DataFrame | None
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        """Whether carrying it out changes anything but the list of open questions."""
        return any(frame is not None for frame in (self.tables.library, self.tables.candidates)) or bool(self.labels)


def read_before(settings: Settings) -> Before:
    """Library, candidates, events and answers as they are now; demonstration movies are left out."""
    with LabelStore(settings.label_store_url) as store:
        return Before(*read_tables(settings), store.history(), remembered_answers(settings.data))


def plan_import(
    read: Import,
    before: Before,
    choose_cut: Callable[[pd.Series], float],
    search_elsewhere: Callable[[pd.DataFrame], pd.DataFrame | None],
    watched_as_liked: bool = False,
    answers: pd.DataFrame | None = None,
) -> ImportPlan:
    """Work out what the films of an export change; nothing is written.

    A movie that is there keeps its values, what was unknown is filled, and `rating` is the export's. A label becomes an
    event unless the newest import said the same, or the person has labelled the movie in another way since: that stays.

    Parameters
    ----------
    choose_cut
        Says from the ratings (on 0 to 10) from which on films are liked; not asked where nothing is rated.
    search_elsewhere
        Looks up films (`title`, `year`) that no known movie is, and gives movies, or None where it cannot; not asked where
        every film is known.
    watched_as_liked
        Take films that were only watched for liked, and some candidates for not liked.
    answers
        What the person settled in a file of their own, which counts more than what is remembered, to be remembered too.
    """
    settled = _together(before.answers, answers)
    matches = match(read.films, before.known, settled)
    found = search_elsewhere(matches.unmatched[["title", "year"]]) if len(matches.unmatched) else None
    if found is not None:
        matches = match(read.films, pd.concat([before.known, found.astype(object)], ignore_index=True), settled)
    ratings = matches.matched["rating"]
    cut = choose_cut(ratings) if ratings.notna().any() else None
    return _plan(read, matches, before, cut, watched_as_liked, answers)


def _plan(
    read: Import,
    matches: Matches,
    before: Before,
    cut: float | None,
    watched_as_liked: bool,
    answers: pd.DataFrame | None,
) -> ImportPlan:
    rows = to_library(matches.matched, HIGHEST if cut is None else cut, watched_as_liked)
    labelled, assumed = rows.labelled, no_movies()
    unseen = before.candidates[~before.candidates["imdb_id"].isin(labelled["imdb_id"])]
    if watched_as_liked:
        assumed = _assumed(unseen, before.library, rows)
    library = with_found(before.library, pd.concat([labelled, assumed]) if len(assumed) else labelled)
    to_watch = rows.candidates[~rows.candidates["imdb_id"].isin(library["imdb_id"])].drop(columns=["rating", "label"])
    candidates = with_found(before.candidates, to_watch)
    labels, standing = _events(labelled, before.events, read.path.name)
    new = ~labelled["imdb_id"].isin(before.library["imdb_id"])
    counts = {
        "films read": len(read.films),
        "liked": int((labelled["label"] == WOULD_WATCH).sum()),
        "not liked": int((labelled["label"] == WOULD_NOT_WATCH).sum()),
        "new in the library": int(new.sum()),
        "in the library already": int((~new).sum()),
        "labels to record": len(labels),
        "labels that you gave otherwise, which stay": standing,
        "new candidates, from the watchlist": int((~to_watch["imdb_id"].isin(before.candidates["imdb_id"])).sum()),
        "candidates taken for not liked": len(assumed),
        "to be settled by you": len(matches.ambiguous) + len(matches.unmatched),
        "that you said are nowhere": len(matches.dismissed),
    }
    return ImportPlan(
        matches,
        cut,
        Tables(changed(library, before.library), changed(candidates, before.candidates)),
        labels,
        questions(matches, before.known),
        pd.concat([read.left_out, rows.left_out], ignore_index=True),
        answers,
        counts,
    )


def carry_out(plan: ImportPlan, settings: Settings) -> None:
    """Write what a plan says, each file whole; interrupted anywhere, the same import again finishes it.

    The tables come first and the labels last, in one transaction, so that no label is of a movie that is nowhere.
    """
    plan.tables.write(settings)
    if plan.answers is not None and len(plan.answers):
        remember_answers(settings.data, plan.answers)
    write_questions(settings.data, plan.questions)
    if plan.labels:
        with LabelStore(settings.label_store_url) as store:
            store.record_all(plan.labels)


def missing_features(library: pd.DataFrame, features: Iterable[str]) -> pd.DataFrame:
    """Features that are known for less than half of the movies: `feature` and `known` (a share), the least known first."""
    known = {name: known_share(library, name) for name in features}
    found = pd.DataFrame({"feature": list(known), "known": list(known.values())})
    return found[found["known"] < 0.5].sort_values("known", kind="stable", ignore_index=True)


def account(plan: ImportPlan) -> pd.DataFrame:
    """What was left out, by `reason`, with `rows`."""
    return count_reasons(plan.left_out)


def _together(known: pd.DataFrame | None, given: pd.DataFrame | None) -> pd.DataFrame | None:
    """Answers that are remembered and those of a file, which count more."""
    there = [one for one in (known, given) if one is not None]
    if not there:
        return None
    return pd.concat(there, ignore_index=True).drop_duplicates(["title", "year", "uri"], keep="last")


def _assumed(unseen: pd.DataFrame, library: pd.DataFrame, rows: LibraryRows) -> pd.DataFrame:
    """Candidates that stand for what is not liked: picked by a hash of the imdb_id, at most half of them.

    They stand in for disliked films only so far as those are not there yet, so that the same import again adds none.
    """
    liked = int((rows.labelled["label"] == WOULD_WATCH).sum())
    there = int((library["label"] == WOULD_NOT_WATCH).sum()) + int((rows.labelled["label"] == WOULD_NOT_WATCH).sum())
    wanted = min(ASSUMED_PER_LIKED * liked - there, int(ASSUMED_SHARE * len(unseen)))
    if there or wanted <= 0:
        return no_movies()
    mark = pd.util.hash_array(unseen["imdb_id"].to_numpy(dtype=object))
    return unseen.iloc[np.sort(np.argsort(mark, kind="stable")[:wanted])].assign(label=WOULD_NOT_WATCH)


def _events(labelled: pd.DataFrame, events: pd.DataFrame, file: str) -> tuple[list[NewLabel], int]:
    """The labels to record, and how many the person gave otherwise by hand, which stand."""
    effective = effective_labels(events).set_index("imdb_id")
    imported = events[(events["origin"] == ORIGIN) & events["label"].notna()].drop_duplicates("imdb_id", keep="last")
    before = imported.set_index("imdb_id")["label"].to_dict()
    origins, new, standing = effective["origin"].to_dict(), [], 0
    for imdb_id, label in zip(labelled["imdb_id"], labelled["label"], strict=True):
        if imdb_id in origins and origins[imdb_id] != ORIGIN:
            standing += effective.loc[imdb_id, "label"] != label
        elif before.get(imdb_id) != label:
            new.append(NewLabel(imdb_id, label, origin=ORIGIN, file=file))
    return new, int(standing)
