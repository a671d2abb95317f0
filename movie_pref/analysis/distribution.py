"""The shape of one numeric column: how far from a normal distribution it is, as it stands and on a logarithmic scale.

Judged by effect size, because at thousands of rows a test of normality always rejects.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from movie_pref.analysis.association import is_constant, numeric_values


def normality(series: pd.Series, max_skewness: float = 1.0, max_excess_kurtosis: float = 2.0) -> dict[str, object]:
    """Moments, test and verdict for a column; nulls and infinities are left out.

    - n: the values behind it;
    - skewness, excess_kurtosis: 0 for a normal distribution, bias-corrected (Joanes and Gill 1998, G1 and G2; the
      kurtosis of 3 values is not, having no correction);
    - generally_normal: |skewness| <= max_skewness and |excess_kurtosis| <= max_excess_kurtosis; None, with a `reason`
      that is empty otherwise, for fewer than 3 values or a constant;
    - k2, p_value: the omnibus test (D'Agostino and Pearson 1973) from 20 values on; NaN with a `test_reason` below;
    - the same, but for n, prefixed `log1p_`, of log(1 + value); only when no value is below 0.

    Raises TypeError on a column that is not numeric.
    """
    values = 4 * numeric_values(series.to_frame())[:, 0]
    values = values[~np.isnan(values)]
    limits = (max_skewness, max_excess_kurtosis)
    if len(values) and values.min() < 0:
        logarithmic = _not_applicable("some values are below 0")
    else:
        logarithmic = _shape(np.log1p(values), *limits)
    return {"n": len(values), **_shape(values, *limits), **{f"log1p_{key}": x for key, x in logarithmic.items()}}


def _shape(values: np.ndarray, max_skewness: float, max_excess_kurtosis: float) -> dict[str, object]:
    from scipy import stats

    if len(values) < 3:
        return _not_applicable("fewer than 3 values")
    lowest, highest = values.min() / 4, values.max() / 4  # quarters, so that the range cannot overflow
    if is_constant(lowest, highest):
        return _not_applicable("the values are constant")
    unit = (values / 4 - lowest) / (highest - lowest)  # the same shape, without the digits that an offset costs
    skewness, excess = stats.skew(unit, bias=False), stats.kurtosis(unit, bias=False)
    k2, p = stats.normaltest(unit) if len(unit) >= 20 else (np.nan, np.nan)
    return {
        "skewness": float(skewness),
        "excess_kurtosis": float(excess),
        "generally_normal": bool(abs(skewness) <= max_skewness and abs(excess) <= max_excess_kurtosis),
        "reason": "",
        "k2": float(k2),
        "p_value": float(p),
        "test_reason": "" if len(unit) >= 20 else "the test needs 20 values",
    }


def _not_applicable(reason: str) -> dict[str, object]:
    nothing = dict.fromkeys(("skewness", "excess_kurtosis", "k2", "p_value"), np.nan)
    return {**nothing, "generally_normal": None, "reason": reason, "test_reason": reason}
