"""The statistical panel: distributions of numbers, usefulness of categories, shape and value of texts."""

from typing import Any

import numpy as np
import pandas as pd

from movie_pref.analysis.column_costs import Evaluator
from movie_pref.analysis.data_quality import no_column
from movie_pref.analysis.distribution import normality as normality_of
from movie_pref.analysis.ledger import CONSIDER, DROP, KEEP, NOT_APPLICABLE, TO_CATEGORICAL, Cause, entry, ledger
from movie_pref.analysis.nodes import STATISTICAL_PANEL as PANEL
from movie_pref.analysis.prepared import Prepared
from movie_pref.metrics.paired import paired
from movie_pref.settings import Settings

NORMAL = "generally normal"


def normality(prepared: Prepared, settings: Settings) -> pd.DataFrame:
    """Whether each continuous feature is generally normal, by effect size, as it stands and on a logarithmic scale."""
    return ledger(_normality_row(name, prepared, settings) for name in prepared.of("continuous"))


def distribution_sense(prepared: Prepared, settings: Settings, normal: pd.DataFrame) -> pd.DataFrame:
    """Whether the distribution of a feature that is not generally normal makes sense.

    `auto` answers no where one value takes up more than the share `dominant_share` of the known ones.
    """
    is_normal = normal.set_index("feature")["cause"] == Cause.GENERALLY_NORMAL
    return ledger(_sense_row(name, is_normal[name], prepared, settings) for name in prepared.of("continuous"))


def category_usefulness(prepared: Prepared, settings: Settings) -> pd.DataFrame:
    """Whether categories are useful: none dominating, not too many, few singletons; and each indicator's support."""
    scalars = [_category_row(name, prepared.rows[name], prepared, settings) for name in prepared.of("categorical")]
    lists = [_list_row(name, prepared, settings) for name in prepared.of("categorical_list")]
    support = prepared.indicators.sum()
    indicators = [
        entry(
            PANEL, "category_usefulness", name, "indicator",
            KEEP if count >= settings.indicator_support else DROP,
            Cause.SUPPORTED if count >= settings.indicator_support else Cause.UNSUPPORTED,
            f"in {int(count)} training movies, support needs {settings.indicator_support}",
            statistic="support", value=float(count), threshold=settings.indicator_support, n=len(prepared.given),
        )
        for name, count in support.items()
    ]  # fmt: skip
    return ledger([*scalars, *lists, *indicators])


def text_shape(prepared: Prepared, settings: Settings) -> pd.DataFrame:
    """How long the strings are and how many distinct there are: short or few goes on as a category, the rest as text."""
    return ledger(_text_row(name, prepared, settings) for name in prepared.of("text"))


def text_embedding_value(prepared: Prepared, settings: Settings, shapes: pd.DataFrame) -> pd.DataFrame:
    """Whether TF-IDF and truncated SVD of a text raise cross-validated average precision by more than a paired error.

    Vectoriser and decomposition are fitted inside each fold.
    """
    long = shapes.loc[shapes["verdict"] == KEEP, "feature"]
    evaluator = Evaluator(prepared.columns, prepared.label, settings.folds, seed=settings.seed, jobs=settings.n_jobs)
    rows = [_embedding_row(name, prepared, settings, evaluator) for name in long]
    short = shapes.loc[shapes["verdict"] == TO_CATEGORICAL, "feature"]
    rows += [
        entry(
            PANEL,
            "text_embedding_value",
            name,
            "text",
            NOT_APPLICABLE,
            Cause.READS_AS_CATEGORY,
            "goes on as a category",
        )
        for name in short
    ]
    return ledger(rows)


