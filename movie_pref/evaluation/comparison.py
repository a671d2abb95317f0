"""Which algorithm would serve best: all of them on the same folds, each tuned alike inside the fold.

Algorithms and their settings are in `algorithms.py`; what the person believes of them, and the verdicts, in `beliefs.py`.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from movie_pref.evaluation.algorithms import ALGORITHMS, AVERAGE, COMMITTEE, Algorithm
from movie_pref.evaluation.comparison_table import comparison_table
from movie_pref.evaluation.contrast import Contrast
from movie_pref.evaluation.contrasts import CONTRASTS
from movie_pref.evaluation.fold_measures import VARIANTS, measure_fold
from movie_pref.features.split import stratified_folds
from movie_pref.library.catalogue import Catalogue
from movie_pref.library.training_rows import encode_label
from movie_pref.settings import Settings


class Comparison(NamedTuple):
    """What was measured.

    Attributes
    ----------
    table
        A row an algorithm, the best first, those that are not installed last; columns as in `comparison_table.TABLE`.
    folds
        A row for each algorithm, variant or contrast (`name`) and fold (`draw`, `fold`), with `fold_measures.METRICS`,
        `contrast.FIGURES` and `setting`.
    """

    table: pd.DataFrame
    folds: pd.DataFrame


def compare(
    rows: pd.DataFrame,
    settings: Settings,
    catalogue: Catalogue,
    repeats: int = 1,
    jobs: int = 1,
    algorithms: Sequence[Algorithm] = ALGORITHMS,
    committee: bool = True,
    contrasts: Sequence[Contrast] = CONTRASTS,
    say: Callable[[str], object] = lambda text: None,
) -> Comparison:
    """Measure every algorithm on the same folds of the training rows.

    Inside each fold features are selected once, on the rows that are trained on. Then each algorithm's settings are
    tried on two inner folds of these rows, and the one with the highest average precision is fitted on all of them and
    measured on the fold's tested rows, which nothing before has seen.

    Parameters
    ----------
    rows
        Labelled training rows in the library's columns.
    repeats
        How often the folds are drawn.
    jobs
        Processes; each works on a fold of its own, and the result does not depend on them.
    committee
        Whether the project's own model, with everything inside the fold, is measured beside them.
    contrasts
        What is changed of an algorithm to learn what it is worth, where the algorithm is among those measured.

    Raises
    ------
    UserError
        The policy leaves no feature in a fold.
    """
    ready = [algorithm for algorithm in algorithms if not algorithm.missing]
    work = drawn_folds(rows["imdb_id"], encode_label(rows["label"]), settings, repeats)
    say(f"{len(ready)} algorithms{' and the committee' if committee else ''} on {len(work)} folds, {jobs} at a time")
    found = measured_folds(
        lambda draw, fold, test: measure_fold(
            rows, test, (draw, fold), settings, catalogue, ready, committee, contrasts
        ),
        work,
        jobs,
        say,
    )
    names = [algorithm.name for algorithm in ready] + [AVERAGE, COMMITTEE] + [variant.name for variant in VARIANTS]
    names += [name for contrast in contrasts for name in contrast.names]
    order = {name: position for position, name in enumerate(names)}
    folds = pd.concat(found).sort_values(
        ["name", "draw", "fold"], key=lambda column: column.map(order) if column.name == "name" else column
    )
    return Comparison(comparison_table(folds, algorithms), folds.reset_index(drop=True))


def drawn_folds(
    imdb_id: pd.Series, level: pd.Series, settings: Settings, repeats: int
) -> list[tuple[int, int, np.ndarray]]:
    """Draw, fold and whether each movie is tested on, of folds that are drawn several times."""
    drawn = [stratified_folds(imdb_id, level, settings.folds, settings.seed + draw) for draw in range(repeats)]
    return [
        (draw, number, (fold == number).to_numpy())
        for draw, fold in enumerate(drawn)
        for number in range(settings.folds)
    ]


def measured_folds(
    measure: Callable[[int, int, np.ndarray], pd.DataFrame],
    work: list[tuple[int, int, np.ndarray]],
    jobs: int,
    say: Callable[[str], object],
) -> list[pd.DataFrame]:
    """What `measure` gives of each of `drawn_folds`, in so many processes, in the order in which they are ready."""
    from joblib import Parallel, delayed

    found: list[pd.DataFrame] = []
    for measured in Parallel(n_jobs=jobs, return_as="generator_unordered")(delayed(measure)(*one) for one in work):
        found.append(measured)
        say(f"{len(found)} of {len(work)} folds measured")
    return found
