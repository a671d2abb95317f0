"""The vocabulary file: what a person who edits it can get wrong."""

from dataclasses import fields
from string import Formatter

import pytest

from movie_pref.demo.vocabulary import Theme, vocabulary

OF_THE_THEME = {"job", "spark", "quest", "trouble", "noun"}
COMPOSED = {"hero", "job_title", "town"}  # of other slots


def slots_of(phrase: str) -> set[str]:
    return {name.lower() for _, name, _, _ in Formatter().parse(phrase) if name is not None}


def test_every_slot_in_a_phrase_can_be_filled():
    words = vocabulary()
    of_themes = [
        phrase
        for themes in words.themes.values()
        for theme in themes
        for field in fields(Theme)
        for phrase in getattr(theme, field.name)
    ]
    phrases = [*of_themes, *(phrase for phrases in words.slots.values() for phrase in phrases)]
    used = set().union(*map(slots_of, phrases))
    assert {"town", "number", "relative"} <= used
    assert used <= OF_THE_THEME | COMPOSED | set(words.slots)


def test_titles_of_every_language_run_parallel_to_the_english_ones():
    words = vocabulary()
    for language, tongue in words.tongues.items():
        assert len(tongue.heads) == len(words.english["heads"]), language
        assert len(tongue.tails) == len(words.english["tails"]), language
        assert slots_of(tongue.phrase) == {"head", "tail"}, language
        assert slots_of(tongue.pair) == {"one", "other"}, language


def test_a_list_is_read_part_by_part_across_lines():
    words = vocabulary()
    assert words.english["tails"][:3] == ("of Winter", "by the Sea", "Without a Name")
    assert words.english["tails"][-1] == "of September"
    assert all(" ".join(name.split()) == name and "|" not in name for name in words.slots["title"])


def test_a_name_is_in_our_letters_and_in_its_own():
    tongues = vocabulary().tongues
    assert tongues["ja"].names[0] == ("Haru", "ハル")
    assert tongues["fr"].names[0] == ("Claire", "Claire")


@pytest.mark.parametrize("genre, tone", [("Comedy", "light"), ("War", "quiet"), ("Documentary", "film")])
def test_tones_go_by_genre(genre, tone):
    words = vocabulary()
    assert words.tones[genre] == tone
    assert set(words.tones) <= set(words.themes)
