"""Reading flowcharts that are written in Mermaid, as much of it as those of the experimental design use."""

import re
from typing import NamedTuple

Edge = tuple[str, str, str]


class Chart(NamedTuple):
    """A flowchart: text by node, edges as (source, label or None, target), and its subgraphs."""

    nodes: dict[str, str]
    edges: list[tuple[str, str | None, str]]
    panels: list[str]

    @property
    def labelled(self) -> list[Edge]:
        return [(source, label, target) for source, label, target in self.edges if label is not None]


_BLOCK = re.compile(r"^```mermaid\n(.*?)^```", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"^\s*%%.*$", re.MULTILINE)
_TOKEN = re.compile(
    r"""\s*(?:
        (?:(?:flowchart|style|classDef|class|linkStyle|direction)\b[^\n]*|end\b)
      | subgraph[ ]+(?P<panel>[^\n\[]+)(?:\[(?P<title>[^\]]*)\])?
      | (?P<arrow>-->)(?:\s*\|(?P<label>[^|]*)\|)?
      | (?P<node>\w+)(?:\[(?P<box>"[^"]*"|[^\]]*)\]|\{(?P<diamond>"[^"]*"|[^}]*)\})?
    )""",
    re.VERBOSE,
)


def read_charts(text: str) -> list[Chart]:
    """The flowcharts in the Mermaid blocks of a Markdown text.

    Raises
    ------
    ValueError
        A chart uses syntax that this reader does not know; it is never passed over.
    """
    return [_read_chart(_COMMENT.sub("", block)) for block in _BLOCK.findall(text)]


def _read_chart(text: str) -> Chart:
    chart = Chart({}, [], [])
    last: str | None = None
    waiting: tuple[str, str | None] | None = None  # an arrow that has no target yet: its source and its label
    text, position = text.rstrip(), 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise ValueError(f"not understood in the flowchart: {text[position:].strip().splitlines()[0]!r}")
        position = found.end()
        if found["panel"]:
            chart.panels.append(_words(found["title"] or found["panel"]))
            last = None
        elif found["arrow"]:
            if last is None or waiting:
                raise ValueError("an arrow in the flowchart has no source")
            waiting = last, _words(found["label"]) if found["label"] else None
        elif found["node"]:
            last = found["node"]
            words = found["box"] if found["box"] is not None else found["diamond"]
            chart.nodes.setdefault(last, last)
            if words is not None:
                chart.nodes[last] = _words(words)
            if waiting:
                chart.edges.append((*waiting, last))
                waiting = None
        else:
            last = None
    if waiting:
        raise ValueError(f"an arrow from {waiting[0]!r} in the flowchart has no target")
    return chart


def _words(label: str) -> str:
    return " ".join(label.replace("<br/>", " ").strip().strip('"').split())
