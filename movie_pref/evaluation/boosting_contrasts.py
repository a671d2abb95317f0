"""Boosted trees with one thing about them changed: what they may combine, their penalties, their library, their categories."""

import time
from collections.abc import Iterable

import numpy as np

from movie_pref.evaluation.algorithms import BASELINE, SAMPLED, TREES, Setting
from movie_pref.evaluation.contrast import Contrast, Fold, Outcome, half
from movie_pref.evaluation.engineered_terms import GENRE, LANGUAGES, terms_of
from movie_pref.evaluation.preparation import named
from movie_pref.metrics.scores import scores
from movie_pref.search.boosting import fit_booster, training_matrix

ADDITIVE, PAIRWISE = f"{BASELINE}, one column a tree", f"{BASELINE}, two columns a branch"
GENRES_APART, LANGUAGES_APART = (
    f"{BASELINE}, genres by themselves", f"{BASELINE}, languages by themselves",
)  # fmt: skip
MONOTONE, ENGINEERED = f"{BASELINE}, monotone in every number", f"{BASELINE}, engineered terms"
PENALISED, NO_PENALTY, UNPRUNED, NEITHER = (
    f"{BASELINE}, penalised and pruned", f"{BASELINE}, no penalty", f"{BASELINE}, no pruning",
    f"{BASELINE}, no penalty and no pruning",
)  # fmt: skip
SAME_TREES, THEIR_TREES = "LightGBM, trees of depth 5", f"{BASELINE}, trees of depth 5"
ONE_HOT = "CatBoost, categories as indicators"

PENALTIES: Setting = {"reg_lambda": 1.0, "reg_alpha": 1.0}
PRUNING: Setting = {"gamma": 0.2, "min_child_weight": 1.0}
TIMES = 3
RAREST = 3  # rows that an element needs for an indicator


# what the trees may combine


def _restricted(fold: Fold, setting: Setting) -> dict[str, Outcome]:
    """Trees of the same depth that may not combine some columns; the direction of a number is its rank correlation's."""
    names, everything = list(fold.data.columns), range(fold.data.columns.shape[1])
    genres = [number for number in everything if names[number].startswith(GENRE)]
    languages = [number for number in everything if names[number].startswith(LANGUAGES)]
    trees = 2 * setting.get("n_estimators", TREES)  # of depth 2, which have fewer splits
    found = {
        ADDITIVE: _fitted(fold, setting | _only_together([number] for number in everything)),
        PAIRWISE: _fitted(fold, setting | {"max_depth": 2, "n_estimators": trees}),
    }
    for name, apart in ((GENRES_APART, genres), (LANGUAGES_APART, languages)):
        rest = [number for number in everything if number not in apart]
        if apart and rest:
            found[name] = _fitted(fold, setting | _only_together([apart, rest]))
    if directions := _directions(fold):
        signs = [directions.get(name, 0) for name in names]
        found[MONOTONE] = _fitted(fold, setting | {"monotone_constraints": f"({','.join(map(str, signs))})"})
    return found


def _only_together(groups: Iterable[list[int]]) -> Setting:
    return {"interaction_constraints": str([list(group) for group in groups])}


def _directions(fold: Fold) -> dict[str, int]:
    """1 or -1 for each number: whether liked movies among the training rows have more of it (Spearman)."""
    columns, label = fold.data.columns.iloc[fold.train], fold.data.label[fold.train]
    found = {}
    for name in named(columns, "f"):
        ranks = columns[name].rank().to_numpy(dtype="float64")
        known = ~np.isnan(ranks)
        if known.any():
            found[name] = int(np.sign(np.cov(ranks[known], label[known])[0, 1])) if known.sum() > 1 else 0
    return found


def _with_terms(fold: Fold, setting: Setting) -> dict[str, Outcome]:
    """What a person's own terms bring the trees."""
    values, types = fold.data.dense
    more = terms_of(fold.data, fold.train).engineered()
    if not more.shape[1]:
        return {}
    values, types = np.hstack([values, more.astype(np.float32)]), [*types, *["float"] * more.shape[1]]
    matrix = training_matrix(values[fold.train], fold.data.label[fold.train], types)
    booster = fit_booster(matrix, SAMPLED | setting, fold.seed)
    return {ENGINEERED: Outcome(booster.inplace_predict(values[fold.tested]))}


# penalties


