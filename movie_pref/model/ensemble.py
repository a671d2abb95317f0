"""Several XGBoost boosters as one: their trees side by side, each leaf multiplied by its booster's weight.

The sum of the weighted margins is then the margin of one ensemble, so that a committee is scored, explained and kept
as a single booster in XGBoost's own JSON.
"""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import xgboost


def merged(boosters: Sequence[xgboost.Booster], weights: Sequence[float]) -> tuple[xgboost.Booster, float]:
    """One booster with the trees of all, and what is left over: the weighted sum of where each of them starts.

    Parameters
    ----------
    boosters
        Of the objective `binary:logistic`, on the same columns.
    weights
        One a booster, in log-odds.

    Returns
    -------
    A booster whose margin is `sum(weight * (margin - start))`, to the precision of float32, and `sum(weight * start)`;
    a start is the log-odds of a booster's `base_score`.

    Raises
    ------
    ValueError
        There is no booster, or they read other columns.
    """
    models = [json.loads(bytes(booster.save_raw("json"))) for booster in boosters]
    if not models or len({tuple(booster.feature_names or ()) for booster in boosters}) > 1:
        raise ValueError(f"{len(models)} boosters to merge; expected at least one, all on the same columns")
    trees, start = [], 0.0
    for model, weight in zip(models, weights, strict=True):
        learner = model["learner"]
        start += weight * _start(learner)
        trees += [_scaled(tree, weight) for tree in learner["gradient_booster"]["model"]["trees"]]
    whole = models[0]
    ensemble = whole["learner"]["gradient_booster"]["model"]
    for number, tree in enumerate(trees):
        tree["id"] = number
    ensemble["trees"], ensemble["tree_info"] = trees, [0] * len(trees)
    ensemble["iteration_indptr"] = list(range(len(trees) + 1))
    ensemble["gbtree_model_param"]["num_trees"] = str(len(trees))
    whole["learner"]["learner_model_param"].update(base_score="[5E-1]", boost_from_average="0")
    found = xgboost.Booster()
    found.load_model(bytearray(json.dumps(whole).encode()))
    return found, start


def tree_depths(content: bytes) -> list[int]:
    """The number of questions on the longest way through each tree of a booster in XGBoost's own JSON."""
    return [_depth(tree) for tree in json.loads(content)["learner"]["gradient_booster"]["model"]["trees"]]


def _start(learner: dict[str, Any]) -> float:
    """The log-odds that a booster starts from; XGBoost 3 writes the probability as a list in text."""
    base = float(learner["learner_model_param"]["base_score"].strip("[]"))
    return float(np.log(base / (1 - base)))


def _scaled(tree: dict[str, Any], weight: float) -> dict[str, Any]:
    """A tree with its leaves multiplied; a leaf keeps its value where an inner node keeps its split."""
    leaf = np.array(tree["left_children"]) < 0
    for name, rows in (("split_conditions", leaf), ("base_weights", np.ones(len(leaf), dtype=bool))):
        values = np.array(tree[name], dtype=np.float64)
        tree[name] = np.where(rows, values * weight, values).tolist()
    return tree


def _depth(tree: dict[str, Any]) -> int:
    """As XGBoost's JSON has it, parents before children."""
    depth = [0] * len(tree["left_children"])
    for node, children in enumerate(zip(tree["left_children"], tree["right_children"], strict=True)):
        for child in children:
            if child >= 0:
                depth[child] = depth[node] + 1
    return max(depth, default=0)
