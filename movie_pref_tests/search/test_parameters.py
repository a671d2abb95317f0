"""What is said of each hyperparameter is complete, and stands beside the values that it is about."""

import pandas as pd

from movie_pref.search.grid import PRODUCTION_GRID
from movie_pref.search.parameters import EXPLAINED, GRID_COLUMNS, PARAMETERS, explained, grid_row


def test_every_parameter_of_the_grid_has_the_designs_default() -> None:
    assert list(PARAMETERS) == list(PRODUCTION_GRID)
    assert {name: parameter.default for name, parameter in PARAMETERS.items()} == {
        "scale_pos_weight": 1,
        "max_depth": 6,
        "n_estimators": 100,
        "min_child_weight": 1,
        "learning_rate": 0.3,
        "gamma": 0,
        "reg_alpha": 0,
        "subsample": 1.0,
        "max_delta_step": 0,
        "colsample_bytree": 1.0,
        "colsample_bylevel": 1.0,
        "enable_categorical": False,
    }
    assert [parameter.priority for parameter in PARAMETERS.values()] == ["High"] * 4 + ["Medium"] * 4 + ["Low"] * 4


def test_nothing_that_the_design_says_of_a_parameter_is_left_empty() -> None:
    for name, parameter in PARAMETERS.items():
        words = parameter._asdict()
        assert [*words] == [*GRID_COLUMNS, *EXPLAINED]
        assert all(words[column] for column in words if column != "default"), name
        assert len(parameter.range_type) <= len(PRODUCTION_GRID[name])


def test_a_parameters_row_of_the_grid_reads_as_the_design_has_it() -> None:
    row = grid_row("reg_alpha")
    assert list(row) == list(GRID_COLUMNS)
    assert row["range_type"] == "None, Low, Medium, High" and row["impact_on_model"] == "Automatic feature selection"
    assert grid_row("seed") == {}


def test_values_stand_beside_their_explanation_and_an_unknown_parameter_beside_none() -> None:
    values = pd.DataFrame({"parameter": ["gamma", "seed"], "booster_1": [0.1, 7], "booster_2": [0.2, 8]})
    found = explained(values)
    assert list(found) == [*values, *EXPLAINED] and found[list(values)].equals(values)
    assert found.loc[0, "full_name"] == "Gamma / Min Split Loss"
    assert found.loc[0, "formula"] == "split_happens if loss_reduction > gamma"
    assert found.loc[1, list(EXPLAINED)].isna().all()
