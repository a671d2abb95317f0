"""Tests of independence between categorical features: chi-squared and Cramer's V of all pairs at once.

Only scores live here, no thresholds. Nulls and infinities are dropped pair by pair, and no statistic is infinite.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

_BLOCK = 2**15  # rows of indicators in work at a time


@dataclass(frozen=True)
class Contingency:
    """Every two features, each field a square frame over the same features.

    Bias-corrected `cramers_v` in [0, 1]; `chi_squared` (Pearson's, no continuity correction) and its `p_value` at `dof`
    degrees of freedom; `n` rows where both are known. The statistics are NaN, with dof 0, only where one of the two
    shows fewer than two levels in those rows: a zero margin.
    """

    cramers_v: pd.DataFrame
    chi_squared: pd.DataFrame
    p_value: pd.DataFrame
    n: pd.DataFrame
    dof: pd.DataFrame

    @property
    def reason(self) -> pd.DataFrame:
        """Why a pair has no statistics, empty where it has."""
        text = np.where(self.dof == 0, "fewer than 2 levels in the rows with both values", "").astype(object)
        return pd.DataFrame(text, index=self.dof.index, columns=self.dof.columns)


def contingency(indicators, categoricals: pd.DataFrame | None = None, names=None) -> Contingency:
    """All pairs among m indicator columns and the scalar categorical columns.

    `indicators` is a frame or a scipy sparse matrix (rows x m) of 0 and 1 without nulls, `names` the m names when it is
    sparse; `categoricals` may hold nulls. Levels count where the pair shows them. Raises ValueError on an indicator
    value other than 0 and 1, on a name that occurs twice, and when the rows differ.
    """
    check_rows(indicators, categoricals)
    scalars = [] if categoricals is None else list(categoricals.items())
    features = pd.Index([*indicator_names(indicators, names), *(name for name, _ in scalars)])
    if not features.is_unique:
        raise ValueError(f"names occur twice: {list(features[features.duplicated()])}; rename these columns")
    codes = [group_codes(column) for _, column in scalars]
    rows, m = indicators.shape
    together, by_level, among_levels, spans = _cooccurrence(indicators, codes)

    chi, n, levels = np.zeros((3, len(features), len(features)))  # levels of the row's feature in the pair
    count = together.diagonal()
    chi[:m, :m], n[:m, :m] = _two_by_two(together, rows), rows
    levels[:m, :m] = ((count > 0) * 1 + (count < rows))[:, None]
    for i, span in enumerate(spans, start=m):
        present = by_level[span].T
        tables = np.stack([among_levels.diagonal()[span] - present, present], axis=1)  # m x 2 x levels
        chi[:m, i], n[:m, i], levels[:m, i], levels[i, :m] = _pearson(tables)
        for j, other in enumerate(spans[: i - m + 1], start=m):
            chi[j, i], n[j, i], levels[j, i], levels[i, j] = _pearson(among_levels[other, span].toarray())
        chi[i, :i], n[i, :i] = chi[:i, i], n[:i, i]
    return _tests(chi, n, levels, m, features)


def _cooccurrence(indicators, codes: list[np.ndarray]):
    """Exact counts of the rows in which two things hold together.

    Of two indicators (m x m), of a level of a categorical and an indicator (levels x m), of two levels (sparse), and
    the slice of levels that belongs to each categorical.
    """
    from scipy.sparse import csr_array

    rows, m = indicators.shape
    ends = np.cumsum([0, *(c.max(initial=-1) + 1 for c in codes)])
    known = [np.flatnonzero(c >= 0) for c in codes]
    row = np.concatenate([np.empty(0, dtype=np.int64), *known])
    column = np.concatenate([row[:0], *(c[k] + end for c, k, end in zip(codes, known, ends[:-1], strict=True))])
    level = csr_array((np.ones(len(row), dtype=np.int32), (row, column)), shape=(rows, ends[-1]))
    together, by_level = np.zeros((m, m), dtype=np.int64), np.zeros((ends[-1], m), dtype=np.int64)
    indicators = indicators if isinstance(indicators, pd.DataFrame) else indicators.tocsr()
    for start in range(0, rows, _BLOCK):
        block = _block(indicators, slice(start, start + _BLOCK))
        bits = _bits(block)
        for i in range(m):
            together[i, i:] += np.bitwise_count(bits[i] & bits[i:]).sum(axis=1, dtype=np.int64)
        if codes:
            by_level += level[start : start + _BLOCK].T @ block.astype(np.int32)
    together = np.maximum(together, together.T)  # only the upper triangle was counted
    return together, by_level, (level.T @ level).tocsr(), [slice(a, b) for a, b in pairwise(ends)]


def _block(indicators, rows: slice) -> np.ndarray:
    """Some rows of the indicators as booleans; ValueError unless they are 0 and 1."""
    if isinstance(indicators, pd.DataFrame):
        block = indicators.iloc[rows].to_numpy(dtype=np.float32)
    else:
        block = indicators[rows].toarray()
    flags = block == 1
    if not (flags | (block == 0)).all():
        raise ValueError("indicators hold other values than 0 and 1; give columns with nulls or levels as categoricals")
    return flags


def _bits(flags: np.ndarray) -> np.ndarray:
    """Each column of booleans as a row of 64-bit words. Counting the bits two columns share costs one thread as much as
    a BLAS product, whatever the share of them that is set, and cannot stall as BLAS threads do on busy cores."""
    words = np.zeros((flags.shape[1], -(-len(flags) // 64)), dtype=np.uint64)
    words.view(np.uint8)[:, : -(-len(flags) // 8)] = np.packbits(flags.T, axis=1)
    return words


def _two_by_two(together: np.ndarray, rows: int) -> np.ndarray:
    """Chi-squared of all pairs of m indicators from their co-occurrence counts (m x m); NaN where a margin is zero.

    rows (a d - b c)^2 / the product of the margins (Pearson 1900); a d - b c = rows a - count_i count_j, an integer.
    """
    count = together.diagonal()
    determinant = (rows * together - np.outer(count, count)).astype(float)
    margins = (count * (rows - count)).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return rows * (determinant**2 / np.outer(margins, margins))


def _pearson(tables: np.ndarray) -> tuple[np.ndarray, ...]:
    """(chi-squared, n, rows seen, columns seen) of each table of counts in an array (..., rows, columns).

    The sum of (observed - expected)^2 / expected (Pearson 1900) over the cells whose margins are not zero, as
    (n observed - row column)^2 / (n row column), whose differences are exact integers.
    """
    row, column, n = tables.sum(axis=-1), tables.sum(axis=-2), tables.sum(axis=(-1, -2))
    margins = row[..., :, None] * column[..., None, :]
    difference = (n[..., None, None] * tables - margins).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        chi = np.nansum(difference**2 / margins, axis=(-1, -2)) / n
    return chi, n, np.count_nonzero(row, axis=-1), np.count_nonzero(column, axis=-1)


def _tests(chi: np.ndarray, n: np.ndarray, levels: np.ndarray, m: int, features: pd.Index) -> Contingency:
    """The result for all pairs, the first m features being indicators, from chi-squared, n and the row's levels."""
    from scipy.special import chdtrc, erfc

    others = np.ascontiguousarray(levels.T)
    dof = np.maximum(levels - 1, 0) * np.maximum(others - 1, 0)
    chi = np.where(dof > 0, chi, np.nan)
    p = erfc(np.sqrt(chi / 2))  # the chi-squared tail at 1 degree of freedom, many times faster than the general one
    p[:, m:] = chdtrc(dof[:, m:], chi[:, m:])
    p[m:] = p[:, m:].T
    parts = (cramers_v(chi, n, levels, others), chi, p, n.astype(np.int64), dof.astype(np.int64))
    return Contingency(*(pd.DataFrame(part, index=features, columns=features) for part in parts))


def minus_log_p(found: Contingency) -> pd.DataFrame:
    """-ln of each pair's p, also where p is too small to be a number above 0; NaN where p is.

    There, far beyond the mean, the upper tail of chi-squared at x of d degrees of freedom is x/2 to the power d/2 - 1,
    times exp(-x/2), over the gamma function of d/2, times 1 + (d - 2)/x + (d - 2)(d - 4)/x^2 + ... (Abramowitz and Stegun
    6.5.32), of which the beginning is enough to order pairs.
    """
    from scipy.special import gammaln

    x, half = found.chi_squared / 2, found.dof / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = -np.log(found.p_value)
        tail = x - (half - 1) * np.log(x) + gammaln(half) - np.log1p((half - 1).clip(lower=0) / x)
    return plain.where(found.p_value.isna() | (found.p_value > 1e-300), tail)


def cramers_v(chi_squared: np.ndarray, n: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Bias-corrected Cramer's V (Bergsma 2013, Journal of the Korean Statistical Society 42) of tables of n counts.

    sqrt(phi / min(rows' - 1, columns' - 1)), where phi = max(0, chi_squared / n - (rows - 1)(columns - 1) / (n - 1)),
    rows' = rows - (rows - 1)^2 / (n - 1) and columns' likewise. That is 0 / 0 where a side has n levels; its limit is
    taken there, sqrt((fewer - 1) / (more - 1)). NaN where chi_squared is NaN. Arrays of one shape.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        bias = (rows - 1) * (columns - 1) / (n - 1)
        phi = chi_squared / n - bias
        phi = np.where(phi <= 8 * np.finfo(float).eps * bias, 0, phi)  # rounding of 1e-16 would be a V of 1e-8
        most = np.minimum((rows - 1) * (n - rows), (columns - 1) * (n - columns)) / (n - 1)
        limit = (np.minimum(rows, columns) - 1) / (np.maximum(rows, columns) - 1)
        squared = np.where((most == 0) & ~np.isnan(phi), limit, phi / most)
        return np.sqrt(np.minimum(squared, 1))


def indicator_names(indicators, names=None) -> pd.Index:
    """The names of the indicators; ValueError when a sparse matrix comes without one for each column."""
    if isinstance(indicators, pd.DataFrame):
        return indicators.columns
    if names is None or len(names) != indicators.shape[1]:
        given = 0 if names is None else len(names)
        raise ValueError(f"{given} names for {indicators.shape[1]} sparse indicator columns; give one for each")
    return pd.Index(names)


def group_codes(column: pd.Series) -> np.ndarray:
    """The distinct values of a column as 0, 1, ... in order of appearance; -1 for null and infinite."""
    if pd.api.types.is_float_dtype(column.dtype):
        column = column.replace([np.inf, -np.inf], np.nan)
    return pd.factorize(column)[0]


def check_rows(*tables) -> None:
    """Raise ValueError unless the tables (None is none) have equally many rows, and those from pandas one index."""
    rows = [t.shape[0] for t in tables if t is not None]
    indexes = [t.index for t in tables if isinstance(t, pd.DataFrame | pd.Series)]
    if len(set(rows)) > 1 or any(not i.equals(indexes[0]) for i in indexes):
        raise ValueError(f"rows differ (of {rows}, or their index); give columns of the same rows, in one order")
