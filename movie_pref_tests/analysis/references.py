"""The statistics in exact fractions, and columns to try them on."""

from fractions import Fraction
from math import isnan, nan, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from scipy import stats

steady = settings(derandomize=True, deadline=None, max_examples=80)
low_counts = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning", "ignore:The inplace")


def close(value):
    return pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True)


def complete(*columns) -> list[pd.Series]:
    """The columns on the rows where all are known and finite."""
    frame = pd.concat([pd.Series(c).reset_index(drop=True) for c in columns], axis=1, keys=range(len(columns)))
    frame = frame.replace([np.inf, -np.inf], np.nan).dropna()
    return [frame[i] for i in frame]


def exact_r(x, y) -> float:
    """Pearson's r in exact fractions; NaN where it does not apply."""
    x, y = ([Fraction(float(v)) for v in c] for c in complete(x, y))
    if len(x) < 3 or len(set(x)) < 2 or len(set(y)) < 2:
        return nan
    x, y = [v - sum(x) / len(x) for v in x], [v - sum(y) / len(y) for v in y]
    xy = sum(a * b for a, b in zip(x, y, strict=True))
    return (1 if xy > 0 else -1) * sqrt(xy * xy / (sum(a * a for a in x) * sum(b * b for b in y)))


def exact_f(x, group) -> float:
    """One-way F in exact fractions; NaN where it does not apply."""
    x, group = complete(x, group)
    groups = [[Fraction(float(v)) for v in x[group == g]] for g in group.unique()]
    n, k = len(x), len(groups)
    means = [sum(g) / len(g) for g in groups]
    within = sum((v - mean) ** 2 for g, mean in zip(groups, means, strict=True) for v in g)
    if k < 2 or n <= k or within <= (Fraction(max(x)) - Fraction(min(x))) ** 2 / 10**280:
        return nan
    grand = sum(sum(g) for g in groups) / n
    between = sum(len(g) * (mean - grand) ** 2 for g, mean in zip(groups, means, strict=True))
    return float(between / (k - 1) / (within / (n - k)))


def exact_v(table: np.ndarray) -> float:
    """Bergsma's V in exact fractions, from a table without empty rows and columns and with n above both sides."""
    row, column, n = table.sum(axis=1).tolist(), table.sum(axis=0).tolist(), int(table.sum())
    cells = ((table[i, j].item(), Fraction(a * b, n)) for i, a in enumerate(row) for j, b in enumerate(column))
    phi = sum((o - e) ** 2 / e for o, e in cells) / n - Fraction((len(row) - 1) * (len(column) - 1), n - 1)
    sides = [k - Fraction((k - 1) ** 2, n - 1) for k in table.shape]
    return sqrt(max(phi, 0) / (min(sides) - 1))


def table_of(a, b) -> np.ndarray:
    a, b = (pd.factorize(c)[0] for c in complete(a, b))
    table = np.zeros((a.max(initial=-1) + 1, b.max(initial=-1) + 1), dtype=np.int64)
    np.add.at(table, (a, b), 1)
    return table


def check_pair(result, a: str, b: str, x, y) -> None:
    """One pair of a Contingency against scipy and exact fractions."""
    table = table_of(x, y)
    got = {part: getattr(result, part).loc[a, b] for part in ("chi_squared", "p_value", "cramers_v", "n", "dof")}
    assert got["n"] == table.sum()
    if min(table.shape) < 2:
        assert got["dof"] == 0 and all(isnan(got[part]) for part in ("chi_squared", "p_value", "cramers_v"))
        return
    expected = stats.chi2_contingency(table, correction=False)
    assert got["chi_squared"] == close(expected.statistic)
    assert got["p_value"] == pytest.approx(expected.pvalue, rel=1e-8, abs=0)
    assert got["dof"] == expected.dof
    if max(table.shape) < table.sum():
        assert got["cramers_v"] == close(exact_v(table))


@st.composite
def numeric_columns(draw, rows: int):
    """Numbers on a grid (so ties are common), with an offset and a scale that ruin careless sums; nulls, infinities."""
    grids = [(0, 1), (1e9, 1e-3), (1e9, 1), (-1e6, 0.1), (0, 1e200), (0, 1e-200), (0.1, 0)]
    offset, step = draw(st.sampled_from(grids))
    cell = st.integers(-5, 5).map(lambda k: offset + k * step)
    odd = st.sampled_from([nan, np.inf, -np.inf, 1e12 * max(step, 1e-3)])
    return draw(st.lists(st.one_of(cell, cell, cell, odd), min_size=rows, max_size=rows))


@st.composite
def frames(draw):
    """(numeric, groups): up to 25 rows."""
    rows = draw(st.integers(0, 25))
    numeric = {f"x{i}": draw(numeric_columns(rows)) for i in range(draw(st.integers(1, 4)))}
    kinds = [st.booleans(), st.sampled_from(["a", "b", "c", None]), st.sampled_from([0.0, 1.0, nan, np.inf])]
    chosen = draw(st.lists(st.sampled_from([*kinds, st.just("a")]), max_size=3))
    groups = {f"g{i}": draw(st.lists(kind, min_size=rows, max_size=rows)) for i, kind in enumerate(chosen)}
    index = pd.RangeIndex(rows)
    return pd.DataFrame(numeric, index=index, dtype=float), pd.DataFrame(groups, index=index)
