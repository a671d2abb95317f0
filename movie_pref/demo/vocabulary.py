"""The words of the demonstration library, read from `vocabulary.yaml` beside this module.

Belongs here: what the file holds and how it is read. Does not belong here: the words themselves, and the functions that
make text of them (`movie_pref.demo.stories`).
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

WORDS = Path(__file__).with_name("vocabulary.yaml")
Words = tuple[str, ...]


@dataclass(frozen=True)
class Theme:
    """A kind of story within a genre: who, what sets it off, what must be done, what stands in the way."""

    jobs: Words
    sparks: Words
    quests: Words
    troubles: Words
    nouns: Words
    taglines: Words


@dataclass(frozen=True)
class Tongue:
    """Titles, names and companies of one language; `heads` and `tails` run parallel to the English ones."""

    heads: Words
    tails: Words
    names: tuple[tuple[str, str], ...]  # in our letters, in its own
    surnames: Words
    towns: Words
    companies: Words
    phrase: str  # how head and tail are put together
    pair: str  # how a name and a head are


@dataclass(frozen=True)
class Vocabulary:
    """Everything that `vocabulary.yaml` holds."""

    themes: dict[str, tuple[Theme, ...]]  # of each genre
    tones: dict[str, str]  # manner of closing sentences and posters, by genre
    slots: dict[str, Words]  # what may stand for a word in braces
    english: dict[str, Words]  # heads and tails of titles
    tongues: dict[str, Tongue]  # by language
    abroad: dict[str, Words]  # people and towns of the other languages
    companies: dict[str, Words]


@cache
def vocabulary() -> Vocabulary:
    """The shipped words."""
    content = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    themes = {
        genre: tuple(Theme(**_lists(theme)) for theme in themes) for genre, themes in content.pop("themes").items()
    }
    tones = {genre: tone for tone, genres in content.pop("tones").items() for genre in genres}
    tongues = {language: _tongue(written) for language, written in content.pop("tongues").items()}
    return Vocabulary(
        themes=themes, tones=tones, tongues=tongues, **{name: _lists(each) for name, each in content.items()}
    )


def _lists(written: dict[str, str]) -> dict[str, Words]:
    return {name: tuple(text.split(" | ")) for name, text in written.items()}


def _tongue(written: dict[str, str]) -> Tongue:
    phrase, pair = written.pop("phrase"), written.pop("pair")
    lists: dict[str, Any] = _lists(written)
    pairs = [name.partition("=") for name in lists.pop("names")]
    names = tuple((latin, native or latin) for latin, _, native in pairs)
    return Tongue(names=names, phrase=phrase, pair=pair, **lists)
