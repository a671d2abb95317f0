"""The whole way on some rows, from selection to the committee, as an evaluation needs it inside each of its folds."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from movie_pref.analysis.all_panels import selected_columns
from movie_pref.features.matrix import to_matrix
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.features.split import fold_indices, stratified_folds
from movie_pref.library.catalogue import Catalogue
from movie_pref.library.training_rows import encode_label, encode_level, has_third_label
from movie_pref.model.calibration import Calibrator, fit_calibration
from movie_pref.model.model import Model
from movie_pref.model.operating_point import Limits
from movie_pref.model.out_of_fold import cross_settled, member_log_odds, results_table
from movie_pref.model.second_question import answer, given_liked
from movie_pref.model.training import recipes, settled_model
from movie_pref.search.grid import PRODUCTION_GRID
from movie_pref.search.strategies import grid_search
from movie_pref.settings import Settings


class Trained(NamedTuple):
    """A model and the calibration that goes with it, both from the same rows."""

    model: Model
    calibrate: Calibrator


def train_whole(rows: pd.DataFrame, settings: Settings, catalogue: Catalogue) -> dict[str, Trained]:
    """Select features, search the grid, settle the committee and calibrate it, all on these rows.

    Parameters
    ----------
    rows
        Labelled movies in the library's columns; all of them train.

    Returns
    -------
    The search's `winner` alone and the `committee`, both with the second question where a movie has the third label.

    Raises
    ------
    UserError
        Policy strict leaves no feature.
    """
    from scipy.special import expit

    rows = rows.reset_index(drop=True)
    label, level = encode_label(rows["label"]), encode_level(rows["label"])
    fold = stratified_folds(rows["imdb_id"], level, settings.folds, settings.seed)
    split = pd.DataFrame(
        {"imdb_id": rows["imdb_id"], "partition": "train", "fold": fold, "label": label, "level": level}
    )
    chosen = selected_columns(rows, settings, catalogue)
    preprocessing = chosen.preprocessor(settings.list_level_limit, settings.text_components).fit(rows)
    table = preprocessing.transform(rows)
    limits = Limits(settings.threshold, settings.budget(label.mean()), settings.recall_target)
    results = grid_search(
        table[preprocessing.table_columns], label, PRODUCTION_GRID, fold_indices(fold), settings.search, n_jobs=settings.n_jobs, seed=settings.seed,
        budget=settings.search_budget, points=settings.search_points, review_budget=limits.budget,
    )  # fmt: skip
    wanted = recipes(results, settings.committee_boosters, settings.seed)
    prepared: dict[int, Preprocessor] = {}
    members = member_log_odds(
        rows, split, wanted, preprocessing, lambda training: selected_columns(training, settings, catalogue),
        keep=prepared.__setitem__,
    )  # fmt: skip
    everything = pd.Series(True, index=rows.index)
    again = None
    if has_third_label(rows["label"]):
        again = answer(rows, split, table, preprocessing, settings, prepared).model
    found = {}
    for name, recipe in wanted.items():
        model, _ = settled_model(recipe, members, table, label, everything, preprocessing, limits, settings.seed)
        unseen = expit(cross_settled(members, recipe, limits))
        found[name] = Trained(replace(model, again=again), fit_calibration(unseen, label.to_numpy()))
    return found


def cross_validated(
    rows: pd.DataFrame,
    split: pd.DataFrame,
    settings: Settings,
    catalogue: Catalogue,
    say: Callable[[str], object] = lambda text: None,
) -> pd.DataFrame:
    """Each movie predicted by a model that was trained, from the selection on, without it: what stands in for a holdout.

    Parameters
    ----------
    rows
        Labelled movies in the library's columns.
    split
        `imdb_id`, `partition`, `fold` and `label` of the same movies in the same order; all of them train.

    Returns
    -------
    DataFrame in the columns of `03_binomial_classifier_results.parquet`, in the order of `rows`.
    """
    fold, actual = split["fold"].to_numpy(dtype="int64"), split["label"].to_numpy()
    probability, calibrated = (np.full(len(rows), np.nan) for _ in range(2))
    given = np.zeros(len(rows))  # of a fold without which no movie is one to be watched again
    for number in np.unique(fold):
        say(f"everything without fold {number + 1} of {fold.max() + 1}")
        test = fold == number
        fewest = int(np.bincount(actual[~test], minlength=2).min())
        inside = settings.model_copy(update={"folds": max(2, min(settings.folds, fewest))})
        found = train_whole(rows[~test], inside, catalogue)[settings.model]
        values, _ = to_matrix(found.model.preprocessing.transform(rows[test]))
        probability[test] = found.model.serving.predict(values)
        calibrated[test] = found.calibrate(probability[test])
        again = found.model.again
        if again is not None:
            given[test] = given_liked(again, again.serving, values)
    asked = has_third_label(rows["label"])
    return results_table(split, probability, calibrated, settings.threshold, given if asked else None)
