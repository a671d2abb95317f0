"""The ranking before this one, kept to say what moved."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from movie_pref.files import whole_file

COLUMNS = ["imdb_id", "probability", "rank", "model_version"]
AGAIN = "probability_again"  # kept as well, where the ranking has it
ROWS = 200_000  # read at a time


def keep_ranking(old: Path, fresh: Path, previous: Path) -> bool:
    """Keep what a ranking that is about to be replaced said, unless the fresh one says the same.

    Parameters
    ----------
    old, fresh
        Rankings in the columns of `scored_candidates.parquet`; `old` need not be there.
    previous
        The file to write: `imdb_id`, `probability`, `rank`, `model_version`, and `probability_again` where `old` has it.

    Returns
    -------
    Whether it was written; not when the old ranking is damaged. Both files are read some rows at a time.
    """
    if not old.exists():
        return False
    try:
        if _same(old, fresh):
            return False
        file = pq.ParquetFile(old)
        columns = _columns(file)
        schema = pa.schema([file.schema_arrow.field(name) for name in columns])
        with whole_file(previous) as temporary, pq.ParquetWriter(temporary, schema) as writer:
            for batch in file.iter_batches(batch_size=ROWS, columns=columns):
                writer.write_table(pa.Table.from_batches([batch]).select(columns))
    except MemoryError:  # Arrow's own is one of its exceptions, too
        raise
    except (
        pa.ArrowException,
        KeyError,
        OSError,
    ):  # the old ranking is damaged; one that cannot be written is a UserError
        return False
    return True


def _columns(file: pq.ParquetFile) -> list[str]:
    return [*COLUMNS, AGAIN] if AGAIN in file.schema_arrow.names else COLUMNS


def _same(old: Path, fresh: Path) -> bool:
    files = pq.ParquetFile(old), pq.ParquetFile(fresh)
    columns = _columns(files[0])
    if files[0].metadata.num_rows != files[1].metadata.num_rows or columns != _columns(files[1]):
        return False
    pairs = zip(*(file.iter_batches(batch_size=ROWS, columns=columns) for file in files), strict=False)
    return all(_table(one, columns).equals(_table(other, columns)) for one, other in pairs)


def _table(batch: pa.RecordBatch, columns: list[str]) -> pa.Table:
    return pa.Table.from_batches([batch]).select(columns).replace_schema_metadata(None)
