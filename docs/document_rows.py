"""Where each row of the experimental design's tables, and each of its beliefs about algorithms, is met in the project.

The rows are in `docs/document_rows.yaml`, spelled as in the design. `table_as_markdown` makes `docs/document-rows.md` of
them, and `gaps` says which row the code has not, and which it has beside them. Imports no dagster.
"""

from pathlib import Path
from typing import Any, NamedTuple

import yaml

from movie_pref.evaluation.beliefs import BELIEFS
from movie_pref.evaluation.preference_rules import RULES
from movie_pref.metrics.explained import OF_THE_DESIGN
from movie_pref.metrics.scores import RANKING_METRICS
from movie_pref.search.grid import PRODUCTION_GRID
from movie_pref.search.parameters import PARAMETERS

ROWS = Path(__file__).with_name("document_rows.yaml")
GRID, EXPLAINED, METRICS, ALGORITHMS = (
    "hyperparameter grid", "hyperparameters explained", "model evaluation metrics", "algorithm selection",
)  # fmt: skip


class Place(NamedTuple):
    """What shows a row: assets, the name in their metadata, the settings that bear on it, and where else it is met, in words."""

    assets: tuple[str, ...]
    metadata: str
    settings: tuple[str, ...]
    also: str


SEARCH_SETTINGS = ("search", "search_budget", "search_points")
SEARCH_SECTION = "report page: *How the model was found*"
PLACES = {
    GRID: Place(("grid_search_results",), "production_grid", SEARCH_SETTINGS, SEARCH_SECTION),
    EXPLAINED: Place(
        ("grid_search_results", "tuned_model", "committee"),
        "hyperparameters_explained",
        ("model", "committee_boosters"),
        f"{SEARCH_SECTION}, *What it is*",
    ),
    METRICS: Place(
        ("validation_report", "holdout_report"),
        "metrics_explained",
        ("threshold", "bootstrap_samples"),
        "report page: *How far to trust it*, *Every figure of this test*",
    ),
}
JUDGED = Place(("algorithm_comparison",), "beliefs", ("comparison_repeats",), "`movie-pref compare`")
RULED = Place(("preference_rules",), "rules", ("threshold",), "report page: *Rules of taste*")
# sentences about single kinds of movies, and the preference rules that they are put to the test as
AS_RULES = {
    "Learns that high Rotten Tomatoes scores (>85%) + low IMDB vote counts (<1,000) = movies I won't enjoy": ("acclaimed_unseen",),
    "Simultaneously learns that high RT scores + high vote counts (>50,000) = strong positive indicators": ("acclaimed_popular",),
    "Learns that comedies with low RT scores but high IMDB votes are often enjoyable": ("panned_comedy",),
    "Applies different thresholds for action movies and dramas (requiring both high RT scores and high vote counts)": (
        "action_drama_both", "action_drama_rt_only", "action_drama_votes_only",
    ),
    "Learns general preference for English-language films": ("foreign",),
    "Creates exceptions for highly-rated foreign films meeting specific criteria": ("foreign_exception",),
    "Models conditional logic: IF language ≠ English AND RT score >90% AND IMDB votes >100,000 THEN predict positive": ("foreign_exception",),
}  # fmt: skip


def _read() -> dict[str, Any]:
    return yaml.safe_load(ROWS.read_text(encoding="utf-8"))


def document_rows() -> dict[str, list[str]]:
    """The names of the rows by the design's section; the beliefs of all headings in one list."""
    read = _read()
    return {**read, ALGORITHMS: [one for sentences in read[ALGORITHMS].values() for one in sentences]}


def place_of(section: str, row: str) -> Place:
    """Where a row is met."""
    if section != ALGORITHMS:
        return PLACES[section]
    return RULED if row in AS_RULES else JUDGED


def gaps(rows: dict[str, list[str]]) -> list[str]:
    """Rows that the code has not, and rows that it has beside them, in words; empty when both agree."""
    of_code = {GRID: PRODUCTION_GRID, EXPLAINED: PARAMETERS, METRICS: OF_THE_DESIGN}
    found = []
    for section, known in of_code.items():
        found += [f"{section}: {row} is not in the code" for row in rows[section] if row not in known]
        found += [f"{section}: {row} of the code is no row of the design" for row in known if row not in rows[section]]
    return found + [f"{ALGORITHMS}: {gap}" for gap in _gaps_of_beliefs(rows[ALGORITHMS])]


def _gaps_of_beliefs(sentences: list[str]) -> list[str]:
    judged = [belief.words for belief in BELIEFS]
    known, ruled = {rule.name for rule in RULES}, {name for names in AS_RULES.values() for name in names}
    untested = [row for row in sentences if row not in AS_RULES and not any(words in row for words in judged)]
    foreign = [words for words in [*judged, *AS_RULES] if not any(words in row for row in sentences)]
    return [
        *(f"{row} is not put to the test" for row in untested),
        *(f"{words} is no row of the design" for words in foreign),
        *(f"no sentence of the design is put to the test as {name}" for name in sorted(known - ruled)),
        *(f"there is no preference rule {name}" for name in sorted(ruled - known)),
    ]


def table_as_markdown() -> str:
    """The documentation of the rows, one table row each."""
    lines = [
        "# The rows of the experimental design",
        "",
        "Made from `docs/document_rows.py` (`make docs`): where each row of the design's tables, and each of its beliefs about",
        "algorithms, is met. *Metadata* is the name under which the asset's page in the Dagster UI shows it; the report page is",
        "`reports/report.html`. The flowcharts have [a table of their own](nodes.md).",
    ]
    rows = document_rows()
    for section in PLACES:
        lines += ["", f"## {section.capitalize()}", "", _head("row", "in the search's table")]
        lines += [_line(f"`{row}`", place_of(section, row), _column(section, row)) for row in rows[section]]
    lines += ["", f"## {ALGORITHMS.capitalize()}"]
    for heading, sentences in _read()[ALGORITHMS].items():
        lines += ["", f"### {heading}", "", _head("belief", "put to the test as")]
        lines += [_line(row, place_of(ALGORITHMS, row), _tested_as(row)) for row in sentences]
    return "\n".join(lines) + "\n"


def _head(first: str, last: str) -> str:
    return f"| {first} | asset | metadata | setting | also | {last} |\n|" + " --- |" * 6


def _line(row: str, place: Place, last: str) -> str:
    names = (_codes(*place.assets), _codes(place.metadata), _codes(*place.settings))
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in (row, *names, place.also, last)) + " |"


def _codes(*names: str) -> str:
    return ", ".join(f"`{name}`" for name in names if name)


def _column(section: str, row: str) -> str:
    """The columns of `03_grid_search_results.parquet` that hold a parameter's values or a metric."""
    if section != METRICS:
        return f"`param_{row}`"
    return f"`mean_test_{row}`" if row in RANKING_METRICS else f"`mean_test_{row}_at_0.35`, `mean_test_{row}_at_0.5`"


def _tested_as(row: str) -> str:
    """The preference rules that a sentence comes to, or the algorithms of whom the beliefs in it are judged."""
    if row in AS_RULES:
        return _codes(*AS_RULES[row])
    return ", ".join(dict.fromkeys(belief.algorithm for belief in BELIEFS if belief.words in row))
