"""What the first labels of a person are worth, asked for by the first queue and asked at random.

    python benchmarks/first_labels.py                              20 generated persons; some two minutes
    python benchmarks/first_labels.py one.parquet two.parquet      library files as persons: their labels are the answers

Of each person's movies 40 % are held out to judge on, in 12 draws (2 draws of a generated person); the others are what can
be asked about, and all that is known of a movie but its label is known of them. After 10, 20, 30 and 60 answers
the held-out movies are ranked: by the first guess whose questions the first queue chose, by the same model from random questions,
and by a plain logistic regression (C 0.02, balanced, on scaled numbers, missing flags and common indicators) from the same random
questions. Standard errors are over draws (over persons where they are generated), differences paired. `sure` is what the first guess
itself expects of its recall, and how often at least as much came as it was fairly sure of (nine times in ten).
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.metrics import average_precision_score
from threadpoolctl import threadpool_limits

from movie_pref.demo.library import demo_library
from movie_pref.features.matrix import to_matrix
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.library import read_library
from movie_pref.library.training_rows import encode_label, trainable
from movie_pref.metrics.budget import recall_at_share
from movie_pref.metrics.paired import paired
from movie_pref.model.first_guess import FirstGuess, by_votes
from movie_pref.ranking.first_questions import first_questions, well_known
from movie_pref.ranking.first_ranking import LOOKED_AT, expected_recall
from movie_pref.settings import load_settings

STEPS, HELD_OUT, DRAWS, PERSONS, DRAWS_EACH = (10, 20, 30, 60), 0.4, 12, 20, 2
QUEUE, CHANCE, PLAIN = "first queue", "random questions", "plain, random questions"


@dataclass(frozen=True)
class Person:
    """A person's movies and what they would say of each (0/1)."""

    name: str
    rows: pd.DataFrame
    likes: np.ndarray


def generated(number: int) -> Person:
    """A person of the demonstration's rules, or of rules of their own: weights of what movies are like, and some answers against them."""
    rng = np.random.default_rng(10_000 + number)
    rows = demo_library(seed=500 + number)[0]
    if number % 2 == 0:
        return Person("the demonstration's rules", rows, encode_label(rows["label"]).to_numpy())
    values = Preprocessor().fit(rows).transform(rows)
    appeal = np.zeros(len(rows))
    for name, much in (("votes", (0.2, 1.2)), ("rating", (-0.2, 1.0)), ("score", (-0.3, 0.6))):
        for column in [one for one in values if name in one]:
            place = values[column].rank(pct=True).fillna(0.35).to_numpy() - 0.5
            appeal += rng.uniform(*much) * 2 * place
    appeal += rng.normal(0, 0.8) * 2 * (values["release_year_norm"].rank(pct=True).to_numpy() - 0.5)
    genres = [name for name in values if name.startswith("genre_")]
    appeal += values[genres].to_numpy() @ rng.normal(0, 0.8, len(genres))
    appeal += rng.normal(0, 1) * (rows["original_language"] != "en").to_numpy()
    appeal += rng.normal(0, 1) * ((rows["rt_score"] < 50) & (rows["imdb_votes"] > 50_000)).to_numpy()
    share, noisy = rng.uniform(0.06, 0.25), appeal + rng.logistic(scale=0.4, size=len(rows))
    return Person("rules of their own", rows, (noisy >= np.quantile(noisy, 1 - share)).astype(int))


def measure(person: Person, draw: int) -> pd.DataFrame:
    """One draw of a person by each way: `way`, `labels`, `liked` among them, `average_precision`, `recall`, and what was expected."""
    rng = np.random.default_rng(draw)
    order = rng.permutation(len(person.rows))
    held = int(HELD_OUT * len(order))
    judged, pool = order[:held], order[held:]
    preprocessing = Preprocessor().fit(person.rows.iloc[pool])
    values, types = to_matrix(preprocessing.transform(person.rows))
    names, found = preprocessing.columns, []
    random = rng.permutation(len(pool))
    with threadpool_limits(1):
        guess = FirstGuess(values[pool], types, names)
        chosen = _asked(guess, well_known(values[pool], names, np.ones(len(pool), dtype=bool)), person.likes[pool])
        for way, asked in ((QUEUE, chosen), (CHANCE, random), (PLAIN, random)):
            for labels in STEPS:
                rows = asked[:labels]
                answers = person.likes[pool][rows]
                if way == PLAIN:
                    ranked_by, expected = (
                        _plain(values, preprocessing, pool, pool[rows], answers)[judged],
                        (np.nan,) * 2,
                    )
                else:
                    posterior = guess.posterior(rows, answers)
                    ranked_by = guess.member_of(posterior).log_odds(values[judged])
                    expected = expected_recall(guess, posterior, np.setdiff1d(np.arange(len(pool)), rows))
                found.append(
                    (person.name, draw, way, labels, answers.sum(), average_precision_score(person.likes[judged], ranked_by), recall_at_share(person.likes[judged], ranked_by, LOOKED_AT), *expected)
                )  # fmt: skip
    columns = ["person", "draw", "way", "labels", "liked", "average_precision", "recall", "at_least", "expected"]
    return pd.DataFrame(found, columns=columns)


