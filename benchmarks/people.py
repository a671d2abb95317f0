"""How well the project ranks for several people, beside what they could have had without it.

    python benchmarks/people.py one.parquet two.parquet            2 repetitions of 5 folds; some minutes a library
    python benchmarks/people.py mine.parquet --repetitions 10 --alone               without the baselines: half the time
    python benchmarks/people.py mine.parquet --learn-from 60 120 300 --repetitions 20     small libraries: so many movies, drawn at random

Everything is inside the folds: features are selected, the grid is searched, the committee is weighted, its operating point
and its calibration are settled on the rows outside each fold. Beside it stand its winner alone, XGBoost, LightGBM and
CatBoost with their defaults on all columns, a plain logistic regression, and the best single column, chosen on the rows
outside the fold. The baseline of the paired differences is the project's model; their errors are corrected for folds that share rows.
"""

import argparse
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.metrics import average_precision_score, log_loss
from sklearn.model_selection import StratifiedKFold, StratifiedShuffleSplit
from threadpoolctl import threadpool_limits

from movie_pref.demo.library import demo_library
from movie_pref.evaluation.nested import train_whole
from movie_pref.evaluation.single_column import best_column, column_ranking
from movie_pref.features.matrix import to_matrix
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.library import read_library
from movie_pref.library.catalogue import blank_unknown, load_catalogue
from movie_pref.library.training_rows import encode_label, trainable
from movie_pref.metrics.budget import recall_at_share
from movie_pref.metrics.calibration_error import calibration_error, calibration_error_floor
from movie_pref.metrics.paired import paired
from movie_pref.settings import load_settings

FOLDS = 5
OURS, WINNER = "the project's committee", "its winner alone"
XGBOOST, LIGHTGBM, CATBOOST = "XGBoost, defaults", "LightGBM, defaults", "CatBoost, defaults"
LOGISTIC, COLUMN = "logistic regression", "best single column"
BASELINES = [XGBOOST, LIGHTGBM, CATBOOST, LOGISTIC, COLUMN]
RIVALS = [XGBOOST, CATBOOST]  # the better of these two is what a person would have taken


def measure(
    rows: pd.DataFrame, label: np.ndarray, draw: int, fold: int, test: np.ndarray, budget_fits: int, alone: bool
) -> pd.DataFrame:
    """One fold by every model: `name`, `draw`, `fold`, `row`, `ranked_by`, and for the project's `probability` and `calibrated`."""
    warnings.filterwarnings("ignore")
    settings = load_settings(search_budget=budget_fits, jobs=1)
    training, parts = rows[~test].reset_index(drop=True), []

    def note(name: str, ranked_by: np.ndarray, **more: np.ndarray) -> None:
        parts.append(
            pd.DataFrame(
                {"name": name, "draw": draw, "fold": fold, "row": np.flatnonzero(test), "ranked_by": ranked_by, **more}
            )
        )

    with threadpool_limits(1):
        for kind, (model, calibrate) in train_whole(training, settings, load_catalogue()).items():
            values, _ = to_matrix(model.preprocessing.transform(rows[test]))
            found = model.serving.predict(values)
            name = OURS if kind == "committee" else WINNER
            note(name, model.serving.log_odds(values), probability=found, calibrated=calibrate(found))
        if alone:
            return pd.concat(parts)
        everything = Preprocessor().fit(training)
        seen, unseen = everything.transform(training), everything.transform(rows[test])
        for name, fit in PLAIN.items():
            note(name, fit(seen, label[~test], unseen))
        column, known = (
            best_column(training, label[~test], load_catalogue()),
            blank_unknown(rows[test], load_catalogue()),
        )
        note(COLUMN, column_ranking(known[column.name], column.highest_first) if column else np.zeros(int(test.sum())))
    return pd.concat(parts)


def _xgboost(seen: pd.DataFrame, target: np.ndarray, unseen: pd.DataFrame) -> np.ndarray:
    import xgboost

    model = xgboost.XGBClassifier(enable_categorical=True, n_jobs=1, random_state=0).fit(seen, target)
    return model.predict(unseen, output_margin=True)


