"""Every panel of the feature-selection flowcharts on one set of rows, from a notebook or from an evaluation's fold."""

from dataclasses import dataclass

import pandas as pd

from movie_pref.analysis import quality, relations, shape
from movie_pref.analysis.ledger import TO_CATEGORICAL
from movie_pref.analysis.prepared import Prepared, prepare
from movie_pref.analysis.selection import Selection, mark_applied, select, selection_rows
from movie_pref.library.catalogue import Catalogue, load_catalogue, neutral
from movie_pref.settings import Settings, load_settings


@dataclass(frozen=True)
class Analysis:
    """The ledger of all panels, the matrices of the inter-feature panel, and the model columns that are kept."""

    ledger: pd.DataFrame
    matrices: dict[str, pd.DataFrame]
    columns: list[str]
    catalogue: Catalogue


def analyse(rows: pd.DataFrame, settings: Settings | None = None, catalogue: Catalogue | None = None) -> Analysis:
    """Run every panel on exactly these rows, each taken as a training row.

    Parameters
    ----------
    rows
        Labelled rows in the library's columns, television included if given.
    settings
        Thresholds and policy; the person's own by default.
    catalogue
        The answers; without one every answer is `auto` and values count as they stand, zeros and empty strings too.

    Raises
    ------
    UserError
        The rows have no label, or policy strict leaves no feature.
    """
    settings = settings or load_settings()
    catalogue = neutral(load_catalogue()) if catalogue is None else catalogue
    prepared, shapes = with_short_texts(prepare(rows, settings, catalogue), settings)
    normal = shape.normality(prepared, settings)
    panels = [
        quality.null_analysis(prepared, settings),
        quality.distinct_analysis(prepared, settings),
        quality.dtype_analysis(prepared),
        normal,
        shape.distribution_sense(prepared, settings, normal),
        shape.category_usefulness(prepared, settings),
        shapes,
        shape.text_embedding_value(prepared, settings, shapes),
    ]
    tests, matrices = all_tests(prepared, settings)
    rows_so_far = pd.concat([*panels, tests], ignore_index=True)
    made = select(prepared, settings, rows_so_far, matrices)
    return Analysis(resolved(made, rows_so_far), matrices, made.final_columns, prepared.catalogue)


def with_short_texts(prepared: Prepared, settings: Settings) -> tuple[Prepared, pd.DataFrame]:
    """The rows with short or repetitive texts taken for categories, and the rows of `text_shape`."""
    shapes = shape.text_shape(prepared, settings)
    short = shapes.loc[shapes["verdict"] == TO_CATEGORICAL, "feature"]
    return prepared.with_kind(dict.fromkeys(short, "categorical")), shapes


def all_tests(prepared: Prepared, settings: Settings) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """The rows of the inter-feature and target tests, and the matrices by node."""
    found = relations.associations(prepared)
    inter = {
        "pearson_correlation": relations.correlation(prepared, settings, "pearson"),
        "spearman_correlation": relations.correlation(prepared, settings, "spearman"),
        "numeric_categorical_anova": relations.numeric_categorical_anova(prepared, settings),
        "cramers_v": relations.cramers_v(prepared, settings, found),
        "chi_squared": relations.chi_squared(prepared, settings, found),
    }
    rows = [relation.rows for relation in inter.values()]
    rows += relations.target_tests(prepared, settings).values()
    return pd.concat(rows, ignore_index=True), {node: relation.matrix for node, relation in inter.items()}


def resolved(made: Selection, tests: pd.DataFrame) -> pd.DataFrame:
    """The whole ledger: all verdicts, the selection's own rows, and what was applied."""
    return pd.concat([mark_applied(made, tests), *selection_rows(made, tests).values()], ignore_index=True)


def selected_columns(
    rows: pd.DataFrame, settings: Settings, catalogue: Catalogue, with_texts: bool = False
) -> tuple[list[str], Catalogue]:
    """The model columns that the selection keeps, and the catalogue to make them by; what a fold of an evaluation needs.

    Whether texts are worth embedding is asked only `with_texts`, since it takes as long as the rest.
    """
    prepared, shapes = with_short_texts(prepare(rows, settings, catalogue), settings)
    if settings.policy == "none" and not with_texts:
        return prepared.preprocessor.columns, prepared.catalogue
    panels = [
        quality.null_analysis(prepared, settings),
        quality.distinct_analysis(prepared, settings),
        quality.dtype_analysis(prepared),
        shape.distribution_sense(prepared, settings, shape.normality(prepared, settings)),
        shape.category_usefulness(prepared, settings),
    ]
    if with_texts:
        panels.append(shape.text_embedding_value(prepared, settings, shapes))
    tests, matrices = all_tests(prepared, settings)
    made = select(prepared, settings, pd.concat([*panels, tests], ignore_index=True), matrices)
    return made.final_columns, prepared.catalogue
