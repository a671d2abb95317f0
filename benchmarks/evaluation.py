"""What the whole way is worth on movies it has not seen: 10 repetitions of 5 folds, everything inside the folds.

    python benchmarks/evaluation.py --library mine.parquet        all of it; some ten minutes on two cores
    python benchmarks/evaluation.py --repetitions 2               the demonstration library, quickly

In each fold features are selected, preprocessing is fitted, the hyperparameters are raced and the calibration is fitted
(on predictions of inner folds) on the rows outside it. Beside the model that the project trains
(the baseline) stand ideas that were tried, each paired with it fold by fold: the first genre, origin country and
spoken language as native categories, the average with LightGBM, both, and no weight for liked movies.
"""

import argparse
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.metrics import average_precision_score, log_loss
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from movie_pref.analysis.all_panels import selected_columns
from movie_pref.demo.library import demo_library
from movie_pref.evaluation.algorithms import ALGORITHMS
from movie_pref.evaluation.comparison_table import difference
from movie_pref.evaluation.fold_data import Data
from movie_pref.evaluation.fold_measures import recall_when_looking
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.library import read_library
from movie_pref.library.catalogue import load_catalogue
from movie_pref.library.training_rows import encode_label, trainable
from movie_pref.metrics.calibration_error import calibration_error, calibration_error_floor
from movie_pref.metrics.log_odds import mean_in_log_odds
from movie_pref.model.calibration import fit_sigmoid
from movie_pref.model.committee import predict_unseen, settings_beside
from movie_pref.search.grid import PRODUCTION_GRID
from movie_pref.search.strategies import grid_search
from movie_pref.search.winner import point_of
from movie_pref.settings import load_settings

FOLDS, INNER_FOLDS, RACE = 5, 3, 120
FIRST_OF = ("genre", "origin_country", "spoken_languages")
OURS, FIRST, AVERAGE, BOTH, UNWEIGHTED = (
    "as the project trains", "first elements as categories", "average with LightGBM", "both", "no scale_pos_weight",
)  # fmt: skip
TARGETS = {
    "average_precision": ">= 0.92", "recall_15": ">= 0.96", "recall_20": ">= 0.985", "log_loss": "< 0.080",
    "calibration_error": "< 0.01",
}  # fmt: skip


def first_elements(rows: pd.DataFrame, training: np.ndarray) -> pd.DataFrame:
    """The first element of each list as a category of the levels that training rows have."""
    made = {}
    for name in FIRST_OF:
        if name in rows:
            first = rows[name].map(lambda cell: cell[0] if isinstance(cell, list | np.ndarray) and len(cell) else None)
            levels = sorted(first[training].dropna().unique())
            made[f"first_{name}"] = pd.Categorical(first.where(first.isin(levels)), categories=levels)
    return pd.DataFrame(made, index=rows.index)


def by_idea(
    table: pd.DataFrame, rows: pd.DataFrame, label: np.ndarray, training: np.ndarray, params: dict
) -> dict[str, np.ndarray]:
    """Probabilities of the rows outside `training` by each idea, fitted on those inside."""
    wide = table.assign(**first_elements(rows, training))
    found = {
        OURS: predict_unseen(table, label, training, params, 0),
        FIRST: predict_unseen(wide, label, training, params, 0),
        UNWEIGHTED: predict_unseen(table, label, training, {**params, "scale_pos_weight": 1}, 0),
    }
    lightgbm = next(algorithm for algorithm in ALGORITHMS if algorithm.name == "LightGBM")
    if not lightgbm.missing:
        for name, own, columns in ((AVERAGE, OURS, table), (BOTH, FIRST, wide)):
            fitted = lightgbm.fit(Data(columns, columns, label), np.flatnonzero(training), settings_beside(params), 0)
            found[name] = mean_in_log_odds(found[own], fitted.predict(np.flatnonzero(~training)))
    return found


def measure(rows: pd.DataFrame, label: np.ndarray, draw: int, fold: int, test: np.ndarray) -> pd.DataFrame:
    """One fold's tested rows by each idea: `draw`, `fold`, `row`, `name`, `probability`, `calibrated`.

    The calibration is fitted on predictions of inner folds of the rows outside, as the project fits it.
    """
    warnings.filterwarnings("ignore")
    settings, training = load_settings(), ~test
    inside = np.flatnonzero(training)
    with threadpool_limits(1):
        columns, catalogue = selected_columns(rows[training], settings, load_catalogue())
        preprocessing = Preprocessor(catalogue, settings.list_level_limit, columns, settings.text_components)
        table = preprocessing.fit(rows[training]).transform(rows)
        splitter = StratifiedKFold(INNER_FOLDS, shuffle=True, random_state=draw)
        inner = list(splitter.split(inside, label[training]))
        results = grid_search(
            table[training].reset_index(drop=True),
            pd.Series(label[training]),
            PRODUCTION_GRID,
            inner,
            n_jobs=1,
            seed=0,
            budget=RACE,
            review_budget=settings.budget(label[training].mean()),
        )
        params = point_of(results, int(results["rank"].idxmin()))
        found = by_idea(table, rows, label, training, params)
        unseen = {name: np.empty(len(inside)) for name in found}
        own_table, own_rows = table[training], rows[training]
        for fitted_on, tested in inner:
            part = by_idea(own_table, own_rows, label[training], np.isin(np.arange(len(inside)), fitted_on), params)
            for name, values in part.items():
                unseen[name][tested] = values
    parts = []
    for name, values in found.items():
        calibrate = fit_sigmoid(unseen[name], label[training])
        one = {"row": np.flatnonzero(test), "probability": values, "calibrated": calibrate(values)}
        parts.append(pd.DataFrame({"draw": draw, "fold": fold, "name": name, **one}))
    return pd.concat(parts)