def _lightgbm(seen: pd.DataFrame, target: np.ndarray, unseen: pd.DataFrame) -> np.ndarray:
    import lightgbm

    plain = {name: f"c{place}" for place, name in enumerate(seen)}  # it takes no name with a sign of JSON in it
    model = lightgbm.LGBMClassifier(n_jobs=1, random_state=0, verbose=-1).fit(seen.rename(columns=plain), target)
    return model.predict(unseen.rename(columns=plain), raw_score=True)


def _catboost(seen: pd.DataFrame, target: np.ndarray, unseen: pd.DataFrame) -> np.ndarray:
    import catboost

    categories = [name for name in seen if isinstance(seen[name].dtype, pd.CategoricalDtype)]
    texts = [
        frame.assign(**{name: frame[name].astype(object).fillna("").astype(str) for name in categories})
        for frame in (seen, unseen)
    ]
    model = catboost.CatBoostClassifier(random_seed=0, thread_count=1, verbose=False, allow_writing_files=False)
    return model.fit(texts[0], target, cat_features=categories).predict(texts[1], prediction_type="RawFormulaVal")


def _logistic(seen: pd.DataFrame, target: np.ndarray, unseen: pd.DataFrame) -> np.ndarray:
    """Scaled numbers, filled by their median and with a flag for what is not known; one-hot categories; indicators."""
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    columns = make_column_transformer(
        (
            make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()),
            make_column_selector("_norm$"),
        ),
        (OneHotEncoder(handle_unknown="ignore", min_frequency=10), make_column_selector(dtype_include="category")),
        remainder="passthrough",
    )
    model = make_pipeline(columns, LogisticRegression(C=0.05, max_iter=1000)).fit(seen, target)
    return model.decision_function(unseen)


PLAIN: dict[str, Callable[[pd.DataFrame, np.ndarray, pd.DataFrame], np.ndarray]] = {
    XGBOOST: _xgboost, LIGHTGBM: _lightgbm, CATBOOST: _catboost, LOGISTIC: _logistic,
}  # fmt: skip


def by_fold(predictions: pd.DataFrame, label: np.ndarray, budget: float) -> pd.DataFrame:
    """Average precision and recall at the budget of each model on each fold."""
    rows = []
    for (name, draw, fold), one in predictions.groupby(["name", "draw", "fold"], sort=False):
        actual, ranked_by = label[one["row"]], one["ranked_by"].to_numpy()
        rows.append(
            (name, draw, fold, average_precision_score(actual, ranked_by), recall_at_share(actual, ranked_by, budget))
        )
    return pd.DataFrame(rows, columns=["name", "draw", "fold", "average_precision", "recall"])


def says(
    folds: pd.DataFrame, predictions: pd.DataFrame, label: np.ndarray, budget: float, overlap: float
) -> dict[str, tuple[float, float]]:
    """Print a library's table; returns each baseline's average precision less the committee's, with its error."""
    scores = folds.pivot_table(index=["draw", "fold"], columns="name", values="average_precision")
    at_budget = folds.groupby("name")["recall"].mean()
    found = {}
    for name in [one for one in (OURS, WINNER, *BASELINES) if one in scores]:
        line = f"  {name:<26} {scores[name].mean():.4f}   recall looking at {budget:.1%} {at_budget[name]:.4f}"
        if name != OURS:
            apart = paired(scores[OURS].to_numpy(), scores[name].to_numpy(), overlap=overlap)
            found[name] = (apart.mean, apart.error)
            line += f"   the committee's is {apart.mean:+.4f} ± {apart.error:.4f}"
        print(line)
    ours = predictions[predictions["name"] == OURS]
    flagged, recall, losses, errors, floors = [], [], [], [], []
    for _, one in ours.groupby("draw"):
        actual, calibrated, taken = label[one["row"]], one["calibrated"].to_numpy(), one["probability"] >= 0.35
        flagged.append(taken.mean())
        recall.append(taken[actual == 1].mean())
        losses.append(log_loss(actual, calibrated))
        errors.append(calibration_error(actual, calibrated))
        floors.append(calibration_error_floor(calibrated, 200, 0)[0])
    print(
        f"  flagged {np.mean(flagged):.1%} of a budget of {budget:.1%}; recall there {np.mean(recall):.3f}; log loss {np.mean(losses):.4f} "
        f"calibrated; calibration error {np.mean(errors):.4f}, {np.mean(floors):.4f} if all were right"
    )
    return {OURS: (float(scores[OURS].mean()), 0.0), **found}


