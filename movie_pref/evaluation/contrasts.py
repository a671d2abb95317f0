"""All contrasts that a comparison measures beside its algorithms."""

from movie_pref.evaluation.boosting_contrasts import BOOSTING
from movie_pref.evaluation.linear_contrasts import LINEAR
from movie_pref.evaluation.second_order import NEWTON
from movie_pref.evaluation.simple_contrasts import SIMPLE

CONTRASTS = (NEWTON, *BOOSTING, *LINEAR, *SIMPLE)
