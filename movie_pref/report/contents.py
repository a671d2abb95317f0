"""What the page says: each section gathered from the files of the data folder, in words and numbers, without markup.

A section whose files are not there yet is None, and the page says so; every text from a file is data, and stays as it is.
"""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from movie_pref.data_folder import DataFolder, extent
from movie_pref.errors import UserError
from movie_pref.evaluation.second_question import has_second
from movie_pref.features.split import evidence
from movie_pref.library.label_names import LABELS, LIKED
from movie_pref.library.table_file import is_demo
from movie_pref.model.champion import Champion
from movie_pref.model.in_words import second_question
from movie_pref.model.model import Model
from movie_pref.model.second_question import AGAIN
from movie_pref.report.favourites import favourites_found
from movie_pref.report.ledger_in_words import ledger_in_words
from movie_pref.report.ranked_movies import RANKING, best, unsure
from movie_pref.report.words import capital
from movie_pref.settings import Settings

MISSED, INFLUENCES = 12, 10


def gather(settings: Settings) -> dict[str, Any]:
    """Everything that the template needs.

    Raises
    ------
    UserError
        Nothing was ranked yet, or a file cannot be read.
    """
    data = settings.data
    champion = Champion.load(DataFolder(data).model)
    if not DataFolder(data).asset(RANKING).exists():
        raise UserError(f"There is nothing to report in {data} yet; run `movie-pref run` first.")
    predictions = DataFolder(data).table("out_of_fold_predictions")
    newest = champion.promotion.get("challenger", champion.version) == champion.version and (
        champion.promotion.get("decision") != "rolled back"
    )
    return {
        "head": _head(settings, champion, predictions),
        "newest": newest,
        "second": second_question(champion.model.again.facts) if champion.model.again is not None else "",
        "best": best(data),
        "unsure": unsure(data, champion),
        "trust": _trust(champion),
        "measures": _measures(champion),
        "kept_aside": _kept_aside(champion),
        "unlike": _unlike(data, champion),
        "confusion": _confusion(data, predictions, champion.threshold) if newest else None,
        "curves": _pictures(data, ("holdout_curves", "holdout_calibration")) if newest else {},
        "rules": _rules(data),
        "rules_picture": _pictures(data, ("preference_rules",)),
        "influences": _influences(data, champion.model),
        "influences_again": _influences(data, _learnt_second(champion), LIKED),
        "ledger": ledger_in_words(data),
        "search": _search(data, champion),
    }


def _head(settings: Settings, champion: Champion, predictions: pd.DataFrame | None) -> dict[str, Any]:
    ranked = extent(DataFolder(settings.data).asset(RANKING)).rows
    first = DataFolder(settings.data).table(RANKING, ["scored_at", "model_version"], [("rank", "==", 1)])
    return {
        "library": settings.database or settings.library_path.name,
        "demonstration": is_demo(settings.library_path),
        "labelled": None if predictions is None else len(predictions),
        "liked": None if predictions is None else int(predictions["actual"].sum()),
        "favourites": 0
        if predictions is None or "level" not in predictions
        else int((predictions["level"] == AGAIN).sum()),
        "ranked": ranked,
        "scored_at": f"{first['scored_at'].iloc[0]:%d %B %Y, %H:%M} UTC" if first is not None and len(first) else None,
        "version": champion.version,
        "stale": bool(first is not None and len(first) and first["model_version"].iloc[0] != champion.version),
        "threshold": champion.threshold,
        "provisional": champion.provisional,
        "because": champion.promotion.get("because", ""),
    }


# how far to trust it


