"""The checks of the features: each is seen to fail, and those that block pass on what a run leaves."""

from collections.abc import Callable

import pytest

from movie_pref.defs.checks import feature_engineering as checks
from movie_pref_tests.defs.checks.wrong_input import State, Wrong, blocking, checked


def _exceed_the_range(state: State) -> None:
    state.change("normalized_features", budget_norm=state.frames["normalized_features"]["budget_norm"] * 1.01)


def _miscount(asset: str) -> Callable[[State], None]:
    def corrupt(state: State) -> None:
        frame = state.frames[asset]
        name = frame.columns[1]
        frame.loc[frame.index[0], name] = 1 - frame.loc[frame.index[0], name]

    return corrupt


def _shift_a_value(state: State) -> None:
    values = state.frames["training_table"]["imdb_rating_norm"]
    state.change("training_table", imdb_rating_norm=values.where(values.index > 0, 0.123))


def _swap_two_columns(state: State) -> None:
    names = list(state.frames["training_table"])
    state.frames["training_table"] = state.frames["training_table"][[*names[:-2], names[-1], names[-2]]]


WRONG_INPUT = {
    "a value above 1": Wrong(("normalized_features", "training_values_within_0_and_1"), _exceed_the_range),
    "a value below 0": Wrong(
        ("normalized_features", "training_values_within_0_and_1"),
        lambda state: state.change("normalized_features", runtime_norm=-0.1),
    ),
    **{
        f"a wrong {asset}": Wrong((asset, "indicator_counts_equal_membership"), _miscount(asset))
        for asset in (
            "encoded_origin_country",
            "encoded_production_countries",
            "encoded_spoken_languages",
            "encoded_genre",
        )
    },
    "an identifier as feature": Wrong(
        ("training_table", "no_identifier_and_no_null_label"), lambda state: state.change("training_table", tmdb_id=1.0)
    ),
    "a list left unencoded": Wrong(
        ("training_table", "no_identifier_and_no_null_label"), lambda state: state.change("training_table", genre="[]")
    ),
    "a null label": Wrong(
        ("training_table", "no_identifier_and_no_null_label"),
        lambda state: state.change(
            "training_table",
            label=state.frames["training_table"]["label"].astype("Float64").where(lambda x: x.index > 0),
        ),
    ),
    "a column that candidates lack": Wrong(
        ("training_table", "features_are_those_of_the_preprocessing"),
        lambda state: state.change("training_table", genre_surprise=0),
    ),
    "a value that candidates would get otherwise": Wrong(
        ("training_table", "features_are_those_of_the_preprocessing"), _shift_a_value
    ),
    "columns in another order": Wrong(("training_table", "features_are_those_of_the_preprocessing"), _swap_two_columns),
}


@pytest.mark.parametrize("what", WRONG_INPUT)
def test_check_fails_on_wrong_input(what: str, state: State) -> None:
    state.fails_on(WRONG_INPUT[what])


@pytest.mark.parametrize("key", blocking(checks), ids=".".join)
def test_blocking_check_passes_on_what_a_run_leaves(key: tuple[str, str], state: State) -> None:
    assert state.judge(key).passed


def test_every_check_is_seen_to_fail() -> None:
    assert {wrong.check for wrong in WRONG_INPUT.values()} == checked(checks)
