"""Ranking candidates in batches, so that ten million movies need no more memory than their titles and probabilities."""

import heapq
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from movie_pref.errors import UserError, cause
from movie_pref.files import whole_file
from movie_pref.library.identifiers import FORM, arrow_imdb_ids
from movie_pref.metrics.order import perhaps_again, ranked_by
from movie_pref.model.champion import Champion
from movie_pref.model.second_question import given_liked
from movie_pref.ranking.previous_ranking import keep_ranking
from movie_pref.ranking.reasons import reasons

IDENTITY = ("imdb_id", "media_title", "release_year")
# what is kept of each movie until all are ranked; small, since it is kept of ten million
KEPT = pa.schema({"number": pa.int32(), "media_title": pa.string(), "release_year": pa.int16()})
# beside the first question's, where there is a second
OF_SECOND = pa.schema({"probability_again": pa.float64(), "prediction_again": pa.int8(), "reasons_again": pa.string()})
SCHEMA = pa.schema(
    {
        "imdb_id": pa.string(),
        "media_title": pa.string(),
        "release_year": pa.int64(),
        "probability": pa.float64(),
        "calibrated_probability": pa.float64(),
        "prediction": pa.int8(),
        "rank": pa.int64(),
        "reasons": pa.string(),
        "model_version": pa.string(),
        "scored_at": pa.timestamp("us", tz="UTC"),
    }
)


@dataclass
class Ranking:
    """Candidates with their probabilities in the order they came in, and their order from best to worst.

    `reasons` has a text for each of the best, in ranking order; `again`, `perhaps` (whether it is said to be one to watch
    again) and `reasons_again` are the same of the second question, None where there is none; `clipped` counts the values outside the training range by feature; `seconds` says
    how long each stage took.
    """

    movies: pa.Table
    probability: np.ndarray
    order: np.ndarray
    reasons: list[str]
    again: np.ndarray | None = None
    perhaps: np.ndarray | None = None
    reasons_again: list[str] = field(default_factory=list)
    clipped: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


class _Clock:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - started


def score(
    champion: Champion | str | Path, rows: pd.DataFrame, reasons_for: int = 1000, again_weight: float = 1.0
) -> pd.DataFrame:
    """Rank movies, best first.

    Parameters
    ----------
    champion
        The promoted model, or the folder that it lies in (`data/model`).
    rows
        Movies in the library's columns; a column that is absent counts as not known.
    reasons_for
        How many of the best get reasons.
    again_weight
        How much the probability to be watched again counts in the order, where the champion answers that too.

    Returns
    -------
    DataFrame in the columns of `scored_candidates.parquet`.

    Raises
    ------
    UserError
        No model was promoted in that folder, or it is damaged.
    """
    champion = champion if isinstance(champion, Champion) else Champion.load(champion)
    identity = pa.table({name: pa.array(rows[name]) for name in IDENTITY})
    batches = [(identity, champion.model.preprocessing.table(rows))]
    ranking = rank(champion, batches, reasons_for, again_weight=again_weight)
    return pa.concat_tables(ranked_tables(champion, ranking)).to_pandas()


def score_file(
    champion: Champion,
    source: Path,
    target: Path,
    batch_rows: int = 50_000,
    reasons_for: int = 1000,
    threads: int = 1,
    previous: Path | None = None,
    again_weight: float = 1.0,
) -> Ranking:
    """Rank the movies of a Parquet file into another one, best first.

    Only the columns that the model needs are read, `batch_rows` at a time; the target is written whole or not at all.
    What an earlier ranking at `target` said is kept at `previous`, where the new one says something else.

    Raises
    ------
    UserError
        The source is no Parquet file with the identity columns, or the target cannot be written.
    """
    clock = _Clock()
    champion.model.serving.use_threads(threads)
    with _frugal_memory():
        try:
            batches = _read(source, champion.model.preprocessing.inputs, batch_rows, clock)
            ranking = rank(champion, batches, reasons_for, clock, again_weight)
        except (pa.ArrowInvalid, OSError) as error:
            raise UserError(f"{source} cannot be read as Parquet ({cause(error)}); make it again.") from error
        with clock.stage("write"), whole_file(target) as temporary:
            with pq.ParquetWriter(temporary, _schema(ranking)) as writer:
                for table in ranked_tables(champion, ranking):
                    writer.write_table(table)
            if previous is not None:
                keep_ranking(target, temporary, previous)
    ranking.seconds = dict(clock.seconds)
    return ranking


