"""The candidates, ranked by the champion."""

from datetime import timedelta
from pathlib import Path

import dagster as dg
from dagster import ResourceParam

from movie_pref.metadata import column_schema, picture, table
from movie_pref.nodes import node
from movie_pref.settings import Settings

GROUP = "scoring"
FILE = "scored_candidates.parquet"
# the nightly score and some hours
FRESH = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=3), warn_window=timedelta(hours=30))


@node(GROUP, kinds=("xgboost", "parquet"), file=FILE, deps=["champion_model"], freshness_policy=FRESH)
def scored_candidates(context: dg.AssetExecutionContext, settings: ResourceParam[Settings], candidates: Path) -> None:
    """The movies you have not seen, ranked by the probability that you would watch them, with reasons for the best.

    Only a model that was promoted is used; `prediction` is 1 from the threshold on.
    """
    import pandas as pd

    from movie_pref.modeling.champion import Champion
    from movie_pref.modeling.plots import probability_histogram
    from movie_pref.modeling.scoring import score_file

    champion = Champion.load(settings.data / "model")
    target = settings.data / FILE
    ranking = score_file(champion, candidates, target, settings.score_batch_rows, settings.reasons_for, settings.n_jobs)
    best = pd.read_parquet(target, filters=[("rank", "<=", 20)]).drop(columns=["model_version", "scored_at"])
    figure = probability_histogram(ranking.probability, champion.threshold)
    context.add_output_metadata(
        {
            "dagster/row_count": len(ranking.order),
            "dagster/column_schema": column_schema(best),
            "best": table(best, rows=20),
            "flagged_share": float((ranking.probability >= champion.threshold).mean()) if len(ranking.order) else 0.0,
            "model_version": champion.version,
            "provisional": "; ".join(champion.provisional) or "no",
            "values_outside_training_range": table(
                pd.DataFrame({"feature": list(ranking.clipped), "values": list(ranking.clipped.values())})
            ),
            "seconds": table(pd.DataFrame({"stage": list(ranking.seconds), "seconds": list(ranking.seconds.values())})),
            "probabilities": picture(figure, settings.data / "reports" / "candidate_probabilities.png"),
            "path": dg.MetadataValue.path(str(target.resolve())),
        }
    )


@node(
    GROUP,
    kinds=("html",),
    deps=["scored_candidates", "holdout_report", "preference_rules", "selected_features", "grid_search_results"],
)
def report(context: dg.AssetExecutionContext, settings: ResourceParam[Settings]) -> None:
    """One page to read without the UI: the ranking, how far to trust it, what was learnt, what is unsure, what is used.

    It is one file that needs no network, and is written anew from the files of the data folder by `movie-pref report`.
    """
    from movie_pref.report.page import write_report

    path = write_report(settings)
    context.add_output_metadata(
        {"path": dg.MetadataValue.path(str(path.resolve())), "size": f"{path.stat().st_size / 1e6:.2f} MB"}
    )
