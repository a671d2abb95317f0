"""Files drawn from scratch by Hypothesis: every column, field and item may hold what it should, or what something else should.

Belongs here: what a library, candidates, settings, a catalogue, an export or a file of labels may look like to whoever reads it.
Does not belong here: whole files that were damaged afterwards (`movie_pref_tests.bad_input.mutating`).
"""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import tomli_w
import yaml
from hypothesis import strategies as st

from movie_pref.labels.events import COLUMNS as EVENT_COLUMNS
from movie_pref.library.catalogue import Entry
from movie_pref.library.contract import LIBRARY, MEDIA_TYPES, column_type
from movie_pref.library.label_names import LABELS
from movie_pref.settings import Settings
from movie_pref_tests.bad_input.hostile_files import packed
from movie_pref_tests.bad_input.seeds import LOGGED, RATED

Drawn = st.SearchStrategy[Any]
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["", " ", "\0", "nan", "None", "null", "-1", "1e999", "9" * 400, "0x1F", "=1+1", "\u202eabc", '["a"', "[1]", '["\\ud800"]', "a\nb", '"']
)  # fmt: skip
ANY_NUMBER = st.floats() | st.integers(-(2**63), 2**63 - 1) | st.sampled_from([0, -1, 1999, 0.5, 1e308])
ANY_MOMENT = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))
SCALARS = st.none() | st.booleans() | ANY_NUMBER | ANY_TEXT
TREES = st.recursive(SCALARS, lambda below: st.lists(below, max_size=3) | st.dictionaries(ANY_TEXT, below, max_size=3), max_leaves=8)  # fmt: skip
IDENTIFIERS = st.integers(1, 40).map("tt{:07d}".format)


def mostly(good: Drawn, other: Drawn = SCALARS) -> Drawn:
    """What is meant to be there, eleven times in twelve."""
    return st.integers(0, 11).flatmap(lambda roll: good if roll else other)


# libraries and candidates


def _good(name: str) -> Drawn:
    named: dict[str, Drawn] = {
        "imdb_id": IDENTIFIERS,
        "label": st.sampled_from(LABELS),
        "media_type": st.sampled_from(MEDIA_TYPES),
        "media_title": st.text(min_size=1, max_size=9),
        "release_year": st.integers(1900, 2030),
    }
    by_type: dict[str, Drawn] = {
        "list of strings": st.lists(ANY_TEXT, max_size=3),
        "boolean": st.booleans(),
        "UTC timestamp": ANY_MOMENT,
        "text": ANY_TEXT,
    }
    return named[name] if name in named else by_type.get(column_type(name), st.integers(0, 10))


_KINDS: list[tuple[pa.DataType | None, Drawn]] = [
    (None, st.booleans()), (pa.int64(), st.integers(-(2**63), 2**63 - 1)), (pa.float64(), st.floats()), (pa.string(), ANY_TEXT),
    (pa.large_binary(), st.binary(max_size=9)), (pa.timestamp("us"), st.integers(-(2**63), 2**63 - 1)), (pa.date32(), st.integers(-(2**31), 2**31 - 1)),
    (pa.duration("s"), st.integers(-(2**53), 2**53)), (pa.list_(pa.string()), st.lists(st.none() | ANY_TEXT, max_size=3)),
    (pa.list_(pa.float64()), st.lists(st.floats(), max_size=3)), (pa.null(), st.none()), (pa.struct([("a", pa.string())]), st.fixed_dictionaries({"a": ANY_TEXT})),
    (pa.list_(pa.list_(pa.int8())), st.lists(st.lists(st.integers(0, 9), max_size=2), max_size=2)), (pa.decimal128(20, 3), st.decimals(-(10**9), 10**9, places=3)),
    (pa.map_(pa.int8(), pa.string()), st.lists(st.tuples(st.integers(0, 9), ANY_TEXT), max_size=2)), (pa.time32("s"), st.integers(0, 86399)),
]  # fmt: skip


