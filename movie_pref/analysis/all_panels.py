"""Every panel of the feature-selection flowcharts on one set of rows, from a notebook or from an evaluation's fold."""

from dataclasses import dataclass, replace

import pandas as pd

from movie_pref.analysis import data_quality, inter_feature, statistical, target
from movie_pref.analysis.ledger import TO_CATEGORICAL
from movie_pref.analysis.linear_only import linear_only
from movie_pref.analysis.prepared import Prepared, prepare
from movie_pref.analysis.selection import select
from movie_pref.analysis.selection_rows import final_rows, mark_applied, selection_rows
from movie_pref.analysis.selection_so_far import Selection
from movie_pref.features.preprocessing import Chosen
from movie_pref.library.catalogue import Catalogue, load_catalogue, neutral, own_catalogue
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
    tests, matrices = all_tests(prepared, settings)
    rows_so_far = pd.concat([*_quality(prepared, settings, shapes, with_texts=True), tests], ignore_index=True)
    made, ledger = settle(prepared, settings, rows_so_far, matrices)
    return Analysis(ledger, matrices, made.final_columns, prepared.catalogue)


def with_short_texts(prepared: Prepared, settings: Settings) -> tuple[Prepared, pd.DataFrame]:
    """The rows with short or repetitive texts taken for categories, and the rows of `text_shape`."""
    shapes = statistical.text_shape(prepared, settings)
    short = shapes.loc[shapes["verdict"] == TO_CATEGORICAL, "feature"]
    taken = prepared.with_kind(dict.fromkeys(short, "categorical"))
    return replace(taken, short_texts=tuple(short)), shapes


def all_tests(prepared: Prepared, settings: Settings) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """The rows of the inter-feature and target tests, and the matrices by node."""
    inter = {
        "pearson_correlation": inter_feature.correlation(prepared, settings, "pearson"),
        "spearman_correlation": inter_feature.correlation(prepared, settings, "spearman"),
        "numeric_categorical_anova": inter_feature.numeric_categorical_anova(prepared, settings),
        "cramers_v": inter_feature.cramers_v(prepared, settings),
        "chi_squared": inter_feature.chi_squared(prepared, settings),
    }
    rows = [relation.rows for relation in inter.values()]
    rows += target.target_tests(prepared, settings).values()
    return pd.concat(rows, ignore_index=True), {node: relation.matrix for node, relation in inter.items()}


def settle(
    prepared: Prepared, settings: Settings, tests: pd.DataFrame, matrices: dict[str, pd.DataFrame]
) -> tuple[Selection, pd.DataFrame]:
    """What the active policy makes of all verdicts, and the whole ledger: these, the selection's own, what was applied."""
    made = select(prepared, settings, tests, matrices)
    rows = [mark_applied(made, tests), *selection_rows(made, tests).values()]
    return made, pd.concat(rows, ignore_index=True)


def selected_columns(rows: pd.DataFrame, settings: Settings, catalogue: Catalogue, with_texts: bool = False) -> Chosen:
    """The model columns that the selection keeps, and how to make them; what a fold of an evaluation needs.

    Whether texts are worth embedding is asked only `with_texts`, since it takes as long as the rest.
    """
    prepared, shapes = with_short_texts(prepare(rows, settings, catalogue), settings)
    if settings.policy == "none" and not with_texts:
        return Chosen(prepared.preprocessor.columns, prepared.catalogue, [])
    tests, matrices = all_tests(prepared, settings)
    rows_so_far = pd.concat([*_quality(prepared, settings, shapes, with_texts), tests], ignore_index=True)
    made = select(prepared, settings, rows_so_far, matrices)
    left = linear_only(final_rows(made), rows_so_far, settings)
    return Chosen(made.final_columns, prepared.catalogue, made.columns(left))


def _quality(prepared: Prepared, settings: Settings, shapes: pd.DataFrame, with_texts: bool) -> list[pd.DataFrame]:
    """The rows of the data quality and the statistical panel."""
    normal = statistical.normality(prepared, settings)
    panels = [
        data_quality.null_analysis(prepared, settings),
        data_quality.distinct_analysis(prepared, settings),
        data_quality.dtype_analysis(prepared),
        normal,
        statistical.distribution_sense(prepared, settings, normal),
        statistical.category_usefulness(prepared, settings),
        shapes,
    ]
    return [*panels, statistical.text_embedding_value(prepared, settings, shapes)] if with_texts else panels


def prepared_rows(movies_only: pd.DataFrame, data_split: pd.DataFrame, settings: Settings) -> Prepared:
    """The training rows, sorted for analysis; no validation or holdout row is among them."""
    training = data_split.loc[data_split["partition"] == "train", "imdb_id"]
    rows = movies_only[movies_only["imdb_id"].isin(training)]
    prepared = prepare(rows, settings, own_catalogue(settings.data))
    return with_short_texts(prepared, settings)[0]
