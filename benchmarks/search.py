"""Times and judges the search of the hyperparameter grid: python benchmarks/search.py [--library FILE] [PART ...]

The parts, all by default, on the training rows of a library (the demonstration one, or --library):

speed     every fit of 24 points (8 random boosters with their 3 sizes of size) against scikit-learn's GridSearchCV on
          the same folds, both on all cores, on the columns of policy none and of the selection; every metric of every
          fold is compared, and both are extrapolated to the 93,312 points.
block     the same on 72 neighbouring points: depths 3, 5 and 7, 50 to 200 trees, every weight, both subsamples.
race      one race on the full grid with the default budget, and one that may not stop early; seconds and peak memory.
quality   on a part of the grid (1,944 points) and 5 draws of the folds: the winners of the race, of the exhaustive
          search, of 300 random points and of Optuna's defaults (as many seconds as the race) are scored again on 10
          fresh draws of 5 folds; paired differences to the exhaustive winner.
variants  other ways to race, on the tables of `quality`.

`--keep FOLDER` keeps the exhaustive tables of `quality` (10 minutes) for another run. Exits with 1 when a limit is missed.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))
from movie_pref.analysis.all_panels import selected_columns
from movie_pref.features.matrix import to_sparse
from movie_pref.features.split import fold_indices, split, stratified_folds
from movie_pref.library import read_library
from movie_pref.library.catalogue import load_catalogue
from movie_pref.library.training_rows import encode_label
from movie_pref.metrics.scores import metric_names
from movie_pref.search import race as racing
from movie_pref.search.fits import MEASURES, Fit, Problem
from movie_pref.search.fitter import Fitter
from movie_pref.search.grid import PRODUCTION_GRID, Space
from movie_pref.search.strategies import grid_search
from movie_pref.search.winner import point_of, select_winner
from movie_pref.settings import load_settings

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
CLOSE, FASTER, RACE_SECONDS, GIBIBYTES, CHEAPER = 1e-6, {"none": 8.0, "balanced": 2.5}, 360, 1.5, 300
PRECISION_LOST, RECALL_LOST = 0.005, 0.01
FASTER_ON_BLOCK = {"none": 8.0, "balanced": 4.0}
BLOCK = {name: values[:1] for name, values in PRODUCTION_GRID.items()} | {
    "max_depth": [3, 5, 7],
    "n_estimators": [50, 100, 200],
    "learning_rate": [0.1],
    "scale_pos_weight": PRODUCTION_GRID["scale_pos_weight"],
    "subsample": PRODUCTION_GRID["subsample"],
}
PART = {**PRODUCTION_GRID, "gamma": [0], "reg_alpha": [0], "colsample_bytree": [0.8], "colsample_bylevel": [1.0]}
PARTS = ("speed", "block", "race", "quality", "variants")
AXES = ["mean_test_average_precision", "mean_test_recall_at_budget"]


class Table:
    """The training rows of a library, and their model columns under a policy."""

    def __init__(self, library: Path | None) -> None:
        if library is None:
            from movie_pref.demo.library import demo_library

            rows = demo_library()[0]
        else:
            rows = read_library(library).rows
        rows = rows[rows["media_type"] == "movie"].reset_index(drop=True)
        self.rows = rows[split(rows)["partition"].eq("train").to_numpy()].reset_index(drop=True)
        self.label = encode_label(self.rows["label"])
        self.settings = load_settings()

    def columns(self, policy: str) -> pd.DataFrame:
        chosen = self.settings.model_copy(update={"policy": policy})
        kept = selected_columns(self.rows, chosen, load_catalogue())._replace(linear_only=[])
        made = kept.preprocessor(self.settings.list_level_limit, self.settings.text_components)
        return made.fit(self.rows).transform(self.rows)

    def folds(self, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
        return fold_indices(stratified_folds(self.rows["imdb_id"], self.label, 5, seed))


def by_scikit_learn(estimator, X, y) -> dict[str, float]:
    """The metrics of the design by scikit-learn, as a scorer."""
    from sklearn import metrics as sk

    probability = estimator.predict_proba(X)[:, 1]
    found = {
        "average_precision": sk.average_precision_score(y, probability),
        "roc_auc": sk.roc_auc_score(y, probability),
        "neg_log_loss": -sk.log_loss(y, probability.astype(float)),
    }
    for threshold in (0.35, 0.5):
        flagged = (probability >= threshold).astype(int)
        found |= {
            f"recall_at_{threshold}": sk.recall_score(y, flagged),
            f"precision_at_{threshold}": sk.precision_score(y, flagged, zero_division=0),
            f"f1_at_{threshold}": sk.f1_score(y, flagged, zero_division=0),
            f"balanced_accuracy_at_{threshold}": sk.balanced_accuracy_score(y, flagged),
            f"accuracy_at_{threshold}": sk.accuracy_score(y, flagged),
            f"flagged_at_{threshold}": flagged.mean(),
        }
    return found


def speed(table: Table) -> tuple[bool, float]:
    """Whether both limits are kept, and the hours of GridSearchCV on the columns of policy none."""
    space = Space(PRODUCTION_GRID)
    boosters = np.sort(np.random.default_rng(0).choice(space.boosters, 8, replace=False))
    kept = [_against_scikit_learn(table, policy, space, boosters, wanted) for policy, wanted in FASTER.items()]
    return all(fine for fine, _ in kept), kept[0][1]


def block(table: Table) -> bool:
    """Whether both limits are kept on a block of neighbouring points, which has more of the long fits."""
    space = Space(BLOCK)
    kept = [
        _against_scikit_learn(table, policy, space, np.arange(space.boosters), wanted)
        for policy, wanted in FASTER_ON_BLOCK.items()
    ]
    return all(fine for fine, _ in kept)


def _against_scikit_learn(
    table: Table, policy: str, space: Space, boosters: np.ndarray, wanted: float
) -> tuple[bool, float]:
    """Every fit of these boosters' points by this search and by GridSearchCV: fast enough, and the hours of the latter's grid."""
    from sklearn.model_selection import GridSearchCV
    from xgboost import XGBClassifier

    X, folds = table.columns(policy), table.folds(0)
    points = [space.point(int(position)) for booster in boosters for position in space.points_of(int(booster))]
    lists = [{name: [value] for name, value in point.items()} for point in points]
    start = time.perf_counter()
    theirs = GridSearchCV(
        XGBClassifier(random_state=0, n_jobs=1), lists, scoring=by_scikit_learn, cv=folds, refit=False, n_jobs=CORES
    ).fit(X, table.label)
    their_seconds = time.perf_counter() - start
    start = time.perf_counter()
    values, types = to_sparse(X)
    fitter = Fitter(Problem(values, types, table.label.to_numpy(), folds, space, 0), CORES)
    fitter.compute(Fit(int(booster), fold, (0, 1, 2)) for booster in boosters for fold in range(len(folds)))
    our_seconds = time.perf_counter() - start
    largest = 0.0
    for metric, fold in product(metric_names(), range(len(folds))):
        expected = theirs.cv_results_[f"split{fold}_test_{metric}"]
        found = [fitter.measures[int(b), fold, f][MEASURES.index(metric)] for b in boosters for f in range(3)]
        largest = max(largest, float(np.abs(found - expected).max()))
    ratio = their_seconds / our_seconds
    scale = Space(PRODUCTION_GRID).size / len(points) / 3600
    print(f"{X.shape[1]} columns (policy {policy}), {len(points)} points, 5 folds, {CORES} cores:")
    print(
        f"  GridSearchCV {their_seconds:.1f} s, this search {our_seconds:.1f} s: {ratio:.1f} times faster (at least {wanted:g})"
    )
    print(f"  largest difference of any metric on any fold: {largest:.1e} (at most {CLOSE:.0e})")
    print(
        f"  93,312 such points: GridSearchCV {their_seconds * scale:.1f} h, this search {our_seconds * scale:.1f} h",
        flush=True,
    )
    return ratio >= wanted and largest <= CLOSE, their_seconds * scale


def one_race(table: Table, hours: float) -> bool:
    X, folds = table.columns("balanced"), table.folds(0)
    fine = True
    for name, budget, patience in (
        ("the default race", table.settings.search_budget, racing.PATIENCE),
        ("a race of 2,500 fits that does not stop early", 2_500, 10**6),
    ):
        kept, racing.PATIENCE = racing.PATIENCE, patience
        start = time.perf_counter()
        found = grid_search(X, table.label, PRODUCTION_GRID, folds, "race", n_jobs=CORES, budget=budget)
        seconds = time.perf_counter() - start
        racing.PATIENCE = kept
        best = found.loc[found["rank"].idxmin()]
        print(
            f"{name}: {seconds:.1f} s (below {RACE_SECONDS}), {found.attrs['fits']} fits, {len(found)} points; {found.attrs['ended']}"
        )
        print(
            "  winner: " + ", ".join(f"{axis.removeprefix('mean_test_')} {best[axis]:.4f}" for axis in AXES), flush=True
        )
        fine &= seconds < RACE_SECONDS
        if hours:
            print(
                f"  {hours * 3600 / seconds:,.0f} times cheaper than GridSearchCV on the columns of policy none (at least {CHEAPER})"
            )
            fine &= hours * 3600 / seconds >= CHEAPER
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**30 if sys.platform == "darwin" else 2**20)
    print(f"  peak memory {peak:.2f} GiB (below {GIBIBYTES})")
    return fine and peak < GIBIBYTES


def by_optuna(X: pd.DataFrame, table: Table, folds: list, seconds: float, seed: int) -> pd.DataFrame:
    """The points that Optuna's default sampler tries in so many seconds, for the worth that the race goes by."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    tried: list[pd.DataFrame] = []

    def worth(trial: optuna.Trial) -> float:
        point = {name: [trial.suggest_categorical(name, values)] for name, values in PART.items()}
        tried.append(grid_search(X, table.label, point, folds, "exhaustive", n_jobs=CORES, seed=seed))
        means = tried[-1].loc[0, [f"mean_test_{MEASURES[axis]}" for axis in racing.AXES]].to_numpy(dtype=float)
        return float(racing.worth(means))

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(worth, timeout=seconds)
    return pd.concat(tried, ignore_index=True)


