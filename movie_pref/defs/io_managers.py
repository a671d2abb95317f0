"""Where assets lie on disk: under the data folder, each file written whole or not at all, nothing pickled.

`movie_pref.data_folder` says which file an asset has. A frame is Parquet, a dict JSON; anything else writes itself with
its method `save`, a frame and what belongs to it into files side by side. How an input is annotated says what is read: a
class with the method `read` reads itself, `Path` is the path itself, and whatever else is a frame, a dict or a model.
"""

from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from movie_pref.data_folder import DataFolder, read_json
from movie_pref.defs.decorators import user_errors
from movie_pref.defs.metadata import describe_frame
from movie_pref.errors import UserError
from movie_pref.files import whole_file, write_json
from movie_pref.settings import Settings


class AssetFiles(dg.IOManager):
    """Writes and reads assets under one folder."""

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder
        self._last: dict[type, tuple[tuple[Path, int], Any]] = {}

    def path(self, context: dg.InputContext | dg.OutputContext) -> Path:
        return self.folder.asset(context.asset_key.path[-1])

    @user_errors()
    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        path = self.path(context)
        if isinstance(obj, pd.DataFrame):
            with whole_file(path) as temporary:
                obj.to_parquet(temporary, index=False)
            context.add_output_metadata(describe_frame(obj))
        elif isinstance(obj, dict):
            write_json(path, obj)
        else:
            obj.save(path)
            if isinstance(rows := getattr(obj, "rows", None), pd.DataFrame):
                context.add_output_metadata(describe_frame(rows))
        context.add_output_metadata({"path": dg.MetadataValue.path(str(path.resolve()))})

    @user_errors()
    def load_input(self, context: dg.InputContext) -> Any:
        path = self.path(context)
        if not path.exists():
            raise UserError(f"{path} is missing: materialize {context.asset_key.to_user_string()} first.")
        annotated = context.dagster_type.typing_type
        if annotated is Path:
            return path
        if hasattr(annotated, "read"):
            return self._read(annotated, path)
        if path.is_dir():
            from movie_pref.model.model import Model

            return Model.read(path)
        if path.suffix == ".json":
            return read_json(path)
        return pd.read_parquet(path)

    def _read(self, kind: Any, path: Path) -> Any:
        """The object of a class in a file, read once in a run as long as the file is the same one.

        Twenty assets of a run take the same rows, and keep on them what they have computed of them.
        """
        stamp = path, path.stat().st_mtime_ns
        if kind not in self._last or self._last[kind][0] != stamp:
            self._last[kind] = stamp, kind.read(path)
        return self._last[kind][1]


@dg.io_manager(required_resource_keys={"settings"}, description="Files under the data folder.")
def data_folder(context: dg.InitResourceContext) -> AssetFiles:
    settings: Settings = context.resources.settings
    return AssetFiles(DataFolder(settings.data))
