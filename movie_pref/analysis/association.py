"""How strongly features, or a feature and a target, go together.

Only scores live here: pure functions from columns to tables of statistics. Thresholds and verdicts are elsewhere, the
tests between categoricals in `contingency`.

Infinities count as null; nulls are dropped pair by pair; no result is infinite; NaN means that a statistic does not
apply, and a text says why. Values that differ by rounding at most (their range is within 4 machine epsilons of the
largest magnitude) count as constant. Frames given together must share their index.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from movie_pref.analysis.contingency import check_rows, contingency, group_codes, indicator_names

Kind = Literal["continuous", "categorical", "ordinal"]

_TARGET = "(target)"
_CONTINUOUS_ONLY = "applies to a continuous target only"
_CATEGORICAL_ONLY = "applies to a categorical target only"


# --- numeric with numeric ---------------------------------------------------------------------------------------------


def numeric_correlation(frame: pd.DataFrame, method: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Correlation of every pair of the p columns over the rows where both are known.

    Returns (r, n), both p x p: the coefficient in [-1, 1] and the number of those rows; `correlation_reason` says why
    an r is NaN. `method` is 'pearson' (from deviations, in two passes) or 'spearman' (Pearson's of the ranks within the
    pair's rows, ties sharing their mean rank). pandas' own corr takes one pass: at an offset of 1e9 it is right to 1e-8
    only, and where squares overflow it gives 0. Raises TypeError on text, ValueError on another method.
    """
    values = numeric_values(frame)
    size = values.shape[1]
    r, n = np.full((size, size), np.nan), np.zeros((size, size), dtype=np.int64)
    for j in range(size):
        r[j, j:], n[j, j:] = r[j:, j], n[j:, j] = _correlate(values[:, j:], values[:, j], method)
    np.fill_diagonal(r, np.where(np.isnan(r.diagonal()), np.nan, 1.0))
    labels = {"index": frame.columns, "columns": frame.columns}
    return pd.DataFrame(r, **labels), pd.DataFrame(n, **labels)


def correlation_p(r, n):
    """Two-sided p of correlations r of n rows (arrays or pandas objects of one shape); NaN where r is.

    For independent normal values (1 + r) / 2 is Beta(n/2 - 1, n/2 - 1) (Student 1908): the t test with n - 2 degrees of
    freedom, which is also the usual approximation for Spearman's.
    """
    from scipy.special import betainc

    shape = np.maximum(n / 2 - 1, 0.5)  # an r needs n >= 3
    return np.minimum(2 * betainc(shape, shape, (1 - abs(r)) / 2), 1)


def correlation_reason(r, n) -> np.ndarray:
    """Why correlations r of n rows are NaN, empty where they are not; an array of text in their shape."""
    why = np.where(np.asarray(n) < 3, "fewer than 3 rows with both values", "constant on the rows with both values")
    return np.where(np.isnan(r), why, "").astype(object)


def _correlate(x: np.ndarray, y: np.ndarray, method: str) -> tuple[np.ndarray, np.ndarray]:
    """(r, n) of each column of x (rows x p) with y (rows) on the rows where both are known."""
    if method not in ("pearson", "spearman"):
        raise ValueError(f"method is {method!r}; expected 'pearson' or 'spearman'")
    known = ~np.isnan(y)
    x = x[known]
    y = np.where(np.isnan(x), np.nan, y[known, None])
    n = np.count_nonzero(~np.isnan(x), axis=0)
    applies = (n >= 3) & ~(is_constant(*_bounds(x)) | is_constant(*_bounds(y)))[0]
    if method == "spearman":
        x, y = pd.DataFrame(x).rank().to_numpy(), pd.DataFrame(y).rank().to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        r = np.nansum(_deviations(x, n) * _deviations(y, n), axis=0)
    return np.where(applies, np.clip(r, -1, 1), np.nan), n


def _deviations(x: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Each column less its mean, scaled to length 1. The lowest value is taken off first: an offset costs no digits."""
    lowest, highest = _bounds(x)
    x = (x - lowest) / (highest - lowest)
    x = x - np.nansum(x, axis=0) / n
    return x / np.sqrt(np.nansum(x**2, axis=0))


def _bounds(x: np.ndarray, axis: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest known value along an axis, which stays; (inf, -inf) where there is none."""
    lowest = np.fmin.reduce(x, axis=axis, keepdims=True, initial=np.inf)
    return lowest, np.fmax.reduce(x, axis=axis, keepdims=True, initial=-np.inf)


def is_constant(lowest, highest):
    """Whether values within these bounds differ by rounding at most; true where there are no values."""
    with np.errstate(invalid="ignore"):
        return ~(highest - lowest > 4 * np.finfo(float).eps * np.maximum(abs(lowest), abs(highest)))


def numeric_values(frame: pd.DataFrame) -> np.ndarray:
    """The columns as floats, infinities as NaN, each value divided by 4 so that no difference of two overflows."""
    wrong = [str(c) for c, x in frame.items() if not (pd.api.types.is_numeric_dtype(x) or x.isna().all())]
    if wrong:
        raise TypeError(f"not numeric: {', '.join(wrong)}; cast these columns, or give them as categoricals")
    values = frame.to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan) / 4