def exhaustive_tables(table: Table, X: pd.DataFrame, keep: Path) -> dict[int, pd.DataFrame]:
    found = {}
    for seed in range(5):
        start = time.perf_counter()
        found[seed] = grid_search(
            X, table.label, PART, table.folds(seed), "exhaustive", n_jobs=CORES, seed=seed, checkpoint=keep
        )
        print(f"  exhaustive search {seed + 1} of 5: {time.perf_counter() - start:.0f} s", flush=True)
    return found


def quality(table: Table, keep: Path) -> bool:
    X = table.columns("balanced")
    tables = exhaustive_tables(table, X, keep)
    fresh = [pair for repetition in range(10) for pair in table.folds(1_000 + repetition)]
    scored: dict[tuple, np.ndarray] = {}

    def again(found: pd.DataFrame, row: int) -> np.ndarray:
        """Average precision and recall at the budget on 10 fresh draws of the folds."""
        point = point_of(found, row)
        key = tuple(point.values())
        if key not in scored:
            single = {name: [value] for name, value in point.items()}
            result = grid_search(X, table.label, single, fresh, "exhaustive", n_jobs=CORES, seed=99)
            scored[key] = result.loc[0, AXES].to_numpy(dtype=float)
        return scored[key]

    rows: dict[str, list[np.ndarray]] = {}
    costs: dict[str, list[float]] = {}
    for seed, exhaustive in tables.items():
        best = again(exhaustive, select_winner(exhaustive))
        start = time.perf_counter()
        raced = grid_search(X, table.label, PART, table.folds(seed), "race", n_jobs=CORES, seed=seed)
        seconds = time.perf_counter() - start
        drawn = np.sort(np.random.default_rng(seed).choice(len(exhaustive), 300, replace=False))
        rivals = {
            "race": (raced, raced.attrs["fits"]),
            "300 random points": (exhaustive.loc[drawn], 300 * 5),
            "Optuna's defaults": (tried := by_optuna(X, table, table.folds(seed), seconds, seed), len(tried) * 5),
        }
        for name, (found, fits) in rivals.items():
            rows.setdefault(name, []).append(again(found, select_winner(found)) - best)
            costs.setdefault(name, []).append(fits)
        print(f"  draw {seed + 1} of 5 judged, the race took {seconds:.0f} s", flush=True)
    print("less the exhaustive winner (3,240 fits), mean over 5 draws and 95 % interval (t):")
    for name, found in rows.items():
        print(f"  {name:<20} {np.mean(costs[name]):5.0f} fits  {_intervals(np.array(found))}")
    lost = -np.array(rows["race"]).mean(axis=0)
    return lost[0] <= PRECISION_LOST and lost[1] <= RECALL_LOST


