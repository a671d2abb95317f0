"""What the model is worth on movies that it has never seen, and which model is the champion."""

from datetime import timedelta

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.data_folder import DataFolder
from movie_pref.defs.assets.model_training import chosen_model
from movie_pref.defs.decorators import node
from movie_pref.defs.metadata import picture, table, words
from movie_pref.defs.run_history import training_input
from movie_pref.features.split import evidence
from movie_pref.model.second_question import SecondQuestion
from movie_pref.settings import Settings

GROUP = "model_evaluation"


@node(GROUP, kinds=("scikitlearn",))
def validation_report(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    out_of_fold_predictions: pd.DataFrame,
    movies_only: pd.DataFrame,
) -> pd.DataFrame:
    """What `holdout_report` says, on the validation rows: look at these while trying things out, and spare the holdout.

    The validation rows were seen by no model, no selection and no search either.
    """
    return _report(context, settings, out_of_fold_predictions, movies_only, "validation")


@node(GROUP, kinds=("scikitlearn",))
def holdout_report(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    out_of_fold_predictions: pd.DataFrame,
    movies_only: pd.DataFrame,
) -> pd.DataFrame:
    """What the model is worth on the holdout rows, each figure with its 95 % interval.

    The eight metrics at 0.35 and at 0.5, how many movies one has to look at for 90, 95 and 99 % recall, Brier score, log
    loss and calibration error before and after calibration. The holdout was seen by no model, no selection and no
    search. Labels that the review queue asked for are left out, and shown beside it: they are of hard movies. Recall is
    always read together with the share flagged, a calibration error together with its floor: what probabilities that
    are all right would show on as many rows.
    """
    return _report(context, settings, out_of_fold_predictions, movies_only, "holdout")


def _report(
    context: dg.AssetExecutionContext, settings: Settings, predictions: pd.DataFrame, movies: pd.DataFrame, side: str
) -> pd.DataFrame:
    from movie_pref.evaluation.judged import judged_rows
    from movie_pref.evaluation.plots import calibration_curves, precision_recall_and_threshold
    from movie_pref.evaluation.reports import confusion_counts, evaluate, metrics_by_origin
    from movie_pref.metrics.explained import explained
    from movie_pref.metrics.scores import THRESHOLDS

    folder = DataFolder(settings.data)
    rows, what = evidence(predictions, side)
    origin = rows[["imdb_id"]].merge(movies, on="imdb_id", how="left", validate="1:1")["label_origin"]
    by_origin = metrics_by_origin(rows, origin, settings.threshold)
    judged = judged_rows(predictions, movies, side)
    budget = settings.budget(predictions["actual"].mean())
    report = evaluate(
        judged.rows, side, settings.threshold, settings.bootstrap_samples, settings.seed, budget, settings.again_weight
    )
    rows, _ = evidence(judged.rows, side)
    actual, probability = rows["actual"].to_numpy(), rows["probability"].to_numpy()
    curves = precision_recall_and_threshold(actual, probability, settings.threshold)
    calibration = calibration_curves(actual, probability, rows["calibrated_probability"].to_numpy())
    figures = report[["metric", "value", "low", "high"]].round(4)
    fitted_on = int((predictions["partition"] == "train").sum())
    context.add_output_metadata(
        {
            "rows": f"{len(rows)} {what}, {int(actual.sum())} of them liked"
            + (
                f", predicted by the model that was fitted on the {fitted_on} training movies"
                if what.startswith(side)
                else ""
            )
            + f"; {judged.says}",
            "by_origin_of_the_label": table(by_origin.round(4)),
            "movies_to_look_at": _bounded(report),
            "metrics": table(figures),
            "metrics_explained": words(explained(figures)),
            "confusion": table(confusion_counts(actual, probability, sorted({*THRESHOLDS, settings.threshold}))),
            "curves": picture(curves, folder.plot(f"{side}_curves")),
            "calibration": picture(calibration, folder.plot(f"{side}_calibration")),
            **{name: float(value) for name, value in report.set_index("metric")["value"].items()},
        }
    )
    return report


