"""What a finished run left, with something wrong put in, and what the checks say of it."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import dagster as dg
import pandas as pd

from movie_pref.data_folder import DataFolder
from movie_pref.definitions import build_defs
from movie_pref.features.training_table import ModelColumns
from movie_pref_tests.defs.graph import CHECKS
from movie_pref_tests.defs.small_run import Finished, quick_settings


@cache
def definitions() -> dict[tuple[str, str], dg.AssetChecksDefinition]:
    """Every check of the project."""
    return {
        (key.asset_key.to_user_string(), key.name): definition
        for definition in build_defs().asset_checks or []
        for key in definition.check_keys
    }


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
        definition = definitions()[key]
        function = definition.node_def.compute_fn.decorated_fn  # type: ignore[attr-defined]
        given: dict[str, Any] = {}
        for name, parameter in inspect.signature(function).parameters.items():
            asset = key[0] if name == "encoded" else name
            if name == "settings":
                given[name] = self.settings
            elif name == "context":
                given[name] = None
            elif parameter.annotation is ModelColumns:
                given[name] = self.model_columns
            elif asset == "committee":
                given[name] = self.models / asset
            elif parameter.annotation is Path:
                given[name] = self.settings.data / f"{asset}.parquet"
                self.frames[asset].to_parquet(given[name], index=False)
            else:
                given[name] = self.frames[asset]
        return function(**given)

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
    found = dg.load_asset_checks_from_modules([module])
    keys = {(key.asset_key.to_user_string(), key.name) for definition in found for key in definition.check_keys}
    return [key for key in CHECKS if key in keys]


def checked(module: ModuleType) -> set[tuple[str, str]]:
    return set(keys_of(module))


def blocking(module: ModuleType) -> list[tuple[str, str]]:
    return [key for key in keys_of(module) if CHECKS[key]]
