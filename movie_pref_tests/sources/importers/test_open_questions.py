"""The questions that an import leaves open and their answers, as files."""

import json

import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.sources.importers import read_export
from movie_pref.sources.importers.open_questions import read_questions, remembered_answers, settle, write_questions
from movie_pref_tests.sources.importers.conftest import trakt_movie


@pytest.mark.parametrize(
    "title", ["Al\rpha", "Al\npha", "Al\0pha", "Al\u2028pha", "\x1b[2JAlpha", 'Al"pha, "x"', "=1+1"]
)
def test_a_title_with_what_ends_a_line_is_asked_about_and_answered_as_any_other(tmp_path, title):
    (tmp_path / "ratings.json").write_text(
        json.dumps([{"rated_at": "2024-02-01T20:00:00Z", "rating": 9, "movie": trakt_movie(1, title)}])
    )
    (film,) = read_export(tmp_path / "ratings.json").films["title"]
    assert film.isprintable()
    asked = {"title": film, "year": 1999, "uri": None, "suggestions": "", "reason": "not found"}
    write_questions(tmp_path, pd.DataFrame([asked]))
    (shown,) = read_questions(tmp_path)["title"]
    settle(tmp_path, title, 1999, None, "tt0000001")  # as a form sends it, with the title of the file or of the page
    settle(tmp_path, shown, 1999, None, "tt0000002")
    assert remembered_answers(tmp_path)["imdb_id"].tolist() == ["tt0000002"]
    assert read_questions(tmp_path).empty


def test_an_answer_without_a_title_is_refused_and_the_answers_stay(tmp_path):
    settle(tmp_path, "Alpha", 1999, None, "tt0000001")
    with pytest.raises(UserError, match="title was left empty"):
        settle(tmp_path, " \r", 1999, None, "tt0000002")
    assert remembered_answers(tmp_path)["title"].tolist() == ["Alpha"]
