"""Where each node and each labelled arrow of the four flowcharts is in the project: its asset, check and setting.

The charts are in `docs/flowcharts.md`, the declaration in `docs/flowchart_places.py`. `table_as_markdown` makes
`docs/nodes.md` of both, and `gaps` says what of a chart the declaration leaves out. Imports no dagster.
"""

from pathlib import Path

from docs.flowchart_places import DECLARED, Declared, Place
from docs.mermaid import read_charts

FLOWCHARTS = Path(__file__).parents[1] / "docs" / "flowcharts.md"


def gaps(text: str, declared: tuple[Declared, ...] = DECLARED) -> list[str]:
    """What the charts in a Markdown text have and the declaration has not, and the other way round; empty when they agree."""
    charts = read_charts(text)
    if len(charts) != len(declared):
        return [f"{len(charts)} flowcharts, {len(declared)} declared"]
    found = []
    for chart, ours in zip(charts, declared, strict=True):
        for what, drawn, entries in (
            ("panel", set(chart.panels), set(ours.panels)),
            ("node", set(chart.nodes), set(ours.nodes)),
            ("labelled edge", set(chart.labelled), set(ours.edges)),
        ):
            found += [f"{ours.title}: the {what} {one} has no entry" for one in sorted(drawn - entries)]
            found += [f"{ours.title}: no {what} {one} is in the flowchart" for one in sorted(entries - drawn)]
    return found


def table_as_markdown() -> str:
    """The documentation of the flowcharts' nodes and labelled edges, one table row each, made from the declaration above."""
    lines = [
        "# The nodes of the flowcharts",
        "",
        "Made from `docs/flowchart_places.py` (`make docs`): where each node and each labelled arrow of the",
        "[flowcharts](flowcharts.md) is. A check of another asset is written `asset.check`; *catalogue* is the field of",
        "`feature_catalogue.yaml` that answers the question; the settings are in `movie_pref/settings.py`.",
    ]
    for chart, ours in zip(read_charts(FLOWCHARTS.read_text(encoding="utf-8")), DECLARED, strict=True):
        lines += ["", f"## {ours.title}", ""]
        if ours.panels:
            lines += ["| panel | group or asset |", "| --- | --- |"]
            lines += [f"| {panel} | {_code(ours.panels[panel])} |" for panel in chart.panels] + [""]
        lines += ["| node | says | asset | check | setting | catalogue | remark |", "|" + " --- |" * 7]
        for name, words in chart.nodes.items():
            lines.append(_row(_code(name), _code(words), *_cells(ours.nodes[name])))
        if chart.labelled:
            lines += ["", "| from | label | to | asset | check | setting | catalogue | verdict |", "|" + " --- |" * 8]
        for source, label, target in chart.labelled:
            place = ours.edges[source, label, target]
            lines.append(_row(_code(source), _code(label), _code(target), *_cells(place)))
    return "\n".join(lines) + "\n"


def _cells(place: Place) -> list[str]:
    codes = (place.asset, place.check, place.setting, place.answer)
    return [*(", ".join(_code(name) for name in part.split(", ") if name) for part in codes), place.means]


def _code(name: str) -> str:
    return f"`{name}`"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
