"""What is dropped and left to the linear member: weak and redundant numbers that may tell the target, and nothing else."""

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_selection import f_classif

from movie_pref.analysis import analyse
from movie_pref.analysis.all_panels import selected_columns
from movie_pref.analysis.ledger import Cause
from movie_pref.analysis.linear_only import association, linear_only
from movie_pref.library.catalogue import load_catalogue
from movie_pref_tests.analysis.answers import with_answers


def rows(*features: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(features, columns=["feature", "family", "verdict", "cause"])


FINAL = rows(
    ("weak", "continuous", "drop", "does_not_tell_the_target"),
    ("twin", "continuous", "drop", "redundant"),
    ("noise", "continuous", "drop", "does_not_tell_the_target"),
    ("scarce", "continuous", "drop", "does_not_tell_the_target"),
    ("untested", "categorical", "drop", "redundant"),
    ("status", "categorical", "drop", "does_not_tell_the_target"),
    ("language", "categorical", "drop", "does_not_tell_the_target"),
    ("genre_war", "indicator", "drop", "does_not_tell_the_target"),
    ("pinned", "continuous", "drop", "pinned_drop"),
    ("constant", "continuous", "drop", "constant"),
    ("kept", "continuous", "keep", "passes"),
)
# of 2,500 movies an association reaches a small one, 0.1, from 0.1 - 1.96 / 50 = 0.0608 on; of 300 none is known to be less
TESTS = pd.DataFrame(
    [
        ("anova_numeric_target", "weak", "anova_f", 10.0, 2500),  # by hand: sqrt(10 / (10 + 2498)) = 0.0631
        ("anova_numeric_target", "noise", "anova_f", 9.0, 2500),  # 0.0599
        ("anova_numeric_target", "twin", "anova_f", 900.0, 2500),
        ("anova_numeric_target", "scarce", "anova_f", 0.01, 300),
        ("anova_numeric_target", "pinned", "anova_f", 900.0, 2500),
        ("anova_numeric_target", "constant", "anova_f", 900.0, 2500),
        ("anova_numeric_target", "kept", "anova_f", 900.0, 2500),
        ("pearson_target", "noise", "", None, 2500),  # not applicable
        ("cramers_v_target", "language", "cramers_v", 0.0609, 2500),
        ("chi_squared_target", "language", "chi_squared_p", 0.0, 2500),
        ("cramers_v_target", "status", "cramers_v", 0.06, 2500),
        ("chi_squared_target", "status", "chi_squared_p", 0.9, 2500),  # a p is no association
        ("cramers_v_target", "genre_war", "cramers_v", 0.9, 2500),
        ("cramers_v", "noise", "cramers_v", 0.9, 2500),  # a test between features says nothing of the target
    ],
    columns=["node", "feature", "statistic", "value", "n"],
)


def test_weak_and_redundant_numbers_and_categories_that_may_tell_the_target_are_left(settings_for):
    assert linear_only(FINAL, TESTS, settings_for()) == ["weak", "twin", "scarce", "language"]
    assert linear_only(FINAL, TESTS, settings_for(model="winner")) == []


def test_the_association_of_an_f_is_the_correlation_with_the_label():
    rng = np.random.default_rng(1)
    label = rng.random(80) < 0.3
    number = rng.normal(0, 1, 80) + label
    f = f_classif(number[:, None], label)[0][0]
    found = association(pd.DataFrame({"statistic": ["anova_f"], "value": [f], "n": [80]}))
    assert found[0] == pytest.approx(abs(np.corrcoef(number, label)[0, 1]))


def test_a_fold_and_the_ledger_leave_the_same(planted, settings_for):
    settings = settings_for(guard=False, target_correlation=0.99, anova_f_limit=1e6)  # every number fails
    chosen = selected_columns(planted, settings, load_catalogue())
    ledger = analyse(planted, settings, load_catalogue()).ledger
    final = ledger[ledger["node"] == "selected_features"]
    left = linear_only(final, ledger, settings)

    assert "rt_score" in left and sorted(name.removesuffix("_norm") for name in chosen.linear_only) == sorted(left)
    assert not set(chosen.linear_only) & set(chosen.columns)
    assert final.set_index("feature").loc[left, "reason"].str.contains("linear member").all()
    assert final.set_index("feature")["reason"].str.contains("linear member").sum() == len(left)


@pytest.mark.parametrize("change", [{"policy": "strict", "target_cramers_v": 0.05}, {"policy": "none"}])
def test_against_strict_nothing_is_left_and_none_drops_nothing(planted, settings_for, change):
    assert selected_columns(planted, settings_for(**change), load_catalogue()).linear_only == []


def test_what_a_person_pinned_to_drop_is_left_to_nobody(planted, settings_for):
    settings = settings_for(guard=False, target_correlation=0.99, anova_f_limit=1e6)
    assert (
        "rt_score_norm" not in selected_columns(planted, settings, with_answers(rt_score={"pin": "drop"})).linear_only
    )


def test_noise_reaches_no_member(planted, settings_for):
    many = pd.concat([planted] * 5, ignore_index=True)  # of 600 movies noise is not known to be noise
    many["imdb_id"] = [f"tt{number:07d}" for number in range(len(many))]
    noisy = many.assign(budget=np.random.default_rng(3).integers(1, 1000, len(many)))
    settings = settings_for(guard=False)
    chosen = selected_columns(noisy, settings, load_catalogue())
    assert "budget_norm" not in [*chosen.columns, *chosen.linear_only]
    final = analyse(noisy, settings, load_catalogue()).ledger.query("node == 'selected_features'").set_index("feature")
    assert final.loc["budget", "cause"] == Cause.DOES_NOT_TELL_THE_TARGET
