"""Real files, changed at random: their bytes, the words of their text, or the types of their columns; the same for the same seed.

Belongs here: what may happen to any file. Does not belong here: what a test means by one (`movie_pref_tests.bad_input.hostile_files`)
and files that are drawn from scratch (`movie_pref_tests.bad_input.strategies`).
"""

import random
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

LENGTHS = [b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff", b"\0\0\0\x80", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\xff" * 8]
WORDS = [
    *(b"", b"-1", b"0", b"1e999", b"NaN", b"-0.0", b"9" * 400, b"1" * 20, b"0x10", b"1_000", b"true", b"null", b"None"),
    *(b'"', b'""', b"'", b",", b";", b"\t", b"\n", b"\r", b"\r\n\r\n", b"\\", b"\0", b"\xff", b"\xc3", b"\xef\xbb\xbf"),
    *(b"[", b"]", b"{", b"}", b"[" * 2000, b"{'a':" * 500, b"\\ud800", b"\xed\xa0\x80", b"\xe2\x80\xa8", b"\xe2\x80\xae"),
    *(b"tt0000001", b"tt99999999", b"would_watch", b"2024-02-31", b"0000-00-00", b"9999-12-31T23:59:59+14:00", b"tv_show"),
    *(b"&a", b"*a", b"!!python/object:os.system", b"<<: *a", b"- - -", b"? ", b": ", b"%YAML 9.9", b"#", b"[[x]]", b"= 1"),
    *("١٩٩٩".encode(), "½".encode(), b"=1+1", b"http://127.0.0.1/", b"../../../etc/passwd", b"\x1b]0;x\x07"),
]  # fmt: skip


def mutated(content: bytes, seed: int) -> bytes:
    """The bytes with some changed, cut off, put in, written over, moved or doubled."""
    dice, held = random.Random(seed), bytearray(content)
    for _ in range(dice.choice([1, 1, 2, 4, 20])):
        if not held:
            break
        dice.choice(_CHANGES)(dice, held)
    return bytes(held)


def reworded(content: bytes, seed: int) -> bytes:
    """The text with some of its words or cells replaced by others of it or by awkward ones, or with lines doubled or moved."""
    dice = random.Random(seed)
    parts = re.split(rb"([,;\t\n\"\[\]{}:=]+)", content)
    for _ in range(dice.choice([1, 1, 2, 4, 20])):
        place = dice.randrange(len(parts))
        if dice.random() < 0.2:
            start = dice.randrange(len(parts))
            parts[place:place] = parts[start : start + dice.randrange(40)]
        else:
            parts[place] = dice.choice(WORDS) if dice.random() < 0.7 else dice.choice(parts)
    return b"".join(parts)


def retyped(table: pa.Table, seed: int) -> pa.Table:
    """The table with one to three columns of another type: what they held where it can be cast, else what such a type may hold."""
    dice = random.Random(seed)
    for _ in range(dice.choice([1, 1, 2, 3])):
        place = dice.randrange(table.num_columns)
        made = dice.choice(_COLUMNS)(dice, table.column(place).combine_chunks())
        if _fits_parquet(made):
            table = table.set_column(place, table.column_names[place], made)
    return table


def _fits_parquet(column: pa.Array) -> bool:
    try:
        pq.write_table(pa.table({"column": column}), pa.BufferOutputStream())
    except pa.ArrowException:
        return False
    return True


def _put(new: Callable[[random.Random], bytes], over: bool) -> Callable[[random.Random, bytearray], None]:
    def change(dice: random.Random, held: bytearray) -> None:
        place, put = dice.randrange(len(held)), new(dice)
        held[place : place + len(put) if over else place] = put

    return change


def _flip(dice: random.Random, held: bytearray) -> None:
    held[dice.randrange(len(held))] ^= 1 << dice.randrange(8)


def _cut_out(dice: random.Random, held: bytearray) -> None:
    place = dice.randrange(len(held))
    del held[place : place + dice.choice([1, 2, 10, 1000])]


def _cut_off(dice: random.Random, held: bytearray) -> None:
    del held[dice.randrange(len(held)) :]


