"""A model: boosters and the preprocessing that goes with them, as a folder of JSON files."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import xgboost

from movie_pref.errors import UserError
from movie_pref.features.matrix import to_matrix
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.files import whole_folder, write_json
from movie_pref.model.committee import ASKED, Averaged

EVALUATED, SERVING = "evaluated.json", "serving.json"
PREPROCESSING, FACTS = "preprocessing.json", "model.json"
PARTS = (EVALUATED, SERVING, PREPROCESSING, FACTS)


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
            self.evaluated.save_model(temporary / EVALUATED)
            self.serving.save_model(temporary / SERVING)
            (temporary / PREPROCESSING).write_text(self.preprocessing.to_json(), encoding="utf-8")
            write_json(temporary / FACTS, {"version": self.version, **self.facts})

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
            facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
            version, kind = facts.pop("version"), Averaged.read if ASKED in facts["params"] else _booster
            boosters = [kind(folder / name) for name in (EVALUATED, SERVING)]
            preprocessing = Preprocessor.from_dict(json.loads((folder / PREPROCESSING).read_text(encoding="utf-8")))
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
