"""What a finished run left, with something wrong put in, and what the checks say of it."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import dagster as dg
import pandas as pd

from movie_pref.data_folder import DataFolder
from movie_pref.defs import checks
from movie_pref.defs.decorators import Check, checks_in
from movie_pref.features.training_table import ModelColumns
from movie_pref_tests.defs.graph import CHECKS
from movie_pref_tests.defs.small_run import Finished, quick_settings


def key_of(check: Check) -> tuple[str, str]:
    return check.spec.asset_key.to_user_string(), check.spec.name


@cache
def every_check() -> dict[tuple[str, str], Check]:
    """Every check of the project."""
    modules = [
        importlib.import_module(f"{checks.__name__}.{found.name}") for found in pkgutil.iter_modules(checks.__path__)
    ]
    return {key_of(check): check for module in modules for check in checks_in(module)}


WARN, ERROR = dg.AssetCheckSeverity.WARN, dg.AssetCheckSeverity.ERROR


class State:
    """What a finished run left, by the names that check functions ask for; a test puts wrong things in."""

    def __init__(self, finished: Finished, folder: Path) -> None:
        self.frames = {Path(name).stem: table.copy() for name, table in finished.tables.items()}
        self.frames["training_table"] = self.frames["02_binomial_classifier_training_data"]
        self.frames["selected_features"] = self.frames["feature_decisions"]
        self.frames["out_of_fold_predictions"] = self.frames["03_binomial_classifier_results"]
        self.frames["grid_search_results"] = self.frames["03_grid_search_results"]
        for name in ("01_training", "rejected_rows", "rejected_candidates"):
            self.frames[name].to_parquet(folder / f"{name}.parquet", index=False)
        finished.read("candidates.parquet").to_parquet(folder / "candidates.parquet", index=False)
        self.frames["candidates"] = finished.read("assets/candidates.parquet")
        self.model_columns = ModelColumns.read(DataFolder(finished.settings.data).asset("model_columns"))
        self.settings = quick_settings(folder)
        self.models = finished.settings.data / "assets"

    def resolve(self, feature: str, verdict: str) -> None:
        """Give a feature another final word."""
        ledger = self.frames["selected_features"]
        ledger.loc[(ledger["node"] == "selected_features") & (ledger["feature"] == feature), "verdict"] = verdict

    def change(self, name: str, **columns: Any) -> None:
        self.frames[name] = self.frames[name].assign(**columns)

    def drop_row(self, name: str) -> None:
        self.frames[name] = self.frames[name].iloc[1:]

    def repeat_row(self, name: str) -> None:
        self.frames[name] = pd.concat([self.frames[name], self.frames[name].head(1)], ignore_index=True)

    def judge(self, key: tuple[str, str]) -> dg.AssetCheckResult:
        """What a check says of this state."""
        check = every_check()[key]
        given: dict[str, Any] = {}
        for name, parameter in check.parameters.items():
            asset = check.inputs.get(name, name)
            if name == "settings":
                given[name] = self.settings
            elif parameter.annotation is ModelColumns:
                given[name] = self.model_columns
            elif asset == "committee":
                given[name] = self.models / asset
            elif parameter.annotation is Path:
                given[name] = self.settings.data / f"{asset}.parquet"
                self.frames[asset].to_parquet(given[name], index=False)
            else:
                given[name] = self.frames[asset]
        return check(**given)

    def fails_on(self, wrong: "Wrong") -> None:
        """Put it in, and see that its check notices, says so, and is as grave as it should be."""
        wrong.put_in(self)
        found = self.judge(wrong.check)
        assert not found.passed
        assert found.description
        assert found.severity == wrong.severity


@dataclass(frozen=True)
class Wrong:
    """Something wrong, the check that is to find it, and how grave the check is to call it."""

    check: tuple[str, str]
    put_in: Callable[[State], None]
    severity: dg.AssetCheckSeverity = ERROR


def keys_of(module: ModuleType) -> list[tuple[str, str]]:
    """The checks of the design that a module holds."""
    keys = {key_of(check) for check in checks_in(module)}
    return [key for key in CHECKS if key in keys]


def checked(module: ModuleType) -> set[tuple[str, str]]:
    return set(keys_of(module))


def blocking(module: ModuleType) -> list[tuple[str, str]]:
    return [key for key in keys_of(module) if CHECKS[key]]
