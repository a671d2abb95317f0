"""Times the contingency kernel against pandas + scipy, and on a million rows: python benchmarks/associations.py

1. The 75,078 tables of 388 generated indicators (2,300 rows), all at once, against a loop of pandas.crosstab and
   scipy.stats.chi2_contingency over 150 random pairs, extrapolated to all of them; the results are compared on these
   and on the 150 most dependent pairs.
2. A million rows of 400 indicators, in a process of its own so that its peak memory can be read.

Exits with 1 when a limit is missed.
"""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))
from movie_pref.analysis.contingency import contingency

FASTER, CLOSE, SECONDS, GIBIBYTES = 5_000, 1e-9, 10, 2


def indicators(rows: int, columns: int) -> pd.DataFrame:
    """Columns of 0 and 1 whose shares fall like those of countries and genres: a few common ones, most below 1 %."""
    generator = np.random.default_rng(0)
    share = 0.6 / np.arange(1, columns + 1) ** 0.9
    values = np.empty((rows, columns), dtype=np.uint8)
    for start in range(0, rows, 10_000):
        part = values[start : start + 10_000]
        part[:] = generator.random(part.shape, dtype=np.float32) < share
    # the second of each two follows the first in half of the rows, so that some pairs depend strongly
    values[::2, 1::2] = values[::2, : columns // 2 * 2 : 2]
    return pd.DataFrame(values, columns=[f"i{j}" for j in range(columns)])


def corrected_v(chi: float, n: int) -> float:
    """Bias-corrected Cramer's V of a 2 x 2 table, written out from the paper."""
    levels = 2 - 1 / (n - 1)
    return (max(0, chi / n - 1 / (n - 1)) / (levels - 1)) ** 0.5


def best_of(times: int, run) -> float:
    """Seconds of the fastest of so many runs, after one that is not counted (imports)."""
    run()
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def compare() -> bool:
    from scipy.stats import chi2_contingency

    frame = indicators(2_300, 388)
    size = frame.shape[1]
    ours = contingency(frame)
    pairs = np.array(np.triu_indices(size, 1)).T
    sample = [p for p in np.random.default_rng(1).permutation(pairs) if ours.dof.iloc[*p]][:150]
    dependent = pairs[np.argsort(-ours.chi_squared.to_numpy()[*pairs.T])[:150]]

    def loop(some):
        return [chi2_contingency(pd.crosstab(frame.iloc[:, i], frame.iloc[:, j]), correction=False) for i, j in some]

    seconds = best_of(15, lambda: contingency(frame))
    loop_seconds = best_of(2, lambda: loop(sample)) / len(sample) * len(pairs)
    sample = [*sample, *dependent]
    tests = loop(sample)
    expected = {"chi_squared": [t.statistic for t in tests], "p_value": [t.pvalue for t in tests]}
    expected["cramers_v"] = [corrected_v(t.statistic, len(frame)) for t in tests]
    ratio = loop_seconds / seconds
    print(f"{len(pairs):,} tables, {len(frame):,} rows: {seconds * 1e3:.1f} ms; crosstab + scipy {loop_seconds:.0f} s")
    print(f"{ratio:,.0f} times faster (at least {FASTER:,})")
    fine = ratio >= FASTER
    for name, values in expected.items():
        difference = max(abs(getattr(ours, name).iloc[*p] - v) for p, v in zip(sample, values, strict=True))
        print(f"largest difference in {name}: {difference:.1e} (at most {CLOSE:.0e})")
        fine &= difference <= CLOSE
    return fine


def million() -> None:
    """Prints the seconds of a million rows x 400 columns, and this process's peak memory in GiB, data included."""
    import resource

    frame = indicators(1_000_000, 400)
    start = time.perf_counter()
    contingency(frame)
    seconds = time.perf_counter() - start
    unit = 2**30 if sys.platform == "darwin" else 2**20
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


def main() -> None:
    fine = compare()
    output = subprocess.run([sys.executable, __file__, "million"], capture_output=True, text=True, check=True).stdout
    seconds, memory = map(float, output.split())
    print(f"1,000,000 rows x 400: {seconds:.1f} s (below {SECONDS}), peak {memory:.2f} GiB (below {GIBIBYTES})")
    sys.exit(not (fine and seconds < SECONDS and memory < GIBIBYTES))


if __name__ == "__main__":
    million() if sys.argv[1:] == ["million"] else main()
