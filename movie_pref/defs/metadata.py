"""What the Dagster UI shows beside an asset or a check: tables, schemas, plots and verdicts in one form."""

import base64
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREVIEW_ROWS, PREVIEW_COLUMNS = 5, 12
LONGEST = 200  # letters of a cell: a verdict's sentence, and not an overview


def describe_frame(frame: pd.DataFrame) -> dict[str, Any]:
    """Row count, column schema and a preview of a frame."""
    return {
        "dagster/row_count": len(frame),
        "dagster/column_schema": column_schema(frame),
        "columns": frame.shape[1],
        "preview": table(frame.iloc[:PREVIEW_ROWS, :PREVIEW_COLUMNS]),
    }


def column_schema(frame: pd.DataFrame) -> dg.TableSchema:
    """The frame's columns with their types, and what each holds."""
    from movie_pref.defs.column_words import described

    return dg.TableSchema(
        columns=[
            dg.TableColumn(str(name), str(kind), description=described(str(name)))
            for name, kind in frame.dtypes.items()
        ]
    )


def table(frame: pd.DataFrame, rows: int = 100) -> dg.TableMetadataValue:
    """A small frame as a table that the UI shows in place; long text is cut."""
    shown = frame.head(rows)
    records = [
        dg.TableRecord({str(name): _cell(cell) for name, cell in record.items()})
        for record in shown.astype(object).to_dict("records")
    ]
    schema = dg.TableSchema(columns=[dg.TableColumn(str(name)) for name in shown.columns])
    return dg.MetadataValue.table(records=records, schema=schema)


def words(frame: pd.DataFrame) -> dg.MarkdownMetadataValue:
    """A small frame of sentences as a table that the UI opens in a window, where it is wide enough; nothing is cut."""

    def line(cells: Iterable[Any]) -> str:
        return "| " + " | ".join("" if pd.isna(cell) else str(cell).replace("|", r"\|") for cell in cells) + " |"

    heads = [str(name).replace("_", " ") for name in frame.columns]
    rows = frame.astype(object).itertuples(index=False)
    return dg.MetadataValue.md("\n".join([line(heads), line(["---"] * len(heads)), *map(line, rows)]))


def picture(figure: "Figure", path: Path) -> dg.MarkdownMetadataValue:
    """Write a figure as PNG, whole or not at all, and give it as metadata that the UI opens in place."""
    from movie_pref.analysis.plots import save

    encoded = base64.b64encode(save(figure, path, dpi=90)).decode()
    return dg.MetadataValue.md(f"![{path.stem}](data:image/png;base64,{encoded})\n\n`{path}`")


def verdict(
    passed: bool,
    says: str,
    value: Any,
    threshold: Any,
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
    more: Mapping[str, Any] | None = None,
) -> dg.AssetCheckResult:
    """A check's result: what was found in a sentence, the value, the threshold, and whatever else helps."""
    return dg.AssetCheckResult(
        passed=bool(passed),
        severity=severity,
        description=says,
        metadata={
            name: _number(found) for name, found in {"value": value, "threshold": threshold, **(more or {})}.items()
        },
    )


def _number(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _cell(cell: Any) -> str | int | float | bool | None:
    if isinstance(cell, bool | np.bool_):
        return bool(cell)
    if isinstance(cell, int | np.integer):
        return int(cell)
    if isinstance(cell, float | np.floating):
        return None if np.isnan(cell) else float(f"{cell:.6g}")
    if isinstance(cell, list | np.ndarray):
        cell = ", ".join(map(str, cell))
    elif cell is None or cell is pd.NA or cell is pd.NaT:
        return None
    text = str(cell)
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rsplit(" ", 1)[0] + "…"