def _bounded(report: pd.DataFrame) -> str:
    """Which of the counts of movies to look at have an interval, and why others have none."""
    from movie_pref.metrics.scores import RECALL_LEVELS
    from movie_pref.metrics.workload import fewest_liked

    liked = int(report["liked"].iloc[0])
    lacking = [f"{level:.0%} ({fewest_liked(level)})" for level in RECALL_LEVELS if liked < fewest_liked(level)]
    if not lacking:
        return f"each with its interval, from {liked} liked movies"
    return f"{liked} liked movies are too few to bound how many movies must be looked at for a recall of {', '.join(lacking)}; in brackets, how many it takes"


# the weekly retrain and some hours
FRESH = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=9), warn_window=timedelta(days=7, hours=12))


@node(GROUP, kinds=("xgboost",), freshness_policy=FRESH)
def champion_model(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    tuned_model,
    committee,
    again_model: SecondQuestion,
    grid_search_results: pd.DataFrame,
    movies_only: pd.DataFrame,
    data_split: pd.DataFrame,
    out_of_fold_predictions: pd.DataFrame,
    holdout_report: pd.DataFrame,
) -> None:
    """The model that ranks: the newest one, unless the champion is better beyond doubt on the same holdout movies.

    The challenger is refused, and scoring goes on with the champion, when its average precision is lower with its whole
    paired 95 % interval, or its recall at the threshold by McNemar's exact test; the same against the best of the last
    ten champions, with an interval for so many comparisons; or when it misses the recall floor or the review budget
    beyond its interval and the champion does not. Labels that the review queue asked for do not count, and nothing is
    refused on fewer than ten liked movies. An equal one is promoted. A first model that misses the limits, or one whose
    champion misses them too, is marked provisional.
    """
    from movie_pref.evaluation.promotion import settle, with_evidence
    from movie_pref.evaluation.training_history import note_training
    from movie_pref.model.in_words import made_of
    from movie_pref.sources.postgres.changes import keep_learnt

    folder = DataFolder(settings.data).model
    challenger = with_evidence(
        again_model.added_to(chosen_model(settings, tuned_model, committee)),
        out_of_fold_predictions,
        data_split,
        holdout_report,
        len(grid_search_results),
        settings,
    )
    pointer = settle(challenger, folder, out_of_fold_predictions, movies_only, settings)
    note_training(settings.data, challenger, pointer, *training_input(context))
    keep_learnt(settings)
    compared = pointer.get("compared", {})
    rows = [{"metric": name, **found} for name, found in compared.items() if isinstance(found, dict)]
    parts = made_of(challenger.recipe)
    context.add_output_metadata(
        {
            **{name: value for name, value in pointer.items() if value and name != "compared"},
            "provisional": "; ".join(challenger.facts["provisional"]) or "no",
            "compared_on": f"{compared['movies']} holdout movies, {compared['liked']} of them liked"
            if compared
            else "nothing",
            **({"comparison": table(pd.DataFrame(rows).round(4))} if rows else {}),
            "challenger_made_of": table(pd.DataFrame(parts.items(), columns=["part", "in this model"])),
            **{f"difference_in_{row['metric']}": row["difference"] for row in rows},
            "path": dg.MetadataValue.path(str(folder.resolve())),
        }
    )


