"""Settings and a feature catalogue that are wrong are named, and left as they are."""

import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from movie_pref.errors import UserError
from movie_pref.library.catalogue import own_catalogue
from movie_pref.settings import load_settings
from movie_pref_tests.bad_input.spoiling import refused


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SEARCH_POINTS", "many", "valid integer"),
        ("THRESHOLD", "2", "less than 1"),
        ("FOLDS", "1", "greater than or equal to 2"),
    ],
)
def test_invalid_setting_in_the_environment_is_named(name: str, value: str, expected: str, home: Any) -> None:
    before = home.state()
    refused(home("run", **{f"MOVIE_PREF_{name}": value}), name.lower(), repr(value), expected, f"MOVIE_PREF_{name}")
    assert home.state() == before


@pytest.mark.parametrize("command", ["run", "score", "demo", "ui"])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"library = [", "is not valid TOML"),
        (b"\xff\xfe\0", "is not valid TOML"),
        (b"thresold = 0.4", "'thresold'"),
        (b"threshold = 'high'", "'threshold' was given 'high'"),
    ],
    ids=["no TOML", "binary", "unknown name", "wrong type"],
)
def test_broken_settings_file_is_refused_and_left_as_it_is(
    content: bytes, expected: str, command: str, home: Any
) -> None:
    (home.data / "settings.toml").write_bytes(content)
    before = home.state()
    refused(home(command), "settings.toml", expected)
    assert home.state() == before


HOSTILE_SETTINGS = {
    "unknown name": (b"thresold = 0.4", "'threshold' may be meant"),
    "negative": (b"recall_floor = -3", "'recall_floor' was given -3"),
    "not a number": (b"review_band = nan", "'review_band' was given nan"),
    "infinite": (b"retrain_hours = inf", "'retrain_hours' was given inf"),
    "a table": (b"[threshold]\na = 1", "'threshold' was given {'a': 1}"),
    "beyond every seed": (b"seed = 99999999999", "'seed' was given 99999999999"),
    "too many digits": (b"seed = " + b"9" * 5000, "is not valid TOML"),
    "too deep": (b"seed = " + b"[" * 5000 + b"]" * 5000, "is not valid TOML"),
    "a long value": (b"target = '" + b"x" * 10_000 + b"'", "'target' was given 'xxx"),
    "NUL in the file": (b"seed\0 = 1", "is not valid TOML"),
    "NUL in a path": (b'library = "a\\u0000b"', "no file can have such a name"),
    "a name too long": (b"library = '" + b"x" * 300 + b"'", "no file can have such a name"),
    "Windows-1252": (b"library = 'caf\xe9.csv'", "no text in UTF-8: the byte 0xe9 at 14"),
    "UTF-16": ("seed = 1".encode("utf-16"), "no text in UTF-8"),
    "huge": (b"#" * 1_000_001, "it has 1,000,001 bytes"),
    "another data folder": (b"data = 'elsewhere'", "cannot name another"),
}


@pytest.mark.parametrize("what", HOSTILE_SETTINGS)
def test_hostile_settings_file_is_one_sentence(what: str, home: Any) -> None:
    content, expected = HOSTILE_SETTINGS[what]
    (home.data / "settings.toml").write_bytes(content)
    refused(home("score"), "settings.toml", expected)


def test_mark_of_an_editor_of_windows_before_the_text_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_bytes(b"\xef\xbb\xbffolds = 3")
    (tmp_path / "feature_catalogue.yaml").write_bytes(b"\xef\xbb\xbfbudget: {kind: continuous}")
    assert load_settings(data=tmp_path).folds == 3
    assert list(own_catalogue(tmp_path)) == ["budget"]


READS = {"settings.toml": lambda data: load_settings(data=data), "feature_catalogue.yaml": own_catalogue}


