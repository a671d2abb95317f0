"""Titles and overviews of the demonstration library."""

import re

import pandas as pd
import pytest

TEXTS = ["media_title", "original_media_title", "tagline", "overview"]


def test_titles_and_overviews_hardly_repeat(library, candidates):
    both = pd.concat([library, candidates])
    assert both["media_title"].duplicated().mean() < 0.03
    assert both.loc[both["overview"] != "", "overview"].duplicated().mean() < 0.01
    taglines = both.loc[both["tagline"] != "", "tagline"]
    assert taglines.nunique() > 0.6 * len(taglines)


@pytest.mark.parametrize("column", TEXTS)
def test_texts_are_finished(library, column):
    texts = library[column][library[column] != ""]
    assert not texts.str.contains(r"[{}|]|  |\bnan\b|None", regex=True).any()
    assert (texts.str.strip() == texts).all()
    assert texts.str[0].map(lambda letter: not letter.islower()).all()


def test_overviews_are_one_to_three_sentences(library):
    for overview in library["overview"][library["overview"] != ""]:
        assert 1 <= len(re.findall(r"[.?!](?: |$)", overview)) <= 3, overview


@pytest.mark.parametrize(
    ("genre", "words"),
    [
        ("Crime", "murder|heist|mob|killer|vault"),
        ("Western", "outlaw|ranch|bounty|sheriff|herd|gang|saloon|railroad|gunslinger|badlands"),
        ("Music", "band|symphony|cello|orchestra|album|singer|opera"),
        ("Horror", "haunt|creature|evil|cult|blood|sacrifice|bonfire"),
    ],
)
def test_stories_fit_their_genre(library, genre, words):
    """The first genre tells the story, so its words are much commoner there than elsewhere."""
    first = library["genre"].map(lambda names: names[0] if names else "")
    told = library["overview"].str.contains(words)
    assert told[first == genre].mean() > 0.35
    assert told[first == genre].mean() > 4 * told[first != genre].mean()


@pytest.mark.parametrize(
    ("language", "script"),
    [
        ("ja", "[\u3040-\u30ff\u4e00-\u9fff]"),
        ("ko", "[\uac00-\ud7a3]"),
        ("hi", "[\u0900-\u097f]"),
        ("zh", "[\u4e00-\u9fff]"),
    ],
)
def test_original_titles_are_written_in_their_script(library, language, script):
    titles = library.loc[library["original_language"] == language, "original_media_title"]
    assert len(titles) > 0
    assert titles.str.contains(script).all()


def test_english_movies_have_one_title_and_french_ones_two(library):
    same = library["media_title"] == library["original_media_title"]
    assert same[library["original_language"] == "en"].all()
    assert not same[library["original_language"].isin(["fr", "es", "it", "de"])].any()
