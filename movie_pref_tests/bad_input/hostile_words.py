"""A library whose every text means harm to what shows it: to a page, a terminal, a spreadsheet, a table in Markdown."""

from pathlib import Path

import pandas as pd
import pytest

from movie_pref_tests.command_line import Said
from movie_pref_tests.good_run import learnt, small_library

WORDS = [
    "<script>window.hacked=1</script>", '"><img src=x onerror=window.hacked=2>', "' onmouseover='window.hacked=3' x='", "javascript:window.hacked=4",
    "\x1b]0;owned\x07\x1b[2J\x1b[31mred", "\u202egnp.exe \u2066\u2067iso", "[link](javascript:alert(1)) ![p](http://evil.example/x.png)", "a|b|c `x` **b** <b>",
    "=cmd|' /C calc'!A0", "@SUM(1+1)", "[bold red]markup[/] [/nonsense] \\[x", "x" * 3000, "{{ 7*7 }} {% raw %}", "Zero\0byte \x9b31m C1", "line\u2028two\u2029three\nfour\rfive",
]  # fmt: skip
STEERING = "\x1b\x07\x00\x9b\u202e\u2066\u2067\u2028\u2029"


def hostile_library() -> tuple[pd.DataFrame, pd.DataFrame]:
    """300 labelled movies and 40 to rank; genres and languages that many have are hostile too, and so is a column's name."""
    tables = small_library()
    for rows in tables:
        texts = [WORDS[number % len(WORDS)] for number in range(len(rows))]
        for name in ("media_title", "original_media_title", "overview", "tagline"):
            rows[name] = texts
        rows["production_companies"] = [[text] for text in texts]
        rows["genre"] = [_spoilt(genres) for genres in rows["genre"]]
        rows["original_language"] = rows["original_language"].replace("en", WORDS[6] + WORDS[0])
        rows[f"{WORDS[1]}|{WORDS[6]}"] = 1
    return tables


def _spoilt(genres: list[str] | None) -> list[str] | None:
    spoilt = {"Drama": WORDS[1] + WORDS[4] + WORDS[6], "Comedy": WORDS[0] + WORDS[10]}
    return None if genres is None else [spoilt.get(one, one) for one in genres]


def hostile_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """A data folder in which such a library was learnt, which nobody changes but in a copy, and what the run said."""
    return learnt(tmp_path_factory, "hostile", hostile_library)
