"""Which films are favourites: a second cut, a heart beside stars, films watched again; and never one that is not liked."""

import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.sources.importers.film_labels import NO_STARS, label_films, second_cut, signs
from movie_pref.sources.importers.films import as_films
from movie_pref.sources.importers.rating_cut import check_second_cut, propose_second_cut, proposed

NO, YES, AGAIN = "would_not_watch", "would_watch", "would_watch_again"

# (stars on 0 to 10, heart, watched more than once): the label of two, the label of three with a second cut at 9
FILMS = [
    (10.0, False, False, YES, AGAIN),
    (9.0, False, False, YES, AGAIN),
    (8.0, False, False, YES, YES),
    (7.0, True, False, YES, AGAIN),  # a heart beside stars from the first cut on
    (7.0, False, True, YES, AGAIN),  # watched again
    (7.0, False, False, YES, YES),
    (6.0, True, True, NO, NO),  # below the first cut neither makes a favourite
    (None, True, False, YES, YES),  # a heart alone says liked
    (None, True, True, YES, AGAIN),
    (None, False, True, None, AGAIN),  # to watch it again says more than stars do
    (None, False, False, None, None),
]


def films(rows):
    columns = ["rating", "liked", "rewatched"]
    return as_films(pd.DataFrame([row[:3] for row in rows], columns=columns).assign(watched=True, line=0))


@pytest.mark.parametrize(("again_from", "place"), [(None, 3), (9.0, 4)], ids=["two labels", "three labels"])
def test_each_film_has_the_label_that_its_stars_heart_and_viewings_say(again_from, place):
    found = label_films(films(FILMS), 7, again_from)
    assert [None if pd.isna(one) else one for one in found] == [row[place] for row in FILMS]


def test_watched_alone_taken_for_liked_is_a_favourite_only_when_watched_again():
    found = label_films(films([(None, False, False), (None, False, True)]), None, NO_STARS, watched_as_liked=True)
    assert found.tolist() == [YES, AGAIN]


@pytest.mark.parametrize(("hearts", "told"), [(2, 2), (3, 0)], ids=["half", "more than half"])
def test_hearts_on_most_liked_films_set_none_apart(hearts, told):
    rows = [(8.0, number < hearts, False) for number in range(4)] + [(2.0, True, False)] * 5
    frame = films(rows)
    assert signs(frame, label_films(frame, 7), 10)["heart"].sum() == told


def test_the_second_cut_aims_at_a_quarter_of_the_liked_films():
    ratings = pd.Series([10.0] * 4 + [9.0] * 8 + [8.0] * 18 + [7.0] * 20 + [3.0] * 150 + [None] * 9)
    table = propose_second_cut(ratings, 7)
    # of 50 liked: from 8 on 30, from 9 on 12 (24 %), from 10 on 4
    assert table[["cut", "liked", "not_liked", "proposed"]].to_numpy().tolist() == [
        [8.0, 30, 20, False],
        [9.0, 12, 38, True],
        [10.0, 4, 46, False],
    ]
    assert table["share"].tolist() == pytest.approx([0.6, 0.24, 0.08])
    assert proposed(table) == second_cut(ratings, 7) == 9


@pytest.mark.parametrize(("ratings", "cut"), [([10, 10, 3], 9), ([8, 3], 8), ([None], None)])
def test_where_no_stars_lie_above_the_liked_ones_stars_make_no_favourite(ratings, cut):
    ratings = pd.Series(ratings, dtype="float64")
    assert propose_second_cut(ratings, cut).empty
    assert second_cut(ratings, cut) == NO_STARS
    assert AGAIN not in set(label_films(films([(one, False, False) for one in ratings]), cut, NO_STARS).dropna())


@pytest.mark.parametrize("again_from", [7, 6, 11])
def test_a_second_cut_lies_above_the_first(again_from):
    with pytest.raises(UserError, match=f"watch again from {again_from} on and like from 7 on"):
        check_second_cut(again_from, 7)
    check_second_cut(7.5, 7)
    check_second_cut(5, None)
