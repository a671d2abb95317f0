"""How the words of the demonstration library become titles, taglines, overviews and company names.

Belongs here: the functions that draw words and compose them. Does not belong here: the words
(`movie_pref.demo.vocabulary`), numbers, labels, and anything that knows pandas (`movie_pref.demo.library`).

A phrase may hold slots in braces. Within one movie a slot keeps its word, so the town or the person of a title comes
back in the overview.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from movie_pref.demo.vocabulary import Theme, Tongue, vocabulary

T = TypeVar("T")


def stream(floats: Callable[[int], Sequence[float]]) -> Iterator[float]:
    """Endless uniform numbers in [0, 1) from `floats(count)`, drawn in blocks because single draws are slow."""
    while True:
        yield from floats(8192)


def pick(draws: Iterator[float], words: Sequence[T]) -> T:
    """One of `words`."""
    return words[int(next(draws) * len(words))]


class _Tale(dict[str, str]):
    """The slots of one movie: filled on first use, kept afterwards. A capital asks for a capital."""

    def __init__(self, draws: Iterator[float], theme: Theme, tone: str):
        super().__init__()
        self.draws, self.theme, self.tone = draws, theme, tone

    def __missing__(self, slot: str) -> str:
        if slot[0].isupper():
            text = self[slot.lower()]
            return text[0].upper() + text[1:]
        self[slot] = text = self._fill(slot)
        return text

    def _fill(self, slot: str) -> str:
        if slot == "hero":
            return self.compose("{light_trait} {job}" if self.tone == "light" else "{trait} {job}")
        if slot == "job_title":
            return self["job"].title().replace("'S", "'s")
        if slot == "town":
            return self.compose("{town_head} {town_tail}")
        own = {
            "job": self.theme.jobs,
            "spark": self.theme.sparks,
            "quest": self.theme.quests,
            "trouble": self.theme.troubles,
            "noun": self.theme.nouns,
        }
        return self.compose(pick(self.draws, own.get(slot) or vocabulary().slots[slot]))

    def compose(self, phrase: str) -> str:
        return phrase.format_map(self)


def _overview(tale: _Tale) -> str:
    """One to three sentences in the tone of the tale. Only a person who is introduced is called by name."""
    film = "film_" if tale.tone == "film" else ""
    parts = ["film_opening" if film else "named_opening" if "first" in tale else "opening"]
    if next(tale.draws) < 0.95:
        parts.append(f"{film}link")
    if next(tale.draws) < 0.75:
        parts.append(f"{tale.tone}_turn")
    sentences = []
    for part in parts:
        phrases = vocabulary().slots[part]
        if "first" not in tale:
            phrases = tuple(phrase for phrase in phrases if "{first}" not in phrase.replace("{first} {last}", ""))
        sentences.append(tale.compose(pick(tale.draws, phrases)))
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in sentences)


def _tagline(tale: _Tale) -> str:
    """A line for the poster: the theme's, one that names a person or place, or both."""
    kind = next(tale.draws)
    own = pick(tale.draws, tale.theme.taglines)
    line = tale.compose(pick(tale.draws, vocabulary().slots[f"{tale.tone}_line"]))
    line = line if line[-1] in "?!" else f"{line}."
    return own if kind < 0.2 else line if kind < 0.65 else f"{own} {line}"


def _foreign_title(draws: Iterator[float], tongue: Tongue, name: tuple[str, str]) -> tuple[str, str]:
    """The same title in English and in `tongue`."""
    heads, tails = vocabulary().english["heads"], vocabulary().english["tails"]
    head, tail = int(next(draws) * len(heads)), int(next(draws) * len(tails))
    ours, theirs = heads[head], tongue.heads[head]
    if next(draws) < 0.6:
        return f"{ours} {tails[tail]}", tongue.phrase.format(head=theirs, tail=tongue.tails[tail])
    ours, theirs = (title[0].lower() + title[1:] for title in (ours, theirs))  # the article, mid-title
    return f"{name[0]} and {ours}", tongue.pair.format(one=name[1], other=theirs)


def story(draws: Iterator[float], genre: str, language: str, taken: set[str]) -> tuple[str, str, str, str]:
    """(title, original title, tagline, overview) of one movie; the title joins `taken`.

    A title already in `taken` is drawn again, a few times; after that it stays, as remakes do.
    """
    words = vocabulary()
    for _ in range(12):
        theme = pick(draws, words.themes[genre])
        tale = _Tale(draws, theme, words.tones.get(genre, "dark"))
        if language == "en":
            title = original = tale.compose(pick(draws, words.slots["title"]))
        elif language in words.tongues:
            tongue = words.tongues[language]
            name = pick(draws, tongue.names)
            tale.update(last=pick(draws, tongue.surnames), town=pick(draws, tongue.towns))
            title, original = _foreign_title(draws, tongue, name)
            tale["first"] = name[0]
        else:
            tale.update({slot: pick(draws, names) for slot, names in words.abroad.items()})
            title = original = tale.compose(pick(draws, words.slots["title"]))
        if title not in taken:
            break
    taken.add(title)
    overview = _overview(tale)
    return title, original, _tagline(tale), overview


def _favoured(draws: Iterator[float], words: Sequence[str]) -> str:
    """One of `words`, the first the likeliest: a few prolific companies, a long tail of single movies."""
    return words[int(next(draws) ** 1.6 * len(words))]


def companies(draws: Iterator[float], count: int, language: str, popular: bool) -> list[str]:
    """`count` production companies, all different; a popular movie usually has one of the big studios first."""
    words, tongues = vocabulary().companies, vocabulary().tongues
    chosen: dict[str, None] = {}
    if language == "en" and next(draws) < (0.6 if popular else 0.04):
        chosen[pick(draws, words["studios"])] = None
    while len(chosen) < count:
        if language in tongues and next(draws) < 0.6:
            tongue = tongues[language]
            chosen[f"{pick(draws, tongue.surnames)} {pick(draws, tongue.companies)}"] = None
        else:
            first, second = (_favoured(draws, words["words"]) for _ in range(2))
            kind = _favoured(draws, words["kinds"])
            if first != second:
                chosen[f"{first} {second} {kind}"] = None
    return list(chosen)
