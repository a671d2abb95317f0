"""How long ranking takes: a million candidates (the whole of TMDB), read, preprocessed, scored, ranked and written.

    python benchmarks/scoring.py                    one million rows
    python benchmarks/scoring.py --rows 10000000    ten million, in the same memory

Candidates are made from the demonstration library with identifiers of their own. The baseline is the same ranking
written the plain way: a Python loop over the rows of a pandas frame, then XGBClassifier with the boosters alone, on a
sample of the rows, extrapolated. The scoring runs in a process of its own, so that its peak memory is its own.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from movie_pref.demo.library import demo_library
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.library.training_rows import encode_label
from movie_pref.model.calibration import Calibrator
from movie_pref.model.champion import Champion, promote
from movie_pref.model.committee import Recipe
from movie_pref.model.operating_point import Limits
from movie_pref.model.training import train_model
from movie_pref.model.weights import BEFORE
from movie_pref.ranking.scoring import score_file
from movie_pref.settings import load_settings

PARAMS = {"n_estimators": 200, "max_depth": 5, "learning_rate": 0.1, "scale_pos_weight": 5, "enable_categorical": True}
SECONDS_LIMIT, MEMORY_LIMIT = 15.0, 1.5
BASELINE_ROWS = 2_000


def make_champion(folder: Path) -> tuple[Champion, pd.DataFrame]:
    """A committee trained on the demonstration library, each of its boosters with 200 trees, and the library's candidates."""
    library, candidates = demo_library()
    preprocessing = Preprocessor().fit(library)
    label = encode_label(library["label"])
    training = pd.Series(np.arange(len(library)) % 5 > 0)
    boosters = load_settings().committee_boosters
    model = train_model(
        preprocessing.transform(library),
        label,
        training,
        preprocessing,
        Recipe([PARAMS] * boosters, list(range(boosters)), BEFORE),
        Limits(0.35, 0.15, 0.98),
        seed=0,
    )
    promote(model.with_facts(calibration=Calibrator().to_dict()), folder, "first")
    return Champion.load(folder), candidates


def write_candidates(path: Path, candidates: pd.DataFrame, rows: int) -> None:
    """Write `rows` candidates: those given, again and again, with identifiers, years and votes of their own."""
    rng = np.random.default_rng(0)
    table = pa.Table.from_pandas(candidates, preserve_index=False)
    with pq.ParquetWriter(path, table.schema) as writer:
        for start in range(0, rows, 100_000):
            count = min(100_000, rows - start)
            part = table.take(pa.array(rng.integers(0, len(candidates), count)))
            own = {
                "imdb_id": pa.array([f"tt{number:08d}" for number in range(start, start + count)]).cast(
                    table.schema.field("imdb_id").type
                ),
                "release_year": pa.array(rng.integers(1930, 2026, count)).cast(table.schema.field("release_year").type),
                "imdb_votes": pa.array(rng.lognormal(7, 3, count).round()).cast(table.schema.field("imdb_votes").type),
            }
            for name, values in own.items():
                part = part.set_column(part.column_names.index(name), table.schema.field(name), values)
            writer.write_table(part)


def plain_seconds_per_row(champion: Champion, candidates: pd.DataFrame) -> float:
    """Seconds a row for the plain way: a Python loop over rows and lists, then XGBClassifier."""
    import xgboost

    preprocessing = champion.model.preprocessing
    classifier = xgboost.XGBClassifier(enable_categorical=True)
    classifier.load_model(bytearray(champion.model.serving.content()[".json"]))
    rows = candidates.sample(BASELINE_ROWS, replace=True, random_state=0)
    started = time.perf_counter()
    records = []
    for _, row in rows.iterrows():
        record = dict.fromkeys(preprocessing.columns, 0.0)
        for name, (low, high) in preprocessing.numeric.items():
            record[f"{name}_norm"] = (row[name] - low) / (high - low)
        for name, levels in preprocessing.categories.items():
            record[name] = row[name] if row[name] in levels else None
        for name, levels in preprocessing.levels.items():
            for element in row[name] if row[name] is not None else []:
                if element in levels:
                    record[levels[element]] = 1.0
        records.append(record)
    frame = pd.DataFrame(records)
    for name, levels in preprocessing.categories.items():
        frame[name] = pd.Categorical(frame[name], categories=levels)
    frame.assign(probability=classifier.predict_proba(frame)[:, 1]).sort_values("probability", ascending=False)
    return (time.perf_counter() - started) / BASELINE_ROWS


def score_apart(folder: Path, source: Path, target: Path, queue: multiprocessing.Queue) -> None:
    started = time.perf_counter()
    ranking = score_file(Champion.load(folder), source, target, threads=multiprocessing.cpu_count())
    seconds = time.perf_counter() - started
    queue.put((seconds, ranking.seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        champion, candidates = make_champion(folder / "model")
        print(
            f"committee: {champion.model.recipe.trees:,} trees and a linear member on {len(champion.model.preprocessing.columns)} columns; writing {rows:,} candidates …",
            flush=True,
        )
        write_candidates(folder / "candidates.parquet", candidates, rows)
        context = multiprocessing.get_context("spawn")
        queue = context.Queue()
        process = context.Process(
            target=score_apart, args=(folder / "model", folder / "candidates.parquet", folder / "scored.parquet", queue)
        )
        process.start()
        seconds, stages, memory = queue.get()
        process.join()
        written = pq.ParquetFile(folder / "scored.parquet").metadata.num_rows
        for name, spent in stages.items():
            print(f"  {name:<12}{spent:8.2f} s")
        print(f"{written:,} ranked in {seconds:.2f} s, peak memory {memory:.2f} GiB")
        per_row = plain_seconds_per_row(champion, candidates)
        print(
            f"plain pandas loop: {per_row * rows:,.0f} s extrapolated from {BASELINE_ROWS:,} rows; ratio {per_row * rows / seconds:,.0f}"
        )
        if rows == 1_000_000:
            print(
                f"limits: {SECONDS_LIMIT:g} s {'kept' if seconds < SECONDS_LIMIT else 'MISSED'}, {MEMORY_LIMIT:g} GiB {'kept' if memory < MEMORY_LIMIT else 'MISSED'}"
            )


if __name__ == "__main__":
    main()
