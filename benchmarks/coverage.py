"""How often the intervals that are shown hold the truth, and how often what may block does so without a cause.

    python benchmarks/coverage.py [--runs 400]          the table; some two minutes

Libraries are simulated whose truth is known: the log-odds of liked and of other movies are normal, one shift apart, so
that recall, share flagged, average precision and the rest have a true value. Each interval of 95 % should hold it in 93
to 97 % of the runs. `old` is what stood there before: the percentiles of a bootstrap.
"""

import argparse
import time
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import norm

from movie_pref.evaluation.drift import drifted, feature_drift
from movie_pref.evaluation.gates import FEWEST_LIKED, decide, failed_gates, strongest
from movie_pref.evaluation.promotion import contest_of
from movie_pref.library.catalogue import load_catalogue
from movie_pref.metrics.intervals import CONFIDENCE, intervals, mean_loss_interval, paired_differences
from movie_pref.metrics.scores import RECALL_LEVELS, weighted_scores
from movie_pref.metrics.workload import share_intervals
from movie_pref.model.champion import REMEMBERED, remembered

THRESHOLD = 0.35
SIZES = (60, 400, 4000)
LIKED = (0.05, 0.1, 0.2, 0.4)
APART = (1.5, 2.5)  # in standard deviations; average precision 0.3 to 0.95
WORSE = 0.03  # of that, by which the challenger's is less
SHOWN = ("average_precision", "roc_auc", "recall_at_0.35", "precision_at_0.35", "f1_at_0.35", "balanced_accuracy_at_0.35", "accuracy_at_0.35", "flagged_at_0.35")  # fmt: skip


