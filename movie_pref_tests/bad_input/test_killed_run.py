"""A promotion or a write that is killed at a known place; at random moments: `movie_pref_tests/faults/`."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from movie_pref.errors import UserError
from movie_pref.files import clear_leftovers
from movie_pref.model.champion import Champion, promote
from movie_pref.model.model import Model


class Killed(BaseException):
    """Stands for kill -9: nothing is tidied up behind it."""


@pytest.mark.parametrize("same", [True, False], ids=["the same model again", "another model"])
@pytest.mark.parametrize("moment", range(4))
def test_kill_at_any_rename_of_a_promotion_leaves_a_whole_champion(
    moment: int, same: bool, home: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = home.data / "model"
    champion = Champion.load(folder)
    challenger = champion.model.with_facts(metrics={}, **({} if same else {"threshold": 0.4}))
    renames = iter(range(100))
    rename = Path.replace

    def dies(path: Path, target: Path) -> Path:
        if next(renames) == moment:
            monkeypatch.setattr(shutil, "rmtree", lambda *args, **kwargs: None)
            monkeypatch.setattr(Path, "unlink", lambda *args, **kwargs: None)
            raise Killed
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", dies)
    try:
        promote(challenger, folder, "promoted")
    except Killed:
        assert moment < 3
    finally:
        monkeypatch.undo()
    assert Champion.load(folder).version in {champion.version, challenger.version}
    promote(challenger, folder, "promoted")
    assert Champion.load(folder).version == challenger.version
    assert [path for path in folder.iterdir() if path.is_dir() and path.name.startswith(".")] == []


def test_model_that_was_trained_but_not_promoted_is_not_loaded(home: Any) -> None:
    trained = home.data / "assets" / "tuned_model"
    assert Model.read(trained).version
    with pytest.raises(UserError, match="No model has been promoted"):
        Champion.load(trained)


WRITE = """
import shutil, sys, time
from pathlib import Path
from movie_pref.files import whole_file, whole_folder
data, moment = Path(sys.argv[1]), sys.argv[2]

def stop(*_, **__):
    print("here", flush=True)
    time.sleep(600)

if moment == "in a file":
    with whole_file(data / "assets" / "training_table.parquet") as temporary:
        temporary.write_text("half")
        stop()
shutil.rmtree = stop if moment == "before the old one goes" else shutil.rmtree
rename = Path.replace
if moment == "between two renames":
    Path.replace = lambda path, target: stop() if path.suffix == ".tmp" else rename(path, target)
with whole_folder(data / "assets" / "committee") as temporary:
    (temporary / "new.json").write_text("{}")
    if moment == "in a folder":
        stop()
"""
MOMENTS = ("in a file", "in a folder", "between two renames", "before the old one goes")


def writer(data: Path, moment: str) -> subprocess.Popen[str]:
    """A process that is in the middle of writing."""
    process = subprocess.Popen([sys.executable, "-c", WRITE, data, moment], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "here\n"
    return process


def hidden(data: Path) -> list[Path]:
    return [path for path in (data / "assets").iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_next_run_tidies_up_after_one_that_was_killed_while_it_wrote(moment: str, home: Any) -> None:
    before = home.state()
    committee = sorted(path.name for path in (home.data / "assets" / "committee").iterdir())
    process = writer(home.data, moment)
    try:
        assert clear_leftovers(home.data) == (0, [])  # somebody still writes them
        assert hidden(home.data)
    finally:
        process.kill()
        process.communicate()
    said = home("score")
    assert said.code == 0 and "killed" in said.words, said.out
    assert hidden(home.data) == []
    new = moment == "before the old one goes"
    assert sorted(path.name for path in (home.data / "assets" / "committee").iterdir()) == (
        ["new.json"] if new else committee
    )
    assert ("what stood there before is back" in said.words) == (moment == "between two renames")
    kept = home.state()
    assert {path: kept[path] for path in before if path.startswith("model")} == {
        path: digest for path, digest in before.items() if path.startswith("model")
    }
