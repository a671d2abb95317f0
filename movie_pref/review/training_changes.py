"""What the page says of models: the champion and the one before it, the last decision, the history, and how a movie moved."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from movie_pref.data_folder import DataFolder, read_table
from movie_pref.errors import UserError, cause
from movie_pref.evaluation.training_history import read_history
from movie_pref.model.committee import Recipe
from movie_pref.model.in_words import made_of, parameter_values, second_question
from movie_pref.model.model import PREPROCESSING, Model
from movie_pref.model.pointer import FACTS, again_facts, read_pointer
from movie_pref.ranking.movement import Change, changes

MOVERS, SHOWN = 5, 8
DECISIONS = {
    "first": "is the first champion",
    "promoted": "became the champion",
    "kept": "was refused, so the champion stays",
    "rolled back": "was brought back by you",
}


class Figure(NamedTuple):
    """One figure of the champion, and of the champion before; with a 95 % interval in words where there is one."""

    what: str
    now: str
    was: str


class Mover(NamedTuple):
    """A movie whose place in the ranking changed."""

    imdb_id: str
    title: str
    was: float
    now: float
    rank_was: int
    rank_now: int


class Second(NamedTuple):
    """The champion's second question: whether there were answers enough to learn it, and what there is, in a sentence."""

    learnt: bool
    says: str


@dataclass(frozen=True)
class State:
    """The champion and the last decision, as the files say it now; `version` is None where there is no champion yet.

    `again` is None where the champion has no second question (would a liked movie be watched again).
    """

    version: str | None = None
    previous: str | None = None
    decision: str = ""
    because: str = ""
    challenger: str = ""
    when: str = ""
    threshold: float = 0.35
    provisional: list[str] = field(default_factory=list)
    again: Second | None = None

    @property
    def refused(self) -> bool:
        return self.decision == "kept"

    @property
    def sentence(self) -> str:
        """What the last decision was."""
        if self.version is None:
            return "No model has been trained yet."
        who = self.challenger if self.refused and self.challenger else self.version
        return f"Model {who} {DECISIONS.get(self.decision, self.decision)}{f', {self.when}' if self.when else ''}."


def model_state(data: Path, threshold: float) -> State:
    """What `champion.json` and the champion's facts say; `threshold` is taken where there is no champion.

    Raises
    ------
    UserError
        They are damaged.
    """
    pointer = read_pointer(DataFolder(data).model)
    if pointer is None:
        return State(threshold=threshold)
    facts = _facts(data, pointer["champion"]) or {}
    when = pointer.get("decided_at") or pointer.get("promoted_at") or ""
    return State(
        pointer["champion"], pointer.get("previous"), pointer.get("decision", ""), pointer.get("because", ""),
        pointer.get("challenger", ""), when.replace("T", " ")[:16] + (" UTC" if when else ""),
        float(facts.get("threshold", threshold)), list(facts.get("provisional", [])),
        _second(again_facts(DataFolder(data).model)),
    )  # fmt: skip


def compared_figures(data: Path, state: State) -> list[Figure]:
    """The champion's figures beside those of the champion before; none where there is no champion."""
    if state.version is None:
        return []
    now, was = _facts(data, state.version) or {}, _facts(data, state.previous) or {}
    told, before = _figures(now), _figures(was)
    rows = [Figure(what, value, before.get(what, "")) for what, value in told.items()]
    made, earlier = (parameter_values(_recipe(facts)) for facts in (now, was))
    if earlier:
        for name in sorted({*made, *earlier}):
            if made.get(name) != earlier.get(name):
                rows.append(Figure(name.replace("_", " "), made.get(name, "–"), earlier.get(name, "–")))
    return rows


def columns_changed(data: Path, state: State) -> tuple[list[str], list[str]]:
    """The columns that the champion reads and the one before did not, and the other way round."""
    now, was = _columns(data, state.version), _columns(data, state.previous)
    if now is None or was is None:
        return [], []
    return [name for name in now if name not in was], [name for name in was if name not in now]


def last_comparison(data: Path) -> tuple[int, list[tuple[str, float, float, float]]]:
    """On how many holdout movies the last challenger was compared, and (metric, difference, low, high) of each metric."""
    compared = (read_pointer(DataFolder(data).model) or {}).get("compared") or {}
    rows = [
        (name.replace("_", " "), found["difference"], found["low"], found["high"])
        for name, found in compared.items()
        if isinstance(found, dict)
    ]
    return int(compared.get("movies", 0)), rows


def movers(data: Path, threshold: float) -> dict[str, Any] | None:
    """How the ranking changed: how many movies crossed the threshold, came and went, and who rose and fell furthest."""
    folder = DataFolder(data)
    now = folder.table("scored_candidates", ["imdb_id", "media_title", "probability", "rank"])
    was = read_table(folder.previous_ranking, ["imdb_id", "probability", "rank"])
    if now is None or was is None:
        return None
    both = now.merge(was, on="imdb_id", suffixes=("", "_was"))
    moved = both["probability"] - both["probability_was"]

    def told(rows: pd.DataFrame) -> list[Mover]:
        return [
            Mover(row.imdb_id, row.media_title, row.probability_was, row.probability, row.rank_was, row.rank)
            for row in rows.itertuples()
        ]

    return {
        "up": int(((both["probability"] >= threshold) & (both["probability_was"] < threshold)).sum()),
        "down": int(((both["probability"] < threshold) & (both["probability_was"] >= threshold)).sum()),
        "came": len(now) - len(both),
        "went": len(was) - len(both),
        "rose": told(both.loc[moved[moved > 0].nlargest(MOVERS).index]),
        "fell": told(both.loc[moved[moved < 0].nsmallest(MOVERS).index]),
    }