def _normality_row(name: str, prepared: Prepared, settings: Settings) -> dict[str, Any]:
    found: dict[str, Any] = normality_of(prepared.numeric[name], settings.skewness_limit, settings.kurtosis_limit)
    common: dict[str, Any] = {
        "panel": PANEL,
        "node": "normality",
        "feature": name,
        "family": "continuous",
        "n": found["n"],
    }
    if found["generally_normal"] is None:
        return entry(**common, verdict=NOT_APPLICABLE, cause=Cause.NOT_TESTED, reason=str(found["reason"]))
    after = (
        f"on a log scale skewness {found['log1p_skewness']:.2f}, excess kurtosis {found['log1p_excess_kurtosis']:.2f}"
        if found["log1p_generally_normal"] is not None
        else f"no log scale ({found['log1p_reason']})"
    )
    test = f"D'Agostino's test p = {found['p_value']:.3g}" if not found["test_reason"] else found["test_reason"]
    normal = NORMAL if found["generally_normal"] else f"not {NORMAL}"
    reason = (
        f"{normal}: skewness {found['skewness']:.2f}, excess kurtosis {found['excess_kurtosis']:.2f}; {after}; {test}"
    )
    return entry(
        **common,
        statistic="skewness",
        value=found["skewness"],
        threshold=settings.skewness_limit,
        verdict=KEEP,
        cause=Cause.GENERALLY_NORMAL if found["generally_normal"] else Cause.NOT_GENERALLY_NORMAL,
        reason=reason,
    )


def _sense_row(name: str, is_normal: bool, prepared: Prepared, settings: Settings) -> dict[str, Any]:
    values = prepared.numeric[name].replace([np.inf, -np.inf], np.nan).dropna()
    common: dict[str, Any] = {
        "panel": PANEL,
        "node": "distribution_sense",
        "feature": name,
        "family": "continuous",
        "n": len(values),
    }
    if values.empty:
        return entry(**common, verdict=NOT_APPLICABLE, cause=Cause.NO_VALUE_KNOWN, reason="no value is known")
    if is_normal:
        shown = f"{NORMAL}, so the question is not asked"
        return entry(**common, verdict=KEEP, cause=Cause.GENERALLY_NORMAL, reason=shown)
    top = values.value_counts(normalize=True)
    share, limit = float(top.iloc[0]), settings.dominant_share
    answer = prepared.catalogue[name].distribution_makes_sense
    evidence = f"its commonest value, {top.index[0]:g}, takes up {share:.1%}"
    sense = share <= limit if answer == "auto" else answer == "yes"
    against = Cause.ONE_VALUE_DOMINATES if answer == "auto" else Cause.DISTRIBUTION_MAKES_NO_SENSE
    reason = f"the distribution {'makes' if sense else 'does not make'} sense ({evidence if answer == 'auto' else 'the catalogue says ' + answer})"
    return entry(
        **common,
        statistic="dominant_share",
        value=share,
        threshold=limit,
        verdict=KEEP if sense else CONSIDER,
        cause=Cause.DISTRIBUTION_MAKES_SENSE if sense else against,
        reason=reason,
    )


def _category_row(name: str, column: pd.Series, prepared: Prepared, settings: Settings) -> dict[str, Any]:
    counts = column.value_counts()
    n = int(counts.sum())
    common: dict[str, Any] = {
        "panel": PANEL,
        "node": "category_usefulness",
        "feature": name,
        "family": "categorical",
        "n": n,
    }
    if n == 0:
        return entry(**common, verdict=DROP, cause=Cause.NO_VALUE_KNOWN, reason="no value is known")
    share, levels, singletons = float(counts.iloc[0] / n), len(counts), int((counts == 1).sum())
    shown = f"{counts.index[0]!r} takes up {share:.1%} of {levels} levels, {singletons} levels have one movie"
    answer = prepared.catalogue[name].categories_useful
    cause = _use_of(share, levels, singletons, settings)
    if answer != "auto":
        cause, shown = Cause.USEFUL if answer == "yes" else Cause.NOT_USEFUL, f"the catalogue says {answer}; {shown}"
    useful = cause == Cause.USEFUL
    return entry(
        **common, statistic="dominant_share", value=share, threshold=settings.dominant_share,
        verdict=KEEP if useful else DROP, cause=cause, reason=f"{'useful' if useful else 'not useful'}: {shown}",
    )  # fmt: skip


def _use_of(share: float, levels: int, singletons: int, settings: Settings) -> Cause:
    """Whether categories are useful, by the share of the commonest, their number and how many have one movie only."""
    if share > settings.dominant_share:
        return Cause.ONE_VALUE_DOMINATES
    if levels > settings.list_level_limit:
        return Cause.TOO_MANY_LEVELS
    return Cause.USEFUL if singletons < levels else Cause.ONLY_SINGLETONS


