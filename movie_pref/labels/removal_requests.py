"""Which movies a download manager may delete: you would not watch them now, and something said before that you would.

That is an earlier label, or a ranking that was there before you decided. From would_watch_again to would_not_watch is a
strong change, and stands first. The next ranking has no decided movie in it, so
a request that a prediction gave is carried over from file to file for as long as the label that counts is against it.
Only movies are requested, never television; what a machine set counts neither for nor against.
"""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from movie_pref.data_folder import DataFolder
from movie_pref.files import whole_file
from movie_pref.labels.events import effective_labels
from movie_pref.labels.store import LabelStore
from movie_pref.library.label_names import LABELS, LIKED, WOULD_NOT_WATCH, WOULD_WATCH_AGAIN
from movie_pref.settings import Settings

STRONG_CHANGE, LABEL, PREDICTION = "strong_change", "label", "prediction"
COLUMNS = {
    "imdb_id": "str",
    "media_title": "str",
    "release_year": "int64",
    "evidence": "str",
    "reason": "str",
    "probability": "float64",
    "decided_at": "datetime64[us, UTC]",
}
IDENTITY = {"imdb_id": "str", "media_title": "str", "release_year": "int64"}
FLAGGED = {**IDENTITY, "probability": "float64", "scored_at": "datetime64[us, UTC]"}


