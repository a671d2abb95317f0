"""What the design believes of the algorithms: one list, word for word, each belief with something that decides it."""

from movie_pref.evaluation import beliefs
from movie_pref.evaluation.algorithms import AVERAGE, FLOOR
from movie_pref.evaluation.beliefs import BELIEFS, Belief, belief_table
from movie_pref.evaluation.contrasts import CONTRASTS
from movie_pref.evaluation.criteria import CONFIRMED, REFUTED, UNDECIDED, behind, no_score
from movie_pref.evaluation.fold_measures import VARIANTS
from movie_pref_tests.evaluation.comparison_samples import BASE, BY_NAME, folds_of, shifted


def test_every_belief_is_a_sentence_of_the_design(design):
    section = design[design.index("## algorithm selection") : design.index("## feature engineering")]
    assert [belief.words for belief in BELIEFS if belief.words not in section] == []


def test_every_belief_names_what_a_comparison_measures():
    names = {AVERAGE, *BY_NAME, *(variant.name for variant in VARIANTS)}
    names |= {name for contrast in CONTRASTS for name in contrast.names}
    assert {name for belief in BELIEFS for name in belief.criterion.needs} <= names
    assert {belief.algorithm for belief in BELIEFS} == set(BY_NAME) - {FLOOR}


def test_every_belief_gets_a_verdict_its_rule_and_what_was_measured(measured):
    found = belief_table(measured.folds)
    assert len(found) == len(BELIEFS) and set(found["verdict"]) <= {CONFIRMED, REFUTED, UNDECIDED}
    assert (found[["measured", "rule"]].map(len) > 10).all(axis=None)


def test_no_contrast_is_measured_for_nothing():
    needed = {name for belief in BELIEFS for name in belief.criterion.needs}
    assert {name for contrast in CONTRASTS for name in contrast.names} <= needed


def test_no_belief_is_listed_twice():
    assert len({belief.words for belief in BELIEFS}) == len(BELIEFS)


def test_verdicts_are_corrected_for_how_many_beliefs_were_judged(monkeypatch):
    """0.04 by itself is beyond chance; as one of 20 questions it is not."""
    sure = Belief("a", "sure", behind("a", "b"))
    several = [Belief("a", f"hardly {number}", behind("c", "b")) for number in range(20)]
    monkeypatch.setattr(beliefs, "BELIEFS", (sure, *several, Belief("a", "taste", no_score())))
    rows = {"a": shifted(-0.05), "b": BASE, "c": shifted(-0.004)}
    found = belief_table(folds_of(rows)).set_index("belief")
    assert found.loc["sure", ["verdict", "stands"]].tolist() == [CONFIRMED, True]
    own = behind("c", "b").judge(folds_of(rows)).p
    assert 0.05 / 20 < own < 0.05
    assert found.loc["hardly 3", ["verdict", "stands"]].tolist() == [CONFIRMED, False]
    assert found.loc["hardly 3", "adjusted_p"] == min(20 * own, 1)
    assert found.loc["taste", "verdict"] == UNDECIDED and not found.loc["taste", "stands"]


def test_what_some_folds_lack_is_undecided_and_says_so(monkeypatch):
    monkeypatch.setattr(beliefs, "BELIEFS", (Belief("a", "any", behind("a", "b")),))
    row = belief_table(folds_of({"a": shifted(-0.05), "b": BASE}).drop(index=2)).iloc[0]
    assert (row["verdict"], row["measured"]) == (UNDECIDED, "a was measured in 4 of 5 folds only")