def rank(
    champion: Champion,
    batches: Iterable[tuple[pa.Table, pa.Table]],
    reasons_for: int = 1000,
    clock: _Clock | None = None,
    again_weight: float = 1.0,
) -> Ranking:
    """Score batches of (identity columns, feature columns) and order all of them by `ranked_by`, then by imdb_id."""
    clock = clock or _Clock()
    preprocessing, committee, second = champion.model.preprocessing, champion.model.serving, champion.model.again
    kept_parts: list[pa.Table] = []
    probabilities, agains = [np.empty(0, dtype=np.float64)], [np.empty(0, dtype=np.float64)]
    clipped: dict[str, int] = defaultdict(int)
    best = _Best(reasons_for)
    for identity, features in batches:
        with clock.stage("preprocess"):
            matrix = preprocessing.matrix(features)
        with clock.stage("score"):
            found = committee.predict(matrix.values)
            again = np.zeros(len(found))
            if second is not None:
                again = found * given_liked(second, second.serving, matrix.values)
        kept = _compact(identity)
        kept_parts.append(kept)
        probabilities.append(found)
        agains.append(again)
        best.offer(ranked_by(found, again, again_weight), kept["number"].to_numpy(), matrix.values)
        for name, count in matrix.clipped.items():
            clipped[name] += count
    with clock.stage("rank"):
        probability, again = np.concatenate(probabilities), np.concatenate(agains)
        probabilities.clear()
        agains.clear()
        movies = _contiguous(kept_parts)
        order = _order(ranked_by(probability, again, again_weight), movies["number"].to_numpy())
    with clock.stage("explain"):
        chosen = best.values()
        liked = probability[order[: len(chosen)]] >= champion.threshold
        texts = reasons(committee, chosen, preprocessing, liked)
        if second is None:
            return Ranking(movies, probability, order, texts, None, None, [], dict(clipped), dict(clock.seconds))
        perhaps = perhaps_again(probability, again, champion.threshold) & second.facts["learnt"]
        texts_again = reasons(second.serving, chosen, preprocessing, perhaps[order[: len(chosen)]])
    return Ranking(movies, probability, order, texts, again, perhaps, texts_again, dict(clipped), dict(clock.seconds))


def ranked_tables(champion: Champion, ranking: Ranking, rows: int = 200_000) -> Iterator[pa.Table]:
    """The ranking, best first, in the columns of `scored_candidates.parquet`, some rows at a time."""
    scored_at = datetime.now(UTC)
    for start in range(0, max(1, len(ranking.order)), rows):
        order = ranking.order[start : start + rows]
        probability = ranking.probability[order]
        movies = ranking.movies.take(pa.array(order))
        columns = {
            "imdb_id": _imdb_id(movies["number"].to_numpy()),
            "media_title": movies["media_title"],
            "release_year": movies["release_year"],
            "probability": probability,
            "calibrated_probability": champion.calibrate(probability),
            "prediction": (probability >= champion.threshold).astype(np.int8),
            "rank": np.arange(start + 1, start + 1 + len(order)),
            "reasons": _texts(ranking.reasons, start, len(order)),
            "model_version": pa.repeat(champion.version, len(order)),
            "scored_at": pa.repeat(pa.scalar(scored_at, SCHEMA.field("scored_at").type), len(order)),
        }
        if ranking.again is not None and ranking.perhaps is not None:
            columns["probability_again"] = ranking.again[order]
            columns["prediction_again"] = ranking.perhaps[order].astype(np.int8)
            columns["reasons_again"] = _texts(ranking.reasons_again, start, len(order))
        schema = _schema(ranking)
        yield pa.table({name: columns[name] for name in schema.names}).cast(schema)


def _schema(ranking: Ranking) -> pa.Schema:
    return SCHEMA if ranking.again is None else pa.schema([*SCHEMA, *OF_SECOND])


