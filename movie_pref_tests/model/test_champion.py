"""The model folder: what was promoted comes back unchanged, and nothing else is ever loaded from it."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict

import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.model.champion import Champion, keep, promote, read_pointer, rollback, standing
from movie_pref.model.committee import Recipe
from movie_pref.model.model import Model
from movie_pref.model.operating_point import Limits
from movie_pref.model.training import train_model
from movie_pref.ranking.scoring import score

PARTS = (
    "evaluated.json",
    "evaluated_linear.json",
    "serving.json",
    "serving_linear.json",
    "preprocessing.json",
    "model.json",
)


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
        return model.with_facts(calibration={"slope": 1.0, "intercept": 0.0})

    return make


def test_a_saved_model_comes_back_with_the_same_scores_facts_and_version(trained, candidates, tmp_path):
    trained.model.save(tmp_path / "one")
    again = Model.read(tmp_path / "one")

    assert again.version == trained.model.version
    assert again.facts == trained.model.facts
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == sorted(PARTS)
    promotion = {"champion": again.version}
    pd.testing.assert_frame_equal(
        score(Champion(again, promotion), candidates).drop(columns="scored_at"),
        score(Champion(trained.model, promotion), candidates).drop(columns="scored_at"),
    )


def test_the_folder_holds_json_only(trained, tmp_path):
    trained.model.save(tmp_path / "one")

    for path in (tmp_path / "one").iterdir():
        json.loads(path.read_text(encoding="utf-8"))


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


def test_promotion_keeps_the_previous_champion_and_removes_older_ones(challenger, tmp_path):
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
    assert {path.name for path in folder.iterdir()} == {"champion.json", third.version, second.version}
    assert Champion.load(folder).version == third.version
    assert Model.read(folder / second.version).version == second.version


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
    assert champion.calibrate == (0.8, -0.2)
    assert champion.provisional == ["recall is low"]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("content", ["", "{", "{}", "[]", "null", None], ids=str)
def test_a_damaged_or_missing_file_is_one_sentence(champion, tmp_path, one_sentence, part, content):
    path = tmp_path / "model" / champion.version / part
    path.unlink()
    if content is not None:
        path.write_text(content)

    with pytest.raises(UserError) as caught:
        Champion.load(tmp_path / "model")

    one_sentence(caught, "movie-pref run")


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("evaluated.json", lambda content: swap(content, "base_weights")),
        ("serving.json", lambda content: swap(content, "split_conditions")),
        ("evaluated_linear.json", lambda content: content.update(start=0.5)),
        ("serving_linear.json", lambda content: content.update(weight=1.0)),
        ("preprocessing.json", lambda content: content["numeric"]["imdb_votes"].update(max=1.0)),
        ("preprocessing.json", lambda content: content["catalogue"]["budget"].update(unknown=[])),
        ("model.json", lambda content: content.update(threshold=0.01)),
        ("model.json", lambda content: content["calibration"].update(slope=2.0)),
        ("model.json", lambda content: content["metrics"]["average_precision"].update(value=0.99)),
        ("model.json", lambda content: content.update(provisional=[])),
        ("model.json", lambda content: content["settings"].update(holdout_share=0.4)),
        ("model.json", lambda content: content.update(library_fingerprint="another")),
        ("model.json", lambda content: content.pop("metrics")),
        ("model.json", lambda content: content.update(remark="a fact more")),
        ("model.json", lambda content: content.update(version="000000000000")),
    ],
)
def test_a_file_that_was_tampered_with_is_refused(trained, tmp_path, one_sentence, part, change):
    facts = {
        "metrics": {"average_precision": {"value": 0.5, "low": 0.4, "high": None}},
        "provisional": ["recall is low"],
        "settings": {"holdout_share": 0.15},
    }
    model = trained.model.with_facts(**facts)
    promote(model, tmp_path / "model", "first")
    assert Champion.load(tmp_path / "model").model.facts == model.facts
    path = tmp_path / "model" / model.version / part
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")

    with pytest.raises(UserError) as caught:
        Champion.load(tmp_path / "model")

    one_sentence(caught, "not the one it says it is")


def swap(content, name):
    """Change one number of the first tree."""
    content["learner"]["gradient_booster"]["model"]["trees"][0][name][0] += 0.5


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


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ({"n_estimators": 30}, "n_estimators is 30 in all, and evaluated has 25 trees"),
        ({"max_depth": 2}, "max_depth is 2, and a tree of evaluated has the depth 3"),
    ],
)
def test_a_model_made_by_other_settings_than_it_claims_is_refused(trained, tmp_path, one_sentence, claims, says):
    """Even where its version was computed again to fit."""
    promote(
        trained.model.with_facts(recipe=asdict(Recipe.alone({**trained.params, **claims}, 3))),
        tmp_path / "model",
        "first",
    )

    with pytest.raises(UserError) as caught:
        Champion.load(tmp_path / "model")

    one_sentence(caught, "other settings than it claims", says)


def test_a_model_whose_columns_are_not_those_of_its_preprocessing_is_refused(trained, tmp_path, one_sentence):
    from dataclasses import replace

    fewer = Preprocessor(columns=trained.preprocessing.columns[:-1]).fit(trained.rows[trained.training])
    replace(trained.model, preprocessing=fewer).save(tmp_path / "one")

    with pytest.raises(UserError) as caught:
        Model.read(tmp_path / "one")

    one_sentence(caught, "other columns than its preprocessing makes")


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