class World(NamedTuple):
    """Movies of which `liked` are liked, and two models that tell them apart by so many standard deviations."""

    liked: float
    apart: float
    worse: float = WORSE

    def draw(self, rows: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """0/1 and the probabilities of the model and of the worse one, which errs much like it."""
        actual = (rng.random(rows) < self.liked).astype(np.int64)
        noise = rng.normal(size=rows)
        other = 0.95 * noise + np.sqrt(1 - 0.95**2) * rng.normal(size=rows)
        return (
            actual,
            self._probability(actual, noise, self.apart),
            self._probability(actual, other, self.apart - self.worse),
        )

    def truth(self) -> dict[str, float]:
        """By numerical integration over the two normal distributions; differences end in `_difference`."""
        found = _true_figures(self.liked, self.apart)
        other = _true_figures(self.liked, self.apart - self.worse)
        return found | {f"{name}_difference": other[name] - found[name] for name in SHOWN}

    def _probability(self, actual: np.ndarray, noise: np.ndarray, apart: float) -> np.ndarray:
        return expit(logit(self.liked) + apart * (noise + apart * actual) - apart**2 / 2)


def _true_figures(liked: float, apart: float) -> dict[str, float]:
    at = (logit(THRESHOLD) - logit(liked) + apart**2 / 2) / apart
    recall, alarms = norm.sf(at - apart), norm.sf(at)
    flagged = liked * recall + (1 - liked) * alarms
    grid = np.linspace(-9, apart + 9, 100_001)
    above, density = norm.sf(grid - apart), norm.pdf(grid - apart)
    precision = liked * above / np.maximum(liked * above + (1 - liked) * norm.sf(grid), 1e-300)
    scores = logit(liked) + apart * grid - apart**2 / 2
    others = norm.pdf(grid)
    return {
        "average_precision": float(np.trapezoid(precision * density, grid)),
        "roc_auc": float(norm.cdf(apart / np.sqrt(2))),
        "recall_at_0.35": recall,
        "precision_at_0.35": liked * recall / flagged,
        "f1_at_0.35": 2 * liked * recall / (liked + flagged),
        "balanced_accuracy_at_0.35": (recall + 1 - alarms) / 2,
        "accuracy_at_0.35": liked * recall + (1 - liked) * (1 - alarms),
        "flagged_at_0.35": flagged,
        "log_loss": float(
            np.trapezoid(
                np.logaddexp(0, -scores) * density * liked + np.logaddexp(0, scores) * others * (1 - liked), grid
            )
        ),
        "brier": float(
            np.trapezoid(expit(-scores) ** 2 * density * liked + expit(scores) ** 2 * others * (1 - liked), grid)
        ),
        **{
            f"share_for_recall_{level:g}": liked * level + (1 - liked) * float(norm.sf(norm.isf(level) + apart))
            for level in RECALL_LEVELS
        },
    }


def shown_intervals(actual: np.ndarray, ours: np.ndarray, other: np.ndarray) -> dict[str, tuple[float, float]]:
    """Every interval that a report or a contest shows of these rows."""
    rarer = int(min(actual.sum(), len(actual) - actual.sum()))
    one = intervals(actual, ours, (THRESHOLD,)).loc[list(SHOWN)]
    two = paired_differences(actual, ours, other, (THRESHOLD,)).loc[list(SHOWN)]
    inside = np.clip(ours, 1e-15, 1 - 1e-15)
    found = {name: (row.low, row.high) for name, row in one.iterrows()}
    found |= {f"{name}_difference": (row.low, row.high) for name, row in two.iterrows()}
    found["log_loss"] = mean_loss_interval(-np.log(np.where(actual == 1, inside, 1 - inside)), rarer)
    found["brier"] = mean_loss_interval((ours - actual) ** 2, rarer)
    found |= {f"share_for_recall_{level:g}": one for level, one in share_intervals(actual, ours).items()}
    return found


def covered(world: World, rows: int, runs: int, seed: int = 0) -> pd.Series:
    """The share of runs in which each interval holds the truth; of those that have the interval and enough liked movies."""
    rng, truth = np.random.default_rng(seed), world.truth()
    held: dict[str, list[bool]] = {name: [] for name in truth}
    for _ in range(runs):
        drawn = world.draw(rows, rng)
        if drawn[0].sum() < FEWEST_LIKED:
            continue
        for name, (low, high) in shown_intervals(*drawn).items():
            if not np.isnan(low):
                held[name].append(bool(low <= truth[name] <= high))
    return pd.Series({name: np.mean(one) if len(one) > runs / 2 else np.nan for name, one in held.items()})


def bootstrap_covered(world: World, rows: int, runs: int, samples: int = 300, seed: int = 0) -> float:
    """The same of average precision by the percentiles of a bootstrap."""
    rng, truth, held = np.random.default_rng(seed), world.truth()["average_precision"], []
    for _ in range(runs):
        actual, probability, _ = world.draw(rows, rng)
        if actual.sum() < FEWEST_LIKED:
            continue
        weights = rng.multinomial(rows, np.full(rows, 1 / rows), size=samples).astype(np.float64)
        weights = weights[(weights @ actual > 0) & (weights @ (1 - actual) > 0)]
        drawn = weighted_scores(actual, probability, weights, ())["average_precision"]
        held.append(np.quantile(drawn, 0.025) <= truth <= np.quantile(drawn, 0.975))
    return float(np.mean(held)) if len(held) > runs / 2 else float("nan")


def false_alarms(rows: int, runs: int, seed: int = 0) -> dict[str, float]:
    """How often what may block or warn does so although nothing is wrong.

    The gates are those of a model whose true recall is the floor and whose true share flagged is the budget; the contests are with
    an equal champion, and with the best of ten equal ones.
    """
    rng, world = np.random.default_rng(seed), World(0.1, 2.0, 0.0)
    truth, catalogue = world.truth(), load_catalogue()
    refused, beside_ten, gate, alarms = [], [], [], []
    for _ in range(runs):
        actual, ours, _ = world.draw(rows, rng)
        margin = logit(ours)
        challenger = expit(margin + rng.normal(0, 0.3, rows))
        models = {str(number): expit(margin + rng.normal(0, 0.3, rows)) for number in range(REMEMBERED)}
        past = {name: contest_of(actual, theirs, challenger, THRESHOLD) for name, theirs in models.items()}
        best = strongest(past)
        sure = 1 - (1 - CONFIDENCE) / len(past)
        rival = contest_of(actual, models[best], challenger, THRESHOLD, sure)
        refused.append(decide([], past["0"], [], THRESHOLD).decision == "kept")
        beside_ten.append(decide([], past["0"], [], THRESHOLD, rival).decision == "kept")
        report = intervals(actual, ours, (THRESHOLD,)).reset_index().assign(movies=rows, liked=int(actual.sum()))
        gate.append(bool(failed_gates(report, truth["recall_at_0.35"], truth["flagged_at_0.35"], THRESHOLD)))
    for _ in range(min(runs, 200)):
        parts = [
            pd.DataFrame(
                {
                    "original_language": rng.integers(0, 60, size).astype(str),
                    "runtime": rng.normal(100, 20, size).round(),
                    "rt_score": np.where(rng.random(size) < 0.7, np.nan, rng.integers(0, 100, size)),
                }
            )
            for size in (max(rows // 10, 25), max(rows // 5, 50))
        ]
        alarms.append(len(drifted(feature_drift(*parts, catalogue), 0.3)) > 0)
    names = ("gate", "equal champion", "best of ten equal", "drift")
    return dict(zip(names, map(float, map(np.mean, (gate, refused, beside_ten, alarms))), strict=True))


def drift_down(
    retrains: int = 50, labels: int = 20, worse: float = 0.02, remember: bool = True, seed: int = 0
) -> list[float]:
    """The true average precision of the champion after each retrain, when each challenger is a little worse than the champion.

    A model is how far apart it tells liked movies from others and a noise of its own (0.99 in common); each challenger tells them `worse`
    standard deviations less apart than the champion of the day. A holdout of 400 movies grows by 15 % of the new labels.
    """
    rng, liked = np.random.default_rng(seed), 0.1
    rows = 400 + int(0.15 * labels * retrains)
    actual = (rng.random(rows) < liked).astype(np.int64)
    common = rng.normal(size=rows)

    def model(apart: float) -> tuple[float, np.ndarray]:
        noise = 0.99 * common + np.sqrt(1 - 0.99**2) * rng.normal(size=rows)
        return apart, expit(logit(liked) + apart * (noise + apart * actual) - apart**2 / 2)

    models, champion, past, found = {"0": model(2.0)}, "0", [], []
    for number in range(1, retrains + 1):
        seen = slice(0, 400 + int(0.15 * labels * number))
        ours, theirs = model(models[champion][0] - worse), {name: models[name] for name in [champion, *past]}
        contests = {
            name: contest_of(actual[seen], one[1][seen], ours[1][seen], THRESHOLD) for name, one in theirs.items()
        }
        best, rival = strongest(contests), None
        if remember and best != champion:
            sure = 1 - (1 - CONFIDENCE) / len(contests)
            rival = contest_of(actual[seen], models[best][1][seen], ours[1][seen], THRESHOLD, sure)
        if decide([], contests[champion], [], THRESHOLD, rival).decision == "promoted":
            past = remembered([champion, *past], best) if remember else []
            champion = str(number)
            models[champion] = ours
        found.append(_true_figures(liked, models[champion][0])["average_precision"])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=400)
    runs, started = parser.parse_args().runs, time.perf_counter()
    table = {
        (rows, liked, apart): covered(World(liked, apart), rows, runs)
        for rows in SIZES for liked in LIKED for apart in APART if rows * liked >= 12
    }  # fmt: skip
    frame = pd.DataFrame(table).T.rename_axis(["movies", "liked", "apart"])
    print(
        f"share of {runs} runs in which the interval holds the truth (one standard error is {np.sqrt(0.0475 / runs):.3f})\n"
    )
    summary = pd.DataFrame({rows: part.mean() for rows, part in frame.groupby("movies")})
    summary["lowest of all"], summary["highest of all"] = frame.min(), frame.max()
    print(summary.round(3).to_string(na_rep=""))
    print("\naverage precision, percentiles of a bootstrap as before, 400 movies:")
    old = {(liked, apart): bootstrap_covered(World(liked, apart), 400, runs // 2) for liked in LIKED for apart in APART}
    print("  " + ", ".join(f"{liked:.0%} liked {apart} apart {found:.3f}" for (liked, apart), found in old.items()))
    print("\nfalse alarms (at most 0.05)")
    for rows in (400, 4000):
        print(
            f"  {rows} movies: " + ", ".join(f"{name} {share:.3f}" for name, share in false_alarms(rows, runs).items())
        )
    print("\n50 retrains with 20 new labels, each challenger a little worse: true average precision of the champion")
    for worse in (0.01, 0.02, 0.05):
        for name, remember in (("champion only, as before", False), ("and the best of ten", True)):
            ends = [drift_down(worse=worse, remember=remember, seed=seed)[-1] for seed in range(10)]
            print(
                f"  {worse} less each time, {name:<25} {_true_figures(0.1, 2.0)['average_precision']:.3f} -> {np.mean(ends):.3f} (worst {min(ends):.3f})"
            )
    print(f"\n{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
