"""The model folder: two boosters, their preprocessing and what is known about them, without a pickle.

`evaluated` was fitted on training rows only and carries every metric; `serving` has the same hyperparameters and
preprocessing, was fitted on all labelled movies, and scores candidates. A model is written into a folder named after
its version, which is a hash over everything in it, and never changed there; `champion.json` beside it names the
champion and the one before, says what was decided last, and is replaced in one rename, so there is always one whole
champion.
"""

import hashlib
import json
import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import xgboost

from movie_pref.errors import UserError
from movie_pref.files import whole_folder, write_json
from movie_pref.modeling.averaging import Averaged
from movie_pref.modeling.boosting import ASKED
from movie_pref.modeling.calibration import Calibrator, calibrator_of
from movie_pref.modeling.preprocess import Preprocessor, to_matrix

POINTER = "champion.json"
PARTS = ("evaluated.json", "serving.json", "preprocessing.json", "model.json")


@dataclass(frozen=True)
class Model:
    """Two boosters, the preprocessing that feeds them, and what is known about them.

    `facts` has `params`, `threshold`, `seed`, `library_fingerprint`, `training_rows`, `labelled_rows` and `libraries`
    (versions, our own among them) from training on; `calibration`, `metrics`, `provisional` (the checks that it failed),
    `settings`, `grid` and `search` are added when it is promoted. Nothing in it is a moment or a path, so that the same
    input gives the same version.
    """

    evaluated: xgboost.Booster | Averaged
    serving: xgboost.Booster | Averaged
    preprocessing: Preprocessor
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """Twelve digits of a hash over both boosters, the preprocessing and every fact."""
        digest = hashlib.sha256()
        for part in (
            self.evaluated.save_raw("json"),
            self.serving.save_raw("json"),
            self.preprocessing.to_json().encode(),
            json.dumps(self.facts, sort_keys=True).encode(),
        ):
            digest.update(hashlib.sha256(part).digest())
        return digest.hexdigest()[:12]

    def with_facts(self, **facts: Any) -> Self:
        """The same model with more facts."""
        return replace(self, facts={**self.facts, **facts})

    def predict_unseen(self, rows: pd.DataFrame) -> np.ndarray:
        """Probabilities of movies outside the training rows by the `evaluated` booster, float32, shape (rows,)."""
        values, _ = to_matrix(self.preprocessing.transform(rows))
        return self.evaluated.inplace_predict(values)

    def save(self, folder: Path) -> None:
        """Write the model into a folder of its own, whole or not at all."""
        with whole_folder(folder) as temporary:
            self.evaluated.save_model(temporary / "evaluated.json")
            self.serving.save_model(temporary / "serving.json")
            (temporary / "preprocessing.json").write_text(self.preprocessing.to_json(), encoding="utf-8")
            write_json(temporary / "model.json", {"version": self.version, **self.facts})

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read a model's folder, whoever wrote it and whether it was promoted or not.

        Raises
        ------
        UserError
            A file of it is missing or damaged, its content is not what its version says, or its boosters are not what
            its facts say they were made by.
        """
        try:
            facts = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            version, kind = facts.pop("version"), Averaged.read if ASKED in facts["params"] else _booster
            boosters = [kind(folder / name) for name in PARTS[:2]]
            preprocessing = Preprocessor.from_dict(
                json.loads((folder / "preprocessing.json").read_text(encoding="utf-8"))
            )
            model = cls(boosters[0], boosters[1], preprocessing, facts)
            actual, otherwise = model.version, _contradiction(model)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, xgboost.core.XGBoostError) as error:
            unreadable = isinstance(error, xgboost.core.XGBoostError)  # whose text is a C++ stack trace
            detail = "XGBoost cannot read one of its boosters" if unreadable else " ".join(str(error).split())[:200]
            raise UserError(
                f"The model in {folder} is incomplete or damaged ({detail}); run `movie-pref run` to train it again."
            ) from error
        if actual != version:
            raise UserError(
                f"The model in {folder} is not the one it says it is (version {version}, content {actual}); run `movie-pref run` to train it again."
            )
        if otherwise:
            raise UserError(
                f"The model in {folder} was made by other settings than it claims ({otherwise}); run `movie-pref run` to train it again."
            )
        return model


def _booster(path: Path) -> xgboost.Booster:
    return xgboost.Booster(model_file=str(path))


def _contradiction(model: Model) -> str | None:
    """What in the boosters cannot come from the settings and the preprocessing that the model claims."""
    params, columns = model.facts["params"], model.preprocessing.columns
    for name, booster in (("evaluated", model.evaluated), ("serving", model.serving)):
        if booster.feature_names != columns:
            return f"{name} reads other columns than its preprocessing makes"
        xgboosts = booster.booster if isinstance(booster, Averaged) else booster
        trees = json.loads(xgboosts.save_raw("json"))["learner"]["gradient_booster"]["model"]["trees"]
        if len(trees) != params["n_estimators"]:
            return f"n_estimators is {params['n_estimators']}, and {name} has {len(trees)} trees"
        deepest, limit = max(map(_depth, trees), default=0), params.get("max_depth", 6)
        if limit and deepest > limit:
            return f"max_depth is {limit}, and a tree of {name} has the depth {deepest}"
    return None


def _depth(tree: dict[str, Any]) -> int:
    """The number of questions on the longest way through a tree, as XGBoost's JSON has it (parents before children)."""
    depth = [0] * len(tree["left_children"])
    for node, children in enumerate(zip(tree["left_children"], tree["right_children"], strict=True)):
        for child in children:
            if child >= 0:
                depth[child] = depth[node] + 1
    return max(depth, default=0)


