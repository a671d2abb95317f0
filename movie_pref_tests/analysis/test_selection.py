"""Which features stay: policies, pins, the guard behind the thresholds, and the rule for redundant pairs."""

import numpy as np
import pandas as pd
import pytest

from movie_pref.analysis import analyse
from movie_pref.analysis.ledger import Cause
from movie_pref.errors import UserError
from movie_pref_tests.analysis.answers import with_answers

ADVICE = ["numeric_categorical_anova", "chi_squared"]


def final(analysis) -> pd.Series:
    rows = analysis.ledger[analysis.ledger["node"] == "selected_features"]
    return rows.set_index("feature")["verdict"]


# --- policies


def test_policy_none_drops_nothing_but_what_yields_no_column(planted, settings_for):
    found = analyse(planted, settings_for(policy="none"))
    dropped = final(found)[final(found) == "drop"].index

    # a text that is not worth embedding, and a name with 600 values, more than the limit of 500
    assert set(dropped) == {"overview", "original_media_title"}
    assert {"genre_western", "production_status", "release_year_norm", "metascore_norm"} <= set(found.columns)
    tests = found.ledger[~found.ledger["feature"].isin(dropped)]
    assert not tests.loc[tests["verdict"].isin(["drop", "consider_dropping"]), "applied"].any()


def test_policy_strict_enforces_every_arrow(planted, settings_for):
    loose = {"target_cramers_v": 0.05, "correlation_limit": 0.99, "cramers_v_limit": 0.99}
    found = analyse(planted, settings_for(policy="strict", **loose))
    kept = final(found)[lambda verdict: verdict == "keep"].index
    rows = found.ledger[found.ledger["feature"].isin(kept) & (found.ledger["family"] != "categorical_list")]

    assert 0 < len(kept) < 20
    assert "rt_score" in kept and "release_year" not in kept
    assert not rows["verdict"].isin(["drop", "consider_dropping"]).any()
    lost = found.ledger[(found.ledger["node"] == "selected_features") & (found.ledger["feature"] == "release_year")]
    assert "policy strict: fails" in lost["reason"].item() and "anova_numeric_target" in lost["reason"].item()


def test_policy_strict_drops_both_members_of_a_redundant_pair(planted, settings_for):
    found = analyse(planted, settings_for(policy="strict", target_cramers_v=0.05, cramers_v_limit=0.99))

    assert final(found)[["rt_score", "metascore", "imdb_votes", "tmdb_votes"]].tolist() == ["drop"] * 4


def test_policy_strict_that_leaves_nothing_is_one_sentence(planted, settings_for, one_sentence):
    with pytest.raises(UserError) as caught:
        analyse(planted[["imdb_id", "label", "release_year", "budget"]], settings_for(policy="strict"))
    one_sentence(caught, "strict", "balanced")


def test_a_pin_to_keep_survives_policy_strict(planted, settings_for):
    catalogue = with_answers(release_year={"pin": "keep"})
    found = analyse(planted[["imdb_id", "label", "release_year", "budget"]], settings_for(policy="strict"), catalogue)

    assert found.columns == ["release_year_norm"]


def test_balanced_only_takes_advice_from_tests_that_read_dependence_as_a_reason_to_keep(neutral_analysis):
    advice = neutral_analysis.ledger[neutral_analysis.ledger["node"].isin(ADVICE)]
    against = advice[advice["verdict"] == "drop"]

    assert len(against) > 0
    assert not against["applied"].any()


def test_balanced_keeps_what_any_test_against_the_target_passes(neutral_analysis, row_of):
    found = neutral_analysis.ledger
    weak = row_of(found, "cramers_v_target", "genre_drama")

    assert weak["value"] < 0.3 and (weak["verdict"], weak["applied"]) == ("drop", False)
    assert row_of(found, "chi_squared_target", "genre_drama")["verdict"] == "keep"
    assert row_of(found, "target_selection", "genre_drama")[["verdict", "applied"]].tolist() == ["keep", True]
    assert final(neutral_analysis)["genre_drama"] == "keep"


# --- pins


def test_pins_overrule_every_test(planted, settings_for, row_of):
    pins = {"release_year": "keep", "production_status": "keep", "tmdb_rating": "keep", "imdb_rating": "drop"}
    pins |= {"genre": "keep", "metascore": "keep"}
    catalogue = with_answers(**{name: {"pin": pin} for name, pin in pins.items()})
    found = analyse(planted, settings_for(guard=False), catalogue)

    kept = ["release_year", "production_status", "tmdb_rating", "metascore", "genre_western", "genre_comedy"]
    assert final(found)[[*kept, "imdb_rating"]].tolist() == ["keep"] * 6 + ["drop"]
    assert "rt_score_norm" not in found.columns  # the other member of the pair goes
    assert row_of(found.ledger, "selected_features", "imdb_rating")["cause"] == Cause.PINNED_DROP
    assert row_of(found.ledger, "selected_features", "release_year")["cause"] == Cause.PINNED_KEEP
    assert not row_of(found.ledger, "anova_numeric_target", "release_year")["applied"]