@st.composite
def tables(draw: st.DrawFn, labelled: bool = True) -> bytes:
    """A Parquet or CSV file of up to eight rows; most columns hold what they should."""
    names = [*draw(st.lists(st.sampled_from([*LIBRARY.columns, "mine", ""]), unique=True, max_size=6))]
    if draw(mostly(st.just(True))):
        required = ["imdb_id", "media_type", "media_title", "release_year", *(["label"] if labelled else [])]
        names += [name for name in required if name not in names]
    rows = draw(mostly(st.integers(1, 8), st.just(0)))
    if draw(st.booleans()):
        return _as_csv(draw, names, rows)
    columns = [draw(mostly(_column(name, rows), st.sampled_from(_KINDS).flatmap(_arrow(rows)))) for name in names]
    return packed(pa.table(columns, names=names))


def _column(name: str, rows: int) -> Drawn:
    good = _good(name) if name in LIBRARY.columns else ANY_TEXT
    return st.lists(
        st.none() | good if name not in ("imdb_id", "release_year") else good, min_size=rows, max_size=rows
    ).map(_array)


def _array(cells: list[Any]) -> pa.Array:
    return pa.array([one.encode("utf-8", "replace").decode() if isinstance(one, str) else one for one in cells])


def _arrow(rows: int) -> Callable[[tuple[pa.DataType | None, Drawn]], Drawn]:
    def made(kind: tuple[pa.DataType | None, Drawn]) -> Drawn:
        cells = st.lists(st.none() | kind[1], min_size=rows, max_size=rows)
        return cells.map(lambda held: pa.array(held, kind[0]))

    return made


def _as_csv(draw: st.DrawFn, names: list[str], rows: int) -> bytes:
    """Cells as text; now and then a row has some too many or too few, or the file another delimiter or encoding."""
    cells = [
        [draw(mostly(_good(name) if name in LIBRARY.columns else ANY_TEXT)) for name in names] for _ in range(rows)
    ]
    for row in cells:
        if draw(st.integers(0, 9)) == 0:
            row[len(row) // 2 :] = draw(st.lists(ANY_TEXT, max_size=len(names)))
    return _text(draw, names, cells)


def _text(draw: st.DrawFn, header: list[str], rows: list[list[Any]]) -> bytes:
    made = io.StringIO(newline="")
    how = {
        "delimiter": draw(mostly(st.just(","), st.sampled_from(";\t|"))),
        "lineterminator": draw(st.sampled_from(["\n", "\r\n", "\r"])),
    }
    lines = [[json.dumps(one) if isinstance(one, list) else one for one in row] for row in rows]
    csv.writer(made, **how, quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))).writerows(
        [header, *lines]
    )
    encoding = draw(mostly(st.just("utf-8"), st.sampled_from(["utf-8-sig", "utf-16", "cp1252", "shift_jis"])))
    return made.getvalue().encode(encoding, errors="replace")


# what a person writes by hand


@st.composite
def settings_files(draw: st.DrawFn) -> bytes:
    """TOML of some settings, most with a value of any kind."""
    names = draw(st.lists(mostly(st.sampled_from(sorted(Settings.model_fields)), ANY_TEXT), max_size=3))
    values = [draw(st.just(_default(name)) | st.floats(0, 20) | st.integers(0, 20) | TREES) for name in names]
    held = _without_none(dict(zip(names, values, strict=True)))
    return tomli_w.dumps(held).encode("utf-8", "replace")


def _default(name: str) -> Any:
    found = Settings.model_fields[name].default if name in Settings.model_fields else None
    return str(found) if isinstance(found, Path) else found


