"""The candidates, ranked by the champion."""

from pathlib import Path

import dagster as dg
from dagster import ResourceParam

from movie_pref.metadata import column_schema, picture, table
from movie_pref.nodes import node
from movie_pref.settings import Settings

GROUP = "scoring"
FILE = "scored_candidates.parquet"


@node(GROUP, kinds=("xgboost", "parquet"), file=FILE, deps=["champion_model"])
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
