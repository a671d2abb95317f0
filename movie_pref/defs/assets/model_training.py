"""The search over the production grid, the model it picks, and predictions of movies that no model has seen."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.cores import Background
from movie_pref.data_folder import DataFolder
from movie_pref.defs.assets.shared import begin_selections, selection_in_a_fold
from movie_pref.defs.decorators import node
from movie_pref.defs.metadata import picture, table, words
from movie_pref.features.training_table import ModelColumns, training_rows
from movie_pref.files import write_json
from movie_pref.model.second_question import SecondQuestion
from movie_pref.settings import Settings

if TYPE_CHECKING:
    from movie_pref.features.preprocessing import Chosen
    from movie_pref.model.committee import Recipe
    from movie_pref.model.model import Model
    from movie_pref.model.operating_point import Limits, OperatingPoint

GROUP = "model_training"
SECONDS_BETWEEN_NEWS = 2.0


@node(GROUP, kinds=("xgboost", "parquet"))
def grid_search_results(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    background: ResourceParam[Background],
    training_table: pd.DataFrame,
    data_split: pd.DataFrame,
) -> pd.DataFrame:
    """Points of the production grid, cross-validated on the folds inside the training rows.

    A race over the 93,312 points by default; every point or a plain sample by the setting `search`. Each keeps the
    eight metrics of the design, those that need a threshold at 0.35 and at 0.5, and the share of movies flagged. What
    is finished stays in the folder `search`, so that a search that was stopped goes on where it was.
    """
    from movie_pref.search.grid import PRODUCTION_GRID
    from movie_pref.search.strategies import grid_search

    columns, label, folds = training_rows(training_table, data_split)
    budget = settings.budget(label.mean())
    results = grid_search(
        columns,
        label,
        PRODUCTION_GRID,
        folds,
        strategy=settings.search,
        n_jobs=lambda: background.left(settings.n_jobs),  # what was begun is waited for next, so it goes before
        seed=settings.seed,
        checkpoint=DataFolder(settings.data).search,
        budget=settings.search_budget,
        points=settings.search_points,
        review_budget=budget,
        scheduler=settings.search_scheduler,
        progress=_seldom(context.log.info),
        say=lambda news: context.log.info(f"search: {news}"),
    )
    context.add_output_metadata(_search_page(results, budget, DataFolder(settings.data)))
    return results


def _search_page(results: pd.DataFrame, budget: float, folder: DataFolder) -> dict[str, Any]:
    """What the UI shows of a search: its winner, how far to trust it, and pictures."""
    from movie_pref.search.grid import PRODUCTION_GRID, Space
    from movie_pref.search.parameters import explained
    from movie_pref.search.plots import parallel_coordinates, recall_against_flagged, score_by_axis
    from movie_pref.search.winner import fully_evaluated, not_distinguishable, winner_by_parameter, winner_measures

    winner = int(results["rank"].idxmin())
    by_parameter = winner_by_parameter(results, winner)
    return {
        "ended": results.attrs["ended"],
        "winner": table(by_parameter[["parameter", "winner", "values"]]),
        "production_grid": words(by_parameter),
        "hyperparameters_explained": words(explained(by_parameter[["parameter", "winner"]])),
        "winner_measures": table(winner_measures(results, winner)),
        "not_distinguishable_from_the_winner": int(not_distinguishable(results, winner).sum()),
        "how_far_to_trust_the_winner": "its figures flatter: it is the best of many points on the folds that chose it, and the features were chosen on all training rows; what the model is worth is in holdout_report",
        "points_in_the_grid": Space(PRODUCTION_GRID).size,
        "points_evaluated": len(results),
        "points_on_all_folds": len(fully_evaluated(results)),
        "fits": results.attrs["fits"],
        "review_budget": budget,
        **{
            f"winner_{name}": float(results.loc[winner, f"mean_test_{name}"])
            for name in ("average_precision", "recall_at_budget", "recall_at_0.35", "flagged_at_0.35")
        },
        "recall_against_flagged": picture(
            recall_against_flagged(results, budget, winner), folder.plot("search_recall_against_flagged")
        ),
        "score_by_axis": picture(score_by_axis(results), folder.plot("search_score_by_axis")),
        "best_points": picture(parallel_coordinates(results, winner), folder.plot("search_best_points")),
    }


@node(GROUP, kinds=("xgboost", "scikitlearn"))
def member_predictions(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    background: ResourceParam[Background],
    grid_search_results: pd.DataFrame,
    movies_only: pd.DataFrame,
    data_split: pd.DataFrame,
    training_table: pd.DataFrame,
    model_columns: ModelColumns,
) -> pd.DataFrame:
    """Each training movie's log-odds by every member that may come into the model, fitted on the other folds.

    The search's winner, the boosters of the committee, their mean, and the linear member. Features are selected and the
    preprocessing is fitted on the other folds, too; the points were searched on all of them, so that the best of many
    flatters a little: what a model is worth is said by the holdout.
    """
    from movie_pref.library.catalogue import own_catalogue
    from movie_pref.model.out_of_fold import member_log_odds

    rows, split = labelled_with_sides(movies_only, data_split, training_table)
    catalogue = own_catalogue(settings.data)
    preprocessing, texts = model_columns.preprocessing, bool(model_columns.preprocessing.texts)
    begin_selections(background, rows, split, settings, catalogue, texts)

    def select(training: pd.DataFrame) -> "Chosen":
        context.log.info("selecting features inside a fold")
        return background.result(*selection_in_a_fold(training, settings, catalogue, texts))

    by_fold: dict[str, Any] = {}
    found = member_log_odds(
        rows, split, _recipes(grid_search_results, settings), preprocessing, select,
        lambda fold, fitted: by_fold.update({str(fold): fitted.to_dict()}), jobs=settings.n_jobs,
    )  # fmt: skip
    write_json(DataFolder(settings.data).fold_preprocessing, dict(sorted(by_fold.items())))
    return found


@node(GROUP, kinds=("xgboost",))
def tuned_model(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    grid_search_results: pd.DataFrame,
    member_predictions: pd.DataFrame,
    training_table: pd.DataFrame,
    model_columns: ModelColumns,
):
    """The search's winner alone, with its operating point.

    The winner is, among the points whose recall at the review budget is within one paired standard error of the best,
    the one of highest average precision. `evaluated` is fitted on the training rows and carries all metrics, `serving`
    on every labelled movie.
    """
    from movie_pref.search.parameters import explained
    from movie_pref.search.winner import says_of_the_literal_rule

    model, point = _model(
        _recipes(grid_search_results, settings)["winner"], settings, member_predictions, training_table, model_columns
    )
    params = pd.DataFrame(model.facts["params"].items(), columns=["parameter", "value"])
    context.add_output_metadata(
        {
            "hyperparameters": table(params),
            "hyperparameters_explained": words(explained(params)),
            "the_document_to_the_letter": says_of_the_literal_rule(grid_search_results),
            **_shown(model, point),
        }
    )
    return model


@node(GROUP, kinds=("xgboost", "scikitlearn"))
def committee(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    grid_search_results: pd.DataFrame,
    member_predictions: pd.DataFrame,
    training_table: pd.DataFrame,
    model_columns: ModelColumns,
):
    """Several boosters and a linear member, averaged in log-odds: what ranks, unless the setting `model` says winner.

    The boosters are the best points of the search, each with a seed of its own. Each kind of member counts by what the
    out-of-fold predictions of the training rows say; few labels leave a quarter to the boosters and the rest to the linear
    member. Each figure here compares on the same movies, with weights that were settled on the other folds.
    """
    from movie_pref.evaluation.members import member_correlation, member_weights, members_as_read, members_compared
    from movie_pref.evaluation.plots import member_bars
    from movie_pref.model.in_words import parameter_values
    from movie_pref.search.parameters import explained

    recipe = _recipes(grid_search_results, settings)["committee"]
    model, point = _model(recipe, settings, member_predictions, training_table, model_columns)
    compared = members_compared(member_predictions, recipe, limits(settings, member_predictions["actual"]))
    weights = member_weights(model.recipe)
    points = pd.DataFrame(recipe.points, index=[f"booster_{number}" for number in range(1, len(recipe.points) + 1)])
    parameters = points.assign(seed=recipe.seeds).astype(str).T.rename_axis("parameter").reset_index()
    context.add_output_metadata(
        {
            "members": table(members_as_read(compared, weights)),
            "members_and_weights": picture(
                member_bars(compared, weights), DataFolder(settings.data).plot("committee_members")
            ),
            "parameters_of_the_boosters": table(parameters),
            "hyperparameters_explained": words(
                explained(pd.DataFrame(parameter_values(recipe).items(), columns=["parameter", "boosters"]))
            ),
            "correlation_of_the_members": table(member_correlation(member_predictions).round(3)),
            **{f"weight_of_{kind}": round(float(weight), 4) for kind, weight in model.recipe.weights.items()},
            "trees": model.recipe.trees,
            **_shown(model, point),
        }
    )
    return model


@node(GROUP, kinds=("xgboost", "parquet"))
def out_of_fold_predictions(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    tuned_model,
    committee,
    again_model: SecondQuestion,
    member_predictions: pd.DataFrame,
    movies_only: pd.DataFrame,
    data_split: pd.DataFrame,
    training_table: pd.DataFrame,
) -> pd.DataFrame:
    """Each labelled movie, predicted by a model that did not see it.

    Training rows by the members of the other folds, features selected, preprocessing fitted, weights and operating point
    settled there too; validation and holdout rows by the model of the training rows. The calibration is fitted on the
    training rows' predictions, and each of these is calibrated by the other folds. In a library too small for a holdout
    everything from the selection to the calibration is made anew without each fold, the search as well.
    """
    from movie_pref.evaluation.nested import cross_validated
    from movie_pref.evaluation.plots import calibration_curves
    from movie_pref.evaluation.reports import calibration_report, metrics_by_origin
    from movie_pref.library.catalogue import own_catalogue
    from movie_pref.model.calibration import bends_of
    from movie_pref.model.out_of_fold import out_of_sample, training_predictions

    rows, split = labelled_with_sides(movies_only, data_split, training_table)
    model = chosen_model(settings, tuned_model, committee)
    if (split["partition"] == "train").all():  # nothing is held back: everything inside the folds stands in for it
        found = cross_validated(rows, split, settings, own_catalogue(settings.data), context.log.info)
    else:
        given = again_model.unseen["given_liked"].to_numpy() if again_model.asked else None
        found = out_of_sample(rows, split, model, members=member_predictions, given_liked=given)
    counts = pd.crosstab(found["partition"], found["cm_value"]).reset_index()
    unseen = training_predictions(found, split)
    actual, probability, calibrated = (
        unseen[name].to_numpy() for name in ("actual", "probability", "calibrated_probability")
    )
    report = calibration_report(actual, probability, calibrated, settings.bootstrap_samples, settings.seed)
    figure = calibration_curves(actual, probability, calibrated)
    by_origin = metrics_by_origin(found, rows["label_origin"], settings.threshold)
    context.add_output_metadata(
        {
            "model": settings.model,
            "confusion_by_partition": table(counts),
            "by_origin_of_the_label": table(by_origin.round(4)),
            "calibration": bends_of(unseen["probability"], unseen["actual"], unseen["fold"]),
            "calibration_report": table(report.round(4).reset_index()),
            "calibration_rows": f"{len(unseen)} training movies, each predicted and calibrated by the other folds",
            "calibration_curves": picture(figure, DataFolder(settings.data).plot("out_of_fold_calibration")),
            "out_of_fold_flagged": float((probability >= settings.threshold).mean()),
            "how_far_to_trust_the_out_of_fold_figures": "features are selected inside each fold, but the parameters were searched on the same folds, so they flatter a little; what the model is worth is in holdout_report",
            **{f"out_of_fold_{name}": float(value) for name, value in report["value"].items()},
        }
    )
    return found


def limits(settings: Settings, label: pd.Series) -> "Limits":
    """What the operating point keeps, for training rows of this share of liked movies."""
    from movie_pref.model.operating_point import Limits

    return Limits(settings.threshold, settings.budget(label.mean()), settings.recall_target)


def chosen_model(settings: Settings, tuned_model: "Model", committee: "Model") -> "Model":
    """The model that the setting `model` takes."""
    return tuned_model if settings.model == "winner" else committee


def _recipes(grid_search_results: pd.DataFrame, settings: Settings) -> dict[str, "Recipe"]:
    from movie_pref.model.training import recipes

    return recipes(grid_search_results, settings.committee_boosters, settings.seed)


def labelled_with_sides(
    movies_only: pd.DataFrame, data_split: pd.DataFrame, training_table: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The movies of the training table in the library's columns, and their sides, in one order."""
    split = data_split[data_split["imdb_id"].isin(training_table["imdb_id"])].reset_index(drop=True)
    return split[["imdb_id"]].merge(movies_only, on="imdb_id", validate="1:1"), split


