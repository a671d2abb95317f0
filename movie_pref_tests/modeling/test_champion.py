"""The model folder: what was promoted comes back unchanged, and nothing else is ever loaded from it."""

import json
import shutil

import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.modeling.champion import PARTS, Champion, Model, promote, read_pointer
from movie_pref.modeling.training import train_model


@pytest.fixture
def challenger(trained):
    def make(trees):
        model = train_model(
            trained.features,
            trained.split["label"],
            trained.training,
            trained.preprocessing,
            {**trained.params, "n_estimators": trees},
            threshold=0.35,
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
        Champion(again, promotion).score(candidates).drop(columns="scored_at"),
        Champion(trained.model, promotion).score(candidates).drop(columns="scored_at"),
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

    monkeypatch.setattr("movie_pref.modeling.champion.write_json", fail)
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
        ("preprocessing.json", lambda content: content["numeric"]["imdb_votes"].update(max=1.0)),
        ("preprocessing.json", lambda content: content["catalogue"]["budget"].update(unknown=[])),
        ("model.json", lambda content: content.update(threshold=0.01)),
        ("model.json", lambda content: content.update(version="000000000000")),
    ],
)
def test_a_file_that_was_tampered_with_is_refused(champion, tmp_path, one_sentence, part, change):
    path = tmp_path / "model" / champion.version / part
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
