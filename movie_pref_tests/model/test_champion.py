"""The model folder: what was promoted comes back unchanged, and nothing else is ever loaded from it."""

import os
import shutil
import subprocess
import sys

import pytest

from movie_pref.errors import UserError
from movie_pref.model.calibration import Calibrator
from movie_pref.model.champion import (
    REMEMBERED,
    Champion,
    keep,
    past_champions,
    promote,
    remembered,
    rollback,
    standing,
)
from movie_pref.model.committee import Recipe
from movie_pref.model.model import Model
from movie_pref.model.operating_point import Limits
from movie_pref.model.pointer import read_pointer
from movie_pref.model.training import train_model


@pytest.fixture
def challenger(trained):
    def make(trees):
        model = train_model(
            trained.features,
            trained.split["label"],
            trained.training,
            trained.preprocessing,
            Recipe.alone({**trained.params, "n_estimators": trees}, 3),
            Limits(0.35, 0.3, 0.98),
            seed=3,
        )
        return model.with_facts(calibration=Calibrator().to_dict())

    return make


def test_a_model_that_was_not_promoted_cannot_be_loaded(trained, tmp_path, one_sentence):
    trained.model.save(tmp_path / "model" / trained.model.version)

    for folder in (tmp_path / "model", tmp_path / "model" / trained.model.version, tmp_path / "nowhere"):
        with pytest.raises(UserError) as caught:
            Champion.load(folder)
        one_sentence(caught, folder, "No model has been promoted")


def test_another_model_in_the_place_of_the_champion_is_refused(champion, challenger, tmp_path, one_sentence):
    other = challenger(3)
    other.save(tmp_path / "model" / champion.version)

    with pytest.raises(UserError) as caught:
        Champion.load(tmp_path / "model")

    one_sentence(caught, champion.version, other.version)


def test_promotion_keeps_the_previous_champion_and_those_before_it(challenger, tmp_path):
    folder = tmp_path / "model"
    first, second, third = (challenger(trees) for trees in (2, 3, 4))

    promote(first, folder, "first")
    assert read_pointer(folder)["previous"] is None
    promote(second, folder, "better")
    promote(third, folder, "better still")

    pointer = read_pointer(folder)
    assert (pointer["champion"], pointer["previous"], pointer["decision"]) == (
        third.version,
        second.version,
        "better still",
    )
    assert pointer["past"] == [second.version, first.version]
    assert {path.name for path in folder.iterdir()} == {
        "champion.json",
        *(one.version for one in (first, second, third)),
    }
    assert Champion.load(folder).version == third.version
    assert list(past_champions(folder)) == pointer["past"]
    assert Model.read(folder / second.version).version == second.version


@pytest.mark.parametrize(
    ("best", "kept"),
    [
        (None, ["9", "8", "7", "6", "5", "4", "3", "2", "1"]),
        ("5", ["9", "8", "7", "6", "5", "4", "3", "2", "1"]),
        ("0", ["9", "8", "7", "6", "5", "4", "3", "2", "0"]),  # the best stays whatever its age
    ],
)
def test_ten_champions_are_kept_and_the_best_among_them(best, kept):
    assert remembered([str(number) for number in range(9, -1, -1)], best) == kept


def test_older_champions_leave_the_folder_but_for_the_best(challenger, tmp_path):
    folder, models = tmp_path / "model", [challenger(trees) for trees in range(1, 13)]
    for model in models:
        promote(model, folder, "better", best=models[0].version)
    versions = [model.version for model in models]

    kept = {path.name for path in folder.iterdir()} - {"champion.json"}
    assert kept == {versions[0], *versions[3:]} and len(kept) == REMEMBERED
    assert read_pointer(folder)["previous"] == versions[-2]


def test_a_damaged_former_champion_is_no_rival(challenger, tmp_path):
    folder, models = tmp_path / "model", [challenger(trees) for trees in (2, 3, 4)]
    for model in models:
        promote(model, folder, "better")
    (folder / models[0].version / "evaluated.json").write_text("{")

    assert list(past_champions(folder)) == [models[1].version]


def test_promoting_the_champion_again_keeps_the_one_before_it(challenger, tmp_path):
    folder = tmp_path / "model"
    first, second = challenger(2), challenger(3)
    for model in (first, second, second):
        promote(model, folder, "as decided")

    assert read_pointer(folder)["previous"] == first.version
    assert {path.name for path in folder.iterdir()} == {"champion.json", first.version, second.version}


