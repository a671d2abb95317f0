"""Whether the review queue pays: what labels asked for by it are worth beside labels of movies picked at random.

    python benchmarks/review_queue.py --library mine.parquet           20 splits, a table and a plot; some three minutes
    python benchmarks/review_queue.py tune --library mine.parquet      other mixes, on splits that the first never sees

In each split a quarter of the movies is set aside to judge on, and half of the labels of the rest are hidden. Then 200
questions are asked, 20 at a time, and after each 20 the model is fitted anew: by the queue, at random (the baseline),
and by plain uncertainty (nearest to 0.5). Standard errors are paired by split; since splits share movies, the
corrected ones (Nadeau and Bengio 2003) stand beside them in brackets.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedShuffleSplit
from threadpoolctl import threadpool_limits

from movie_pref.data_folder import DataFolder
from movie_pref.demo.library import demo_library
from movie_pref.features.matrix import to_sparse
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.library import read_library
from movie_pref.library.training_rows import encode_label, trainable
from movie_pref.metrics.paired import paired
from movie_pref.ranking.review_queue import EDGE, EVEN, HIGHEST, MIX, RANDOM, review_queue
from movie_pref.search.boosting import fit_booster, training_matrix
from movie_pref.search.grid import PRODUCTION_GRID
from movie_pref.settings import load_settings

QUESTIONS, AT_A_TIME, JUDGED, HIDDEN = 200, 20, 0.25, 0.5
TUNING_SPLITS = range(1000, 1020)
PARAMS = {name: values[0] for name, values in PRODUCTION_GRID.items()} | {
    "n_estimators": 200, "learning_rate": 0.1, "max_depth": 5, "subsample": 0.8,
}  # fmt: skip
QUEUE, CHANCE, UNCERTAINTY = "queue", "random", "nearest to 0.5"
MIXES = {
    "60 edge, 30 highest, 10 random": {EDGE: 0.6, HIGHEST: 0.3, RANDOM: 0.1},
    "30 edge, 60 highest, 10 random": {EDGE: 0.3, HIGHEST: 0.6, RANDOM: 0.1},
    "45 edge, 45 even, 10 random": {EDGE: 0.45, EVEN: 0.45, RANDOM: 0.1},
    "30 edge, 60 even, 10 random": {EDGE: 0.3, EVEN: 0.6, RANDOM: 0.1},
    "15 edge, 80 even, 5 random": {EDGE: 0.15, EVEN: 0.8, RANDOM: 0.05},
    "20 edge, 50 even, 20 highest, 10 random": {EDGE: 0.2, EVEN: 0.5, HIGHEST: 0.2, RANDOM: 0.1},
}


def ask(
    way: str, mix: dict[str, float], pool: pd.DataFrame, probability: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Positions in `pool` of the next movies to ask about."""
    if way == CHANCE:
        return rng.choice(len(pool), AT_A_TIME, replace=False)
    if way == UNCERTAINTY:
        return np.argsort(np.abs(probability - 0.5), kind="stable")[:AT_A_TIME]
    settings = load_settings()
    nothing = pd.DataFrame({"imdb_id": [], "media_title": [], "partition": [], "actual": [], "probability": []})
    ranking = pool.assign(probability=probability)
    queue = review_queue(
        ranking, nothing, [], settings.threshold, settings.review_band, AT_A_TIME, doubtful=0.0, mix=mix
    )
    return pool["imdb_id"].reset_index(drop=True).pipe(lambda ids: np.flatnonzero(ids.isin(queue["imdb_id"])))


def simulate(rows: pd.DataFrame, label: np.ndarray, split: int, ways: dict[str, dict[str, float]]) -> pd.DataFrame:
    """`split`, `way`, `questions`, and on the movies set aside `average_precision`, `recall` and `flagged` at the threshold."""
    threshold, found = load_settings().threshold, []
    rest, judged = next(StratifiedShuffleSplit(1, test_size=JUDGED, random_state=split).split(rows, label))
    known, hidden = next(StratifiedShuffleSplit(1, test_size=HIDDEN, random_state=split).split(rest, label[rest]))
    values, types = to_sparse(Preprocessor().fit(rows.iloc[rest]).transform(rows))
    with threadpool_limits(1):
        for way, mix in ways.items():
            train, pool = rest[known], rest[hidden]
            rng = np.random.default_rng(split)
            for questions in range(0, QUESTIONS + 1, AT_A_TIME):
                booster = fit_booster(training_matrix(values[train], label[train], types), PARAMS, split)
                probability = booster.inplace_predict(values[judged])
                flagged = probability >= threshold
                found.append(
                    {
                        "split": split,
                        "way": way,
                        "questions": questions,
                        "average_precision": average_precision_score(label[judged], probability),
                        "recall": label[judged][flagged].sum() / label[judged].sum(),
                        "flagged": flagged.mean(),
                        "liked_found": label[train].sum() - label[rest[known]].sum(),
                    }
                )
                asked = ask(way, mix, rows.iloc[pool], booster.inplace_predict(values[pool]), rng)
                train, pool = np.concatenate([train, pool[asked]]), np.delete(pool, asked)
    return pd.DataFrame(found)


