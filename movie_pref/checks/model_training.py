"""Whether the search found a point worth using."""

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.metadata import verdict
from movie_pref.nodes import check
from movie_pref.settings import Settings


@check("grid_search_results", "training_table")
def winner_within_review_budget(
    settings: ResourceParam[Settings], grid_search_results: pd.DataFrame, training_table: pd.DataFrame
) -> dg.AssetCheckResult:
    """The winner's flagged share at 0.35 (mean over the folds plus one standard error) stays within the review budget."""
    from movie_pref.modeling.search import flagged_bound

    base_rate = training_table.loc[training_table["partition"] == "train", "label"].mean()
    budget = settings.budget(base_rate)
    bounds = flagged_bound(grid_search_results)
    bound = float(bounds[grid_search_results["rank"].idxmin()])
    return verdict(
        bound <= budget,
        f"the winner flags {bound:.1%} of the movies (mean plus one standard error), the budget is {budget:.1%}; "
        f"{int((bounds <= budget).sum())} of {len(bounds)} points keep it",
        value=bound,
        threshold=budget,
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
