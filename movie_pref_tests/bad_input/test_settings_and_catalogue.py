"""Settings and a feature catalogue that are wrong are named, and left as they are."""

from typing import Any

import pytest

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


BROKEN_CATALOGUES = {
    "no YAML": (b"budget: [", "is no feature catalogue"),
    "binary": (b"\xff\xfe\0", "is no feature catalogue"),
    "a list": (b"- budget\n- genre\n", "is no feature catalogue"),
    "an entry that is a number": (b"budget: 5\n", "in the entry 'budget'"),
    "an unknown kind": (b"budget: {kind: money}\n", "in the entry 'budget', kind was given 'money'"),
    "an unknown field": (b"budget: {kind: continuous, colour: red}\n", "colour was given 'red'"),
    "a kind for another type": (b"genre: {kind: continuous}\n", "in the entry 'genre', kind was given 'continuous'"),
}


@pytest.mark.parametrize("what", BROKEN_CATALOGUES)
def test_broken_catalogue_is_refused_once(what: str, home: Any) -> None:
    content, expected = BROKEN_CATALOGUES[what]
    (home.data / "feature_catalogue.yaml").write_bytes(content)
    before = home.state()
    refused(home("run"), "feature_catalogue.yaml", expected, "mend")
    assert home.state() == before


def test_catalogue_that_leaves_no_feature_is_refused(home: Any) -> None:
    (home.data / "feature_catalogue.yaml").write_text("overview: {kind: text, text_embedding_value: no}\n")
    before = home.state()
    refused(home("run"), "No feature is left", "feature_catalogue.yaml")
    assert home.state() == before