@node(GROUP, kinds=("xgboost",))
def preference_rules(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    tuned_model,
    committee,
    movies_only: pd.DataFrame,
    data_split: pd.DataFrame,
    out_of_fold_predictions: pd.DataFrame,
) -> pd.DataFrame:
    """What the model learnt of each preference rule of the design: learnt, not learnt, or too few movies to say.

    For the labelled movies that a rule covers: how many are liked, the mean out-of-fold probability, and the same with
    only the feature moved that the rule is about, by models that have not seen the movie. Learnt means that the
    intervals leave no doubt of the side of the threshold, nor of the direction in which the feature moves it.
    """
    from movie_pref.evaluation.plots import rule_moves
    from movie_pref.evaluation.preference_rules import LEARNT, NOT_LEARNT, TOO_FEW, by_rule, judge_rules

    split = out_of_fold_predictions[["imdb_id"]].merge(data_split, on="imdb_id", how="left", validate="1:1")
    rows = split[["imdb_id"]].merge(movies_only, on="imdb_id", how="left", validate="1:1")
    model = chosen_model(settings, tuned_model, committee)
    found = judge_rules(rows, split, model, out_of_fold_predictions, jobs=settings.n_jobs)
    verdicts = by_rule(found)
    shown = ["statement", "movies", "liked_share", "probability", "moved", "moved_from", "moved_to", "verdict"]
    context.add_output_metadata(
        {
            "rules": table(found[shown].round(3)),
            "what_it_rests_on": table(found[["rule", "moved", "says"]]),
            "moves": picture(rule_moves(found, settings.threshold), DataFolder(settings.data).plot("preference_rules")),
            "learnt": int((verdicts == LEARNT).sum()),
            "not_learnt": int((verdicts == NOT_LEARNT).sum()),
            "too_few_movies": int((verdicts == TOO_FEW).sum()),
            **{f"movies_{row.rule}": int(row.movies) for row in found.drop_duplicates("rule").itertuples()},
        }
    )
    return found


@node(GROUP, kinds=("xgboost", "scikitlearn"), deps=["selected_features"])
def algorithm_comparison(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    movies_only: pd.DataFrame,
    data_split: pd.DataFrame,
) -> pd.DataFrame:
    """Other algorithms beside XGBoost on the same folds of the training rows: how well each ranks, and how long it takes.

    Features are selected inside each fold; each algorithm has the preprocessing it needs and as many settings to choose
    from, on an inner split. Also what the design believes of each: confirmed, refuted or undecided, and whether that stands
    corrected for how many beliefs there are.
    """
    from movie_pref.evaluation.algorithms import BASELINE
    from movie_pref.evaluation.beliefs import belief_table
    from movie_pref.evaluation.comparison import compare
    from movie_pref.evaluation.plots import algorithm_differences
    from movie_pref.files import whole_file
    from movie_pref.library.catalogue import own_catalogue

    rows = data_split.loc[data_split["partition"] == "train", ["imdb_id"]].merge(movies_only, on="imdb_id")
    catalogue = own_catalogue(settings.data)
    found = compare(rows, settings, catalogue, settings.comparison_repeats, settings.n_jobs, say=context.log.info)
    beliefs = belief_table(found.folds)
    for name, frame in (("algorithm_beliefs", beliefs), ("algorithm_comparison_folds", found.folds)):
        with whole_file(DataFolder(settings.data).asset(name)) as temporary:
            frame.to_parquet(temporary, index=False)
    measured = found.table.dropna(subset=["average_precision"])
    best, ours = measured.iloc[0], measured.set_index("algorithm").loc[BASELINE]
    context.add_output_metadata(
        {
            "algorithms": table(found.table.round(4)),
            "beliefs": table(beliefs[["algorithm", "belief", "verdict", "stands", "measured", "rule"]]),
            "picture": picture(
                algorithm_differences(found.table), DataFolder(settings.data).plot("algorithm_comparison")
            ),
            "best_algorithm": best["algorithm"],
            "best_difference": float(best["difference"]),
            "best_difference_low": float(best["low"]),
            "best_difference_high": float(best["high"]),
            "best_average_precision": float(best["average_precision"]),
            "xgboost_average_precision": float(ours["average_precision"]),
            **{verdict: int(count) for verdict, count in beliefs["verdict"].value_counts().items()},
        }
    )
    return found.table
