"""A model: two committees and the preprocessing that feeds them, as a folder of JSON files."""

import contextlib
import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import xgboost

from movie_pref.errors import UserError, cause
from movie_pref.features.matrix import to_matrix
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.files import whole_folder, write_json
from movie_pref.model.calibration import Calibrator
from movie_pref.model.committee import BOOSTER_FILE, Committee, Recipe, tree_columns
from movie_pref.model.ensemble import tree_depths
from movie_pref.model.pointer import FACTS, SECOND_QUESTION

EVALUATED, SERVING = "evaluated", "serving"
PREPROCESSING = "preprocessing.json"
MOST_KEPT = 4  # models in memory
_kept: dict[Path, tuple[object, Any]] = {}


@dataclass(frozen=True)
class Model:
    """Two committees of one recipe, the preprocessing that feeds them, and what is known about them.

    `facts` has `recipe`, `threshold`, `seed`, `library_fingerprint`, `training_rows`, `labelled_rows` and `libraries`
    (versions, our own among them) from training on; `calibration`, `metrics`, `provisional` (the checks that it failed),
    `settings`, `grid` and `search` are added when it is promoted. Nothing in it is a moment or a path, so that the same
    input gives the same version. `again` answers the second question of a library of three labels: whether a movie that
    is liked would be watched again; it reads the same columns.
    """

    evaluated: Committee
    serving: Committee
    preprocessing: Preprocessor
    facts: dict[str, Any] = field(default_factory=dict)
    again: "Model | None" = None

    @property
    def recipe(self) -> Recipe:
        return Recipe(**self.facts["recipe"])

    @property
    def version(self) -> str:
        """Twelve digits of a hash over both committees, the preprocessing and every fact."""
        digest = hashlib.sha256()
        committees = [part for one in (self.evaluated, self.serving) for part in one.content().values()]
        facts = json.dumps(self.facts, sort_keys=True).encode()
        second = [] if self.again is None else [self.again.version.encode()]
        for part in (*committees, self.preprocessing.to_json().encode(), facts, *second):
            digest.update(hashlib.sha256(part).digest())
        return digest.hexdigest()[:12]

    def with_facts(self, **facts: Any) -> Self:
        """The same model with more facts."""
        return replace(self, facts={**self.facts, **facts})

    @property
    def calibrate(self) -> Calibrator:
        """From its probabilities to calibrated ones."""
        return Calibrator.of(self.facts["calibration"])

    def predict_unseen(self, rows: pd.DataFrame) -> np.ndarray:
        """Probabilities of movies outside the training rows by the `evaluated` committee, shape (rows,)."""
        values, _ = to_matrix(self.preprocessing.transform(rows))
        return self.evaluated.predict(values)

    def save(self, folder: Path) -> None:
        """Write the model into a folder of its own, whole or not at all."""
        with whole_folder(folder) as temporary:
            for name, committee in ((EVALUATED, self.evaluated), (SERVING, self.serving)):
                for end, content in committee.content().items():
                    (temporary / f"{name}{end}").write_bytes(content)
            (temporary / PREPROCESSING).write_text(self.preprocessing.to_json(), encoding="utf-8")
            write_json(temporary / FACTS, {"version": self.version, **self.facts})
            if self.again is not None:
                self.again.save(temporary / SECOND_QUESTION)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read a model's folder, whoever wrote it and whether it was promoted or not.

        The last few that this process has read are kept, as long as their files stay as they were: a training reads
        the champion six times.

        Raises
        ------
        UserError
            A file of it is missing or damaged, its content is not what its version says, or its members are not what
            its recipe says.
        """
        files = _state(folder)
        before, model = _kept.pop(folder, (None, None))
        if model is None or before != files:
            model = cls._verified(folder)
        _kept[folder] = files, model
        if len(_kept) > MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)  # the one that was read longest ago
        return model

    @classmethod
    def _verified(cls, folder: Path) -> Self:
        try:
            facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
            version = facts.pop("version")
            committees = [Committee.read(folder, name) for name in (EVALUATED, SERVING)]
            preprocessing = Preprocessor.from_dict(json.loads((folder / PREPROCESSING).read_text(encoding="utf-8")))
            again = cls._verified(folder / SECOND_QUESTION) if (folder / SECOND_QUESTION).exists() else None
            model = cls(committees[0], committees[1], preprocessing, facts, again)
            actual, otherwise = model.version, _contradiction(model)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, xgboost.core.XGBoostError) as error:
            unreadable = isinstance(error, xgboost.core.XGBoostError)  # whose text is a C++ stack trace
            detail = "XGBoost cannot read one of its boosters" if unreadable else cause(error)
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


def _state(folder: Path) -> list[tuple[str, int, int, int]]:
    """What tells whether a file in a folder is another one than before; less where one goes while it is looked at."""
    states = []
    for path in sorted(folder.rglob("*")):
        with contextlib.suppress(FileNotFoundError):
            state = path.stat()
            states.append((str(path), state.st_ino, state.st_mtime_ns, state.st_size))
    return states


def _contradiction(model: Model) -> str | None:
    """What in the committees cannot come from the recipe and the preprocessing that the model claims."""
    recipe, columns = model.recipe, model.preprocessing.columns
    if model.again is not None and model.again.preprocessing.to_json() != model.preprocessing.to_json():
        return "its second question reads other columns than its first"
    deepest = max((point.get("max_depth", 6) for point in recipe.points), default=0)
    for name, one in ((EVALUATED, model.evaluated), (SERVING, model.serving)):
        if (one.ensemble is not None) != bool(recipe.trees) or (one.linear is not None) != recipe.has_linear:
            return f"{name} has other members than its recipe"
        if one.linear is not None and one.linear.columns != len(columns):
            return f"the linear member of {name} reads {one.linear.columns} columns, and its preprocessing makes {len(columns)}"
        if one.ensemble is None:
            continue
        places = tree_columns(columns, model.preprocessing.linear_only)
        if one.tree_columns != places or one.ensemble.feature_names != [columns[place] for place in places]:
            return f"{name} reads other columns than its preprocessing makes"
        depths = tree_depths(one.content()[BOOSTER_FILE])
        if len(depths) != recipe.trees:
            return f"n_estimators is {recipe.trees} in all, and {name} has {len(depths)} trees"
        if deepest and max(depths) > deepest:
            return f"max_depth is {deepest}, and a tree of {name} has the depth {max(depths)}"
    return None
