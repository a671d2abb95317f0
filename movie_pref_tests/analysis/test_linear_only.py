"""What is dropped and left to the linear member: weak and redundant numbers whose tests are significant, and nothing else."""

import numpy as np
import pandas as pd
import pytest

from movie_pref.analysis import analyse
from movie_pref.analysis.all_panels import selected_columns
from movie_pref.analysis.ledger import Cause
from movie_pref.analysis.linear_only import linear_only
from movie_pref.library.catalogue import load_catalogue
from movie_pref_tests.analysis.answers import with_answers


def rows(*features: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(features, columns=["feature", "family", "verdict", "cause"])


FINAL = rows(
    ("weak", "continuous", "drop", "does_not_tell_the_target"),
    ("twin", "continuous", "drop", "redundant"),
    ("noise", "continuous", "drop", "does_not_tell_the_target"),
    ("untested", "categorical", "drop", "redundant"),
    ("language", "categorical", "drop", "does_not_tell_the_target"),
    ("genre_war", "indicator", "drop", "does_not_tell_the_target"),
    ("pinned", "continuous", "drop", "pinned_drop"),
    ("constant", "continuous", "drop", "constant"),
    ("kept", "continuous", "keep", "passes"),
)
TESTS = pd.DataFrame(
    [("anova_numeric_target", name, p) for name, p in (("weak", 0.01), ("twin", 0.0), ("noise", 0.2), ("pinned", 0.0), ("constant", 0.0), ("kept", 0.0))]
    + [("chi_squared_target", "language", 0.049), ("cramers_v_target", "language", 0.3), ("chi_squared_target", "genre_war", 0.0)]
    + [("chi_squared", "noise", 0.0)],  # a test between features says nothing of the target
    columns=["node", "feature", "adjusted_p"],
)  # fmt: skip


def test_weak_and_redundant_numbers_and_categories_with_significant_tests_are_left(settings_for):
    assert linear_only(FINAL, TESTS, settings_for()) == ["weak", "twin", "language"]
    assert linear_only(FINAL, TESTS, settings_for(chi_squared_p=0.02)) == ["weak", "twin"]
    assert linear_only(FINAL, TESTS, settings_for(model="winner")) == []


def test_a_fold_and_the_ledger_leave_the_same(planted, settings_for):
    settings = settings_for(guard=False, target_correlation=0.99, anova_f_limit=1e6)  # every number fails
    chosen = selected_columns(planted, settings, load_catalogue())
    ledger = analyse(planted, settings, load_catalogue()).ledger
    final = ledger[ledger["node"] == "selected_features"]
    left = linear_only(final, ledger, settings)

    assert "rt_score" in left and sorted(chosen.linear_only) == sorted(f"{name}_norm" for name in left)
    assert not {f"{name}_norm" for name in left} & set(chosen.columns)
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
    noisy = planted.assign(budget=np.random.default_rng(3).integers(1, 1000, len(planted)))
    settings = settings_for(guard=False)
    chosen = selected_columns(noisy, settings, load_catalogue())
    assert "budget_norm" not in [*chosen.columns, *chosen.linear_only]
    final = analyse(noisy, settings, load_catalogue()).ledger.query("node == 'selected_features'").set_index("feature")
    assert final.loc["budget", "cause"] == Cause.DOES_NOT_TELL_THE_TARGET