def _trust(champion: Champion) -> list[tuple[str, str, str]] | None:
    """The champion's holdout metrics as (question, answer, what lies behind it)."""
    metrics = champion.model.facts.get("metrics")
    if not isinstance(metrics, dict):
        return None
    at = f"{champion.threshold:g}"

    def share(name: str) -> tuple[str, str] | None:
        found = metrics.get(name)
        if not isinstance(found, dict) or found.get("value") is None:
            return None
        whole = f"{100 * found['value']:.0f}"
        sure = found.get("low") is not None and found.get("high") is not None
        return whole, f"{100 * found['low']:.0f} to {100 * found['high']:.0f}" if sure else ""

    asked = [
        (f"recall_at_{at}", "Of 100 movies that you would like, how many does it show you?", "recall"),
        (f"flagged_at_{at}", "Of 100 movies, how many does it put before you?", "share flagged"),
        (f"precision_at_{at}", "Of 100 movies that it puts before you, how many would you like?", "precision"),
        ("share_for_recall_0.95", "To find 95 of 100 liked movies, how many of 100 would you look at, the best first?", "share of movies for 95 % recall"),
        ("average_precision", "How good is the order itself, from 0 to 100?", "average precision; 100 is every liked movie before every other"),
    ]  # fmt: skip
    answers = []
    for name, question, behind in asked:
        found = share(name)
        if found is not None:
            answers.append(
                (question, f"about {found[0]}", f"{behind}{f'; 95 % interval {found[1]}' if found[1] else ''}")
            )
    return answers + _favourites(champion) + _calibration(metrics)


def _favourites(champion: Champion) -> list[tuple[str, str, str]]:
    found = favourites_found(champion.model.facts)
    if found is None:
        return []
    behind = f"recall of favourites within the budget; 95 % interval {found.interval}; ranked without the second question, {found.by_the_first}"
    question = f"Of 100 movies that you would watch again, how many are in the first {found.budget} of the ranking?"
    return [(question, f"about {found.found}", behind)]


def _measures(champion: Champion) -> list[dict[str, str]]:
    """Each figure of the champion's evaluation with its interval, what it is, what speaks for it and what against."""
    from movie_pref.metrics.explained import explained

    found = {
        name: figure
        for name, figure in champion.model.facts.get("metrics", {}).items()
        if isinstance(figure, dict) and figure.get("value") is not None
    }
    figures = []
    for name, figure in found.items():
        form = "{:,.0f}" if name.startswith("movies_") else "{:.3f}"
        sure = figure.get("low") is not None and figure.get("high") is not None
        interval = " to ".join(form.format(figure[end]) for end in ("low", "high")) if sure else "–"
        figures.append({"metric": name, "value": form.format(figure["value"]), "interval": interval})
    return explained(pd.DataFrame(figures)).fillna("").to_dict("records") if figures else []


def _kept_aside(champion: Champion) -> bool:
    """Whether the champion was measured on a holdout, and not by cross-validation for want of movies."""
    return str(champion.model.facts.get("metrics", {}).get("rows", "holdout")).startswith("holdout")


def _unlike(data: Path, champion: Champion) -> tuple[float, float] | None:
    """The share flagged among the ranked movies and on the holdout, where the one lies outside the other's interval."""
    measured = champion.model.facts.get("metrics", {}).get(f"flagged_at_{champion.threshold:g}")
    ranking = DataFolder(data).table(RANKING, ["probability"])
    if not measured or ranking is None or ranking.empty:
        return None
    share = float((ranking["probability"] >= champion.threshold).mean())
    return None if measured["low"] <= share <= measured["high"] else (share, float(measured["value"]))


def _calibration(metrics: dict[str, Any]) -> list[tuple[str, str, str]]:
    error, floor = (metrics.get(f"calibration_error_calibrated{suffix}") for suffix in ("", "_floor"))
    if not error or not floor:
        return []
    return [
        (
            "How far off are the chances, on average?",
            f"{100 * error['value']:.1f} percentage points",
            f"calibration error; chances that are all right would show {100 * floor['value']:.1f} on as many movies, by luck alone",
        )
    ]


def _confusion(data: Path, predictions: pd.DataFrame | None, threshold: float) -> dict[str, Any] | None:
    """How the holdout movies fell, and the titles of the liked ones that were missed, the nearest miss first."""
    if predictions is None:
        return None
    rows, _ = evidence(predictions)
    liked, flagged = rows["actual"] == 1, rows["probability"] >= threshold
    favourite = rows["level"] == AGAIN if has_second(rows) else liked & ~liked
    missed = rows[liked & ~flagged].sort_values(["probability", "imdb_id"], ascending=[False, True]).head(MISSED)
    titles = DataFolder(data).table("movies_only", ["imdb_id", "media_title", "release_year"])
    if titles is not None:
        missed = missed.merge(titles, on="imdb_id", how="inner")
    return {
        "movies": len(rows),
        "found": int((liked & flagged).sum()),
        "missed": int((liked & ~flagged).sum()),
        "in_vain": int((~liked & flagged).sum()),
        "spared": int((~liked & ~flagged).sum()),
        "favourites_found": int((favourite & flagged).sum()),
        "favourites_missed": int((favourite & ~flagged).sum()),
        "titles": []
        if titles is None
        else [(row.media_title, row.release_year, row.probability) for row in missed.itertuples()],
    }


