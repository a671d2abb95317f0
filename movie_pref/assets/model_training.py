"""The search over the production grid, the model it picks, and predictions of movies that no model has seen."""

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.assets.feature_engineering import feature_columns, fitted_preprocessor
from movie_pref.metadata import picture, table
from movie_pref.nodes import node
from movie_pref.settings import Settings

GROUP = "model_training"


@node(GROUP, file="03_grid_search_results.parquet", kinds=("xgboost", "parquet"))
def grid_search_results(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    training_table: pd.DataFrame,
    data_split: pd.DataFrame,
) -> pd.DataFrame:
    """Points of the production grid, cross-validated on the folds inside the training rows.

    A plain random sample of the 93,312 points; each keeps the eight metrics of the design, those that need a threshold
    at 0.35 and at 0.5, and the share of movies flagged.
    """
    from movie_pref.modeling.plots import recall_against_flagged
    from movie_pref.modeling.search import PARAMETERS, PRODUCTION_GRID, grid_search, grid_size
    from movie_pref.modeling.split import fold_indices

    training = training_table[training_table["partition"] == "train"].merge(
        data_split[["imdb_id", "fold"]], on="imdb_id"
    )
    budget = settings.budget(training["label"].mean())
    results = grid_search(
        training[feature_columns(training_table)],
        training["label"],
        PRODUCTION_GRID,
        fold_indices(training["fold"]),
        points=settings.search_points,
        n_jobs=settings.n_jobs,
        seed=settings.seed,
        budget=budget,
        progress=lambda done, fits: context.log.info(f"search: {done} of {fits} fits"),
    )
    winner = int(results["rank"].idxmin())
    grid = pd.DataFrame(
        [
            {
                "parameter": name,
                "values tried": str(values),
                "winner": results.loc[winner, f"param_{name}"],
                **PARAMETERS[name]._asdict(),
            }
            for name, values in PRODUCTION_GRID.items()
        ]
    )
    figure = recall_against_flagged(results, budget, winner)
    context.add_output_metadata(
        {
            "grid": table(grid),
            "points_in_the_grid": grid_size(PRODUCTION_GRID),
            "points_evaluated": len(results),
            "review_budget": budget,
            **{
                f"winner_{name}": float(results.loc[winner, f"mean_test_{name}"])
                for name in ("average_precision", "recall_at_0.35", "flagged_at_0.35")
            },
            "recall_against_flagged": picture(figure, settings.data / "reports" / "search_recall_against_flagged.png"),
        }
    )
    return results


@node(GROUP, file="assets/tuned_model", kinds=("xgboost",))
def tuned_model(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    grid_search_results: pd.DataFrame,
    training_table: pd.DataFrame,
    model_columns: pd.DataFrame,
):
    """The challenger: two boosters with the winner's hyperparameters.

    The winner is, among points within the review budget, one whose recall at 0.35 is within one paired standard error
    of the best, then within 0.003 of the highest average precision, then the simplest. `evaluated` is fitted on the
    training rows and carries all metrics, `serving` on every labelled movie.
    """
    from movie_pref.modeling.search import point_of
    from movie_pref.modeling.training import train_model

    params = point_of(grid_search_results, int(grid_search_results["rank"].idxmin()))
    model = train_model(
        training_table[feature_columns(training_table)],
        training_table["label"],
        training_table["partition"] == "train",
        fitted_preprocessor(model_columns, settings),
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


@node(GROUP, file="03_binomial_classifier_results.parquet", kinds=("xgboost", "parquet"))
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
    holdout rows by the model of the training rows.
    """
    from movie_pref.analysis.panels import selected_columns
    from movie_pref.library.catalogue import load_catalogue
    from movie_pref.modeling.training import out_of_sample

    split = data_split[data_split["imdb_id"].isin(training_table["imdb_id"])].reset_index(drop=True)
    rows = split[["imdb_id"]].merge(movies_only, on="imdb_id", validate="1:1")
    catalogue = load_catalogue(settings.data / "feature_catalogue.yaml")

    def select(training: pd.DataFrame) -> tuple[list[str], dict]:
        context.log.info("selecting features inside a fold")
        return selected_columns(training, settings, catalogue, with_texts=bool(tuned_model.preprocessing.texts))

    found = out_of_sample(rows, split, tuned_model, select)
    counts = pd.crosstab(found["partition"], found["cm_value"]).reset_index()
    context.add_output_metadata({"confusion_by_partition": table(counts)})
    return found
