"""Settings: where a value comes from, which source wins, and what a bad one says."""

from pathlib import Path

import numpy as np
import pytest

from movie_pref.errors import UserError
from movie_pref.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def clean(monkeypatch, tmp_path):
    """No setting of the machine that runs the tests, and a data folder of their own."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MOVIE_PREF_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()


def remember(text, folder="data"):
    Path(folder).mkdir(exist_ok=True)
    (Path(folder) / "settings.toml").write_text(text, encoding="utf-8")


def test_the_defaults_are_those_of_the_design():
    settings = load_settings()

    assert (settings.holdout_share, settings.validation_share, settings.folds) == (0.15, 0.15, 5)
    assert (settings.threshold, settings.review_budget, settings.seed) == (0.35, None, 0)
    assert settings.library_path == Path("data/01_training.parquet")
    assert settings.candidates_path == Path("data/candidates.parquet")


def test_every_setting_is_described():
    assert all(field.description for field in Settings.model_fields.values())


def test_an_environment_variable_overrides_the_default(monkeypatch):
    monkeypatch.setenv("MOVIE_PREF_THRESHOLD", "0.4")
    monkeypatch.setenv("MOVIE_PREF_DATA", "elsewhere")
    monkeypatch.setenv("MOVIE_PREF_LIBRARY", "mine.csv")

    settings = load_settings()

    assert settings.threshold == 0.4
    assert settings.library_path == Path("mine.csv")
    assert settings.candidates_path == Path("elsewhere/candidates.parquet")


def test_run_config_beats_the_environment_which_beats_the_file_which_beats_the_default(monkeypatch):
    remember("folds = 3\nseed = 7\nthreshold = 0.3\n")
    monkeypatch.setenv("MOVIE_PREF_FOLDS", "4")
    monkeypatch.setenv("MOVIE_PREF_SEED", "8")

    settings = load_settings(folds=6)

    assert (settings.folds, settings.seed, settings.threshold, settings.holdout_share) == (6, 8, 0.3, 0.15)


def test_an_override_of_none_means_not_given(monkeypatch):
    monkeypatch.setenv("MOVIE_PREF_FOLDS", "4")

    assert load_settings(folds=None).folds == 4


@pytest.mark.parametrize("how", ["override", "environment"])
def test_the_file_is_looked_for_in_the_data_folder_in_use(monkeypatch, how):
    remember("folds = 3\n", folder="elsewhere")
    remember("folds = 9\n")
    if how == "environment":
        monkeypatch.setenv("MOVIE_PREF_DATA", "elsewhere")

    assert load_settings(data="elsewhere" if how == "override" else None).folds == 3
    monkeypatch.delenv("MOVIE_PREF_DATA", raising=False)
    assert load_settings().folds == 9


def test_the_budget_is_the_larger_of_15_percent_and_one_and_a_half_times_the_base_rate():
    assert load_settings().budget(0.05) == 0.15
    assert load_settings().budget(0.2) == pytest.approx(0.3)
    assert load_settings(review_budget=0.1).budget(0.2) == 0.1


def test_jobs_of_0_take_every_core():
    assert load_settings(jobs=3).n_jobs == 3
    assert load_settings().n_jobs >= 1


def test_settings_cannot_be_changed_in_a_run():
    with pytest.raises(ValueError, match="frozen"):
        load_settings().folds = 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("folds", "many"),
        ("folds", "1"),
        ("threshold", "1.5"),
        ("holdout_share", "-0.1"),
        ("review_budget", "0"),
        ("search_points", "0"),
        ("bootstrap_samples", "5"),
        ("jobs", "two"),
    ],
)
@pytest.mark.parametrize("source", ["override", "environment", "file"])
def test_a_bad_value_is_one_sentence_that_names_setting_and_value(monkeypatch, one_sentence, source, name, value):
    if source == "environment":
        monkeypatch.setenv(f"MOVIE_PREF_{name.upper()}", value)
    elif source == "file":
        remember(f"{name} = '{value}'\n")

    with pytest.raises(UserError) as caught:
        load_settings(**({name: value} if source == "override" else {}))

    one_sentence(caught, f"'{name}'", repr(value), f"MOVIE_PREF_{name.upper()}")


def test_a_setting_that_does_not_exist_is_one_sentence(one_sentence):
    remember("treshold = 0.3\n")

    with pytest.raises(UserError) as caught:
        load_settings()

    one_sentence(caught, "'treshold'")


@pytest.mark.parametrize("content", [b"folds = = 3\n", b"folds 3", b"folds = '\xff'\n"])
def test_a_file_that_is_no_toml_is_one_sentence(one_sentence, content):
    Path("data/settings.toml").write_bytes(content)

    with pytest.raises(UserError) as caught:
        load_settings()

    one_sentence(caught, "settings.toml", "mend or delete it")


def test_review_budget_follows_the_base_rate_as_a_plain_number(tmp_path: Path) -> None:
    """Dagster stores no NumPy number, and the base rate is one."""
    budget = load_settings(data=tmp_path).budget(np.float64(0.2))
    assert type(budget) is float and budget == pytest.approx(0.3)