# --- numeric with categorical -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Anova:
    """One-way analysis of variance, in each frame a row per numeric column and a column per grouping.

    `f` and its upper-tail `p_value`; `n` rows and `k` groups observed together; `reason` why f is NaN, else empty.
    """

    f: pd.DataFrame
    p_value: pd.DataFrame
    n: pd.DataFrame
    k: pd.DataFrame
    reason: pd.DataFrame


def anova_f(numeric: pd.DataFrame, groups: pd.DataFrame) -> Anova:
    """F (Fisher 1925) of each of p numeric columns over the groups that each of q columns makes of the rows.

    Equal values make a group: indicators, categories, text; nulls belong to none. F = (between / (k - 1)) / (within /
    (n - k)), the sums of squares taken from deviations. NaN for fewer than 2 groups, n <= k, or no variance within
    groups. Raises TypeError on a numeric column that is not numeric, ValueError when the indexes differ.
    """
    from scipy.special import fdtrc

    check_rows(numeric, groups)
    values = np.ascontiguousarray(numeric_values(numeric).T)
    sums = [_sums_of_squares(values, group_codes(group)) for _, group in groups.items()]
    between, within, n, k = (np.array([s[i] for s in sums]).reshape(len(sums), len(values)).T for i in range(4))
    reasons = {
        "fewer than 2 groups with values": k < 2,
        "no more rows than groups": n <= k,
        "constant on the rows with both values": np.isnan(within),
        "no variance within groups": within < 1e-280,  # of the squared range; F would hardly be a float
    }
    reason = np.select(list(reasons.values()), list(reasons), "").astype(object)
    df_between, df_within = np.maximum(k - 1, 1), np.maximum(n - k, 1)
    f = np.divide(between * df_within, within * df_between, out=np.full(n.shape, np.nan), where=reason == "")
    labels = {"index": numeric.columns, "columns": groups.columns}
    return Anova(*(pd.DataFrame(part, **labels) for part in (f, fdtrc(df_between, df_within, f), n, k, reason)))


