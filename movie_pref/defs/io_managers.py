"""Where assets lie on disk: under the data folder, each file written whole or not at all, nothing pickled.

`movie_pref.data_folder` says which file an asset has. A frame is Parquet, a dict JSON; anything else writes itself with
its method `save`, a frame and what belongs to it into files side by side. How an input is annotated says what is read: a
class with the method `read` reads itself, `Path` is the path itself, and anything else is a frame, a dict or a model.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from movie_pref.data_folder import DataFolder, read_json
from movie_pref.defs.decorators import user_errors
from movie_pref.defs.living_runs import begin_to_live
from movie_pref.defs.metadata import describe_frame
from movie_pref.errors import UserError
from movie_pref.files import content_hash, one_at_a_time, whole_file, write_json
from movie_pref.memory import start_threads_of_arrow
from movie_pref.object_store.mirror import catch_up
from movie_pref.settings import Settings

MOST_FRAMES = 4  # kept in memory: what a step reads has mostly been read by the one before it


class AssetFiles(dg.IOManager):
    """Writes and reads assets under one folder.

    The version of an asset's data is a hash of its files, so that what hangs on it is stale when they are others, even
    where only the library or a setting changed, and is not when they are the same again.
    """

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder
        self._objects: dict[Path, tuple[int, Any]] = {}
        self._frames: dict[Path, tuple[int, pd.DataFrame]] = {}

    def path(self, context: dg.InputContext | dg.OutputContext) -> Path:
        return self.folder.asset(context.asset_key.path[-1])

    @user_errors()
    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Write an asset's file whole or not at all, and note what it holds and its data version."""
        path = self.path(context)
        beside: list[Path] = []
        if isinstance(obj, pd.DataFrame):
            with whole_file(path, lasting=False) as temporary:
                obj.to_parquet(temporary, index=False)
            context.add_output_metadata(describe_frame(obj))
        elif isinstance(obj, dict):
            write_json(path, obj)
        else:
            beside = obj.save(path) or []
            if isinstance(rows := getattr(obj, "rows", None), pd.DataFrame):
                context.add_output_metadata(describe_frame(rows))
        context.add_output_metadata({"path": dg.MetadataValue.path(str(path.resolve()))})
        context.step_context.set_data_version(context.asset_key, dg.DataVersion(content_hash([path, *beside])))

    @user_errors()
    def load_input(self, context: dg.InputContext) -> Any:
        """Read an asset's file in the form that the input is annotated with; a path is handed on as it is."""
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

            return self._read(Model, path)
        if path.suffix == ".json":
            return read_json(path)
        return self._frame(path)

    def _frame(self, path: Path) -> pd.DataFrame:
        """A table, the last few read once as long as their file is the same one; whoever changes his leaves the others whole.

        Twenty steps of a run take the same movies.
        """
        written = path.stat().st_mtime_ns
        before, frame = self._frames.pop(path, (0, None))
        if frame is None or before != written:
            frame = pd.read_parquet(path)
        self._frames[path] = written, frame
        if len(self._frames) > MOST_FRAMES:
            del self._frames[next(iter(self._frames))]
        return frame.copy(deep=False)

    def _read(self, kind: Any, path: Path) -> Any:
        """The object of a class in a file or a folder, read once in a run as long as that is the same one.

        Twenty assets of a run take the same rows, and keep on them what they have computed of them; eight take the
        same model, which is verified whenever it is read.
        """
        written = path.stat().st_mtime_ns
        before, found = self._objects.get(path, (0, None))
        if found is None or before != written:
            found = kind.read(path)
            self._objects[path] = written, found
        return found


@dg.io_manager(required_resource_keys={"settings"}, description="Files under the data folder, of one run at a time.")  # type: ignore[arg-type]
def data_folder(context: dg.InitResourceContext) -> Iterator[AssetFiles]:
    """The files of the data folder, which the run that uses them holds until it ends.

    The lock is the operating system's, not a concurrency limit of Dagster's: it holds between the command, the UI and
    the daemon alike, and a run that was killed leaves nothing behind that another would wait for. Where the copy in the
    object store is ahead, as on a machine whose folder is empty, it is taken first.
    """
    settings: Settings = context.resources.settings
    folder = DataFolder(settings.data)
    say = context.log.info if context.log else print
    run_id = context.run.run_id if context.run else None
    with user_errors():
        if run_id:
            begin_to_live(folder, run_id)
        start_threads_of_arrow()
    with user_errors(), one_at_a_time(folder.run_lock, described(run_id), say):
        catch_up(folder, settings.object_store, say)
        yield AssetFiles(folder)


def described(run_id: str | None) -> str:
    """Who holds the data folder, in the words that another run is told."""
    return f"process {os.getpid()}, since {time.strftime('%H:%M')}" + (
        f", run {run_id[:8]} in the UI" if run_id else ""
    )