# what it learnt


def _rules(data: Path) -> list[dict[str, Any]] | None:
    """A dict for each preference rule, its features moved in `moves`."""
    found = DataFolder(data).table("preference_rules")
    if found is None:
        return None
    from movie_pref.evaluation.preference_rules import by_rule

    verdicts = by_rule(found)
    rules = []
    for name, rows in found.groupby("rule", sort=False):
        first = rows.iloc[0]
        rules.append(
            {
                "statement": capital(str(first["statement"])),
                "verdict": verdicts[str(name)],
                "movies": int(first["movies"]),
                "liked": first["liked_share"],
                "probability": first["probability"],
                "because": "; ".join(dict.fromkeys(filter(None, rows["because"]))),
                "moves": [
                    {"moved": row.moved, "from": row.moved_from, "to": row.moved_to} for row in rows.itertuples()
                ],
            }
        )  # fmt: skip
    return rules


def _learnt_second(champion: Champion) -> Model | None:
    """The model of the second question, where there is one that tells movies apart."""
    second = champion.model.again
    return second if second is not None and second.facts["learnt"] else None


def _influences(data: Path, model: Model | None, labels: Sequence[str] = LABELS) -> list[tuple[str, float, str]] | None:
    """What moves the model most, on labelled movies that its booster has not seen: (words, share of the most, direction)."""
    split = DataFolder(data).table("data_split", ["imdb_id", "partition"])
    movies = DataFolder(data).table("movies_only")
    if split is None or movies is None or model is None:
        return None
    from movie_pref.model.fold_models import Fitted
    from movie_pref.ranking.reasons import influences

    fitted = Fitted(model.evaluated, model.preprocessing)
    outside = movies["imdb_id"].isin(split.loc[split["partition"] != "train", "imdb_id"])
    unseen = movies[outside & movies["label"].isin(labels)]
    if unseen.empty:
        return None
    found = influences(fitted.committee, fitted.values(unseen), fitted.preprocessing)[:INFLUENCES]
    most = found[0].strength if found else 0.0
    return [(capital(one.words), one.strength / most, one.direction) for one in found if one.strength > 0]


# the search


def _search(data: Path, champion: Champion) -> dict[str, Any]:
    """The members of the model that ranks, their hyperparameters, what each is for, and how much was tried."""
    from movie_pref.model.in_words import made_of, parameter_values
    from movie_pref.search.grid import PRODUCTION_GRID, Space
    from movie_pref.search.parameters import PARAMETERS

    results = DataFolder(data).table("grid_search_results")
    recipe, second = champion.model.recipe, _learnt_second(champion)
    return {
        "tried": None if results is None else len(results),
        "fits_all": None if results is None else int((results["folds"] == results["folds"].max()).sum()),
        "grid": Space(PRODUCTION_GRID).size,
        "boosters": len(recipe.points),
        "trees": recipe.trees,
        "linear": recipe.has_linear,
        "made_of": made_of(recipe),
        "again_made_of": made_of(second.recipe) if second is not None else {},
        "parameters": [
            {
                "name": name.replace("_", " "),
                "value": value,
                "tried": ", ".join(str(one) for one in PRODUCTION_GRID.get(name, [])),
                "about": PARAMETERS.get(name),
            }
            for name, value in parameter_values(recipe).items()
        ],
    }


# reading


def _pictures(data: Path, names: Sequence[str]) -> dict[str, str]:
    """The plots that there are under `reports`, as data URIs by name."""
    paths = {name: DataFolder(data).plot(name) for name in names}
    return {
        name: f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}"
        for name, path in paths.items()
        if path.exists()
    }