def _without_none(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {name: _without_none(one) for name, one in tree.items() if one is not None}
    return [_without_none(one) for one in tree if one is not None] if isinstance(tree, list) else tree


@st.composite
def catalogues(draw: st.DrawFn) -> bytes:
    """YAML of some entries, whose fields may hold anything."""
    fields = st.dictionaries(st.sampled_from(sorted(Entry.model_fields)) | ANY_TEXT, TREES, max_size=4)
    kinds = st.sampled_from(["identifier", "continuous", "categorical", "categorical_list", "text"])
    entries = st.builds(lambda kind, more: {"kind": kind, **more}, kinds, mostly(st.just({}), fields))
    names = mostly(st.sampled_from(sorted(LIBRARY.columns)), SCALARS)
    held = draw(mostly(st.dictionaries(names, mostly(entries, TREES), max_size=4), TREES))
    return yaml.safe_dump(held, allow_unicode=draw(st.booleans())).encode("utf-8", "replace")


# exports of other sites, and of labels

_RATED = [IDENTIFIERS, st.integers(1, 10), st.dates(), ANY_TEXT, ANY_TEXT, st.sampled_from(["Movie", "TV Series", "Video Game", "Film"]), *[ANY_TEXT] * 7]  # fmt: skip
_LOGGED = [st.dates(), ANY_TEXT, st.integers(1880, 2030), ANY_TEXT, st.integers(1, 10).map(lambda n: n / 2), st.sampled_from(["Yes", ""]), ANY_TEXT, st.dates()]  # fmt: skip


@st.composite
def csv_exports(draw: st.DrawFn) -> bytes:
    """IMDb's or Letterboxd's CSV, a cell of which may be anything."""
    header, good = draw(st.sampled_from([(RATED, _RATED), (LOGGED, _LOGGED)]))
    spoilt = draw(st.booleans())
    rows = [[draw(mostly(one) if spoilt else one) for one in good] for _ in range(draw(st.integers(0, 4)))]
    return _text(draw, header, rows)


@st.composite
def json_exports(draw: st.DrawFn) -> bytes:
    """Trakt's JSON, each part of which may be anything."""
    moments = st.just("2024-02-01T20:00:00.000Z")
    ids = st.fixed_dictionaries(
        {
            "trakt": mostly(st.integers(1), TREES),
            "imdb": mostly(IDENTIFIERS, TREES),
            "tmdb": mostly(st.integers(1, 9), TREES),
        }
    )
    movie = st.fixed_dictionaries(
        {"title": mostly(ANY_TEXT, TREES), "year": mostly(st.just(1999), TREES), "ids": mostly(ids, TREES)}
    )
    item = st.fixed_dictionaries(
        {
            "rating": mostly(st.integers(1, 10), TREES),
            "type": mostly(st.just("movie"), TREES),
            "movie": mostly(movie, TREES),
        },
        optional={
            "rated_at": mostly(moments, TREES),
            "watched_at": mostly(moments, TREES),
            "plays": mostly(st.integers(0, 3), TREES),
            "show": TREES,
        },
    )
    held = draw(mostly(st.lists(mostly(item, TREES), min_size=1, max_size=3), TREES))
    return json.dumps(held, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")


@st.composite
def label_files(draw: st.DrawFn) -> bytes:
    """Exported labels as CSV, a cell of which may be anything."""
    good: dict[str, Drawn] = {
        "event": st.integers(1, 9), "place": st.integers(1, 9), "uuid": st.uuids().map(lambda one: one.hex), "imdb_id": IDENTIFIERS,
        "label": st.sampled_from([*LABELS, ""]), "set_by": st.sampled_from(["human", "model"]), "at": ANY_MOMENT.map(str),
    }  # fmt: skip
    spoilt = draw(st.booleans())
    cells = [good.get(name, ANY_TEXT) for name in EVENT_COLUMNS]
    rows = [[draw(mostly(one) if spoilt else one) for one in cells] for _ in range(draw(st.integers(0, 5)))]
    return _text(draw, list(EVENT_COLUMNS), rows)


DRAWN: dict[str, tuple[str, Drawn]] = {
    "libraries": ("library", tables()),
    "candidates": ("candidates", tables(labelled=False)),
    "settings": ("settings", settings_files()),
    "catalogues": ("catalogue", catalogues()),
    "exports in CSV": ("export", csv_exports()),
    "exports in JSON": ("export", json_exports()),
    "label files": ("exported labels", label_files()),
}
"""What is drawn, and the kind of file that it is read as."""
