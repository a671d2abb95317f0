"""Whether the search found a point worth using."""

from pathlib import Path

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.defs.decorators import check
from movie_pref.defs.metadata import verdict
from movie_pref.metrics.budget import most_flagged
from movie_pref.settings import Settings


@check("out_of_fold_predictions")
def flagged_share_is_the_budget(
    settings: ResourceParam[Settings], out_of_fold_predictions: pd.DataFrame
) -> dg.AssetCheckResult:
    """The share of training movies flagged out of fold is at most the review budget and one percentage point, of few movies
    two standard errors."""
    training = out_of_fold_predictions[out_of_fold_predictions["partition"] == "train"]
    flagged, budget = float(training["predicted"].mean()), settings.budget(training["actual"].mean())
    recall = float(training.loc[training["actual"] == 1, "predicted"].mean())
    limit = most_flagged(budget, len(training))
    return verdict(
        flagged <= limit,
        f"{flagged:.1%} of {len(training)} training movies are flagged out of fold, the budget is {budget:.1%}; {recall:.1%} of the liked ones are among them",
        value=flagged,
        threshold=limit,
        severity=dg.AssetCheckSeverity.WARN,
    )


@check("committee", "member_predictions")
def committee_is_no_worse_than_the_winner(
    settings: ResourceParam[Settings], committee: Path, member_predictions: pd.DataFrame
) -> dg.AssetCheckResult:
    """Average precision of the committee less that of the search's winner, out of fold on the same movies."""
    from movie_pref.evaluation.members import against_the_winner
    from movie_pref.model.model import Model

    found = against_the_winner(member_predictions, Model.read(committee))
    return verdict(
        found.high >= 0,
        f"the committee's average precision is {found.difference:+.4f} ({found.low:+.4f} to {found.high:+.4f}, 95 % interval) from that of the search's winner, "
        f"out of fold on the same {len(member_predictions)} training movies",
        value=found.difference,
        threshold=0.0,
        severity=dg.AssetCheckSeverity.WARN,
    )


@check("grid_search_results", "training_table", "data_split")
def winner_beats_the_defaults(
    settings: ResourceParam[Settings],
    grid_search_results: pd.DataFrame,
    training_table: pd.DataFrame,
    data_split: pd.DataFrame,
) -> dg.AssetCheckResult:
    """Average precision of the winner less that of XGBoost's defaults, on the same folds; a WARN when it is not above."""
    from movie_pref.features.training_table import training_rows
    from movie_pref.search.parameters import PARAMETERS
    from movie_pref.search.strategies import grid_search
    from movie_pref.search.winner import PRECISION, splits, standard_error

    defaults = {name: [parameter.default] for name, parameter in PARAMETERS.items() if name != "enable_categorical"}
    columns, label, folds = training_rows(training_table, data_split)
    plain = grid_search(columns, label, defaults, folds, "exhaustive", settings.n_jobs, settings.seed)
    winner = grid_search_results.loc[[grid_search_results["rank"].idxmin()]]
    difference = splits(winner, PRECISION).reset_index(drop=True) - splits(plain, PRECISION)
    gain, error = float(difference.mean(axis=1).iloc[0]), float(standard_error(difference).iloc[0])
    shown = plain.iloc[0]
    return verdict(
        gain > 0,
        f"the winner's average precision is {gain:+.4f} ± {error:.4f} (paired standard error) from that of XGBoost's defaults on the same folds, which have "
        f"{shown['mean_test_average_precision']:.4f}, recall at 0.35 {shown['mean_test_recall_at_0.35']:.3f} at {shown['mean_test_flagged_at_0.35']:.1%} flagged",
        value=gain,
        threshold=0.0,
        severity=dg.AssetCheckSeverity.WARN,
        more={"paired_standard_error": error},
    )


@check("grid_search_results")
def winner_is_inside_the_grid(grid_search_results: pd.DataFrame) -> dg.AssetCheckResult:
    """The winner is at no end of the grid that begs to be extended; a WARN names the parameter."""
    from movie_pref.search.winner import beyond_the_grid

    found = beyond_the_grid(grid_search_results, int(grid_search_results["rank"].idxmin()))
    return verdict(
        not found,
        "; ".join(found.values())
        or "average precision does not rise further at any end of the grid where the winner is",
        value=len(found),
        threshold=0,
        severity=dg.AssetCheckSeverity.WARN,
    )


@check("out_of_fold_predictions", "training_table", blocking=True)
def every_labelled_movie_predicted_once(
    out_of_fold_predictions: pd.DataFrame, training_table: pd.DataFrame
) -> dg.AssetCheckResult:
    """Each labelled movie has one prediction, with a probability."""
    predicted = out_of_fold_predictions.dropna(subset=["probability"])["imdb_id"]
    right = set(predicted) & set(training_table["imdb_id"])
    return verdict(
        len(right) == len(training_table) == len(out_of_fold_predictions),
        f"{len(right)} of {len(training_table)} labelled movies are predicted",
        value=len(right),
        threshold=len(training_table),
    )