@pytest.mark.parametrize("stands_there", ["folder", "pipe"])
@pytest.mark.parametrize("name", READS)
def test_what_is_no_file_is_refused_and_no_pipe_is_waited_for(name: str, stands_there: str, tmp_path: Path) -> None:
    (Path.mkdir if stands_there == "folder" else os.mkfifo)(tmp_path / name)
    with pytest.raises(UserError, match=r"it is a folder|a device or a pipe") as caught:
        READS[name](tmp_path)
    assert str(tmp_path / name) in str(caught.value)


@pytest.mark.parametrize("name", READS)
def test_file_that_may_not_be_read_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("")
    (tmp_path / name).chmod(0)
    superuser = os.geteuid() == 0  # whom no permission binds
    if superuser:
        os.seteuid(65534)
    try:
        with pytest.raises(UserError, match="cannot be read: Permission denied") as caught:
            READS[name](tmp_path)
    finally:
        if superuser:
            os.seteuid(0)
    assert str(tmp_path / name) in str(caught.value)


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join([f'*{before}'] * 9)}]\n" for before, after in pairwise("abcdefghij")
)
BROKEN_CATALOGUES = {
    "no YAML": (b"budget: [", "is no feature catalogue"),
    "binary": (b"\xff\xfe\0", "is no feature catalogue"),
    "a list": (b"- budget\n- genre\n", "is no feature catalogue"),
    "an entry that is a number": (b"budget: 5\n", "in the entry 'budget'"),
    "an unknown kind": (b"budget: {kind: money}\n", "in the entry 'budget', kind was given 'money'"),
    "an unknown field": (b"budget: {kind: continuous, colour: red}\n", "colour was given 'red'"),
    "a field of two lines": (b'budget: {kind: text, "a\\n\\nb": 1}', "in the entry 'budget', a b was given 1"),
    "Windows-1252": (b"budget: {kind: continuous, words: caf\xe9}", "no text in UTF-8: the byte 0xe9 at 37"),
    "NUL": (b"budget: {kind\0: continuous}", "is no feature catalogue"),
    "huge": (b"#" * 1_000_001, "it has 1,000,001 bytes"),
    "an alias bomb": (BOMB.encode(), "it has an alias"),
    "a number too long": (b"budget: " + b"9" * 6000, "is no feature catalogue"),
    "no such day": (b"budget: 2020-13-45", "is no feature catalogue"),
    "a tag": (b"budget: !!python/object/apply:os.system [ls]", "could not determine a constructor"),
    "a name that is none": (b"~: {kind: text}", "None is no name of a column"),
    "a column twice": (b"budget: {kind: text}\nbudget: {kind: continuous}", "it has 2 entries 'budget'"),
    "words with no place": (b"genre: {kind: categorical_list, level_words: 'of {name}'}", "'of {name}': one {} was"),
    "two lists of one indicator": (
        b"genre: {kind: categorical_list}\norigin_country: {kind: categorical_list}",
        "line 2: the entries 'genre' and 'origin_country' have the same indicator",
    ),
    "a long value": (b"budget: {kind: '" + b"x" * 10_000 + b"'}", "kind was given 'xxx"),
    "a kind for another type": (b"genre: {kind: continuous}\n", "in the entry 'genre', kind was given 'continuous'"),
}


@pytest.mark.parametrize("what", BROKEN_CATALOGUES)
def test_broken_catalogue_is_refused_once(what: str, home: Any) -> None:
    content, expected = BROKEN_CATALOGUES[what]
    (home.data / "feature_catalogue.yaml").write_bytes(content)
    before = home.state()
    refused(home("run"), "feature_catalogue.yaml", expected)
    assert home.state() == before


def test_catalogue_that_leaves_no_feature_is_refused(home: Any) -> None:
    (home.data / "feature_catalogue.yaml").write_text("overview: {kind: text, text_embedding_value: no}\n")
    before = home.state()
    refused(home("run"), "No feature is left", "feature_catalogue.yaml")
    assert home.state() == before