def run(rows: pd.DataFrame, label: np.ndarray, splits: range, ways: dict[str, dict[str, float]]) -> pd.DataFrame:
    parts = []
    work = (delayed(simulate)(rows, label, split, ways) for split in splits)
    for part in Parallel(n_jobs=load_settings().n_jobs, return_as="generator")(work):
        parts.append(part)
        print(f"  {len(parts)} of {len(splits)} splits", flush=True)
    return pd.concat(parts)


def against(results: pd.DataFrame, way: str, other: str, metric: str, questions: int) -> tuple[float, float, float]:
    """Mean paired difference over the splits, its standard error, and the corrected one."""
    at = results[results["questions"] == questions].sort_values("split")
    mine, theirs = (at.loc[at["way"] == one, metric].to_numpy() for one in (way, other))
    mean, error = paired(mine, theirs)
    return mean, error, paired(mine, theirs, overlap=JUDGED / (1 - JUDGED))[1]


def draw(results: pd.DataFrame, path: Path) -> None:
    """The curves of each way: average precision and recall by questions asked."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    titles = {"average_precision": "average precision", "recall": "recall at the threshold"}
    for axes, (metric, title) in zip(figure.subplots(1, 2), titles.items(), strict=True):
        for way, one in results.groupby("way", sort=False):
            mean = one.groupby("questions")[metric].mean()
            axes.plot(mean.index, mean, marker="o", markersize=3, label=way)
        axes.set(title=title, xlabel="questions asked")
        axes.grid(alpha=0.3)
        axes.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def judge(results: pd.DataFrame, plot: Path) -> None:
    """Print what each way reached after each step, and the queue's differences to the others."""
    print("\nmean over splits: average precision / recall at the threshold / share flagged")
    print(f"{'questions':>9}" + "".join(f"  {way:<24}" for way in (CHANCE, UNCERTAINTY, QUEUE)))
    steps = sorted(results["questions"].unique())
    for questions in steps:
        cells = []
        for way in (CHANCE, UNCERTAINTY, QUEUE):
            one = results[(results["questions"] == questions) & (results["way"] == way)]
            cells.append(
                f"{one['average_precision'].mean():.4f} / {one['recall'].mean():.4f} / {one['flagged'].mean():.1%}"
            )
        print(f"{questions:>9}" + "".join(f"  {cell:<24}" for cell in cells))
    print("\nthe queue's difference, paired by split: mean ± standard error (corrected error)")
    print(
        f"{'questions':>9}"
        + "".join(
            f"  {other + ', ' + metric:<34}"
            for other in (CHANCE, UNCERTAINTY)
            for metric in ("average precision", "recall")
        )
    )
    for questions in steps[1:]:
        apart = [
            against(results, QUEUE, other, metric, questions)
            for other in (CHANCE, UNCERTAINTY)
            for metric in ("average_precision", "recall")
        ]
        print(
            f"{questions:>9}"
            + "".join(f"  {f'{mean:+.4f} ± {error:.4f} ({corrected:.4f})':<34}" for mean, error, corrected in apart)
        )
    mean = results.groupby(["way", "questions"])["average_precision"].mean()
    enough = [number for number in mean[QUEUE].index if mean[QUEUE][number] >= mean[CHANCE][QUESTIONS]]
    print(f"\n{QUESTIONS} questions at random are worth {enough[0] if enough else 'more than all'} of the queue's")
    draw(results, plot)
    print(f"plot: {plot}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=["judge", "tune"], default="judge")
    parser.add_argument("--library", type=Path, help="a labelled library; the demonstration one by default")
    parser.add_argument("--splits", type=int, default=20)
    parser.add_argument("--plot", type=Path, default=DataFolder(load_settings().data).plot("queue_simulation"))
    arguments = parser.parse_args()
    rows = read_library(arguments.library).rows if arguments.library else demo_library()[0]
    rows = rows[trainable(rows) & (rows["media_type"] == "movie")].reset_index(drop=True)
    label = encode_label(rows["label"]).to_numpy()
    print(f"{len(rows):,} movies, {label.mean():.1%} liked", flush=True)
    if arguments.what == "judge":
        judge(run(rows, label, range(arguments.splits), {CHANCE: {}, UNCERTAINTY: {}, QUEUE: MIX}), arguments.plot)
        return
    results = run(rows, label, TUNING_SPLITS, {CHANCE: {}, UNCERTAINTY: {}, **MIXES})
    print("\ndifference in average precision, mean over all steps ± standard error (corrected error)")
    means = results[results["questions"] > 0].groupby(["split", "way"])["average_precision"].mean().reset_index()
    means["questions"] = QUESTIONS
    for name in MIXES:
        cells = []
        for other in (CHANCE, UNCERTAINTY):
            mean, error, corrected = against(means, name, other, "average_precision", QUESTIONS)
            cells.append(f"to {other} {mean:+.4f} ± {error:.4f} ({corrected:.4f})")
        print(f"  {name:<40} {'   '.join(cells)}")


if __name__ == "__main__":
    main()
