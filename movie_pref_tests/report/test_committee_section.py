"""The page of a committee: its members, their weights, and what each booster's parameters are."""

import re
from html import unescape

from movie_pref.model.champion import promote
from movie_pref.model.committee import Recipe
from movie_pref.model.operating_point import Limits
from movie_pref.model.training import train_model
from movie_pref.report.page import render
from movie_pref_tests.report.conftest import METRICS


def test_the_page_of_a_committee_shows_its_members_and_each_boosters_values(write_folder, candidates, trained):
    points = [{**trained.params, "max_depth": depth} for depth in (3, 2)]
    settings = write_folder(candidates)
    recipe = Recipe(points, [0, 1], {"boosters": 0.46, "linear": 0.39}, 0.0, 1.8)
    model = train_model(
        trained.features, trained.split["label"], trained.training, trained.preprocessing, recipe,
        Limits(0.35, 0.3, 0.98), seed=3,
    )  # fmt: skip
    promote(model.with_facts(metrics={"rows": "holdout", **METRICS}), settings.data / "model", "promoted")

    text = " ".join(re.sub(r"<[^>]*>", " ", unescape(render(settings))).split("How the model was found")[-1].split())

    assert "a committee: 2 boosters and a logistic regression" in text
    assert "Weight of the boosters' mean 0.46" in text and "Weight of the logistic regression 0.39" in text
    assert "Operating point, added in log-odds +1.80" in text
    assert "max depth Maximum Tree Depth 3, 2 3, 5, 7 Low, Medium, High 6 High" in text