def _model(
    recipe: "Recipe",
    settings: Settings,
    member_predictions: pd.DataFrame,
    training_table: pd.DataFrame,
    model_columns: ModelColumns,
) -> "tuple[Model, OperatingPoint]":
    """The model of a recipe, settled on the out-of-fold predictions of its members."""
    from movie_pref.model.training import settled_model

    return settled_model(
        recipe,
        member_predictions,
        model_columns.features,
        training_table["label"].clip(upper=1),
        training_table["partition"] == "train",
        model_columns.preprocessing,
        limits(settings, member_predictions["actual"]),
        settings.seed,
        settings.n_jobs,
    )


def _shown(model: "Model", point: "OperatingPoint") -> dict[str, Any]:
    """What the UI shows of either model."""
    return {
        "operating_point_in_log_odds": round(point.constant, 4),
        "share_flagged": round(point.flagged, 4),
        "recall_at_that_share": round(point.recall, 4),
        "operating_point_set_by": f"the {point.by}",
        "version": model.version,
        "training_rows": model.facts["training_rows"],
        "labelled_rows": model.facts["labelled_rows"],
    }


def _seldom(say: Callable[[str], object]) -> Callable[[object], None]:
    """Pass news on every two seconds at most, since each is kept as an event of the run."""
    told = 0.0

    def tell(news: object) -> None:
        nonlocal told
        if time.monotonic() - told >= SECONDS_BETWEEN_NEWS:
            told = time.monotonic()
            say(f"search: {news}")

    return tell
