"""The design's tables and beliefs: each row is in the code in the design's words, and is shown where the documents say."""

import re
from pathlib import Path

import pytest

from docs import document_rows as ours
from docs.document_rows import ALGORITHMS, EXPLAINED, GRID, JUDGED, METRICS, PLACES, RULED, document_rows, gaps
from movie_pref.definitions import build_defs
from movie_pref.evaluation.beliefs import BELIEFS
from movie_pref.metrics.explained import OF_THE_DESIGN
from movie_pref.search.grid import PRODUCTION_GRID
from movie_pref.search.parameters import PARAMETERS
from movie_pref.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def cells(text: str, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading of a Markdown text, without its head."""
    start = re.search(rf"^#+ {heading} *$", text, re.MULTILINE)
    assert start is not None, heading
    lines = text[start.end() :].splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[first:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows[2:]


def test_the_code_and_the_documents_have_the_same_rows() -> None:
    assert gaps(document_rows()) == []


@pytest.mark.parametrize("section", [GRID, EXPLAINED, METRICS])
def test_a_row_that_only_one_of_them_has_is_found(section: str) -> None:
    rows = document_rows()
    first, *others = rows[section]
    assert gaps({**rows, section: others}) == [f"{section}: {first} of the code is no row of the design"]
    assert gaps({**rows, section: [*rows[section], "more"]}) == [f"{section}: more is not in the code"]


def test_a_belief_of_the_code_that_the_design_has_not_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "BELIEFS", (*BELIEFS, BELIEFS[0]._replace(words="cures the common cold")))
    assert gaps(document_rows()) == [f"{ALGORITHMS}: cures the common cold is no row of the design"]


def test_a_sentence_that_is_put_to_the_test_and_is_gone_from_the_documents_is_found() -> None:
    rows = document_rows()
    for sentence in (BELIEFS[-1].words, next(iter(ours.AS_RULES))):
        (gone,) = [row for row in rows[ALGORITHMS] if sentence in row]
        less = [row for row in rows[ALGORITHMS] if row != gone]
        assert any(sentence in gap for gap in gaps({**rows, ALGORITHMS: less})), sentence


def test_a_belief_that_is_no_longer_judged_and_a_rule_without_a_sentence_are_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged_by = {row: [one for one in BELIEFS if one.words in row] for row in document_rows()[ALGORITHMS]}
    row, (only,) = next((row, found) for row, found in judged_by.items() if len(found) == 1)
    monkeypatch.setattr(ours, "BELIEFS", [one for one in BELIEFS if one is not only])
    assert gaps(document_rows()) == [f"{ALGORITHMS}: {row} is not put to the test"]
    monkeypatch.setattr(ours, "BELIEFS", BELIEFS)
    monkeypatch.setattr(ours, "RULES", (ours.RULES[0]._replace(name="new_rule"), *ours.RULES))
    assert gaps(document_rows()) == [f"{ALGORITHMS}: no sentence of the design is put to the test as new_rule"]


def test_every_asset_metadata_and_setting_that_shows_a_row_exists() -> None:
    graph = build_defs().resolve_asset_graph()
    groups = {key.to_user_string(): graph.get(key).group_name for key in graph.get_all_asset_keys()}
    for place in (*PLACES.values(), JUDGED, RULED):
        for asset in place.assets:
            written = (ROOT / f"movie_pref/defs/assets/{groups[asset]}.py").read_text(encoding="utf-8")
            assert f'"{place.metadata}":' in written, (asset, place.metadata)
        assert set(place.settings) <= set(Settings.model_fields), place


def test_every_section_of_the_report_page_that_shows_a_row_exists() -> None:
    page = (ROOT / "movie_pref/report/report.html.j2").read_text(encoding="utf-8")
    named = [name for place in (*PLACES.values(), RULED) for name in re.findall(r"\*([^*]+)\*", place.also)]
    assert len(named) == 6 and [name for name in named if f">{name}" not in page] == []


def test_the_rows_are_those_of_the_experimental_design(design: str) -> None:
    rows = document_rows()
    for section in (GRID, EXPLAINED, METRICS):
        assert rows[section] == [row[0] for row in cells(design, section)]
    section = design[design.index("## algorithm selection") : design.index("## feature engineering")]
    said = re.findall(r"^(?:- (.+)|(XGBoost was .+):)$", section, re.MULTILINE)
    assert rows[ALGORITHMS] == [bullet or sentence for bullet, sentence in said]
    headings = re.findall(r"^\*\*(.+)\*\*:$", section, re.MULTILINE)
    assert list(ours._read()[ALGORITHMS]) == ["why XGBoost", *headings]


def test_what_is_said_of_each_parameter_is_the_designs_word_for_word(design: str) -> None:
    in_grid = [
        [name, str(one.default), str(PRODUCTION_GRID[name]), "<br>".join(one.range_type), *one[2:6]]
        for name, one in PARAMETERS.items()
    ]
    assert in_grid == cells(design, GRID)
    explained = [
        [name, one.full_name, one.definition, one.formula, one.explanation] for name, one in PARAMETERS.items()
    ]
    assert explained == cells(design, EXPLAINED)


def test_what_is_said_of_each_metric_is_the_designs_word_for_word(design: str) -> None:
    assert [[name, *metric] for name, metric in OF_THE_DESIGN.items()] == cells(design, METRICS)
