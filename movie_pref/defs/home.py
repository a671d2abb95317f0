"""Where Dagster keeps its history when its own tools are started by hand in the project's folder.

`dagster.yaml` there names the class below. It is not read where DAGSTER_HOME is set, as `movie-pref` sets it.
"""

from typing import Any, Self

from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData

from movie_pref.data_folder import DataFolder
from movie_pref.settings import load_settings


class HistoryInTheDataFolder(DagsterSqliteStorage):
    """The history of runs in the data folder, where the command keeps it too."""

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: dict[str, Any]) -> Self:  # type: ignore[override]
        return cls.from_local(str(DataFolder(load_settings().data).dagster_home), inst_data)
