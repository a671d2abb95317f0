"""The flowcharts' documentation: nothing of a chart is without an entry, and no entry names what does not exist."""

import re
import subprocess
import sys

import pytest

from docs.document_rows import table_as_markdown as rows_as_markdown
from docs.flowchart_places import DECLARED
from docs.flowcharts import FLOWCHARTS, gaps, table_as_markdown
from docs.mermaid import read_charts
from movie_pref.analysis.nodes import NODES, TESTED
from movie_pref.definitions import build_defs
from movie_pref.library.catalogue import Entry
from movie_pref.library.contract import columns_as_markdown
from movie_pref.settings import Settings

DOCS = FLOWCHARTS.parent
PLACES = [
    (f"{ours.title}: {key}", place) for ours in DECLARED for key, place in [*ours.nodes.items(), *ours.edges.items()]
]


@pytest.fixture(scope="module")
def charts():
    return FLOWCHARTS.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def graph():
    return build_defs().resolve_asset_graph()


@pytest.fixture(scope="module")
def assets(graph):
    return {key.to_user_string(): graph.get(key).group_name for key in graph.get_all_asset_keys()}


def test_every_node_and_labelled_edge_has_an_entry_and_no_entry_is_stale(charts):
    assert gaps(charts) == []


@pytest.mark.parametrize("part", ["nodes", "edges", "panels"])
@pytest.mark.parametrize("number", range(4))
def test_a_missing_entry_is_found(charts, number, part):
    entries = getattr(DECLARED[number], part)
    for gone in entries:
        less = DECLARED[number]._replace(**{part: {key: place for key, place in entries.items() if key != gone}})
        declared = (*DECLARED[:number], less, *DECLARED[number + 1 :])
        (found,) = gaps(charts, declared)
        assert str(gone) in found
        assert "has no entry" in found


def test_what_a_chart_has_gained_or_lost_is_found(charts):
    gained = charts.replace(
        "    raw[raw data] --> feat", "    raw -->|unread| aside[put aside]\n    raw[raw data] --> feat"
    )
    lost = charts.replace("D --> D1[would_watch → 1<br/>would_not_watch → 0]", "").replace("D1 --> E[", "D --> E[")

    assert gaps(gained) == [
        "Data quality: the node aside has no entry",
        "Data quality: the labelled edge ('raw', 'unread', 'aside') has no entry",
    ]
    assert gaps(lost) == ["Feature engineering: no node D1 is in the flowchart"]
    assert gaps("") == ["0 flowcharts, 4 declared"]


def test_every_asset_and_every_panel_exists(assets):
    missing = [(where, name) for where, place in PLACES for name in place.assets if name not in assets]
    panels = [panel for ours in DECLARED for panel in ours.panels.values()]

    assert missing == []
    assert [panel for panel in panels if panel not in {*assets, *assets.values()}] == []


def test_every_check_exists_on_its_asset(graph):
    checks = {(key.asset_key.to_user_string(), key.name) for key in graph.asset_check_keys}

    assert [(where, one) for where, place in PLACES for one in place.checks if one not in checks] == []


def test_every_setting_and_every_field_of_the_catalogue_exists():
    wrong = [(where, name) for where, place in PLACES for name in place.settings if name not in Settings.model_fields]
    unknown = [
        (where, place.answer) for where, place in PLACES if place.answer and place.answer not in Entry.model_fields
    ]

    assert wrong == []
    assert unknown == []


def test_every_asset_and_threshold_of_the_panels_is_a_node(assets):
    """The other way round: nothing in the groups of the charts stands in no chart."""
    named = {name for _, place in PLACES for name in place.assets}
    groups = {panel for ours in DECLARED for panel in ours.panels.values()} | {"feature_engineering"}

    assert {name for name, group in assets.items() if group in groups} - named == set()


def test_a_setting_that_a_check_names_is_the_setting_of_its_node():
    for asset in TESTED:
        places = [place for _, place in PLACES if place.asset == asset and place.check == NODES[asset].check]
        assert places, asset
        declared = {name for place in places for name in place.settings}
        assert set(NODES[asset].settings) <= declared, asset


def test_the_thresholds_in_the_diamonds_are_the_defaults_of_their_settings(charts):
    drawn = [
        (words, Settings.model_fields[ours.nodes[name].setting].default)
        for chart, ours in zip(read_charts(charts), DECLARED, strict=True)
        for name, words in chart.nodes.items()
        if re.search(r"= [\d.]+$", words)
    ]

    assert len(drawn) == 11
    assert [(words, default) for words, default in drawn if float(words.split("= ")[1]) != default] == []


def test_every_labelled_edge_says_what_its_label_means():
    assert [edge for ours in DECLARED for edge, place in ours.edges.items() if not place.means] == []


@pytest.mark.parametrize(
    ("file", "made"),
    [("nodes.md", table_as_markdown), ("columns.md", columns_as_markdown), ("document-rows.md", rows_as_markdown)],
)
def test_the_documentation_is_what_the_code_generates(file, made):
    assert (DOCS / file).read_text(encoding="utf-8") == made(), "run make docs"


@pytest.mark.parametrize("made", [table_as_markdown, rows_as_markdown])
def test_every_row_of_the_documentation_has_as_many_cells_as_its_head(made):
    for table in re.findall(r"(?:^\|.*\n)+", made(), re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1


def test_the_charts_are_those_of_the_experimental_design(charts, design):
    def blocks(text):
        return re.findall(r"^```mermaid\n.*?^```", text, re.DOTALL | re.MULTILINE)

    assert blocks(charts) == blocks(design)


def test_the_reader_knows_what_the_charts_use():
    (chart,) = read_charts(
        "text\n\n```mermaid\nflowchart TD\n"
        "    %% subgraph gone\n    subgraph a panel\n"
        '    a["two\n      lines"] --> b{"|r| = 0.3"}\n    b --> |no| c[x<br/>y == \'z\'] -->|correct\n  type| d\n'
        "    %%e[left\n    %%  out]\n    f\n    f\n    b -->|>| a\n    end\n"
        "    style a stroke:#FF9973\n    classDef k stroke:#FF9973\n    class a,b k\n```\n"
    )

    assert chart.nodes == {"a": "two lines", "b": "|r| = 0.3", "c": "x y == 'z'", "d": "d", "f": "f"}
    assert chart.edges == [("a", None, "b"), ("b", "no", "c"), ("c", "correct type", "d"), ("b", ">", "a")]
    assert chart.panels == ["a panel"]


@pytest.mark.parametrize("line", ["a ==> b", "a((round))", "a & b --> c", "--> b", "a -->", "a --> -->"])
def test_syntax_that_the_reader_does_not_know_is_never_passed_over(line):
    with pytest.raises(ValueError, match="flowchart"):
        read_charts(f"```mermaid\nflowchart TD\n    {line}\n```\n")


def test_the_declaration_imports_no_dagster():
    code = "import sys, docs.flowcharts; sys.exit('dagster' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