class Champion:
    """The promoted model of a model folder, ready to score.

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
        return calibrator_of(self.model.facts["calibration"])

    def score(self, rows: pd.DataFrame, reasons_for: int = 1000) -> pd.DataFrame:
        """Rank movies, best first.

        Parameters
        ----------
        rows
            Movies in the library's columns; a column that is absent counts as not known.
        reasons_for
            How many of the best get reasons.

        Returns
        -------
        DataFrame in the columns of `scored_candidates.parquet`.
        """
        from movie_pref.modeling.scoring import IDENTITY, rank, ranked_tables

        identity = pa.table({name: pa.array(rows[name]) for name in IDENTITY})
        features = self.model.preprocessing.table(rows)
        ranking = rank(self, [(identity, features)], reasons_for)
        return pa.concat_tables(ranked_tables(self, ranking)).to_pandas()


def read_pointer(model_folder: Path) -> dict[str, Any] | None:
    """What `champion.json` says, or None where nothing has been promoted yet."""
    path = model_folder / POINTER
    try:
        pointer = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(pointer, dict) or not isinstance(pointer.get("champion"), str):
            raise ValueError("it names no champion")
        return pointer
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise UserError(f"{path} is damaged ({error}); delete it and run `movie-pref run` again.") from error


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


def promote(model: Model, model_folder: Path, decision: str, **more: Any) -> dict[str, Any]:
    """Make a model the champion; the one it replaces becomes the previous champion, older ones are removed.

    The pointer is replaced last and in one rename: a crash at any moment leaves the old champion or the new one. `more`
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
    pointer = {"champion": version, "previous": previous, "decision": decision, "promoted_at": _now(), **more}
    write_json(model_folder / POINTER, pointer)
    for folder in model_folder.iterdir():
        if folder.is_dir() and folder.name not in (version, previous):
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
    pointer = {**kept, "decision": "kept", "decided_at": _now(), **more}
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
        "decision": "rolled back",
        "promoted_at": _now(),
        "because": f"the person went back from {before['champion']}",
    }
    write_json(model_folder / POINTER, pointer)
    return Champion(previous, pointer), replaced


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
