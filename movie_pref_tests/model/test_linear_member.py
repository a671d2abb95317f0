"""The linear member: its terms by hand, what each column adds, and what it makes of strange columns."""

import json

import numpy as np
import pytest
from scipy.stats import norm, rankdata

from movie_pref.features.matrix import to_matrix
from movie_pref.model.linear_fit import fit_linear
from movie_pref.model.linear_member import LinearMember, NormalScore

NAMES = ["imdb_votes_norm", "runtime_norm", "original_language", "genre_drama", "genre_horror"]
TYPES = ["float", "float", "c", "float", "float"]


@pytest.fixture(scope="module")
def table(trained):
    values, types = to_matrix(trained.features)
    return values, types, list(trained.features.columns), trained.split["label"].to_numpy()


@pytest.fixture(scope="module")
def small():
    """200 movies of two numbers (one with nulls), a category, and two genres (one that 4 movies have)."""
    rng = np.random.default_rng(3)
    votes, runtime = rng.integers(0, 60, 200) / 59, rng.integers(0, 60, 200) / 59  # no more than there are knots
    runtime[:30] = np.nan
    language = rng.choice([0.0, 1.0, 2.0], 200, p=[0.6, 0.35, 0.05])
    language[50:70] = np.nan
    drama, horror = rng.random(200) < 0.4, np.arange(200) < 4
    values = np.column_stack([votes, runtime, language, drama, horror]).astype(np.float32)
    liked = (votes + 0.5 * drama + rng.normal(0, 0.3, 200) > 0.9).astype(int)
    return values, liked


@pytest.fixture(scope="module")
def member(small):
    return fit_linear(small[0], TYPES, NAMES, small[1])


def test_its_terms_are_those_made_by_hand(small, member):
    values, _ = small
    votes, runtime, language, drama = (values[:, column].astype(float) for column in range(4))
    known = ~np.isnan(runtime)

    def score(column):  # the normal quantile of the middle of each rank, by SciPy
        found = np.zeros(200)
        there = ~np.isnan(column)
        found[there] = np.clip(norm.ppf((rankdata(column[there]) - 0.5) / there.sum()), -2.5, 2.5)
        return found

    first, second = score(votes), score(runtime)
    terms = np.column_stack(
        [
            first, second, (first**2 - 1) / np.sqrt(2), np.where(known, (second**2 - 1) / np.sqrt(2), 0), ~known,
            np.isnan(language), language == 0, language == 1, drama, 0.5 * drama * first,
        ]
    ).astype(float)  # fmt: skip

    np.testing.assert_allclose(member.terms(values), terms, atol=1e-7)
    expected = (terms - terms.mean(axis=0)) @ member.coefficients + member.contributions(values)[:, -1]
    np.testing.assert_allclose(member.log_odds(values), expected, atol=1e-6)
    assert (member.levels, member.flags) == ([(2, 0), (2, 1)], [1, 2])  # fewer than ten have the third level
    assert (member.indicators, member.crossed, member.main) == ([3], [3], [0])  # 4 horror movies tell nothing


def test_a_numbers_score_is_its_normal_quantile_with_ties_in_their_middle():
    found = NormalScore.fit(0, np.array([1.0, 2.0, 2.0, 5.0]))
    # by hand: middles of the ranks 0.5, 2, 3.5 of 4
    assert found.scores == pytest.approx(norm.ppf([0.125, 0.5, 0.875]))
    assert found(np.array([0.0, 1.5, 9.0, np.nan])) == pytest.approx([norm.ppf(0.125), norm.ppf(0.125) / 2, norm.ppf(0.875), 0])  # fmt: skip


def test_an_outlier_is_cut_and_many_values_share_64_knots():
    found = NormalScore.fit(0, np.append(np.linspace(0, 1, 5000), 1e9))
    assert len(found.knots) <= 66 and found.knots[-1] == 1e9
    assert (found.scores[0], found.scores[-1]) == (-2.5, 2.5)


def test_the_contributions_add_up_and_are_zero_for_columns_it_does_not_read(table):
    values = table[0]
    member = fit_linear(*table)
    found = member.contributions(values)

    np.testing.assert_allclose(found.sum(axis=1), member.log_odds(values), atol=1e-10)
    np.testing.assert_allclose(found[:, :-1].mean(axis=0), 0, atol=1e-6)  # against the mean movie of training
    read = {column for owners in member.owners() for column in owners}
    assert not found[:, [column for column in range(values.shape[1]) if column not in read]].any()