def _list_row(name: str, prepared: Prepared, settings: Settings) -> dict[str, Any]:
    columns = prepared.preprocessor.indicator_columns(name)
    common: dict[str, Any] = {
        "panel": PANEL,
        "node": "category_usefulness",
        "feature": name,
        "family": "categorical_list",
        "n": len(prepared.given),
    }
    answer = prepared.catalogue[name].categories_useful
    if not columns:
        cause, reason = no_column(name, prepared, "no element is known")
        return entry(**common, verdict=DROP, cause=cause, reason=reason)
    supported = int((prepared.indicators[columns].sum() >= settings.indicator_support).sum())
    useful = supported > 0 if answer == "auto" else answer == "yes"
    against = Cause.UNSUPPORTED if answer == "auto" else Cause.NOT_USEFUL
    reason = f"{supported} of {len(columns)} elements are in {settings.indicator_support} movies or more"
    return entry(
        **common, statistic="supported_elements", value=supported, threshold=1, verdict=KEEP if useful else DROP,
        cause=Cause.USEFUL if useful else against, reason=reason if answer == "auto" else f"the catalogue says {answer}; {reason}",
    )  # fmt: skip


def _text_row(name: str, prepared: Prepared, settings: Settings) -> dict[str, Any]:
    texts = prepared.rows[name].dropna().astype("str")
    common: dict[str, Any] = {"panel": PANEL, "node": "text_shape", "feature": name, "family": "text", "n": len(texts)}
    if texts.empty:
        return entry(**common, verdict=DROP, cause=Cause.NO_VALUE_KNOWN, reason="no text is known")
    length, distinct = float(texts.str.len().median()), int(texts.nunique())
    short, few = length <= settings.text_length_short, distinct <= settings.text_distinct_few
    shown = f"{length:g} characters in the median ({'short' if short else 'long'}), {distinct} distinct ({'few' if few else 'many'})"
    return entry(
        **common, statistic="median_length", value=length, threshold=settings.text_length_short,
        verdict=TO_CATEGORICAL if short or few else KEEP,
        cause=Cause.READS_AS_CATEGORY if short or few else Cause.READS_AS_TEXT, reason=shown, applied=True,
    )  # fmt: skip


def _embedding_row(name: str, prepared: Prepared, settings: Settings, evaluator: Evaluator) -> dict[str, Any]:
    common: dict[str, Any] = {
        "panel": PANEL,
        "node": "text_embedding_value",
        "feature": name,
        "family": "text",
        "n": len(prepared.given),
    }
    answer = prepared.catalogue[name].text_embedding_value
    if answer != "auto":
        cause = Cause.WORTH_EMBEDDING if answer == "yes" else Cause.NOT_WORTH_EMBEDDING
        verdict = KEEP if answer == "yes" else DROP
        return entry(**common, verdict=verdict, cause=cause, reason=f"the catalogue says {answer}")
    if not evaluator.folds:
        return entry(
            **common,
            verdict=NOT_APPLICABLE,
            cause=Cause.NOT_TESTED,
            reason="fewer than 2 movies of a class: the gain cannot be cross-validated",
        )
    texts = prepared.rows[name].fillna("").astype("str").to_numpy(dtype=object)
    embedded = [_embed(texts, train, settings) for train, _ in evaluator.folds]
    if any(part is None for part in embedded):
        return entry(**common, verdict=DROP, cause=Cause.NOT_WORTH_EMBEDDING, reason="too few words to embed")
    columns = list(evaluator.position)
    gain = paired(evaluator.scores(columns, extra=embedded), evaluator.scores(columns), evaluator.overlap)  # type: ignore[arg-type]
    worth = gain.mean > gain.error
    return entry(
        **common, statistic="ap_gain", value=gain.mean, threshold=gain.error, verdict=KEEP if worth else DROP,
        cause=Cause.WORTH_EMBEDDING if worth else Cause.NOT_WORTH_EMBEDDING,
        reason=f"{settings.text_components} components change average precision by {gain} (paired standard error): "
        f"{'sufficient' if worth else 'not sufficient'} value",
    )  # fmt: skip


def _embed(texts: np.ndarray, train: np.ndarray, settings: Settings) -> np.ndarray | None:
    """Components of all texts by a vectoriser and a decomposition fitted on the training ones."""
    from movie_pref.features.text_embedding import TextEmbedding

    embedding = TextEmbedding.fit(texts[train], settings.text_components, settings.seed)
    return None if embedding is None else embedding.transform(texts)