def test_a_pin_to_drop_holds_under_policy_none(planted, settings_for):
    found = analyse(planted, settings_for(policy="none"), with_answers(genre={"pin": "drop"}, rt_score={"pin": "drop"}))

    assert final(found)[["genre", "genre_drama", "rt_score"]].tolist() == ["drop"] * 3


# --- texts


@pytest.mark.parametrize(
    ("answers", "nulls", "kept"),
    [
        ({"text_embedding_value": "yes"}, 0, True),
        ({"text_embedding_value": "yes", "pin": "drop"}, 0, False),
        ({"text_embedding_value": "no", "pin": "keep"}, 0, True),
        ({"text_embedding_value": "yes"}, 400, False),  # its nulls are high and say nothing
        ({"text_embedding_value": "yes", "pin": "keep"}, 400, True),
    ],
)
def test_a_text_worth_embedding_stays_as_components(planted, settings_for, row_of, answers, nulls, kept):
    planted.loc[np.random.default_rng(3).permutation(600)[:nulls], "overview"] = None
    rows = planted[["imdb_id", "label", "overview", "rt_score"]]
    found = analyse(rows, settings_for(text_components=3), with_answers(overview=answers))
    components = [name for name in found.columns if name.startswith("overview_text_")]

    assert len(components) == (3 if kept else 0)
    assert final(found)["overview"] == ("keep" if kept else "drop")
    assert row_of(found.ledger, "null_analysis", "overview")["applied"] == (kept if nulls == 0 else not kept)


# --- the guard


@pytest.fixture
def differing(planted):
    """Two scores of r about 0.9 whose difference says as much about the label as their sum."""
    rng = np.random.default_rng(1)
    common, own = rng.normal(size=600), rng.normal(size=600)
    planted["rt_score"] = (50 + 10 * (common + 0.22 * own)).round(2)
    planted["metascore"] = (50 + 10 * (common - 0.22 * own)).round(2)
    liked = common + own + rng.normal(0, 0.3, 600) > 1
    planted["label"] = np.where(liked, "would_watch", "would_not_watch")
    return planted[["imdb_id", "label", "rt_score", "metascore", "release_year"]]


def test_the_guard_withholds_the_drop_of_a_redundant_feature_that_carries_its_own_signal(
    differing, settings_for, row_of
):
    assert 0.85 < differing["rt_score"].corr(differing["metascore"]) < 0.95
    found = analyse(differing, settings_for(folds=5))
    rows = found.ledger[found.ledger["node"] == "inter_feature_selection"].set_index("feature")
    loser = rows.index[rows["verdict"] == "drop"].item()
    row = rows.loc[loser]

    assert {"rt_score_norm", "metascore_norm"} <= set(found.columns)
    assert not row["applied"]
    assert (row["statistic"], row["other_feature"] in rows.index) == ("ap_cost", True)
    assert row["value"] > row["threshold"] > 0
    assert "withheld" in row["reason"] and f"costs {row['value']:+.4f}" in row["reason"]
    assert not row_of(found.ledger, "pearson_correlation", loser)["applied"]
    last = row_of(found.ledger, "selected_features", loser)
    assert last["verdict"] == "keep" and last["cause"] == Cause.WITHHELD_BY_GUARD


def test_without_the_guard_it_is_dropped(differing, settings_for, row_of):
    found = analyse(differing, settings_for(guard=False))
    rows = found.ledger[found.ledger["node"] == "inter_feature_selection"]
    dropped = rows[rows["verdict"] == "drop"]

    assert dropped["applied"].all() and len(dropped) == 1
    assert len({"rt_score_norm", "metascore_norm"} & set(found.columns)) == 1
    assert row_of(found.ledger, "pearson_correlation", dropped["feature"].item())["applied"]


def test_the_guard_withholds_a_block_that_costs_too_much(planted, settings_for, row_of):
    rng = np.random.default_rng(2)
    planted["release_year"] = rng.normal(2000, 10, 600).round(2)
    far = (planted["release_year"] - 2000).abs() > 8  # both ends are liked: no difference of means
    planted["label"] = np.where(far, "would_watch", "would_not_watch")
    rows = planted[["imdb_id", "label", "release_year", "rt_score"]]
    found = analyse(rows, settings_for())
    test = row_of(found.ledger, "anova_numeric_target", "release_year")

    assert (test["verdict"], test["applied"]) == ("drop", False)
    assert "release_year_norm" in found.columns
    row = row_of(found.ledger, "target_selection", "release_year")
    assert (row["verdict"], row["applied"]) == ("drop", False)
    assert "withheld" in row["reason"] and "costs +" in row["reason"]
    assert "release_year_norm" not in analyse(rows, settings_for(guard=False)).columns
