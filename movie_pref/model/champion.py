"""The model folder: two boosters, their preprocessing and what is known about them, without a pickle.

`evaluated` was fitted on training rows only and carries every metric; `serving` has the same hyperparameters and
preprocessing, was fitted on all labelled movies, and scores candidates. A model is written into a folder named after
its version, which is a hash over everything in it, and never changed there; `champion.json` beside it names the
champion, the one before and those before that which are kept (`past`, the newest first), says what was decided last, and
is replaced in one rename, so there is always one whole champion.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from movie_pref.errors import UserError
from movie_pref.files import write_json
from movie_pref.model.calibration import Calibrator
from movie_pref.model.model import Model
from movie_pref.model.pointer import POINTER, read_pointer

REMEMBERED = 10  # champions kept, today's among them, so that a challenger can be compared with the best of them


class Champion:
    """The promoted model of a model folder; `movie_pref.ranking` scores movies with it.

    `Champion.load(path)` takes the folder `model/`; a model that was trained but not promoted cannot be loaded here.
    """

    def __init__(self, model: Model, promotion: dict[str, Any]) -> None:
        self.model = model
        self.promotion = promotion

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """The champion of a model folder.

        Raises
        ------
        UserError
            No model was promoted there yet, or the promoted one is damaged.
        """
        pointer = read_pointer(Path(path))
        if pointer is None:
            raise UserError(f"No model has been promoted in {path} yet; run `movie-pref run` first.")
        model = Model.read(Path(path) / pointer["champion"])
        if model.version != pointer["champion"]:
            raise UserError(
                f"{path} holds the model {model.version} in the place of the promoted {pointer['champion']}; run `movie-pref run` to train it again."
            )
        return cls(model, pointer)

    @property
    def version(self) -> str:
        return self.promotion["champion"]

    @property
    def provisional(self) -> list[str]:
        """The checks that it failed, for a champion that stands only because none before it was better."""
        return list(self.model.facts.get("provisional", []))

    @property
    def threshold(self) -> float:
        return float(self.model.facts["threshold"])

    @property
    def calibrate(self) -> Calibrator:
        return self.model.calibrate


def _is_whole(folder: Path) -> bool:
    try:
        Model.read(folder)
    except UserError:
        return False
    return True


def standing(model_folder: Path) -> tuple[Champion | None, str]:
    """The champion that a challenger has to face, and why there is none if there is none."""
    if read_pointer(model_folder) is None:
        return None, "there was no champion yet"
    try:
        return Champion.load(model_folder), ""
    except UserError as error:
        return None, f"the champion before it could not be read, so nothing could be compared: {error}"


def past_champions(model_folder: Path) -> dict[str, Model]:
    """The champions before today's that are kept and whole, by version, the newest first."""
    found = {}
    for version in _past(read_pointer(model_folder) or {}):
        try:
            found[version] = Model.read(model_folder / version)
        except UserError:
            continue  # it is compared with nothing, and goes with the next promotion
    return found


def remembered(past: list[str], best: str | None) -> list[str]:
    """Which of the former champions, the newest first, stay beside a new one: the newest, and the best whatever its age."""
    past = list(dict.fromkeys(past))
    kept, older = past[: REMEMBERED - 1], past[REMEMBERED - 1 :]
    return [*kept[:-1], *(one for one in older if one == best)] if best in older else kept


def promote(model: Model, model_folder: Path, decision: str, best: str | None = None, **more: Any) -> dict[str, Any]:
    """Make a model the champion; the one it replaces becomes the previous champion.

    Of those before, the newest stay, `REMEMBERED` with the new one, and `best` (a version) among them whatever its age:
    the best would leave after ten slightly worse ones otherwise. The others are removed. The pointer is replaced last and in one rename: a crash at any moment leaves the old champion or the new one. `more`
    is noted there.

    Returns
    -------
    What `champion.json` now says.
    """
    before = read_pointer(model_folder)
    version = model.version
    folder = model_folder / version
    if not _is_whole(folder):  # a version is its content, so a whole folder of that name needs no writing
        model.save(folder)
    previous = before and (before["champion"] if before["champion"] != version else before.get("previous"))
    known = [before["champion"], *_past(before)] if before else []
    past = remembered([one for one in known if one != version], best)
    pointer = {
        "champion": version, "previous": previous, "past": past, "best": best, "decision": decision, "promoted_at": _now(), **more,
    }  # fmt: skip
    write_json(model_folder / POINTER, pointer)
    for folder in model_folder.iterdir():
        if folder.is_dir() and folder.name not in (version, previous, *past):
            shutil.rmtree(folder)
    return pointer


def keep(model_folder: Path, **more: Any) -> dict[str, Any]:
    """Note that a challenger was refused, and why (`more`); the champion and the one before stay.

    Returns
    -------
    What `champion.json` now says.
    """
    before = read_pointer(model_folder) or {}
    kept = {name: before.get(name) for name in ("champion", "previous", "promoted_at")}
    pointer = {**kept, "past": _past(before), "decision": "kept", "decided_at": _now(), **more}
    write_json(model_folder / POINTER, pointer)
    return pointer


def rollback(model_folder: Path) -> tuple[Champion, Champion | None]:
    """Make the previous champion the champion again, and the champion the previous one.

    Returns
    -------
    The champion now, and the one before it (None where that one cannot be read).

    Raises
    ------
    UserError
        Nothing was promoted yet, there is no previous champion, or it is damaged.
    """
    before = read_pointer(model_folder)
    if before is None:
        raise UserError(f"No model has been promoted in {model_folder} yet; run `movie-pref run` first.")
    if not before.get("previous"):
        raise UserError(
            f"There is no previous champion in {model_folder} to go back to: {before['champion']} is the first; it stays the champion."
        )
    try:
        previous = Model.read(model_folder / before["previous"])
    except UserError as error:
        raise UserError(
            f"The previous champion {before['previous']} cannot be read, so {before['champion']} stays the champion: {str(error).split('; run')[0]}."
        ) from None
    replaced, _ = standing(model_folder)
    pointer = {
        "champion": previous.version,
        "previous": before["champion"],
        "past": [before["champion"], *(one for one in _past(before) if one != previous.version)],
        "decision": "rolled back",
        "promoted_at": _now(),
        "because": f"the person went back from {before['champion']}",
    }
    write_json(model_folder / POINTER, pointer)
    return Champion(previous, pointer), replaced


def _past(pointer: dict[str, Any]) -> list[str]:
    return list(pointer.get("past") or [])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
