"""The candidates, ranked by the champion."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.data_folder import DataFolder
from movie_pref.defs.decorators import node
from movie_pref.defs.metadata import column_schema, picture, table
from movie_pref.labels.store import read_events
from movie_pref.settings import Settings

if TYPE_CHECKING:
    import numpy as np

    from movie_pref.model.champion import Champion

GROUP = "scoring"
# the nightly score and some hours
FRESH = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=3), warn_window=timedelta(hours=30))


@node(
    GROUP,
    kinds=("xgboost", "parquet"),
    # removal_requests reads the ranking that this one replaces, movies_only says whether the labels are enough
    deps=["champion_model", "removal_requests", "movies_only"],
    freshness_policy=FRESH,
)
def scored_candidates(context: dg.AssetExecutionContext, settings: ResourceParam[Settings], candidates: Path) -> None:
    """The movies you have not seen, ranked by the probability that you would watch them, with reasons for the best.

    In a library with favourites the probability that you would watch them again counts in the order, too (`again_weight`).
    Only a model that was promoted is used; `prediction` is 1 from the threshold on. Below 8 labels of either kind, and
    without a champion, it is a first guess, and `model_version` says so.
    """
    from movie_pref.ranking.plots import probability_histogram
    from movie_pref.ranking.scoring import score_file

    folder = DataFolder(settings.data)
    champion = _what_ranks(settings, candidates)
    target = folder.asset("scored_candidates")
    ranking = score_file(
        champion, candidates, target, settings.score_batch_rows, settings.reasons_for, settings.n_jobs,
        folder.previous_ranking, settings.again_weight,
    )  # fmt: skip
    best = pd.read_parquet(target, filters=[("rank", "<=", 20)]).drop(columns=["model_version", "scored_at"])
    figure = probability_histogram(ranking.probability, champion.threshold)
    context.add_output_metadata(
        {
            "dagster/row_count": len(ranking.order),
            "dagster/column_schema": column_schema(best),
            "best": table(_as_read(best)),
            "flagged_share": float((ranking.probability >= champion.threshold).mean()) if len(ranking.order) else 0.0,
            **({} if ranking.perhaps is None else _second_answers(champion, ranking.perhaps, best)),
            "model_version": champion.version,
            "provisional": "; ".join(champion.provisional) or "no",
            "values_outside_training_range": table(
                pd.DataFrame({"feature": list(ranking.clipped), "values": list(ranking.clipped.values())})
            ),
            "seconds": table(pd.DataFrame({"stage": list(ranking.seconds), "seconds": list(ranking.seconds.values())})),
            "probabilities": picture(figure, folder.plot("candidate_probabilities")),
            "path": dg.MetadataValue.path(str(target.resolve())),
        }
    )


def _what_ranks(settings: Settings, candidates: Path) -> "Champion":
    """The champion, or a first guess where there is none and too few labels for one; it is kept for those who explain it."""
    from movie_pref.features.enough_labels import count_labels
    from movie_pref.library.catalogue import own_catalogue
    from movie_pref.library.training_rows import encode_label, trainable
    from movie_pref.model.champion import Champion
    from movie_pref.model.operating_point import Limits
    from movie_pref.model.pointer import read_pointer
    from movie_pref.ranking.first_ranking import as_champion, first_model

    folder = DataFolder(settings.data)
    movies = folder.made("movies_only")
    if read_pointer(folder.model) is not None or count_labels(movies).enough:
        return Champion.load(folder.model)
    labelled = movies[trainable(movies)]
    unseen = pd.read_parquet(candidates)
    rows = pd.concat([labelled, unseen], ignore_index=True) if len(labelled) else unseen
    limits = Limits(settings.threshold, settings.budget(0.1), settings.recall_target)
    model = first_model(
        rows, encode_label(labelled["label"]).to_numpy(), own_catalogue(settings.data), limits, settings.seed
    )
    model.save(folder.first_guess)
    return as_champion(model)


def _second_answers(champion: "Champion", perhaps: "np.ndarray", best: pd.DataFrame) -> dict[str, Any]:
    """How many movies are said to be perhaps ones to watch again, what that was learnt from, and the best with this answer."""
    from movie_pref.model.in_words import second_question

    assert champion.model.again is not None
    said = ["perhaps" if one else "no" for one in best["prediction_again"]]
    answers = _as_read(best, "probability_again", "reasons_again")
    answers["again?"] = [f"{word}, {percent}" for word, percent in zip(said, answers["probability_again"], strict=True)]
    return {
        "best_again": table(answers[["movie", "again?", "because"]]),
        "would_watch_perhaps_again": int(perhaps.sum()),
        "second_question": second_question(champion.model.again.facts),
    }


def _as_read(best: pd.DataFrame, probability: str = "probability", reasons: str = "reasons") -> pd.DataFrame:
    """The best movies with one question's answer, in three columns, which is what the page has room for."""
    from movie_pref.ranking.in_percent import in_percents

    return pd.DataFrame(
        {
            "movie": [f"{row.rank}. {row.media_title} ({row.release_year})" for row in best.itertuples()],
            probability: in_percents(best[probability]),
            "because": best[reasons].to_numpy(),
        }
    )


@node(GROUP, kinds=("parquet",))
def review_queue(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    scored_candidates: Path,
    out_of_fold_predictions: pd.DataFrame,
    movies_only: pd.DataFrame,
) -> pd.DataFrame:
    """The movies worth deciding on next, the most valuable first, each with its reason; `movie-pref review` asks them.

    Unseen movies at the threshold and those the model is undecided about, a few at random, and labelled ones whose label
    contradicts a model that has not seen it. What you have decided on never comes back.
    """
    from movie_pref.labels.events import effective_labels
    from movie_pref.ranking.review_queue import COLUMNS, by_kind
    from movie_pref.ranking.review_queue import review_queue as choose

    columns = ["imdb_id", "media_title", "probability"]
    ranking = pd.read_parquet(scored_candidates, columns=columns)
    titles = movies_only[["imdb_id", "media_title"]]
    predictions = out_of_fold_predictions.merge(titles, on="imdb_id", how="left", validate="1:1")
    decided = effective_labels(read_events(settings))["imdb_id"]
    queue = choose(
        ranking,
        predictions,
        decided,
        settings.threshold,
        settings.review_band,
        settings.review_queue_size,
        settings.review_doubtful_share,
    )
    context.add_output_metadata(
        {
            "kinds": table(by_kind(queue)),
            "candidates_asked_about": int(queue["current_label"].isna().sum()),
            "labels_to_look_at_again": int(queue["current_label"].notna().sum()),
            "decided_already": len(decided),
            "next": "movie-pref review",
        }
    )
    return queue[COLUMNS]


@node(GROUP, kinds=("parquet",), deps=["candidates", "champion_model"])
def removal_requests(context: dg.AssetExecutionContext, settings: ResourceParam[Settings]) -> pd.DataFrame:
    """Movies that a download manager may delete: would_not_watch now, and a label or the ranking said would_watch before.

    It reads the ranking that was there while you decided, just before the next one, which has no decided movie in it.
    Movies only; a label that a machine set does not count. `movie-pref removals` shows the list and keeps it up to date.
    """
    from movie_pref.labels.removal_requests import current_requests

    found = current_requests(settings)
    context.add_output_metadata(
        {
            "by_evidence": table(found["evidence"].value_counts().rename_axis("evidence").reset_index(name="movies")),
            "next": "movie-pref removals",
        }
    )
    return found


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