def _intervals(differences: np.ndarray) -> str:
    from scipy.stats import t

    mean = differences.mean(axis=0)
    half = t.ppf(0.975, len(differences) - 1) * differences.std(axis=0, ddof=1) / np.sqrt(len(differences))
    names = ("average precision", "recall at the budget")
    return ", ".join(
        f"{name} {m:+.4f} ({m - h:+.4f} to {m + h:+.4f})" for name, m, h in zip(names, mean, half, strict=True)
    )


class _Known:
    """Stands for a `Fitter` whose every fit is read from an exhaustive table."""

    def __init__(self, results: pd.DataFrame, space: Space) -> None:
        parts = [
            np.stack([results[f"split{fold}_test_{name}"] for name in MEASURES[:-1]], axis=-1) for fold in range(5)
        ]
        self.known, self.measures = np.stack(parts, axis=1), {}
        self.problem = argparse.Namespace(space=space, folds=[None] * 5)

    def compute(self, fits) -> None:
        for booster, fold, sizes in fits:
            for size in sizes:
                position = self.problem.space.points_of(booster)[size]
                self.measures[booster, fold, size] = np.append(self.known[position, fold], 0.0)


VARIANTS = {
    "as it is": {},
    "no early stop": {"PATIENCE": 10**6},
    "one fold first": {"FIRST_FOLDS": 1, "FIRST_ROUND": 64, "PATIENCE": 10**6},
    "all folds at once": {"FIRST_FOLDS": 5, "FIRST_ROUND": 30, "PATIENCE": 10**6},
    "only random, then halving": {"ROUND": 16, "AT_RANDOM": 16, "PATIENCE": 10**6},
    "stop at a quarter of an error": {"WORTH_WHILE": 0.25},
}