@dataclass(frozen=True)
class Moved:
    """Why a movie moved: where it was and is, what that is in log-odds, and the columns behind it; or why nobody knows."""

    was: tuple[float, int] | None = None
    start: float = 0.0
    parts: list[Change] = field(default_factory=list)
    rest: float = 0.0
    others: int = 0
    says: str = ""


def why_moved(data: Path, imdb_id: str, state: State) -> Moved:
    """What in the model moved a ranked movie since the ranking before.

    Raises
    ------
    UserError
        A model or a file is damaged.
    """
    folder, only = DataFolder(data), [("imdb_id", "==", imdb_id)]
    found = read_table(folder.previous_ranking, filters=only)
    if found is None:
        return Moved(says="There is no earlier ranking to compare with yet.")
    if found.empty:
        return Moved(says="The ranking before did not have this movie.")
    was = float(found["probability"].iloc[0]), int(found["rank"].iloc[0])
    by = str(found["model_version"].iloc[0])
    rows = folder.table("candidates", filters=only)
    if by == state.version:
        return Moved(
            was, says="Both rankings are by the same model: other movies came or went, or its own data changed."
        )
    if rows is None or rows.empty or state.version is None:
        return Moved(was, says="It is no longer among the movies that are ranked.")
    if not (folder.model / by).is_dir():
        return Moved(was, says=f"The model of that ranking, {by}, is no longer kept, so what moved it cannot be said.")
    start, parts = changes(Model.read(folder.model / by), Model.read(folder.model / state.version), rows)
    rest = parts[SHOWN:]
    return Moved(was, start, parts[:SHOWN], sum(one.difference for one in rest), len(rest))


def history_charts(data: Path) -> dict[str, Any] | None:
    """Recall and flagged share over the trainings as points of two line charts, oldest first; None without a history."""
    rows = read_history(data)
    if not rows:
        return None
    rows = rows[-60:]
    return {
        "rows": list(reversed(rows)),
        "charts": [
            {"name": name, "title": title, "points": _points(rows, name)}
            for name, title in (("recall", "Recall at the threshold"), ("flagged", "Share of movies flagged"))
        ],
    }


WIDTH, HEIGHT, LEFT, TOP = 508, 150, 56, 12


def _points(rows: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Where each training is drawn on a chart from 0 to 100 %, WIDTH by HEIGHT with a margin."""
    step = WIDTH / max(1, len(rows) - 1) if len(rows) > 1 else 0
    drawn = []
    for place, row in enumerate(rows):
        found = row.get(name)
        if not isinstance(found, dict) or found.get("value") is None:
            continue
        heights = {
            part: None if found.get(part) is None else round(TOP + HEIGHT * (1 - found[part]), 1)
            for part in ("value", "low", "high")
        }
        x = round(LEFT + (step * place if step else WIDTH / 2), 1)
        said = f"{row['trained_at'][:16].replace('T', ' ')}: {100 * found['value']:.1f}%, {row.get('labelled_rows', 0):,} labelled movies, {row['decision']}"
        drawn.append({"x": x, "y": heights, "refused": row["decision"] == "kept", "says": said})
    return drawn


def _recipe(facts: dict[str, Any]) -> Recipe:
    """What a model is made of, by its facts; nothing where there is no model."""
    return Recipe(**facts["recipe"]) if "recipe" in facts else Recipe([], [])


def _figures(facts: dict[str, Any]) -> dict[str, str]:
    found = {"labelled movies": f"{facts['labelled_rows']:,}"} if "labelled_rows" in facts else {}
    metrics, at = facts.get("metrics", {}), f"{facts.get('threshold', 0):g}"
    named = (
        (f"recall_at_{at}", f"recall at {at}"),
        (f"flagged_at_{at}", "share of movies flagged"),
        ("average_precision", "average precision"),
    )
    for name, what in named:
        measured = metrics.get(name)
        if isinstance(measured, dict) and measured.get("value") is not None:
            found[what] = f"{measured['value']:.3f}"
            if measured.get("low") is not None:
                found[what] += f" ({measured['low']:.3f} to {measured['high']:.3f})"
    return found | made_of(_recipe(facts)) if facts else found


def _facts(data: Path, version: str | None) -> dict[str, Any] | None:
    return _part(data, version, FACTS)


def _second(facts: dict[str, Any]) -> Second | None:
    return Second(bool(facts["learnt"]), second_question(facts)) if facts else None


def _columns(data: Path, version: str | None) -> list[str] | None:
    from movie_pref.features.preprocessing import Preprocessor

    found = _part(data, version, PREPROCESSING)
    return None if found is None else list(Preprocessor.from_dict(found).columns)


def _part(data: Path, version: str | None, name: str) -> dict[str, Any] | None:
    """A file of a model's folder, without loading its boosters; None where it is not there."""
    if not version:
        return None
    path = DataFolder(data).model / version / name
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise UserError(f"{path} is damaged ({cause(error)}); run `movie-pref run` to train the model again.") from None
    return found if isinstance(found, dict) else None
