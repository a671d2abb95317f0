"""How the candidates differ from the library, feature by feature."""

import numpy as np
import pandas as pd

from movie_pref.library.catalogue import Catalogue, blank_unknown, features


def feature_drift(library: pd.DataFrame, candidates: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Compare each scalar feature between library and candidates.

    The distance is the two-sample Kolmogorov-Smirnov statistic of the known values for a continuous feature, half the
    sum of the absolute differences of the shares (total variation) for a categorical one, or the difference of the
    shares of nulls where that is larger; 0 is alike, 1 is nothing in common.

    Returns
    -------
    DataFrame with `feature`, `distance`, `library`, `candidates` (median or commonest level), `library_null`,
    `candidates_null`; the largest distance first.
    """
    library, candidates = blank_unknown(library, catalogue), blank_unknown(candidates, catalogue)
    found = [
        _compare(name, catalogue[name].kind == "continuous", library[name], candidates[name])
        for name in [*features(catalogue, "continuous"), *features(catalogue, "categorical")]
        if name in library and name in candidates
    ]
    columns = ["feature", "distance", "library", "candidates", "library_null", "candidates_null"]
    return pd.DataFrame(found, columns=columns).sort_values(
        "distance", ascending=False, kind="stable", ignore_index=True
    )


def _compare(name: str, continuous: bool, library: pd.Series, candidates: pd.Series) -> dict[str, object]:
    from scipy.stats import ks_2samp

    nulls = library.isna().mean(), candidates.isna().mean()
    known = library.dropna(), candidates.dropna()
    if min(map(len, known)) == 0:
        distance = 0.0
    elif continuous:
        distance = float(ks_2samp(*known, method="asymp").statistic)
    else:
        shares = pd.concat([part.value_counts(normalize=True) for part in known], axis=1).fillna(0).to_numpy()
        distance = float(np.abs(shares[:, 0] - shares[:, 1]).sum() / 2)
    typical = [(part.median() if continuous else part.mode().iloc[0]) if len(part) else None for part in known]
    return {
        "feature": name,
        "distance": max(distance, abs(nulls[0] - nulls[1])),
        "library": typical[0] if not continuous or typical[0] is None else f"{typical[0]:,.6g}",
        "candidates": typical[1] if not continuous or typical[1] is None else f"{typical[1]:,.6g}",
        "library_null": nulls[0],
        "candidates_null": nulls[1],
    }
