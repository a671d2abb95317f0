"""What each training gave: a row a training in `model_history.json`, so that recall can be followed from model to model.

The model folder keeps two models; this file keeps the figures of all of them, of those that were refused too.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from movie_pref.data_folder import DataFolder
from movie_pref.files import write_json

if TYPE_CHECKING:
    from movie_pref.model.model import Model

MEASURED = ("recall", "flagged", "average_precision")


def note_training(
    data: Path, challenger: "Model", pointer: dict[str, Any], labels: str | None = None, library: str | None = None
) -> dict[str, Any]:
    """Add a training to the history, written whole or not at all; returns its row.

    A history that cannot be read is put aside as `model_history.json.damaged` and begun anew: no training is worth
    losing over it.

    Parameters
    ----------
    challenger
        As `promotion.with_evidence` gives it: with its metrics on the holdout.
    pointer
        What `promotion.settle` said of it.
    labels, library
        What it has read: the newest label event (`newest_event`) and the library (`library_mark`); None where it has
        read what the training before it had.
    """
    facts = challenger.facts
    at = f"{facts['threshold']:g}"
    names = {"recall": f"recall_at_{at}", "flagged": f"flagged_at_{at}", "average_precision": "average_precision"}
    row = {
        "trained_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": challenger.version,
        "champion": pointer["champion"],
        "decision": pointer["decision"],
        "because": pointer.get("because", ""),
        "labelled_rows": facts["labelled_rows"],
        "threshold": facts["threshold"],
        "labels": labels,
        "library": library,
        **{name: facts["metrics"].get(metric) for name, metric in names.items()},
    }
    path = DataFolder(data).training_history
    known = read_history(data)
    if path.exists() and not known:
        path.replace(path.with_name(f"{path.name}.damaged"))
    write_json(path, [*known, row])
    return row


def read_history(data: Path) -> list[dict[str, Any]]:
    """The trainings, oldest first; none where there was no training yet or the file is damaged."""
    try:
        found = json.loads(DataFolder(data).training_history.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    whole = isinstance(found, list) and all(isinstance(row, dict) and "trained_at" in row for row in found)
    return found if whole else []


def last_read(history: list[dict[str, Any]]) -> tuple[str, str] | None:
    """The newest label event and the library that the last training has read; None where no training says."""
    read = [(row["labels"], row["library"]) for row in history if row.get("labels") and row.get("library")]
    return read[-1] if read else None