def test_a_product_is_shared_by_its_two_columns(small, member):
    values, _ = small
    terms, found = member.terms(values), member.contributions(values)
    added = (terms - np.array(member.means)) * np.array(member.coefficients)
    product = member.owners().index((3, 0))

    np.testing.assert_allclose(found[:, 3], added[:, member.owners().index((3,))] + added[:, product] / 2)
    own = [term for term, owners in enumerate(member.owners()) if owners == (0,)]
    np.testing.assert_allclose(found[:, 0], added[:, own].sum(axis=1) + added[:, product] / 2)


def test_a_value_that_is_not_known_counts_by_its_flag_alone(table):
    values, _, names, _ = table
    column = names.index("imdb_votes_norm")
    member = fit_linear(*table)
    unknown = values.copy()
    unknown[:, column] = np.nan

    assert column in member.flags
    terms = member.terms(unknown)
    place = [one.column for one in member.numbers].index(column)
    assert not terms[:, place].any() and not terms[:, len(member.numbers) + place].any()


def test_a_level_that_training_hardly_had_counts_like_any_other_rare_one(small, member):
    values = small[0][100:103].copy()
    values[:, 2] = [2.0, 7.0, 2.0]
    assert member.log_odds(values[[0, 0]])[0] == member.log_odds(np.vstack([values[0], values[0]]))[1]
    other = values.copy()
    other[:, 2] = 9.0
    np.testing.assert_array_equal(member.log_odds(values), member.log_odds(other))


def test_a_movie_has_the_same_log_odds_to_the_last_bit_whatever_is_scored_with_it(table):
    values = table[0]
    member = fit_linear(*table)
    together = member.log_odds(values[[0] * 7])
    assert set(together) == set(member.log_odds(values[:1])) == {member.log_odds(values)[0]}


def test_every_candidate_has_log_odds_though_it_lacks_what_every_training_movie_had(small, member):
    lacking = np.full((1, 5), np.nan, dtype=np.float32)
    assert np.isfinite(member.log_odds(lacking)).all()
    assert np.isfinite(member.contributions(lacking)).all()


# keeping


def test_it_comes_back_from_json(table):
    member = fit_linear(*table)
    again = LinearMember.from_dict(json.loads(json.dumps(member.to_dict())))

    assert again == member
    np.testing.assert_array_equal(again.log_odds(table[0]), member.log_odds(table[0]))


TAMPERED = {
    "a coefficient less": lambda content: content["coefficients"].pop(),
    "a mean less": lambda content: content["means"].pop(),
    "a flag more": lambda content: content["flags"].append(0),
    "a coefficient that is text": lambda content: content["coefficients"].__setitem__(0, "much"),
    "a coefficient that is null": lambda content: content["coefficients"].__setitem__(0, None),
    "a coefficient that is infinite": lambda content: content["coefficients"].__setitem__(0, float("inf")),
    "an intercept that is null": lambda content: content.update(intercept=None),
    "a number that is not there": lambda content: content["main"].__setitem__(0, 99),
    "a column that is not there": lambda content: content["indicators"].__setitem__(0, 5),
    "a column before the first": lambda content: content["numbers"][0].update(column=-1),
    "a knot less": lambda content: content["numbers"][0]["knots"].pop(),
    "no knots": lambda content: content["numbers"][0].update(knots=[], scores=[]),
    "a level without its code": lambda content: content["levels"].__setitem__(0, [2]),
}


@pytest.mark.parametrize("change", TAMPERED.values(), ids=TAMPERED.keys())
def test_a_tampered_one_is_refused(member, change):
    content = json.loads(json.dumps(member.to_dict()))
    change(content)
    with pytest.raises(ValueError, match=r".+"):
        LinearMember.from_dict(content)


@pytest.mark.parametrize("part", ["columns", "numbers", "levels", "coefficients", "intercept"])
def test_one_without_a_part_is_refused(member, part):
    content = json.loads(json.dumps(member.to_dict()))
    del content[part]
    with pytest.raises((KeyError, TypeError)):
        LinearMember.from_dict(content)
