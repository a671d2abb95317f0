"""A model in words, by hand."""

from movie_pref.model.committee import Recipe
from movie_pref.model.in_words import made_of, parameter_values

POINTS = [{"max_depth": 5, "n_estimators": 200}, {"max_depth": 7, "n_estimators": 200}]
COMMITTEE = Recipe(POINTS, [0, 1], {"boosters": 0.457, "linear": 0.394}, 0.1, 1.803)


def test_a_committee_is_its_members_their_weights_and_its_operating_point():
    assert made_of(COMMITTEE) == {
        "boosters": "2 with 400 trees in all",
        "logistic regression": "one",
        "weight of the boosters' mean": "0.46",
        "weight of the logistic regression": "0.39",
        "operating point, added in log-odds": "+1.80",
    }


def test_a_booster_alone_has_no_other_member():
    alone = made_of(Recipe.alone(POINTS[0], 3))
    assert alone["boosters"] == "1 with 200 trees" and alone["logistic regression"] == "none"
    assert alone.keys() == made_of(COMMITTEE).keys()


def test_a_parameter_has_one_value_where_the_boosters_agree_and_one_each_where_not():
    assert parameter_values(COMMITTEE) == {"max_depth": "5, 7", "n_estimators": "200"}
    assert parameter_values(Recipe([], [])) == {}