def decided_against(library: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """The movies whose label that counts is would_not_watch, television of the library left out.

    A label of the store counts before the library's, which counts where it trains.

    Parameters
    ----------
    library
        The library, contract applied, without the labels of the store.
    events
        As `LabelStore.history` gives them.

    Returns
    -------
    DataFrame of `imdb_id` (unique, sorted), `decided_at` (UTC, null where the library says so), `by` (`you` or `the
    library`) and `anomalous`.
    """
    from movie_pref.library.training_rows import trainable

    said = effective_labels(events)
    mine = said.loc[said["label"] == WOULD_NOT_WATCH, ["imdb_id", "at"]].rename(columns={"at": "decided_at"})
    silent = library[
        trainable(library) & (library["label"] == WOULD_NOT_WATCH) & ~library["imdb_id"].isin(said["imdb_id"])
    ]
    theirs = silent[["imdb_id"]].assign(decided_at=pd.NaT)
    found = pd.concat([part.astype(object) for part in (mine.assign(by="you"), theirs.assign(by="the library"))])
    television = library.loc[library["media_type"] != "movie", "imdb_id"]
    found = found[~found["imdb_id"].isin(television)].sort_values("imdb_id")
    found["decided_at"] = pd.to_datetime(found["decided_at"], utc=True)
    odd = library.loc[library["anomalous"].fillna(False).astype(bool), "imdb_id"] if "anomalous" in library else []
    kinds = {"imdb_id": "str", "decided_at": COLUMNS["decided_at"], "by": "str"}
    return found.astype(kinds).assign(anomalous=lambda rows: rows["imdb_id"].isin(odd)).reset_index(drop=True)


def liked_before(events: pd.DataFrame, decided: pd.DataFrame) -> dict[str, str]:
    """The decided movies that a human liked before and did not take it back, each with the best label that it had."""
    liked: dict[str, str] = {}
    events = events[events["imdb_id"].isin(decided["imdb_id"])]
    while len(standing := effective_labels(events)):  # the newest labels, then those under them, and so on
        for movie in standing[standing["label"].isin(LIKED)].itertuples():
            liked[movie.imdb_id] = max(liked.get(movie.imdb_id, LABELS[0]), movie.label, key=LABELS.index)
        events = events[~events["event"].isin(standing["event"])]
    return liked


def removal_requests(
    library: pd.DataFrame,
    events: pd.DataFrame,
    flagged: pd.DataFrame,
    former: pd.DataFrame,
    others: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Each movie that is would_not_watch now and that was liked before, by a label or by a prediction.

    The same input gives the same requests, and so do they as `former`.

    Parameters
    ----------
    library, events
        As for `decided_against`.
    flagged
        The movies that the ranking predicts to be would_watch, in the columns `FLAGGED`.
    former
        The requests as they were (`COLUMNS`).
    others
        Movies that are in none of these, with `imdb_id`, `media_title` and `release_year`: they give titles.

    Returns
    -------
    DataFrame of `COLUMNS`, strong changes first, then the newest decision. `evidence` is `strong_change` (the label was
    would_watch_again), `label` or `prediction`, `probability` the one that the champion gave, null where it is not known. A movie that is nowhere is left out: it may be television.
    """
    decided = decided_against(library, events)
    known = _titles(library[library["media_type"] == "movie"], flagged, former, others)
    found = _with_evidence(decided, library, events, flagged, former)
    rows = found[found["imdb_id"].isin(known.index)]
    rows = rows.assign(**{name: rows["imdb_id"].map(known[name]) for name in ("media_title", "release_year")})
    ordered = rows.assign(strong=rows["evidence"] == STRONG_CHANGE).sort_values(
        ["strong", "decided_at", "imdb_id"], ascending=[False, False, True], na_position="last", kind="stable"
    )
    return ordered[list(COLUMNS)].astype(COLUMNS).reset_index(drop=True)


def current_requests(settings: Settings) -> pd.DataFrame:
    """The requests as labels, library and ranking are now, in `COLUMNS`; writes nothing.

    Raises
    ------
    UserError
        The library or the label store cannot be read. A ranking that is not there or damaged is no evidence.
    """
    with LabelStore(settings.label_store_url) as store:
        events = store.history()
    library = _library(settings.library_path)
    decided = decided_against(library, events)
    flagged = _flagged(DataFolder(settings.data).asset("scored_candidates"), decided["imdb_id"])
    former = read_requests(settings.data)
    untitled = _with_evidence(decided, library, events, flagged, former)["imdb_id"]
    untitled = untitled[~untitled.isin(_titles(library, flagged, former, None).index)]
    return removal_requests(library, events, flagged, former, _elsewhere(settings, untitled))


def write_requests(settings: Settings) -> pd.DataFrame:
    """Write `removal_requests.parquet` as it is now, whole or not at all, and return it."""
    found = current_requests(settings)
    with whole_file(DataFolder(settings.data).asset("removal_requests")) as temporary:
        found.to_parquet(temporary, index=False)
    return found


def read_requests(data: Path) -> pd.DataFrame:
    """The requests of the file; none where there is no file.

    A damaged one is put aside as `removal_requests.parquet.damaged`, so that no ranking has to wait for it.
    """
    path = DataFolder(data).asset("removal_requests")
    if path.exists():
        try:
            return pq.read_table(path, columns=list(COLUMNS)).to_pandas().astype(COLUMNS)
        except MemoryError:  # Arrow's own is one of its exceptions, too
            raise
        except (pa.ArrowException, ValueError, OSError):
            path.replace(path.with_name(f"{path.name}.damaged"))
    return pd.DataFrame(columns=list(COLUMNS)).astype(COLUMNS)


def _with_evidence(
    decided: pd.DataFrame, library: pd.DataFrame, events: pd.DataFrame, flagged: pd.DataFrame, former: pd.DataFrame
) -> pd.DataFrame:
    """The decided movies with evidence: `imdb_id`, `decided_at`, `evidence`, `reason`, `probability`."""
    by_you = liked_before(events, decided)
    by_library = library[library["label"].isin(LIKED)].set_index("imdb_id")["label"].to_dict()
    predicted = _predicted_before(decided, flagged)
    carried = former.set_index("imdb_id")
    rows = []
    for movie in decided.itertuples():
        imdb_id = str(movie.imdb_id)
        before = carried.loc[imdb_id] if imdb_id in carried.index else None
        probability = predicted.get(imdb_id, None if before is None else before["probability"])
        said = [
            (who, label[imdb_id]) for who, label in (("The library", by_library), ("You", by_you)) if imdb_id in label
        ]
        if said:
            who, label = max(said, key=lambda one: LABELS.index(one[1]))
            evidence = STRONG_CHANGE if label == WOULD_WATCH_AGAIN else LABEL
            what = f"{label} before {movie.by} said would_not_watch"
            reason = f"{who} said {what}{': a strong change' if evidence == STRONG_CHANGE else ''}."
        elif imdb_id in predicted:
            evidence = PREDICTION
            reason = f"The champion predicted would_watch, with a probability of {probability:.1%}, before {movie.by} said would_not_watch."
        elif before is not None:
            evidence, reason = before["evidence"], before["reason"]
        else:
            continue
        rows.append((imdb_id, movie.decided_at, evidence, reason, probability))
    found = pd.DataFrame(rows, columns=["imdb_id", "decided_at", "evidence", "reason", "probability"])
    return found.assign(decided_at=pd.to_datetime(found["decided_at"], utc=True))


def _predicted_before(decided: pd.DataFrame, flagged: pd.DataFrame) -> dict[str, float]:
    """The probability of each decided movie that was flagged before the decision.

    A decided movie is ranked no more, so one that is in the ranking was ranked before. An anomalous one is ranked
    whatever its label: there the moment tells.
    """
    both = flagged.merge(decided, on="imdb_id")
    earlier = both[~both["anomalous"] | (both["scored_at"] <= both["decided_at"])]
    return dict(zip(earlier["imdb_id"], earlier["probability"], strict=True))


def _titles(*sources: pd.DataFrame | None) -> pd.DataFrame:
    """Title and year by imdb_id; the first source that has a movie counts."""
    parts = [source[list(IDENTITY)].astype(IDENTITY) for source in sources if source is not None]
    return pd.concat(parts).drop_duplicates("imdb_id").set_index("imdb_id")


def _library(path: Path) -> pd.DataFrame:
    """The library, contract applied; no rows where there is no file."""
    from movie_pref.library.read import read_library

    if not path.exists():
        return pd.DataFrame({**dict.fromkeys(IDENTITY, ()), "label": (), "media_type": ()}).astype(
            {**IDENTITY, "label": "str", "media_type": "str"}
        )
    return read_library(path).rows


def _flagged(path: Path, imdb_ids: pd.Series) -> pd.DataFrame:
    """The rows of a ranking that are predicted would_watch, of these movies only; none where it is not there or damaged."""
    nothing = pd.DataFrame(columns=list(FLAGGED)).astype(FLAGGED)
    if not path.exists() or imdb_ids.empty:
        return nothing
    wanted = [("imdb_id", "in", imdb_ids.tolist()), ("prediction", "==", 1)]
    try:
        return pq.read_table(path, columns=list(FLAGGED), filters=wanted).to_pandas().astype(FLAGGED)
    except MemoryError:
        raise
    except (pa.ArrowException, ValueError, OSError):
        return nothing


def _elsewhere(settings: Settings, imdb_ids: pd.Series) -> pd.DataFrame | None:
    """These movies as the files know them; nothing is read where none is asked for."""
    from movie_pref.library.lookup import known_movies

    if imdb_ids.empty:
        return None
    found = known_movies(settings)
    found = found[found["imdb_id"].isin(imdb_ids) & (found["media_type"] == "movie")]
    return found.dropna(subset=list(IDENTITY)).astype({"release_year": "float64"})
