"""What the model is worth on movies that it has never seen, and which model is the champion."""

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.metadata import picture, table
from movie_pref.nodes import node
from movie_pref.settings import Settings

GROUP = "model_evaluation"


@node(GROUP, kinds=("scikitlearn",))
def holdout_report(
    context: dg.AssetExecutionContext, settings: ResourceParam[Settings], out_of_fold_predictions: pd.DataFrame
) -> pd.DataFrame:
    """The eight metrics on the holdout rows, at 0.35 and at 0.5, each with its 95 % bootstrap interval.

    The holdout was seen by no model, no selection and no search. Recall is always read together with the share flagged.
    """
    from movie_pref.modeling.metrics import THRESHOLDS, bootstrap_intervals
    from movie_pref.modeling.plots import precision_recall_and_threshold

    rows = out_of_fold_predictions[out_of_fold_predictions["partition"] == "holdout"]
    actual, probability = rows["actual"].to_numpy(), rows["probability"].to_numpy()
    thresholds = sorted({*THRESHOLDS, settings.threshold})
    report = bootstrap_intervals(
        actual, probability, settings.bootstrap_samples, settings.seed, thresholds
    ).reset_index()
    report.insert(0, "partition", "holdout")
    report.insert(1, "movies", len(rows))
    figure = precision_recall_and_threshold(actual, probability, settings.threshold)
    values = report.set_index("metric")["value"]
    context.add_output_metadata(
        {
            "rows": f"{len(rows)} holdout movies, {int(actual.sum())} of them liked",
            "metrics": table(report[["metric", "value", "low", "high"]].round(4)),
            "confusion": table(
                rows["cm_value"]
                .value_counts()
                .reindex(["tp", "fn", "fp", "tn"], fill_value=0)
                .rename_axis("outcome")
                .reset_index(name="movies")
            ),
            "curves": picture(figure, settings.data / "reports" / "holdout_curves.png"),
            **{name: float(value) for name, value in values.items()},
        }
    )
    return report


@node(GROUP, kinds=("xgboost",))
def champion_model(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    tuned_model,
    out_of_fold_predictions: pd.DataFrame,
    holdout_report: pd.DataFrame,
) -> None:
    """The model that ranks: the newest one, promoted with its calibration and its metrics into the model folder.

    A model that misses the recall floor or the review budget beyond its interval is marked provisional.
    """
    from movie_pref.modeling.champion import promote, read_pointer
    from movie_pref.modeling.gates import failed_gates
    from movie_pref.modeling.training import calibration_of

    folder = settings.data / "model"
    base_rate = out_of_fold_predictions["actual"].mean()
    provisional = failed_gates(holdout_report, settings.recall_floor, settings.budget(base_rate), settings.threshold)
    metrics = holdout_report.set_index("metric")[["value", "low", "high"]].to_dict("index")
    model = tuned_model.with_facts(
        calibration=calibration_of(out_of_fold_predictions)._asdict(),
        metrics={"rows": "holdout", **metrics},
        provisional=provisional,
    )
    pointer = promote(model, folder, "promoted" if read_pointer(folder) else "first")
    context.add_output_metadata(
        {
            **{name: value for name, value in pointer.items() if value},
            "provisional": "; ".join(provisional) or "no",
            "path": dg.MetadataValue.path(str(folder.resolve())),
        }
    )
