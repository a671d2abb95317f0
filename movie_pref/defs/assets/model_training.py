"""The search over the production grid, the model it picks, and predictions of movies that no model has seen."""

import time
from collections.abc import Callable

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.data_folder import DataFolder
from movie_pref.defs.decorators import node
from movie_pref.defs.metadata import picture, table
from movie_pref.features.training_table import ModelColumns, feature_columns, training_rows
from movie_pref.settings import Settings

GROUP = "model_training"
SECONDS_BETWEEN_NEWS = 2.0


@node(GROUP, kinds=("xgboost", "parquet"))
def grid_search_results(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    training_table: pd.DataFrame,
    data_split: pd.DataFrame,
) -> pd.DataFrame:
    """Points of the production grid, cross-validated on the folds inside the training rows.

    A race over the 93,312 points by default; every point or a plain sample by the setting `search`. Each keeps the
    eight metrics of the design, those that need a threshold at 0.35 and at 0.5, and the share of movies flagged. What
    is finished stays in the folder `search`, so that a search that was stopped goes on where it was.
    """
    from movie_pref.search.grid import PRODUCTION_GRID, Space
    from movie_pref.search.plots import parallel_coordinates, recall_against_flagged, score_by_axis
    from movie_pref.search.strategies import grid_search
    from movie_pref.search.winner import fully_evaluated, not_distinguishable, winner_by_parameter, winner_measures

    columns, label, folds = training_rows(training_table, data_split)
    budget = settings.budget(label.mean())
    results = grid_search(
        columns,
        label,
        PRODUCTION_GRID,
        folds,
        strategy=settings.search,
        n_jobs=settings.n_jobs,
        seed=settings.seed,
        checkpoint=DataFolder(settings.data).search,
        budget=settings.search_budget,
        points=settings.search_points,
        review_budget=budget,
        scheduler=settings.search_scheduler,
        progress=_seldom(context.log.info),
        say=lambda news: context.log.info(f"search: {news}"),
    )
    winner = int(results["rank"].idxmin())
    folder = DataFolder(settings.data)
    context.add_output_metadata(
        {
            "ended": results.attrs["ended"],
            "winner": table(winner_by_parameter(results, winner)),
            "winner_measures": table(winner_measures(results, winner)),
            "not_distinguishable_from_the_winner": int(not_distinguishable(results, winner, budget).sum()),
            "points_in_the_grid": Space(PRODUCTION_GRID).size,
            "points_evaluated": len(results),
            "points_on_all_folds": len(fully_evaluated(results)),
            "fits": results.attrs["fits"],
            "review_budget": budget,
            **{
                f"winner_{name}": float(results.loc[winner, f"mean_test_{name}"])
                for name in ("average_precision", "recall_at_0.35", "flagged_at_0.35")
            },
            "recall_against_flagged": picture(
                recall_against_flagged(results, budget, winner), folder.plot("search_recall_against_flagged")
            ),
            "score_by_axis": picture(score_by_axis(results), folder.plot("search_score_by_axis")),
            "best_points": picture(parallel_coordinates(results, winner), folder.plot("search_best_points")),
        }
    )
    return results


@node(GROUP, kinds=("xgboost",))
def tuned_model(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    grid_search_results: pd.DataFrame,
    training_table: pd.DataFrame,
    model_columns: ModelColumns,
):
    """The challenger: two boosters with the winner's hyperparameters.

    The winner is, among points within the review budget, one whose recall at 0.35 is within one paired standard error
    of the best, then within 0.003 of the highest average precision, then the simplest. `evaluated` is fitted on the
    training rows and carries all metrics, `serving` on every labelled movie.
    """
    from movie_pref.model.committee import ASKED
    from movie_pref.model.training import train_model
    from movie_pref.search.winner import point_of

    params = point_of(grid_search_results, int(grid_search_results["rank"].idxmin()))
    if settings.average_with_lightgbm:
        params[ASKED] = "lightgbm"
    model = train_model(
        training_table[feature_columns(training_table)],
        training_table["label"],
        training_table["partition"] == "train",
        model_columns.preprocessing,
        params,
        settings.threshold,
        settings.seed,
    )
    context.add_output_metadata(
        {
            "hyperparameters": table(pd.DataFrame({"parameter": list(params), "value": list(params.values())})),
            "version": model.version,
            "training_rows": model.facts["training_rows"],
            "labelled_rows": model.facts["labelled_rows"],
        }
    )
    return model


@node(GROUP, kinds=("xgboost", "parquet"))
def out_of_fold_predictions(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    tuned_model,
    movies_only: pd.DataFrame,
    data_split: pd.DataFrame,
    training_table: pd.DataFrame,
) -> pd.DataFrame:
    """Each labelled movie, predicted by a model that did not see it.

    Training rows by the model of the other folds, features selected and preprocessing fitted there too; validation and
    holdout rows by the model of the training rows. The calibration is fitted on the training rows' predictions, and
    each of these is calibrated by the other folds.
    """
    from movie_pref.analysis.all_panels import selected_columns
    from movie_pref.evaluation.plots import calibration_curves
    from movie_pref.evaluation.reports import calibration_report, metrics_by_origin
    from movie_pref.library.catalogue import own_catalogue
    from movie_pref.model.calibration import choose_calibration
    from movie_pref.model.out_of_fold import out_of_sample, training_predictions

    split = data_split[data_split["imdb_id"].isin(training_table["imdb_id"])].reset_index(drop=True)
    rows = split[["imdb_id"]].merge(movies_only, on="imdb_id", validate="1:1")
    catalogue = own_catalogue(settings.data)

    def select(training: pd.DataFrame) -> tuple[list[str], dict]:
        context.log.info("selecting features inside a fold")
        return selected_columns(training, settings, catalogue, with_texts=bool(tuned_model.preprocessing.texts))

    found = out_of_sample(rows, split, tuned_model, select)
    counts = pd.crosstab(found["partition"], found["cm_value"]).reset_index()
    unseen = training_predictions(found, split)
    actual, probability, calibrated = (
        unseen[name].to_numpy() for name in ("actual", "probability", "calibrated_probability")
    )
    report = calibration_report(actual, probability, calibrated, settings.bootstrap_samples, settings.seed)
    figure = calibration_curves(actual, probability, calibrated)
    context.add_output_metadata(
        {
            "confusion_by_partition": table(counts),
            "by_origin_of_the_label": table(
                metrics_by_origin(found, rows["label_origin"], settings.threshold).round(4)
            ),
            "calibration": choose_calibration(unseen["probability"], unseen["actual"], unseen["fold"]).says,
            "calibration_report": table(report.round(4).reset_index()),
            "calibration_rows": f"{len(unseen)} training movies, each predicted and calibrated by the other folds",
            "calibration_curves": picture(figure, DataFolder(settings.data).plot("out_of_fold_calibration")),
            **{f"out_of_fold_{name}": float(value) for name, value in report["value"].items()},
        }
    )
    return found


def _seldom(say: Callable[[str], object]) -> Callable[[object], None]:
    """Pass news on every two seconds at most, since each is kept as an event of the run."""
    told = 0.0

    def tell(news: object) -> None:
        nonlocal told
        if time.monotonic() - told >= SECONDS_BETWEEN_NEWS:
            told = time.monotonic()
            say(f"search: {news}")

    return tell