def figures(predictions: pd.DataFrame, label: np.ndarray, seed: int = 0) -> dict[str, np.ndarray]:
    """Each measure of one idea, a value a repetition (average precision: a value a fold)."""
    found: dict[str, list[float]] = {name: [] for name in [*TARGETS, "log_loss_before", "floor"]}
    for _, one in predictions.groupby("draw"):
        one = one.sort_values("row")
        raw, calibrated = one["probability"].to_numpy(), one["calibrated"].to_numpy()
        for share in (15, 20):
            found[f"recall_{share}"].append(recall_when_looking(label, raw, share / 100))
        found["log_loss_before"].append(log_loss(label, raw))
        found["log_loss"].append(log_loss(label, calibrated))
        found["calibration_error"].append(calibration_error(label, calibrated))
        found["floor"].append(calibration_error_floor(calibrated, 200, seed)[0])
    found["average_precision"] = list(by_fold(predictions, label)["average_precision"])
    return {name: np.array(values) for name, values in found.items()}


def by_fold(predictions: pd.DataFrame, label: np.ndarray) -> pd.DataFrame:
    """Average precision of each idea on each fold."""
    return (
        predictions.groupby(["name", "draw", "fold"])
        .apply(lambda one: average_precision_score(label[one["row"]], one["probability"]))
        .rename("average_precision")
        .reset_index()
    )


def bootstrap(predictions: pd.DataFrame, label: np.ndarray, samples: int = 500) -> dict[str, tuple[float, float]]:
    """95 % intervals over movies of the mean over repetitions: the same movies are drawn in all of them."""
    rng, drawn = np.random.default_rng(0), []
    ordered = [one.sort_values("row") for _, one in predictions.groupby("draw")]
    repetitions = [tuple(one[name].to_numpy() for name in ("probability", "calibrated", "fold")) for one in ordered]
    for _ in range(samples):
        rows = rng.integers(0, len(label), len(label))
        actual, values = label[rows], []
        for raw, mapped, fold in repetitions:
            folds = [rows[fold[rows] == number] for number in range(FOLDS)]
            values.append(
                (
                    np.mean([average_precision_score(label[part], raw[part]) for part in folds]),
                    recall_when_looking(actual, raw[rows], 0.15),
                    recall_when_looking(actual, raw[rows], 0.20),
                    log_loss(actual, mapped[rows]),
                    calibration_error(actual, mapped[rows]),
                )
            )
        drawn.append(np.mean(values, axis=0))
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    return {name: (float(low[place]), float(high[place])) for place, name in enumerate(TARGETS)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, help="a labelled library; the demonstration one by default")
    parser.add_argument("--repetitions", type=int, default=10)
    arguments = parser.parse_args()
    rows = read_library(arguments.library).rows if arguments.library else demo_library()[0]
    rows = rows[trainable(rows) & (rows["media_type"] == "movie")].reset_index(drop=True)
    label = encode_label(rows["label"]).to_numpy()
    print(f"{len(rows):,} movies, {label.mean():.1%} liked; {arguments.repetitions} x {FOLDS} folds", flush=True)
    work = []
    for draw in range(arguments.repetitions):
        for fold, (_, tested) in enumerate(StratifiedKFold(FOLDS, shuffle=True, random_state=draw).split(rows, label)):
            work.append((draw, fold, np.isin(np.arange(len(rows)), tested)))
    started, parts = time.perf_counter(), []
    jobs = load_settings().n_jobs
    for part in Parallel(n_jobs=jobs, return_as="generator")(delayed(measure)(rows, label, *one) for one in work):
        parts.append(part)
        if len(parts) % FOLDS == 0:
            print(f"  {len(parts)} of {len(work)} folds, {time.perf_counter() - started:.0f} s", flush=True)
    predictions = pd.concat(parts)
    ours = predictions[predictions["name"] == OURS]
    values, intervals = figures(ours, label), bootstrap(ours, label)
    print(f"\n{OURS} (95 % intervals over movies)")
    for name, target in TARGETS.items():
        low, high = intervals[name]
        more = ""
        if name == "calibration_error":
            more = f"; probabilities that are all right would show {values['floor'].mean():.4f}"
        elif name == "log_loss":
            more = f"; before calibration {values['log_loss_before'].mean():.4f}"
        print(f"  {name:<18} {values[name].mean():.4f} ({low:.4f} to {high:.4f}), target {target}{more}")
    print("\nideas beside it (average precision: mean difference over folds, its corrected standard error)")
    folds = by_fold(predictions, label)
    for name in (FIRST, AVERAGE, BOTH, UNWEIGHTED):
        mine = predictions[predictions["name"] == name]
        if mine.empty:
            print(f"  {name:<30} not measured: LightGBM is not installed")
            continue
        apart, its = difference(folds, name, OURS), figures(mine, label)
        print(
            f"  {name:<30} {apart.mean:+.4f} ± {apart.error:.4f}   average precision {its['average_precision'].mean():.4f}, "
            f"recall looking at 15 % {its['recall_15'].mean():.4f}, at 20 % {its['recall_20'].mean():.4f}, "
            f"log loss {its['log_loss'].mean():.4f}, calibration error {its['calibration_error'].mean():.4f}"
        )


if __name__ == "__main__":
    main()
