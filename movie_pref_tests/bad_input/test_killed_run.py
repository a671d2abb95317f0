"""A run or a promotion that is killed leaves a whole champion and its ranking."""

import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.model.champion import Champion, promote
from movie_pref.model.model import Model
from movie_pref_tests.bad_input.spoiling import readable


def test_killed_run_leaves_the_old_state_and_the_next_one_succeeds(home: Any) -> None:
    before = home.state()
    rows = pd.read_parquet(home.library)
    rows.iloc[5:].to_parquet(home.library, index=False)
    started = time.time()
    process = home.start("run", MOVIE_PREF_SEARCH_POINTS="500")
    search = home.data / "02_binomial_classifier_training_data.parquet"
    while process.poll() is None and time.time() < started + 120 and search.stat().st_mtime < started:
        time.sleep(0.05)
    time.sleep(0.5)
    assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    readable(home.data)
    model_and_ranking = {path: digest for path, digest in before.items() if path.startswith(("model", "scored", "03_"))}
    after = home.state()
    assert {path: after[path] for path in model_and_ranking} == model_and_ranking
    said = home("run")
    assert said.code == 0, said.out
    assert len(pd.read_parquet(search)) == len(rows) - 5
    readable(home.data)


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
