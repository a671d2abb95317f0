"""The visualization flowchart: a picture of every feature, drawn from the training rows only."""

import base64
from collections.abc import Iterable
from typing import TYPE_CHECKING

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.analysis.prepared import Prepared
from movie_pref.data_folder import DataFolder
from movie_pref.defs.decorators import node
from movie_pref.settings import Settings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GROUP = "visualization"
DEPS = ["dtype_analysis"]


@node(GROUP, deps=DEPS, kinds=("matplotlib",))
def numeric_histograms(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    analysis_rows: Prepared,
) -> None:
    """Histogram of each continuous feature, split by label, on a log scale where it is skewed."""
    from movie_pref.analysis import plots

    _show(
        context,
        settings,
        ((name, plots.histogram(x, analysis_rows.label, name)) for name, x in analysis_rows.numeric.items()),
    )


@node(GROUP, deps=DEPS, kinds=("matplotlib",))
def numeric_violins(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    analysis_rows: Prepared,
) -> None:
    """Violin of each continuous feature, split by label, on a log scale where it is skewed."""
    from movie_pref.analysis import plots

    _show(
        context,
        settings,
        ((name, plots.violin(x, analysis_rows.label, name)) for name, x in analysis_rows.numeric.items()),
    )


@node(GROUP, deps=DEPS, kinds=("matplotlib",))
def category_bar_charts(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    analysis_rows: Prepared,
) -> None:
    """Bar chart of category counts: the twenty most frequent and the rest together, with the share that is liked."""
    from movie_pref.analysis import plots

    names = [*analysis_rows.of("categorical"), *analysis_rows.of("categorical_list")]
    tables = ((name, _counts(analysis_rows.rows[name], analysis_rows.label)) for name in names)
    _show(
        context, settings, ((name, plots.category_bars(part["movies"], name, part["liked"])) for name, part in tables)
    )


@node(GROUP, deps=DEPS, kinds=("matplotlib",))
def text_length_violins(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    analysis_rows: Prepared,
) -> None:
    """Violin plot of the character count of each text field, split by label."""
    from movie_pref.analysis import plots

    _show(
        context,
        settings,
        ((name, plots.text_length_violin(x, analysis_rows.label, name)) for name, x in _texts(analysis_rows).items()),
    )


@node(GROUP, deps=DEPS, kinds=("matplotlib",))
def text_distinct_bar_charts(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    analysis_rows: Prepared,
) -> None:
    """Bar chart of distinct item counts of the text fields: distinct, repeated, empty."""
    from movie_pref.analysis import plots

    texts = _texts(analysis_rows)
    table = pd.DataFrame(
        {
            "distinct": texts.nunique(),
            "repeated": texts.notna().sum() - texts.nunique(),
            "empty": texts.isna().sum(),
        }
    )
    _show(context, settings, [("text_fields", plots.text_distinct_bars(table))] if len(table) else [])


def _texts(prepared: Prepared) -> pd.DataFrame:
    """The columns that hold text, those among them that go on as categories too."""
    from movie_pref.library.catalogue import load_catalogue

    shipped = load_catalogue()
    names = [
        name
        for name in prepared.names
        if prepared.family(name) == "text" or (name in shipped and shipped[name].kind == "text")
    ]
    return prepared.rows[names]


def _counts(column: pd.Series, label: pd.Series) -> pd.DataFrame:
    """Movies and share liked of each category or element, a null row counting the unknown ones."""
    elements = pd.DataFrame({"category": column, "label": label}).explode("category")
    found = elements.groupby("category", dropna=False)["label"].agg(movies="size", liked="mean")
    return found


def _show(context: dg.AssetExecutionContext, settings: Settings, figures: Iterable[tuple[object, "Figure"]]) -> None:
    """Write each figure as a PNG of its own and show all of them as one small contact sheet."""
    from movie_pref.analysis import plots
    from movie_pref.files import whole_file

    folder, panel = DataFolder(settings.data), context.asset_key.path[-1]
    contents = [plots.save(figure, folder.plot(f"{panel}/{name}")) for name, figure in figures]
    context.add_output_metadata(
        {"plots": len(contents), "folder": dg.MetadataValue.path(str((folder.reports / panel).resolve()))}
    )
    if contents:
        sheet = plots.contact_sheet(contents)
        with whole_file(folder.plot(f"{panel}/contact_sheet"), lasting=False) as temporary:
            temporary.write_bytes(sheet)
        encoded = base64.b64encode(sheet).decode()
        context.add_output_metadata(
            {"contact_sheet": dg.MetadataValue.md(f"![contact sheet](data:image/png;base64,{encoded})")}
        )