def in_folds(label: np.ndarray, repetitions: int) -> list[tuple[int, int, np.ndarray]]:
    """Draw, fold and whether each movie is tested on."""
    draws = [StratifiedKFold(FOLDS, shuffle=True, random_state=draw).split(label, label) for draw in range(repetitions)]
    return [
        (draw, fold, np.isin(np.arange(len(label)), tested))
        for draw, folds in enumerate(draws)
        for fold, (_, tested) in enumerate(folds)
    ]


def few(label: np.ndarray, repetitions: int, movies: int) -> list[tuple[int, int, np.ndarray]]:
    """The same, with so many movies to learn from, drawn at random, both labels among them as in the library."""
    splitter = StratifiedShuffleSplit(repetitions, train_size=movies, random_state=0)
    return [
        (draw, 0, ~np.isin(np.arange(len(label)), learnt))
        for draw, (learnt, _) in enumerate(splitter.split(label, label))
    ]


def measured(
    rows: pd.DataFrame,
    label: np.ndarray,
    work: list[tuple[int, int, np.ndarray]],
    budget_fits: int,
    alone: bool,
    overlap: float,
) -> dict[str, tuple[float, float]]:
    """Measure a library and print its table; what `says` returns."""
    started = time.perf_counter()
    parts = Parallel(n_jobs=load_settings().n_jobs)(
        delayed(measure)(rows, label, *one, budget_fits, alone) for one in work
    )
    predictions, budget = pd.concat(parts), load_settings().budget(label.mean())
    found = says(by_fold(predictions, label, budget), predictions, label, budget, overlap)
    print(f"  {time.perf_counter() - started:.0f} s", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("libraries", type=Path, nargs="*", help="labelled libraries; the demonstration one by default")
    parser.add_argument("--repetitions", type=int, default=2)
    parser.add_argument(
        "--learn-from", type=int, nargs="*", metavar="MOVIES", help="so many instead of four of five folds"
    )
    parser.add_argument(
        "--search-budget", type=int, default=load_settings().search_budget, help="fits of the race in a fold"
    )
    parser.add_argument("--alone", action="store_true", help="the project's models only, without the baselines")
    arguments = parser.parse_args()
    everyone = {}
    for path in arguments.libraries or [None]:
        rows = read_library(path).rows if path else demo_library()[0]
        rows = rows[trainable(rows) & (rows["media_type"] == "movie")].reset_index(drop=True)
        label = encode_label(rows["label"]).to_numpy()
        name = path.stem if path else "demonstration"
        print(f"\n{name}: {len(rows):,} movies, {label.mean():.1%} liked", flush=True)
        if not arguments.learn_from:
            print(f"{arguments.repetitions} x {FOLDS} folds", flush=True)
            work = in_folds(label, arguments.repetitions)
            everyone[name] = measured(
                rows, label, work, arguments.search_budget, arguments.alone, overlap=1 / (FOLDS - 1)
            )
        for movies in arguments.learn_from or ():
            print(f"learnt from {movies} of them, {arguments.repetitions} draws, judged on the rest", flush=True)
            work = few(label, arguments.repetitions, movies)
            # the draws hardly share movies to learn from
            everyone[f"{name}, {movies}"] = measured(
                rows, label, work, arguments.search_budget, arguments.alone, overlap=0.0
            )
    if len(everyone) > 1 and not arguments.alone:
        mean = {name: np.mean([one[name][0] for one in everyone.values()]) for name in [OURS, WINNER, *BASELINES]}
        rival = np.mean([min(one[name][0] for name in RIVALS) for one in everyone.values()])
        print(f"\nmean over {len(everyone)} libraries: average precision {mean[OURS]:.4f}; the committee's is")
        for name in [WINNER, *BASELINES]:
            print(f"  {mean[name]:+.4f} from {name}")
        print(
            f"  {min(mean[name] for name in RIVALS):+.4f} from the better of {' and '.join(RIVALS)} on the average, {rival:+.4f} from the better on each"
        )


if __name__ == "__main__":
    main()