def variants(table: Table, keep: Path, runs: int = 6) -> None:
    """Each variant raced on the tables; its winner judged by the mean over the other draws of the folds."""
    tables = exhaustive_tables(table, table.columns("balanced"), keep)
    space = Space(PART)
    for name, changes in VARIANTS.items():
        before = {constant: getattr(racing, constant) for constant in changes}
        for constant, value in changes.items():
            setattr(racing, constant, value)
        differences, fits = [], []
        for seed, results in tables.items():
            fresh = sum(other[AXES] for number, other in tables.items() if number != seed) / (len(tables) - 1)
            best = fresh.loc[select_winner(results)]
            for run in range(runs):
                known = _Known(results, space)
                racing.race(known, 600, run)  # type: ignore[arg-type]
                folds: dict[int, int] = {}
                for booster, _, size in known.measures:
                    position = int(space.points_of(booster)[size])
                    folds[position] = folds.get(position, 0) + 1
                found = results.loc[sorted(folds)].assign(folds=[folds[position] for position in sorted(folds)])
                differences.append((fresh.loc[select_winner(found)] - best).to_numpy(dtype=float))
                fits.append(len({key[:2] for key in known.measures}))
        for constant, value in before.items():
            setattr(racing, constant, value)
        print(f"  {name:<30} {np.mean(fits):5.0f} fits  {_intervals(np.array(differences))}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help="speed, block, race, quality, variants; all by default"
    )
    parser.add_argument("--library", type=Path, help="a labelled library; the demonstration one by default")
    parser.add_argument("--keep", type=Path, help="keep the exhaustive tables here")
    given = parser.parse_args()
    parts = given.parts or list(PARTS)
    if unknown := set(parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; choose from {', '.join(PARTS)}")
    table = Table(given.library)
    fine, hours = True, 0.0
    with tempfile.TemporaryDirectory() as folder:
        keep = given.keep or Path(folder)
        if "speed" in parts:
            fine, hours = speed(table)
        if "block" in parts:
            fine &= block(table)
        if "race" in parts:
            fine &= one_race(table, hours)
        if "quality" in parts:
            fine &= quality(table, keep)
        if "variants" in parts:
            variants(table, keep)
    sys.exit(not fine)


if __name__ == "__main__":
    main()