def _sums_of_squares(values: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, ...]:
    """(between, within, n, k), each of length p, for values (p x rows) and one grouping (rows: a group's code or -1).

    The sums of squares are in units of the values' range; `within` is NaN where the values are constant.
    """
    order = np.argsort(codes, kind="stable")[np.count_nonzero(codes < 0) :]
    x = values.take(order, axis=1)
    known = ~np.isnan(x)
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    sizes = np.diff(starts, append=len(order))
    count = np.add.reduceat(known, starts, axis=1, dtype=np.int64)
    n, k = count.sum(axis=1, keepdims=True), np.count_nonzero(count, axis=1)
    lowest, highest = np.fmin.reduceat(x, starts, axis=1), np.fmax.reduceat(x, starts, axis=1)
    floor, ceiling = _bounds(lowest, axis=1)[0], _bounds(highest, axis=1)[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        span = np.where(is_constant(floor, ceiling), np.nan, ceiling - floor)
        # counted from its lowest value, a group of equal values has exactly no variance
        rise = (x - np.repeat(lowest, sizes, axis=1)) / span
        rise[~known | np.repeat(is_constant(lowest, highest), sizes, axis=1)] = 0
        mean = np.add.reduceat(rise, starts, axis=1) / count
        within = np.sum((rise - np.repeat(mean, sizes, axis=1)) ** 2, axis=1, where=known)
        centre = np.where(count > 0, (lowest - floor) / span + mean, 0)
        between = np.sum(count * (centre - np.sum(count * centre, axis=1, keepdims=True) / n) ** 2, axis=1)
    return between, np.where(np.isnan(span[:, 0]), np.nan, within), n[:, 0], k


# --- against a target -------------------------------------------------------------------------------------------------


def numeric_target(frame: pd.DataFrame, target: pd.Series, kind: Kind) -> pd.DataFrame:
    """Numeric features against a target: correlations with a continuous one, ANOVA over the classes of a categorical; over
    those of an ordinal one, whose classes are numbers in their order, ANOVA and Spearman's correlation.

    A row per feature, with columns n, pearson_r, pearson_p, spearman_r, spearman_p, correlation_reason, anova_f,
    anova_p, anova_reason; a reason is empty unless its statistics are NaN. Raises ValueError on another kind and when
    the indexes differ, TypeError on features or a continuous target that are not numeric.
    """
    check_rows(frame, target)
    if _is_continuous(kind):
        values, against = numeric_values(frame), numeric_values(target.to_frame())[:, 0]
        (pearson, n), (spearman, _) = (_correlate(values, against, method) for method in ("pearson", "spearman"))
        columns = {"n": n, "correlation_reason": correlation_reason(pearson, n), "anova_reason": _CATEGORICAL_ONLY}
        columns |= {"pearson_r": pearson, "pearson_p": correlation_p(pearson, n)}
        columns |= {"spearman_r": spearman, "spearman_p": correlation_p(spearman, n)}
    else:
        columns = _anova_columns(anova_f(frame, target.to_frame(_TARGET))) | {"correlation_reason": _CONTINUOUS_ONLY}
        if kind == "ordinal":
            spearman, n = _correlate(numeric_values(frame), numeric_values(target.to_frame())[:, 0], "spearman")
            columns |= {"spearman_r": spearman, "spearman_p": correlation_p(spearman, n)}
            columns["correlation_reason"] = np.where(
                np.isnan(spearman), correlation_reason(spearman, n), _CONTINUOUS_ONLY
            )
    order = "n pearson_r pearson_p spearman_r spearman_p correlation_reason anova_f anova_p anova_reason"
    return pd.DataFrame(columns, index=frame.columns).reindex(columns=order.split())


def categorical_target(
    indicators, categoricals: pd.DataFrame | None, target: pd.Series, kind: Kind, names=None
) -> pd.DataFrame:
    """Indicators and scalar categoricals, given as for `contingency`, against a target: ANOVA of a continuous one over
    their levels, chi-squared and Cramer's V with the classes of a categorical or ordinal one, however many.

    A row per feature, with columns n, anova_f, anova_p, anova_reason, cramers_v, chi_squared, chi_squared_p,
    contingency_reason; a reason is empty unless its statistics are NaN. Raises ValueError on another kind and when the
    rows differ, TypeError on a continuous target that is not numeric.
    """
    check_rows(target, indicators, categoricals)
    scalars = pd.DataFrame(index=target.index) if categoricals is None else categoricals
    features = [*indicator_names(indicators, names), *scalars.columns]
    if _is_continuous(kind):
        if not isinstance(indicators, pd.DataFrame):
            indicators = pd.DataFrame(indicators.toarray(), index=target.index)
        levels = anova_f(target.to_frame(), pd.concat([indicators, scalars], axis=1))
        columns = _anova_columns(levels) | {"contingency_reason": _CATEGORICAL_ONLY}
    else:
        tests = contingency(indicators, scalars.assign(**{_TARGET: target}), names)
        parts = {"n": tests.n, "cramers_v": tests.cramers_v, "chi_squared": tests.chi_squared}
        parts |= {"chi_squared_p": tests.p_value, "contingency_reason": tests.reason}
        columns = {name: part[_TARGET].to_numpy()[:-1] for name, part in parts.items()}
        columns["anova_reason"] = _CONTINUOUS_ONLY
    order = "n anova_f anova_p anova_reason cramers_v chi_squared chi_squared_p contingency_reason"
    return pd.DataFrame(columns, index=features).reindex(columns=order.split())


def _anova_columns(tests: Anova) -> dict[str, np.ndarray]:
    """The columns of a target table, from tests with one grouping or of one numeric column."""
    parts = {"n": tests.n, "anova_f": tests.f, "anova_p": tests.p_value, "anova_reason": tests.reason}
    return {name: part.to_numpy().ravel() for name, part in parts.items()}


def _is_continuous(kind: str) -> bool:
    if kind not in get_args(Kind):
        raise ValueError(f"kind is {kind!r}; expected one of {', '.join(get_args(Kind))}")
    return kind == "continuous"


# --- reading the scores -----------------------------------------------------------------------------------------------


def adjusted_p(p: pd.Series) -> pd.Series:
    """Benjamini-Hochberg (1995) adjusted p, the values that are not NaN being the family of tests; NaN stays NaN."""
    from scipy.stats import false_discovery_control

    known = p.notna()
    adjusted = p.astype(float)
    adjusted[known] = false_discovery_control(adjusted[known])
    return adjusted


def strongest_partner(matrix: pd.DataFrame) -> pd.DataFrame:
    """For each row of a matrix, the other feature of the greatest |value|: a frame with columns partner and value.

    Values equal to 12 decimals are ties and go by name. Where no other feature has a value, both are null.
    """
    best = _ranked(matrix).drop_duplicates("a").set_index("a").rename(columns={"b": "partner"})
    return best.reindex(matrix.index)


def pairs_above(matrix: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """The pairs of a symmetric matrix with |value| > threshold, each once (a before b by name): a frame a, b, value.

    Strongest first, ties (equal to 12 decimals) by name.
    """
    pairs = _ranked(matrix)
    once = pairs["a"].astype(str) < pairs["b"].astype(str)
    return pairs[once & (pairs["value"].abs() > threshold)].reset_index(drop=True)


def _ranked(matrix: pd.DataFrame) -> pd.DataFrame:
    """Every cell with a value whose row and column differ, strongest first, then by name: a frame a, b, value."""
    matrix = matrix.loc[sorted(matrix.index, key=str), sorted(matrix.columns, key=str)]
    a, b, values = matrix.index, matrix.columns, matrix.to_numpy(dtype=float)
    i, j = np.nonzero(~np.isnan(values) & np.not_equal.outer(a.to_numpy(dtype=object), b.to_numpy(dtype=object)))
    order = np.argsort(-abs(values[i, j]).round(12), kind="stable")
    i, j = i[order], j[order]
    return pd.DataFrame({"a": a[i], "b": b[j], "value": values[i, j]})
