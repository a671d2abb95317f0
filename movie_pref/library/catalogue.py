"""The feature catalogue: what each column is, and which of its values mean 'not known'.

The shipped catalogue is `feature_catalogue.yaml` beside this module; a person's own, in the data folder, takes its
place.
"""

import functools
import reprlib
from collections import Counter
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from movie_pref.data_folder import CATALOGUE_FILE, DataFolder
from movie_pref.errors import UserError, cause
from movie_pref.files import read_handwritten

SHIPPED = Path(__file__).with_name(CATALOGUE_FILE)
TYPES = {"continuous": "number", "categorical": "text", "categorical_list": "list of strings", "text": "text"}
Answer = Literal["yes", "no", "auto"]
Kind = Literal["identifier", "continuous", "categorical", "categorical_list", "text"]


class Entry(BaseModel):
    """What the catalogue says about one column."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    words: str = ""
    unknown: list[float | str] = Field(default_factory=list)
    unknown_when: dict[str, float] = Field(default_factory=dict)
    indicator: str = ""
    level_words: str = "{}"
    level_names: Literal["", "language", "territory"] = ""
    high: str = "high"
    low: str = "low"
    nulls_meaningful: Answer = "auto"
    drop_rows: bool = False
    distinct_should_be_high: Answer = "auto"
    distinct_should_be_low: Answer = "auto"
    distribution_makes_sense: Answer = "auto"
    categories_useful: Answer = "auto"
    text_embedding_value: Answer = "auto"
    pin: Literal["", "keep", "drop"] = ""
    because: str = ""

    @field_validator(
        "nulls_meaningful", "distinct_should_be_high", "distinct_should_be_low", "distribution_makes_sense",
        "categories_useful", "text_embedding_value", mode="before",
    )  # fmt: skip
    @classmethod
    def _yes_or_no(cls, answer: Any) -> Any:
        """YAML reads a bare yes or no as a boolean."""
        return {True: "yes", False: "no"}.get(answer, answer) if isinstance(answer, bool) else answer

    @field_validator("level_words")
    @classmethod
    def _one_place_for_the_level(cls, words: str) -> str:
        if "{" in words.replace("{}", "", 1) or "}" in words.replace("{}", "", 1) or "{}" not in words:
            raise PydanticCustomError("level_words", "one {} was expected, for the value")
        return words


Catalogue = dict[str, Entry]


def load_catalogue(path: Path | None = None) -> Catalogue:
    """The catalogue at `path` where that file exists, else the shipped one.

    Raises
    ------
    UserError
        The file is no YAML, or an entry has a field or a value that the catalogue does not know.
    """
    problem, remedy = "is no feature catalogue", "mend it, or delete it to use the shipped one"
    text = None if path is None else read_handwritten(path, problem, remedy)
    source = SHIPPED if path is None or text is None else path
    text = SHIPPED.read_text(encoding="utf-8") if text is None else text
    try:
        entries = _entries(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UserError(f"{source} {problem} ({cause(error)}); {remedy}.") from None
    made = {name: _entry(source, text, name, entry) for name, entry in entries.items()}
    by_indicator: dict[str, str] = {}
    for name in features(made, "categorical_list"):
        other = by_indicator.setdefault(made[name].indicator, name)
        if other != name:
            raise UserError(
                f"{source}, line {_line(text, name)}: the entries {other!r} and {name!r} have the same indicator {made[name].indicator!r}, "
                "by which their columns are named; give each one of its own."
            )
    return made


def own_catalogue(data: Path) -> Catalogue:
    """The person's own catalogue in a data folder where there is one, else the shipped one; raises as `load_catalogue`."""
    return load_catalogue(DataFolder(data).catalogue)


@functools.lru_cache(maxsize=4)
def _entries(text: str) -> dict[str, Any]:
    """What the YAML of a catalogue has of each column, not to be changed; a ValueError says what it should not have.

    A run asks for the same catalogue a dozen times, and YAML is slow to read.
    """
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):  # a few can stand for millions of entries
        raise ValueError("it has an alias such as *budget: write out what it stands for")
    content = yaml.safe_load(text) or {}
    if not isinstance(content, dict):
        raise ValueError(f"it holds a {type(content).__name__}, and entries by the name of their column were expected")
    for name in content:
        if not isinstance(name, str):
            raise ValueError(f"{name!r} is no name of a column: put it in quotes if it is meant as one")
    root: Any = yaml.compose(text)
    for name, times in Counter(key.value for key, _ in root.value).items() if content else ():
        if times > 1:
            raise ValueError(f"it has {times} entries {name[:60]!r}: make them one")
    return content


def _line(text: str, name: str, field: str = "") -> int:
    """The line (from 1) on which an entry, or a field of it, stands in the text."""
    root: Any = yaml.compose(text)
    entry = next((key, value) for key, value in root.value if key.value == name)
    fields = entry[1].value if isinstance(entry[1], yaml.MappingNode) else []
    found = next((key for key, _ in fields if key.value == field), entry[0])
    return found.start_mark.line + 1


def _entry(source: Path, text: str, name: str, content: Any) -> Entry:
    from movie_pref.library.contract import LIBRARY, column_type

    try:
        entry = Entry.model_validate(content)
        needed = TYPES.get(entry.kind, "")
        if needed and name in LIBRARY.columns and needed not in column_type(name):
            raise UserError(
                f"{source}, line {_line(text, name, 'kind')}: in the entry {name!r}, kind was given {entry.kind!r}, which is for a column of the type {needed}, "
                f"and {name} is of the type {column_type(name)}; mend the entry."
            )
        return entry
    except ValidationError as error:
        first = error.errors()[0]
        field = f"{' '.join('.'.join(map(str, first['loc'])).split())[:60]} was" if first["loc"] else "the content was"
        line = _line(text, name, str(first["loc"][0]) if first["loc"] else "")
        raise UserError(
            f"{source}, line {line}: in the entry {name[:60]!r}, {field} given {reprlib.repr(first['input'])}: {first['msg']}; mend the entry."
        ) from None


def features(catalogue: Catalogue, kind: Kind | None = None) -> list[str]:
    """The columns that the catalogue does not call identifiers, of one kind or of all, in its order."""
    return [name for name, entry in catalogue.items() if entry.kind != "identifier" and kind in (None, entry.kind)]


def neutral(catalogue: Catalogue) -> Catalogue:
    """The same kinds with every answer `auto`, no pins, and no value that means 'not known'."""
    kept = {"kind", "words", "indicator", "level_words", "level_names", "high", "low"}
    return {name: Entry(**entry.model_dump(include=kept)) for name, entry in catalogue.items()}


def blank_unknown(rows: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The rows with null wherever the catalogue says that a value means 'not known'."""
    rows = rows.copy(deep=False)
    for name in rows.columns.intersection(list(catalogue)):
        unknown = is_unknown(rows, name, catalogue[name])
        if unknown.any():
            rows[name] = rows[name].mask(unknown)
    return rows


def is_unknown(rows: pd.DataFrame, name: str, entry: Entry) -> pd.Series:
    """Whether each value of a column is one that means 'not known' (a null is not counted here)."""
    unknown = pd.Series(False, index=rows.index)
    if entry.unknown:
        unknown |= rows[name].isin(entry.unknown)
    for other, value in entry.unknown_when.items():
        if other in rows:
            unknown |= rows[other].eq(value) & rows[name].notna()
    return unknown
