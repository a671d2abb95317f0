"""Too little memory, seen while there is still some: where none is left at all, some things wait for ever instead of failing.

Arrow waits for a thread that could not be started, and Python 3.11 notes without end where an exception was caught.
"""

import functools
import io
import mmap

ROOM = 32 << 20  # bytes that must be left before a step begins; a thread alone is given 8 MB to have its stack in


def need_room(least: int = ROOM) -> None:
    """Refuse to begin what would run out of memory in the middle; takes microseconds.

    Raises
    ------
    MemoryError
        This process may not have so many bytes more.
    """
    try:
        mmap.mmap(-1, least, flags=mmap.MAP_PRIVATE).close()  # private, or limits of the process do not count it
    except OSError:
        raise MemoryError(f"less than {least >> 20} MB are left") from None


@functools.cache
def start_threads_of_arrow() -> None:
    """Have Arrow start, while there is memory for it, all threads that it will ever want: one that computes, one that reads.

    It starts them when it first reads a table, and where the second cannot be started it waits for it without end. More
    than one of a kind would save 0.1 s where a table has 180,000 rows.

    Raises
    ------
    MemoryError
        There is no room for them.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    need_room()
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    table = io.BytesIO()  # what Arrow has in its own buffers it would read without the second thread
    pq.write_table(pa.table({"one": [1], "other": [1]}), table)
    pq.read_table(table)
