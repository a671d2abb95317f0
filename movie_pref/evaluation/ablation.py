"""What each policy is worth: cross-validated average precision with the selection made anew inside each fold."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from movie_pref.analysis.all_panels import selected_columns
from movie_pref.errors import UserError
from movie_pref.library.catalogue import Catalogue
from movie_pref.metrics.paired import paired
from movie_pref.settings import Settings

POLICIES = ("none", "balanced", "strict")
# a point of the production grid, and not the model by which the selection itself measures costs
PARAMS = {
    "n_estimators": 200, "max_depth": 5, "learning_rate": 0.1, "subsample": 0.8, "colsample_bytree": 0.8, "enable_categorical": True,
}  # fmt: skip


def ablation(
    rows: pd.DataFrame,
    settings: Settings,
    catalogue: Catalogue,
    say: Callable[[str], object] = lambda text: None,
) -> pd.DataFrame:
    """Average precision of each policy over folds drawn several times, and its paired difference to policy none.

    Parameters
    ----------
    rows
        Labelled training rows in the library's columns.

    Returns
    -------
    DataFrame with `policy`, `columns` (mean over the folds), `average_precision`, `standard_error`, `difference` to
    none and its `paired_error`; null where a policy leaves no feature. Both errors are corrected for folds that share
    rows.
    """
    from movie_pref.features.split import stratified_folds
    from movie_pref.library.training_rows import encode_label

    label = encode_label(rows["label"])
    draws = [
        stratified_folds(rows["imdb_id"], label, settings.folds, settings.seed + draw)
        for draw in range(settings.ablation_repeats)
    ]
    found, columns = {}, {}
    for policy in POLICIES:
        chosen = settings.model_copy(update={"policy": policy})
        results = []
        for draw, fold in enumerate(draws):
            for number in range(settings.folds):
                say(f"policy {policy}, draw {draw + 1} of {len(draws)}, fold {number + 1} of {settings.folds}")
                results.append(_fold(rows, fold == number, chosen, catalogue))
        found[policy] = np.array([score for score, _ in results])
        columns[policy] = float(np.mean([count for _, count in results]))
    return _table(found, columns, 1 / (settings.folds - 1))


def _table(found: dict[str, np.ndarray], columns: dict[str, float], overlap: float) -> pd.DataFrame:
    table = []
    for policy, scores in found.items():
        difference = paired(scores, found["none"], overlap)
        table.append(
            {
                "policy": policy,
                "columns": columns[policy],
                "average_precision": scores.mean(),
                "standard_error": paired(scores, np.zeros(len(scores)), overlap).error,
                "difference": difference.mean,
                "paired_error": difference.error,
            }
        )
    return pd.DataFrame(table)


def _fold(rows: pd.DataFrame, test: pd.Series, settings: Settings, catalogue: Catalogue) -> tuple[float, int]:
    """Average precision on the test rows of a model whose columns were selected on the others, and how many there were."""
    from movie_pref.library.training_rows import encode_label
    from movie_pref.metrics.scores import scores
    from movie_pref.search.boosting import predict_unseen

    training = rows[~test.to_numpy()]
    try:
        chosen = selected_columns(training, settings, catalogue)._replace(linear_only=[])
    except UserError:  # policy strict may leave nothing
        return float("nan"), 0
    preprocessing = chosen.preprocessor(settings.list_level_limit, settings.text_components).fit(training)
    label, inside = encode_label(rows["label"]).to_numpy(), ~test.to_numpy()
    probability = predict_unseen(preprocessing.transform(rows), label, inside, PARAMS, settings.seed)
    found = scores(label[~inside], probability, thresholds=())
    return found["average_precision"], len(preprocessing.columns)