def _copy(dice: random.Random, held: bytearray) -> None:
    """A block of the file a second time: over another one, or put in between."""
    start, place, length = dice.randrange(len(held)), dice.randrange(len(held)), dice.choice([1, 8, 100, 4000])
    held[place : place + length * dice.randrange(2)] = held[start : start + length]


_CHANGES = [
    _put(lambda dice: dice.randbytes(1), over=True),
    _put(lambda dice: dice.randbytes(dice.choice([1, 2, 10])), over=False),
    _put(lambda dice: dice.choice(LENGTHS), over=True),
    _put(lambda dice: bytes(dice.choice([4, 64, 1000])), over=True),
    _flip, _flip, _cut_out, _cut_off, _copy, _copy,
]  # fmt: skip


def _of(kind: pa.DataType, *cells: Any) -> Callable[[random.Random, pa.Array], pa.Array]:
    """A column of a type that holds these cells here and there, among what can be cast."""

    def column(dice: random.Random, held: pa.Array) -> pa.Array:
        return pa.array([dice.choice([*cells, None]) for _ in range(len(held))], kind)

    return column


def _cast(kind: pa.DataType) -> Callable[[random.Random, pa.Array], pa.Array]:
    def column(dice: random.Random, held: pa.Array) -> pa.Array:
        try:
            return held.cast(kind)
        except pa.ArrowException:
            return pa.nulls(len(held), kind)

    return column


def _bytes_as_text(dice: random.Random, held: pa.Array) -> pa.Array:
    raw = pa.array(
        [dice.choice([b"\xff", b"Dr\xe4ma", b"\xed\xa0\x80", b"ok", None]) for _ in range(len(held))], pa.binary()
    )
    return raw.view(pa.string())


def _index_out_of_range(dice: random.Random, held: pa.Array) -> pa.Array:
    indices = pa.array([dice.choice([0, 1, None]) for _ in range(len(held))], pa.int8())
    return pa.DictionaryArray.from_arrays(indices, dice.choice([["a", "a"], ["a", None], [b"\xff", b"b"], [2.5, -1.0]]))


_COLUMNS = [
    _cast(pa.string()), _cast(pa.large_string()), _cast(pa.binary()), _cast(pa.float32()), _cast(pa.int32()), _cast(pa.bool_()),
    _cast(pa.timestamp("ns")), _cast(pa.null()), _cast(pa.list_(pa.string())), _bytes_as_text, _index_out_of_range,
    lambda dice, held: held.dictionary_encode() if not pa.types.is_list(held.type) else held,
    _of(pa.binary(4), b"\xff\0ab"), _of(pa.float16(), 1.5, float("nan")), _of(pa.uint64(), 2**64 - 1, 7),
    _of(pa.decimal128(38, 2), Decimal("90.5"), Decimal("9" * 36)), _of(pa.decimal256(76, 0), Decimal("9" * 70), Decimal(1999)),
    _of(pa.timestamp("us"), 2**62, -(2**62), 0), _of(pa.timestamp("us", "Mars/Olympus"), 0), _of(pa.timestamp("ms", "+25:99"), 0),
    _of(pa.date32(), 2**31 - 1, -(2**31), 1), _of(pa.date64(), 0), _of(pa.time64("us"), 1), _of(pa.duration("s"), timedelta(1)),
    _of(pa.duration("us"), 2**62), _of(pa.struct([("a", pa.int8())]), {"a": 1}),
    _of(pa.map_(pa.string(), pa.int8()), [("a", 1)]), _of(pa.list_(pa.list_(pa.string())), [["a"], None]),
    _of(pa.list_(pa.string()), ["a", None], [], ["A" * 999]), _of(pa.list_(pa.string(), 2), ["a", "b"]),
    _of(pa.list_(pa.int64()), [1, None]), _of(pa.list_(pa.struct([("a", pa.string())])), [{"a": "b"}]),
    _of(pa.string(), "", " ", "\0", "9" * 400, "1e999", "[" * 5000, '["\\ud800"]', "Ä\u202e", "True", "1999", "tt0000001", "would_watch"),
    _of(pa.float64(), float("inf"), float("nan"), 1e308, -0.0, 5e-324, 1999.5), _of(pa.bool_(), True, False),
]  # fmt: skip
