"""What is dear to make, made once for all files and all workers of a test run."""

import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from movie_pref.files import one_at_a_time

Made = TypeVar("Made")


def made_once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Made]) -> Made:
    """What `make` gives for an empty folder; the worker that asks first makes it, the others wait and read it.

    All get the same folder, so nothing in it may be changed.
    """
    own = tmp_path_factory.getbasetemp()
    common = own.parent if own.name.startswith("popen-") else own
    folder, kept = common / "made_once" / name, common / "made_once" / f"{name}.pickle"
    with one_at_a_time(common / "made_once" / f"{name}.lock", "a test", lambda _: None):
        if not kept.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            kept.write_bytes(pickle.dumps(make(folder)))
    return pickle.loads(kept.read_bytes())
