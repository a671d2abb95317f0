"""The best of a ranking as it is printed, with and without a second question."""

import dataclasses

import pandas as pd
import pytest

from movie_pref.commands import terminal
from movie_pref.commands.ranking_table import print_ranking
from movie_pref.report.end_of_run import RunSummary

BEST = pd.DataFrame(
    {
        "rank": [1, 2], "media_title": ["Seen Twice", "Seen Once"], "release_year": [1980, 1990], "probability": [0.9, 0.95],
        "reasons": ["Comedy", "Drama"], "wished": [False, True],
    }
)  # fmt: skip
TWO_LABELS = RunSummary(BEST, 500, {}, [], 0, [])
LEARNT = dataclasses.replace(
    TWO_LABELS,
    best=BEST.assign(probability_again=[0.81, 0.19], prediction_again=[1, 0]),
    second_learnt=True,
    favourites_found="Of 100 movies that you would watch again the first 15% hold about 86",
)


def printed(summary: RunSummary, width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> str:
    monkeypatch.setattr(terminal.console, "_width", width)
    print_ranking(summary)
    return capsys.readouterr().out


@pytest.mark.parametrize("width", [80, 100])
def test_a_ranking_of_two_labels_has_no_word_of_watching_again(width, monkeypatch, capsys):
    said = printed(TWO_LABELS, width, monkeypatch, capsys)
    assert "again" not in said and "90.0%" in said and "on your watchlist" in said


def test_a_wide_terminal_has_one_column_more_and_says_no_below_the_threshold(monkeypatch, capsys):
    lines = printed(LEARNT, 100, monkeypatch, capsys).splitlines()
    assert "probability ┃ perhaps again ┃ because" in "\n".join(lines)
    first, second = (next(line for line in lines if title in line) for title in ("Seen Twice", "Seen Once"))
    assert "│         81.0% │" in first and "│     no, 19.0% │" in second
    assert all(len(line) <= 100 for line in lines)
    assert lines[-1] == "Of 100 movies that you would watch again the first 15% hold about 86."


def test_a_narrow_terminal_has_it_beside_the_probability(monkeypatch, capsys):
    lines = printed(LEARNT, 80, monkeypatch, capsys).splitlines()
    assert " 1. Seen Twice (1980), 90.0%; perhaps again 81.0%" in lines
    assert " 2. Seen Once (1990), 95.0%; again 19.0% (on your watchlist)" in lines


def test_a_question_that_nothing_was_learnt_of_has_no_column(monkeypatch, capsys):
    summary = dataclasses.replace(LEARNT, second_learnt=False, favourites_found="")
    assert "again" not in printed(summary, 100, monkeypatch, capsys)