def test_a_promotion_that_fails_leaves_the_champion(champion, challenger, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError("interrupted")

    monkeypatch.setattr("movie_pref.model.champion.write_json", fail)
    with pytest.raises(OSError, match="interrupted"):
        promote(challenger(2), tmp_path / "model", "better")

    assert Champion.load(tmp_path / "model").version == champion.version


def test_a_champion_knows_its_threshold_calibration_and_what_it_failed(trained, tmp_path):
    promote(trained.model.with_facts(provisional=["recall is low"]), tmp_path / "model", "first")
    champion = Champion.load(tmp_path / "model")

    assert champion.threshold == 0.35
    assert champion.calibrate == Calibrator(-0.2, (0.8,))
    assert champion.provisional == ["recall is low"]


@pytest.mark.parametrize("content", ["", "{", "{}", "[]", "5", '{"champion": null}'])
def test_a_damaged_pointer_is_one_sentence(champion, tmp_path, one_sentence, content):
    (tmp_path / "model" / "champion.json").write_text(content)

    with pytest.raises(UserError) as caught:
        Champion.load(tmp_path / "model")

    one_sentence(caught, "champion.json", "delete it")


def test_a_champion_whose_folder_is_gone_is_one_sentence(champion, tmp_path, one_sentence):
    shutil.rmtree(tmp_path / "model" / champion.version)

    with pytest.raises(UserError) as caught:
        Champion.load(tmp_path / "model")

    one_sentence(caught, "incomplete or damaged")


# kept, and back


def test_a_refused_challenger_changes_nothing_but_what_was_decided(champion, tmp_path):
    before = read_pointer(tmp_path / "model")
    pointer = keep(tmp_path / "model", because="it is worse", challenger="0123456789ab")

    assert read_pointer(tmp_path / "model") == pointer
    assert {name: pointer[name] for name in ("champion", "previous", "promoted_at")} == {
        name: before[name] for name in ("champion", "previous", "promoted_at")
    }
    assert (pointer["decision"], pointer["because"], pointer["challenger"]) == ("kept", "it is worse", "0123456789ab")
    assert Champion.load(tmp_path / "model").version == champion.version


def test_rollback_makes_the_previous_champion_the_champion_and_a_second_one_undoes_it(challenger, tmp_path):
    folder = tmp_path / "model"
    first, second = challenger(2), challenger(3)
    promote(first, folder, "first")
    promote(second, folder, "promoted")

    champion, replaced = rollback(folder)
    assert (champion.version, replaced.version) == (first.version, second.version)
    assert Champion.load(folder).version == first.version
    assert read_pointer(folder)["decision"] == "rolled back"

    rollback(folder)
    assert Champion.load(folder).version == second.version


def test_rollback_without_a_previous_champion_says_so(champion, tmp_path, one_sentence):
    before = read_pointer(tmp_path / "model")
    with pytest.raises(UserError) as caught:
        rollback(tmp_path / "model")
    one_sentence(caught, "no previous champion", champion.version)
    assert read_pointer(tmp_path / "model") == before

    with pytest.raises(UserError) as caught:
        rollback(tmp_path / "nowhere")
    one_sentence(caught, "No model has been promoted")


def test_rollback_to_a_damaged_champion_is_refused_and_the_champion_stays(challenger, tmp_path, one_sentence):
    folder = tmp_path / "model"
    first, second = challenger(2), challenger(3)
    promote(first, folder, "first")
    promote(second, folder, "promoted")
    (folder / first.version / "serving.json").unlink()

    with pytest.raises(UserError) as caught:
        rollback(folder)

    one_sentence(caught, first.version, "cannot be read", f"{second.version} stays the champion")
    assert Champion.load(folder).version == second.version


def test_rollback_from_a_damaged_champion_works(challenger, tmp_path):
    folder = tmp_path / "model"
    first, second = challenger(2), challenger(3)
    promote(first, folder, "first")
    promote(second, folder, "promoted")
    (folder / second.version / "model.json").write_text("{")

    champion, replaced = rollback(folder)

    assert champion.version == Champion.load(folder).version == first.version
    assert replaced is None


def test_who_stands_against_a_challenger(challenger, tmp_path):
    folder = tmp_path / "model"
    assert standing(folder) == (None, "there was no champion yet")

    model = challenger(2)
    promote(model, folder, "first")
    champion, trouble = standing(folder)
    assert (champion.version, trouble) == (model.version, "")

    (folder / model.version / "evaluated.json").write_text("{")
    champion, trouble = standing(folder)
    assert champion is None and "could not be read" in trouble and "damaged" in trouble


KILLED = """
# imports are paid once and then forked; this process itself calls nothing of XGBoost, whose threads do not survive a fork
import os, random, shutil, signal, sys, time
from pathlib import Path
from movie_pref.model.champion import Champion, Model, promote

folder, moments = Path(sys.argv[1]), random.Random(0)

def promote_for_ever(say):
    models = [Model.read(folder.parent / name) for name in ("one", "other")]
    os.write(say, b"x")
    while True:
        for model in models:
            champion = folder / "champion.json"
            if not champion.exists() or model.version not in champion.read_text().split('"previous"')[0]:
                shutil.rmtree(folder / model.version, ignore_errors=True)  # so that it is written anew
                promote(model, folder, "promoted")
                os.write(say, b"p")

def check(say):
    champion = Champion.load(folder)
    assert champion.model.version == champion.version
    half_written = [path.name for path in folder.iterdir() if path.name.startswith(".")]
    print(champion.version, len(half_written), flush=True)

def forked(function):
    said, say = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            function(say)
            os._exit(0)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
        os._exit(1)
    os.close(say)
    return child, said

for kill in range(20):
    child, said = forked(promote_for_ever)
    os.read(said, 1)
    if kill == 0:
        started = time.perf_counter()
        assert os.read(said, 1) and os.read(said, 1)
        two_promotions = time.perf_counter() - started
    else:
        time.sleep(moments.uniform(0, two_promotions))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(said)
    child, said = forked(check)
    assert os.waitpid(child, 0)[1] == 0
    os.close(said)
"""


def test_kill_at_20_random_moments_of_promotions_leaves_one_whole_champion(challenger, tmp_path):
    """Real processes, really killed: each is promoting one of two models over the other when kill -9 arrives."""
    one, other = challenger(2), challenger(3)
    one.save(tmp_path / "one")
    other.save(tmp_path / "other")

    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "model")],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert len(lines) == 20
    assert {version for version, _ in lines} == {one.version, other.version}
    assert any(int(half_written) for _, half_written in lines)  # some were killed while they wrote
