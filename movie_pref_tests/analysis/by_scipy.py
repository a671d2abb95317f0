"""How close a value must come to that of scipy, and V by its formula."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats


def close(value):
    return pytest.approx(value, rel=1e-9, abs=1e-12)


def v_by_formula(table: pd.DataFrame) -> float:
    """Bias-corrected Cramér's V, from Bergsma's paper."""
    n, (r, k) = table.to_numpy().sum(), table.shape
    chi = stats.chi2_contingency(table, correction=False).statistic
    phi = max(0, chi / n - (r - 1) * (k - 1) / (n - 1))
    return np.sqrt(phi / (min(r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)) - 1))
