"""What importing an export would do to the library, the candidates and the label store; and doing it.

The library that is written is always the one of the data folder: a person's own file elsewhere is never changed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from movie_pref.labels.events import effective_labels
from movie_pref.labels.store import LabelStore, NewLabel
from movie_pref.library.fill import known_share, with_found
from movie_pref.library.label_names import LIKED, WOULD_NOT_WATCH, WOULD_WATCH_AGAIN
from movie_pref.library.tables import Tables, changed, no_movies, read_tables
from movie_pref.library.training_rows import has_third_label
from movie_pref.settings import Settings
from movie_pref.sources.importers import films
from movie_pref.sources.importers.film_labels import HIGHEST, label_films, second_cut
from movie_pref.sources.importers.films import Import, count_reasons
from movie_pref.sources.importers.kept_films import read_kept, write_kept
from movie_pref.sources.importers.library_rows import LibraryRows, to_library
from movie_pref.sources.importers.matching import Matches, match, questions
from movie_pref.sources.importers.open_questions import remember_answers, remembered_answers, write_questions

ORIGIN = "import"
ASSUMED_PER_LIKED = 10  # candidates taken for not liked, for each film that was only watched
ASSUMED_SHARE = 0.5  # of the candidates; the others are ranked


@dataclass(frozen=True)
class Before:
    """What was there before an import: library, candidates, label events, answers and films that wait for a movie.

    A demonstration counts as nothing.
    """

    library: pd.DataFrame
    candidates: pd.DataFrame
    events: pd.DataFrame
    answers: pd.DataFrame | None = None
    waiting: pd.DataFrame = field(default_factory=lambda: films.as_films(pd.DataFrame()))

    @property
    def third_label(self) -> bool:
        """Whether a movie of the library, or a label that counts, is `would_watch_again`."""
        return has_third_label(self.library["label"]) or has_third_label(effective_labels(self.events)["label"])

    @property
    def known(self) -> pd.DataFrame:
        """Library and candidates below one another, as films are matched against."""
        columns = [
            *("imdb_id", "tmdb_id", "media_title", "original_media_title", "release_year", "media_type", "imdb_votes"),
            "tmdb_votes",
        ]
        parts = [frame.reindex(columns=columns).astype(object) for frame in (self.library, self.candidates)]
        return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True)
class ImportPlan:
    """What an import would write.

    `tables` are the whole library and candidates to write, or None where nothing of them changes; `labels` the events to
    record; `questions` what the person has to settle; `waiting` the films that no movie was found for, which are kept.
    `counts` says how many movies each is, in words. `matches` are the films with their movies, `cut` the one that was
    chosen, None where no film is rated; `again_from` the second one, None where there are two labels, and then
    `favourites_seen` says how many films would have the third; `looked_up` whether names could be looked up anywhere but in the library.
    """

    matches: Matches
    cut: float | None
    again_from: float | None
    tables: Tables
    labels: list[NewLabel]
    questions: pd.DataFrame
    waiting: pd.DataFrame
    left_out: pd.DataFrame
    answers: pd.DataFrame | None
    looked_up: bool = True
    favourites_seen: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def namesakes(self) -> pd.DataFrame:
        """The films for which, of several movies of their name, the one with by far the most votes was taken."""
        return self.matches.matched[self.matches.matched["how"] == "votes"]

    @property
    def changes(self) -> bool:
        """Whether carrying it out changes anything but the lists of what is open."""
        return any(frame is not None for frame in (self.tables.library, self.tables.candidates)) or bool(self.labels)


@dataclass(frozen=True)
class Helpers:
    """What an import asks of others.

    `choose_cut` says from the ratings (on 0 to 10) from which on films are liked; it is not asked where nothing is rated.
    `search_elsewhere` looks up films (`title`, `year`) that no known movie surely is, and movies by imdb_id, and gives movies
    by the library's columns, or None where it cannot. `probability` says of movies how likely the person watches them, by
    imdb_id, or gives None where there is no model. `last_cut` is what the person confirmed before, if anything.
    `choose_again` says from the films and that cut (or None) from which rating on they are favourites, None for two labels.
    """

    choose_cut: Callable[[pd.Series], float]
    search_elsewhere: Callable[[pd.DataFrame, set[str]], pd.DataFrame | None] = lambda films, ids: None
    probability: Callable[[pd.DataFrame], pd.Series | None] = lambda movies: None
    last_cut: float | None = None
    choose_again: Callable[[pd.DataFrame, float | None], float | None] = lambda films, cut: None


def read_before(settings: Settings) -> Before:
    """Library, candidates, events, answers and films that wait as they are now; demonstration movies are left out."""
    with LabelStore(settings.label_store_url) as store:
        events = store.history()
    return Before(*read_tables(settings), events, remembered_answers(settings.data), read_kept(settings.data))


def plan_import(
    read: Import, before: Before, helpers: Helpers, watched_as_liked: bool = False, answers: pd.DataFrame | None = None
) -> ImportPlan:
    """Work out what the films of an export, or of several together, change, with those that wait; nothing is written.

    A movie that is there keeps its values, what was unknown is filled, and `rating` is the export's, of several the newer. A
    label becomes an event unless the newest import said the same, or the person has labelled the movie in another way
    since: that stays.

    Parameters
    ----------
    watched_as_liked
        Take films that were only watched for liked, and some candidates for not liked.
    answers
        What the person settled in a file of their own, which counts more than what is remembered, to be remembered too.
    """
    settled, given, known = _together(before.answers, answers), _given(read, before), before.known
    matches = match(given, known, settled)
    open_ = pd.concat([matches.unmatched, matches.ambiguous])[["title", "year"]].dropna(subset=["title"])
    found = helpers.search_elsewhere(open_, set(matches.matched["imdb_id"])) if len(given) else None
    if found is not None:
        known = pd.concat([found.astype(object), known], ignore_index=True)
        matches = match(given, known, settled)
        found = (
            found.assign(imdb_votes=found["imdb_votes"].where(found["imdb_votes"] > 0))
            if "imdb_votes" in found
            else found
        )
    matches = matches._replace(matched=films.one_each(matches.matched))
    ratings = matches.matched["rating"]
    cut = helpers.choose_cut(ratings) if ratings.notna().any() else None
    again_from = helpers.choose_again(matches.matched, cut)
    plan = _plan(read, matches, before, found, (cut, again_from), watched_as_liked)
    seen = 0 if again_from is not None else _favourites_seen(matches.matched, cut)
    asked = matches if found is not None else matches._replace(unmatched=matches.unmatched.head(0))
    worth = _worth(asked.ambiguous, known, helpers.last_cut if cut is None else cut, helpers)
    asked_about = questions(asked, known, worth)
    return replace(plan, answers=answers, questions=asked_about, looked_up=found is not None, favourites_seen=seen)


def nameless(read: Import, before: Before, answers: pd.DataFrame | None = None) -> int:
    """How many films of an export, and of those that wait, are no movie that is known already."""
    found = match(_given(read, before), before.known, _together(before.answers, answers))
    return len(found.unmatched)


def _given(read: Import, before: Before) -> pd.DataFrame:
    """The films that wait and those of the exports, each once: what was rated before what was not, then the newer."""
    every = films.concat([before.waiting, read.films], films.COLUMNS)
    return films.combine(every.assign(key=_keys(every), rank=every["rating"].isna().astype("int64")))[0]


def _plan(
    read: Import,
    matches: Matches,
    before: Before,
    found: pd.DataFrame | None,
    cuts: tuple[float | None, float | None],
    watched_as_liked: bool,
) -> ImportPlan:
    cut, again_from = cuts
    rows = to_library(matches.matched, cut, watched_as_liked, again_from)
    labelled, assumed = rows.labelled, no_movies()
    unseen = before.candidates[~before.candidates["imdb_id"].isin(labelled["imdb_id"])]
    if watched_as_liked:
        assumed = _assumed(unseen, before.library, rows)
    library = with_found(before.library, pd.concat([labelled, assumed]) if len(assumed) else labelled)
    to_watch = rows.candidates[~rows.candidates["imdb_id"].isin(library["imdb_id"])].drop(columns=["rating", "label"])
    candidates = with_found(before.candidates, to_watch)
    if found is not None:
        library, candidates = (
            with_found(one, found[found["imdb_id"].isin(one["imdb_id"])]) for one in (library, candidates)
        )
    labels, standing = _events(labelled, before.events, read.name)
    new = ~labelled["imdb_id"].isin(before.library["imdb_id"])
    looked_up, unmatched = found is not None, len(matches.unmatched)
    counts = {
        "films read": len(read.films),
        "kept from an import before": len(before.waiting),
        "liked": int(labelled["label"].isin(LIKED).sum()),
        "of these you would watch again": int((labelled["label"] == WOULD_WATCH_AGAIN).sum()),
        "not liked": int((labelled["label"] == WOULD_NOT_WATCH).sum()),
        "new in the library": int(new.sum()),
        "in the library already": int((~new).sum()),
        "labels to record": len(labels),
        "labels that you gave otherwise, which stay": standing,
        "new candidates, wished for": int((~to_watch["imdb_id"].isin(before.candidates["imdb_id"])).sum()),
        "candidates taken for not liked": len(assumed),
        "of several of one name, by far the best known taken": int((matches.matched["how"] == "votes").sum()),
        "by a name written a little otherwise": int((matches.matched["how"] == "like name").sum()),
        "to be settled by you": len(matches.ambiguous) + looked_up * unmatched,
        "kept until they can be looked up": (not looked_up) * unmatched,
        "that you said are nowhere": len(matches.dismissed),
    }
    return ImportPlan(
        matches,
        cut,
        again_from,
        Tables(changed(library, before.library), changed(candidates, before.candidates)),
        labels,
        questions=pd.DataFrame(),
        waiting=films.concat([matches.ambiguous, matches.unmatched], films.COLUMNS)[list(films.COLUMNS)],
        left_out=pd.concat([read.left_out, rows.left_out], ignore_index=True),
        answers=None,
        counts=counts,
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
    write_kept(settings.data, plan.waiting)


def missing_features(library: pd.DataFrame, features: Iterable[str]) -> pd.DataFrame:
    """Features that are known for less than half of the movies: `feature` and `known` (a share), the least known first."""
    known = {name: known_share(library, name) for name in features}
    found = pd.DataFrame({"feature": list(known), "known": list(known.values())})
    return found[found["known"] < 0.5].sort_values("known", kind="stable", ignore_index=True)


def account(plan: ImportPlan) -> pd.DataFrame:
    """What was left out, by `reason`, with `rows`."""
    return count_reasons(plan.left_out)


def _keys(rows: pd.DataFrame) -> pd.Series:
    """The same text for the same film of one site: its identifier, its address, or its name and year."""
    named = rows["title"].fillna("") + "\t" + rows["year"].astype("str").fillna("")
    return rows["imdb_id"].fillna(rows["uri"]).fillna(named).astype("str")


def _worth(asked: pd.DataFrame, known: pd.DataFrame, cut: float | None, helpers: Helpers) -> pd.Series:
    """What knowing each film would teach the model, by index: how far its label lies from what the model says of the movies that
    it may be, or the doubt about one without a label; without a model how well known the best known of them is."""
    movies = known.drop_duplicates("imdb_id").set_index("imdb_id", drop=False)
    wanted = asked["suggestions"].explode().dropna().drop_duplicates()
    if asked.empty or wanted.empty:
        return pd.Series(0.0, index=asked.index)
    probability = helpers.probability(movies.loc[movies.index.intersection(wanted)].reset_index(drop=True))
    if probability is None:
        votes = movies.reindex(columns=["imdb_votes", "tmdb_votes"]).apply(pd.to_numeric, errors="coerce").max(axis=1)
        return asked["suggestions"].map(lambda ids: votes.reindex(ids).fillna(0).max())
    said = asked["suggestions"].map(lambda ids: probability.reindex(ids).mean())
    liked = (asked["rating"] >= (HIGHEST if cut is None else cut)).astype("float64")
    return (liked - said).abs().where(asked["rating"].notna(), said * (1 - said)).fillna(0)


def _favourites_seen(matched: pd.DataFrame, cut: float | None) -> int:
    """How many films would be favourites by the second cut that would be proposed, and by what the site says."""
    label = label_films(matched, cut, second_cut(matched["rating"], cut))
    return int((label == WOULD_WATCH_AGAIN).sum())


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
    liked = int(rows.labelled["label"].isin(LIKED).sum())
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
