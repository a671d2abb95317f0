"""Where assets lie on disk: under the data folder, each file written whole or not at all, nothing pickled.

`movie_pref.data_folder` says which file an asset has. A frame is Parquet, a dict JSON, a model a folder. A downstream function that annotates an input as `Path` is given the path itself.
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
        context.add_output_metadata({"path": dg.MetadataValue.path(str(path.resolve()))})

    @user_errors()
    def load_input(self, context: dg.InputContext) -> Any:
        path = self.path(context)
        if not path.exists():
            raise UserError(f"{path} is missing: materialize {context.asset_key.to_user_string()} first.")
        if context.dagster_type.typing_type is Path:
            return path
        if path.is_dir():
            from movie_pref.model.model import Model

            return Model.read(path)
        if path.suffix == ".json":
            return read_json(path)
        return pd.read_parquet(path)


@dg.io_manager(required_resource_keys={"settings"}, description="Files under the data folder.")
def data_folder(context: dg.InitResourceContext) -> AssetFiles:
    settings: Settings = context.resources.settings
    return AssetFiles(DataFolder(settings.data))