def _asked(guess: FirstGuess, known: np.ndarray, likes: np.ndarray) -> np.ndarray:
    """The questions of the first queue in their order, each chosen with the answers to those before it."""
    asked: list[int] = []
    while len(asked) < STEPS[-1]:
        open_ = known.copy()
        open_[asked] = False
        posterior = guess.posterior(np.array(asked, dtype=int), likes[asked])
        asked.append(first_questions(guess, posterior, open_, 1)[0].row)
    return np.array(asked)


def _plain(
    values: np.ndarray, preprocessing: Preprocessor, pool: np.ndarray, rows: np.ndarray, answers: np.ndarray
) -> np.ndarray:
    """Log-odds of all movies by plain logistic regression; votes order them where one of the answers is missing."""
    from sklearn.linear_model import LogisticRegression

    known = values[pool]
    number = np.array(preprocessing.feature_types) == "float"
    flag = number & (np.isnan(known).sum(axis=0) >= 10)
    indicator = number & ((known == 0) | (known == 1)).all(axis=0)
    common = indicator & (known.sum(axis=0) >= 0.05 * len(known))
    scaled = values[:, number & ~indicator]
    middle, width = np.nanmean(scaled[pool], axis=0), np.nanstd(scaled[pool], axis=0)
    parts = [
        np.nan_to_num((scaled - middle) / np.where(width > 0, width, 1)),
        np.isnan(values[:, flag]),
        values[:, common],
    ]
    table = np.hstack([one.astype(np.float64) for one in parts])
    if len(np.unique(answers)) < 2:
        return by_votes(known, preprocessing.columns)[0].log_odds(values)
    model = LogisticRegression(C=0.02, class_weight="balanced", max_iter=1000).fit(table[rows], answers)
    return model.decision_function(table)


def says(results: pd.DataFrame, by: str) -> None:
    """Print what each way reached; errors are over the draws or the persons (`by`)."""
    print("  labels  way                      recall looking at 15 %   average precision   liked   the queue's is (AP)")
    means = results.groupby(["way", "labels", by])[["recall", "average_precision", "liked"]].mean()
    for labels in STEPS:
        for way in (QUEUE, CHANCE, PLAIN):
            one, queue = means.loc[way, labels], means.loc[QUEUE, labels]
            error = one.std() / np.sqrt(len(one))
            line = (
                f"  {labels:>6}  {way:<24} {one['recall'].mean():.3f} ± {error['recall']:.3f}            "
                f"{one['average_precision'].mean():.3f} ± {error['average_precision']:.3f}     {one['liked'].mean():5.1f}"
            )
            if way != QUEUE:
                apart = paired(queue["average_precision"].to_numpy(), one["average_precision"].to_numpy())
                line += f"   {apart.mean:+.3f} ± {apart.error:.3f}"
            print(line)
    for labels, one in results[results["way"] == QUEUE].groupby("labels"):
        held = (one["recall"] >= one["at_least"]).mean()
        print(
            f"  sure after {labels}: it expects a recall of {one['expected'].mean():.3f}, at least {one['at_least'].mean():.3f}; "
            f"{one['recall'].mean():.3f} came, at least that in {held:.0%} of the draws"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("libraries", type=Path, nargs="*", help="labelled libraries; generated persons by default")
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--persons", type=int, default=PERSONS, help="how many are generated")
    arguments = parser.parse_args()
    everyone, started = [], time.perf_counter()
    with Parallel(n_jobs=load_settings().n_jobs) as parallel:
        if not arguments.libraries:
            found = pd.concat(parallel(delayed(_of_generated)(number) for number in range(arguments.persons)))
            for kind, one in found.groupby("person"):
                print(f"\n{one['number'].nunique()} generated persons of {kind}, {DRAWS_EACH} draws each")
                says(one, "number")
        for path in arguments.libraries:
            rows = read_library(path).rows
            rows = rows[trainable(rows) & (rows["media_type"] == "movie")].reset_index(drop=True)
            person = Person(path.stem, rows, encode_label(rows["label"]).to_numpy())
            print(f"\n{path.stem}: {len(rows):,} movies, {person.likes.mean():.1%} liked; {arguments.draws} draws")
            everyone.append(pd.concat(parallel(delayed(measure)(person, draw) for draw in range(arguments.draws))))
            says(everyone[-1], "draw")
    if len(everyone) > 1:
        _say_mean(pd.concat(everyone))
    print(f"\n{time.perf_counter() - started:.0f} s")


def _say_mean(results: pd.DataFrame) -> None:
    measures = ["average_precision", "recall"]
    each = results.groupby(["way", "labels", "person"])[measures].mean()
    mean = each.groupby(["way", "labels"]).mean()
    print(f"\nmean of {results['person'].nunique()} libraries: average precision / recall looking at 15 %")
    for labels in STEPS:
        cells = [
            f"{way} {mean.loc[(way, labels), 'average_precision']:.3f} / {mean.loc[(way, labels), 'recall']:.3f}"
            for way in (QUEUE, CHANCE, PLAIN)
        ]
        print(f"  {labels:>3} labels: {'; '.join(cells)}")


def _of_generated(number: int) -> pd.DataFrame:
    person = generated(number)
    return pd.concat([measure(person, draw) for draw in range(DRAWS_EACH)]).assign(number=number)


if __name__ == "__main__":
    main()
