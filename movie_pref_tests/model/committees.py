"""The recipe of a small committee."""

from movie_pref.model.committee import BOOSTERS, LINEAR, Recipe
from movie_pref.model.operating_point import Limits

POINTS = [
    {"n_estimators": 20, "max_depth": 3, "learning_rate": 0.2, "subsample": 0.8, "enable_categorical": True},
    {"n_estimators": 12, "max_depth": 5, "learning_rate": 0.1, "enable_categorical": True},
]
RECIPE = Recipe(POINTS, [3, 4], {BOOSTERS: 0.6, LINEAR: 0.3}, intercept=0.25, operating_point=-0.5)


LIMITS = Limits(0.35, 0.3, 0.98)