def _regularised(fold: Fold, setting: Setting) -> dict[str, Outcome]:
    """L1 and L2 penalties and pruning, with and without, and with half of the rows."""
    none = dict.fromkeys({**PENALTIES, **PRUNING}, 0.0)
    found = {
        PENALISED: setting | PENALTIES | PRUNING,
        NO_PENALTY: setting | none | PRUNING,
        UNPRUNED: setting | none | PENALTIES,
        NEITHER: setting | none,
    }
    few = fold._replace(train=half(fold.train, fold.data.label, fold.seed))
    return {name: _fitted(fold, params) for name, params in found.items()} | {
        f"{name}, half of the rows": _fitted(few, found[name]) for name in (PENALISED, NEITHER)
    }


def _fitted(fold: Fold, params: Setting) -> Outcome:
    values, types = fold.data.sparse
    label = fold.data.label[fold.train]
    booster = fit_booster(training_matrix(values[fold.train], label, types), SAMPLED | params, fold.seed)
    seen = booster.inplace_predict(values[fold.train]).astype(np.float64)
    figures = {
        "splits": float(np.sum(list(booster.get_score(importance_type="weight").values()))),
        "training_loss": -scores(label, seen, thresholds=())["neg_log_loss"],
    }
    return Outcome(booster.inplace_predict(values[fold.tested]), figures=figures)


# the same trees in another library


def _same_trees(fold: Fold, setting: Setting) -> dict[str, Outcome]:
    """As many trees of the same depth, penalty and share of rows by both libraries, by turns, with the seconds of all turns."""
    import lightgbm

    values, types = fold.data.dense
    sparse, kinds = fold.data.sparse
    label, found = fold.data.label[fold.train], {}
    categories = [position for position, kind in enumerate(types) if kind == "c"]
    every = {
        "objective": "binary", "num_leaves": 32, "max_depth": 5, "learning_rate": 0.1, "lambda_l2": 1.0, "min_data_in_leaf": 1,
        "min_sum_hessian_in_leaf": 1.0, "bagging_fraction": 0.8, "bagging_freq": 1, "feature_fraction": 0.8,
        "seed": fold.seed, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbosity": -1,
    }  # fmt: skip

    def theirs() -> np.ndarray:
        rows = lightgbm.Dataset(values[fold.train], label, categorical_feature=categories, params=every)
        booster = lightgbm.train(every, rows, num_boost_round=TREES)
        return np.asarray(booster.predict(values[fold.tested], num_threads=1))

    def ours() -> np.ndarray:
        params = SAMPLED | {"max_depth": 5, "learning_rate": 0.1}
        booster = fit_booster(training_matrix(sparse[fold.train], label, kinds), params, fold.seed)
        return booster.inplace_predict(sparse[fold.tested])

    seconds = {SAME_TREES: 0.0, THEIR_TREES: 0.0}
    for _ in range(TIMES):
        for name, fit in ((SAME_TREES, theirs), (THEIR_TREES, ours)):
            began = time.process_time()
            found[name] = fit()
            seconds[name] += time.process_time() - began
    return {name: Outcome(found[name], seconds[name] / TIMES) for name in found}


# categories


def _as_indicators(fold: Fold, setting: Setting) -> dict[str, Outcome]:
    """CatBoost on the same raw columns, each text of at least `RAREST` training rows as an indicator of its own."""
    import catboost
    from sklearn.compose import make_column_transformer
    from sklearn.preprocessing import OneHotEncoder

    raw = fold.data.raw
    texts = named(raw, "O")
    if not texts:
        return {}
    encoder = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=RAREST, sparse_output=False)
    prepare = make_column_transformer((encoder, texts), remainder="passthrough").fit(raw.iloc[fold.train])
    model = catboost.CatBoostClassifier(
        iterations=TREES, random_seed=fold.seed, thread_count=1, allow_writing_files=False, verbose=False, **setting
    ).fit(prepare.transform(raw.iloc[fold.train]), fold.data.label[fold.train])
    values = prepare.transform(raw.iloc[fold.tested])
    return {ONE_HOT: Outcome(model.predict_proba(values, thread_count=1)[:, 1])}


BOOSTING = (
    Contrast(BASELINE, (ADDITIVE, PAIRWISE, GENRES_APART, LANGUAGES_APART, MONOTONE), _restricted),
    Contrast(BASELINE, (ENGINEERED,), _with_terms),
    Contrast(
        BASELINE,
        (PENALISED, NO_PENALTY, UNPRUNED, NEITHER, *(f"{name}, half of the rows" for name in (PENALISED, NEITHER))),
        _regularised,
    ),
    Contrast("LightGBM", (SAME_TREES, THEIR_TREES), _same_trees),
    Contrast("CatBoost", (ONE_HOT,), _as_indicators),
)
