"""Whether every candidate was ranked, and by probabilities that mean something."""

from pathlib import Path

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.defs.decorators import check
from movie_pref.defs.metadata import verdict
from movie_pref.labels.store import read_events
from movie_pref.metrics.budget import most_flagged
from movie_pref.settings import Settings

COLUMNS = ["imdb_id", "probability", "prediction"]


@check("scored_candidates", "candidates", blocking=True)
def every_candidate_scored(scored_candidates: Path, candidates: pd.DataFrame) -> dg.AssetCheckResult:
    """Candidates in = candidates scored, each once."""
    scored = pd.read_parquet(scored_candidates, columns=["imdb_id"])["imdb_id"]
    right = len(set(scored) & set(candidates["imdb_id"]))
    return verdict(
        right == len(candidates) == len(scored),
        f"{len(candidates)} candidates in, {len(scored)} scored",
        value=len(scored),
        threshold=len(candidates),
    )


@check("scored_candidates", blocking=True)
def probabilities_are_usable(scored_candidates: Path) -> dg.AssetCheckResult:
    """Probabilities lie within 0 and 1 and are not all the same."""
    probability = pd.read_parquet(scored_candidates, columns=["probability"])["probability"]
    if probability.empty:
        return verdict(True, "there are no candidates", value="none", threshold="within 0 and 1, not constant")
    within = probability.between(0, 1).all()
    constant = len(probability) > 1 and probability.min() == probability.max()
    return verdict(
        within and not constant,
        f"from {probability.min():.4f} to {probability.max():.4f}, {probability.nunique()} distinct values",
        value=f"{probability.min():.4f} to {probability.max():.4f}",
        threshold="within 0 and 1, not constant",
    )


@check("scored_candidates")
def ranking_is_by_a_trained_model(settings: ResourceParam[Settings], scored_candidates: Path) -> dg.AssetCheckResult:
    """WARN where a first guess from few labels stands in for a trained model; says what ordered the movies."""
    from movie_pref.features.split import FEWEST
    from movie_pref.ranking.first_ranking import guessed, in_words, standing_model

    version = guessed(settings.data)
    facts = standing_model(settings.data).model.facts if version else {}
    liked, labelled = facts.get("liked", 0), facts.get("labelled_rows", 0)
    return verdict(
        version is None,
        in_words(facts) if version else "a promoted model ranks",
        value=min(liked, labelled - liked) if version else "trained",
        threshold=FEWEST,
        severity=dg.AssetCheckSeverity.WARN,
        more={name: facts[name] for name in ("ordered_by", "liked", "labelled_rows") if name in facts},
    )


@check("scored_candidates", "out_of_fold_predictions", step="flagged_share")
def flagged_share_of_candidates(
    settings: ResourceParam[Settings], scored_candidates: Path, out_of_fold_predictions: pd.DataFrame
) -> dg.AssetCheckResult:
    """What drift means for the flagged share: the candidates' beside that of the library's unseen movies."""
    scored = pd.read_parquet(scored_candidates, columns=["prediction"])["prediction"]
    budget = settings.budget(out_of_fold_predictions["actual"].mean())
    library = float(out_of_fold_predictions["predicted"].mean())
    share, limit = float(scored.mean()) if len(scored) else 0.0, most_flagged(budget, len(scored))
    meaning = (
        "the candidates resemble movies that you like more than your library does, so read the ranking from the top and not by the threshold"
        if share > limit
        else "reading every flagged candidate keeps within it"
    )
    return verdict(
        share <= limit,
        f"{share:.1%} of {len(scored)} candidates are flagged, for a budget of {budget:.1%} and against {library:.1%} of the library's movies when unseen: {meaning}",
        value=share,
        threshold=limit,
        severity=dg.AssetCheckSeverity.WARN,
        more={"library_flagged_share": library},
    )


@check("review_queue")
def nothing_decided_is_asked_again(
    settings: ResourceParam[Settings], review_queue: pd.DataFrame
) -> dg.AssetCheckResult:
    """No movie in the queue has a label that a person gave it."""
    from movie_pref.labels.events import effective_labels

    decided = effective_labels(read_events(settings))["imdb_id"]
    again = review_queue["imdb_id"].isin(decided)
    return verdict(
        not again.any(),
        f"{int(again.sum())} of {len(review_queue)} movies in the queue are decided already",
        value=int(again.sum()),
        threshold=0,
    )


@check("removal_requests")
def requests_are_what_labels_and_rankings_say(
    settings: ResourceParam[Settings], removal_requests: pd.DataFrame
) -> dg.AssetCheckResult:
    """Every request is of a movie that is would_not_watch now, and every such movie with evidence is requested, once."""
    from movie_pref.labels.removal_requests import current_requests

    requested, due = list(removal_requests["imdb_id"]), set(current_requests(settings)["imdb_id"])
    wrong, missing = set(requested) - due, due - set(requested)
    twice = len(requested) - len(set(requested))
    return verdict(
        not wrong and not missing and not twice,
        f"{len(requested)} requests: {len(wrong)} of movies that are not to go, {twice} twice, {len(missing)} missing",
        value=len(wrong) + len(missing) + twice,
        threshold=0,
        more={"wrong": ", ".join(sorted(wrong)[:20]), "missing": ", ".join(sorted(missing)[:20])},
    )