def _texts(texts: list[str], start: int, count: int) -> pa.Array:
    """The texts of these places of the ranking, null where there is none."""
    found = texts[start : start + count]
    return pa.array(found + [None] * (count - len(found)), pa.string())


def _contiguous(parts: list[pa.Table]) -> pa.Table:
    """The parts as one table of whole columns, freeing the parts column by column; empties the list."""
    if not parts:
        return KEPT.empty_table()
    table = pa.concat_tables(parts)
    parts.clear()
    columns = {}
    for name in KEPT.names:
        columns[name] = table[name].combine_chunks()
        table = table.drop_columns([name])
    return pa.table(columns)


@contextmanager
def _frugal_memory() -> Iterator[None]:
    """Let Arrow use the system's allocator: its own keeps 0.35 GiB of freed buffers on ten million rows."""
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


class _Best:
    """The model columns of the best rows so far, kept in ranking order without keeping all rows."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._rows: list[tuple[float, int, np.ndarray]] = []

    def offer(self, probability: np.ndarray, number: np.ndarray, values: np.ndarray) -> None:
        enough = len(self._rows) == self.count
        worst = -self._rows[-1][0] if self._rows and enough else -1.0
        near = _order(probability, number)[: self.count]
        near = near[probability[near] >= worst]
        entries = [(-float(probability[row]), int(number[row]), values[row].copy()) for row in near.tolist()]
        self._rows = heapq.nsmallest(self.count, self._rows + entries, key=lambda entry: entry[:2])

    def values(self) -> np.ndarray:
        return np.stack([row for *_, row in self._rows]) if self._rows else np.empty((0, 0), dtype=np.float32)


def _order(probability: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Positions from the highest probability to the lowest; equal ones by imdb_id."""
    return np.lexsort((number, -probability))


def _compact(identity: pa.Table) -> pa.Table:
    """imdb_id, title and year in less memory: identifiers as even numbers (7 digits) or odd ones (8), in their order.

    Raises
    ------
    UserError
        An imdb_id is not tt and 7 or 8 digits.
    """
    imdb_id = identity["imdb_id"].cast(pa.string())
    odd = pc.filter(imdb_id, pc.invert(arrow_imdb_ids(imdb_id)))
    if len(odd):
        raise UserError(
            f"A candidate has the imdb_id {odd[0].as_py()!r}, which is not {FORM}; mend or leave out the row."
        )
    digits = pc.cast(pc.utf8_slice_codeunits(imdb_id, 2), pa.int32()).to_numpy()
    number = np.where(pc.utf8_length(imdb_id).to_numpy() == 10, 2 * digits + 1, 20 * digits)
    return pa.table([pa.array(number), identity["media_title"], identity["release_year"]], names=KEPT.names).cast(KEPT)


def _imdb_id(number: np.ndarray) -> pa.Array:
    """What `_compact` made a number of."""
    eight = number % 2 == 1
    digits = pc.cast(pa.array(np.where(eight, number // 2, number // 20)), pa.string())
    padded = pc.if_else(pa.array(eight), pc.utf8_lpad(digits, 8, "0"), pc.utf8_lpad(digits, 7, "0"))
    return pc.binary_join_element_wise("tt", padded, "")


def _read(source: Path, inputs: list[str], batch_rows: int, clock: _Clock) -> Iterator[tuple[pa.Table, pa.Table]]:
    with clock.stage("read"):
        file = pq.ParquetFile(source, pre_buffer=False)
        missing = [name for name in IDENTITY if name not in file.schema_arrow.names]
        if missing:
            raise UserError(f"{source} has no column {' and no column '.join(map(repr, missing))}; make it again.")
        present = [name for name in inputs if name in file.schema_arrow.names]
        batches = file.iter_batches(batch_size=batch_rows, columns=list(dict.fromkeys([*IDENTITY, *present])))
    while True:
        with clock.stage("read"):
            batch = next(batches, None)
        if batch is None:
            return
        table = pa.Table.from_batches([batch])
        yield table.select(list(IDENTITY)), table.select(present)
