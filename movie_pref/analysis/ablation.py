"""What each policy is worth: cross-validated average precision with the selection made anew inside each fold."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from movie_pref.analysis.costs import PARAMS, paired
from movie_pref.analysis.panels import selected_columns
from movie_pref.errors import UserError
from movie_pref.library.catalogue import Catalogue
from movie_pref.settings import Settings

POLICIES = ("none", "balanced", "strict")


def ablation(
    rows: pd.DataFrame,
    fold: pd.Series,
    settings: Settings,
    catalogue: Catalogue,
    say: Callable[[str], object] = lambda text: None,
) -> pd.DataFrame:
    """Average precision of each policy over the folds, and its paired difference to policy none.

    Parameters
    ----------
    rows
        Labelled training rows in the library's columns.
    fold
        The fold that each row is tested in.

    Returns
    -------
    DataFrame with `policy`, `columns` (mean over the folds), `average_precision`, `standard_error`, `difference` to
    none and its `paired_error`; null where a policy leaves no feature.
    """
    found, columns = {}, {}
    for policy in POLICIES:
        say(f"policy {policy}")
        chosen = settings.model_copy(update={"policy": policy})
        results = [_fold(rows, fold == number, chosen, catalogue) for number in sorted(fold.unique())]
        found[policy] = np.array([score for score, _ in results])
        columns[policy] = float(np.mean([count for _, count in results]))
    table = []
    for policy, scores in found.items():
        difference = paired(scores, found["none"])
        table.append(
            {
                "policy": policy,
                "columns": columns[policy],
                "average_precision": scores.mean(),
                "standard_error": scores.std(ddof=1) / np.sqrt(len(scores)),
                "difference": difference.mean,
                "paired_error": difference.error,
            }
        )
    return pd.DataFrame(table)


def _fold(rows: pd.DataFrame, test: pd.Series, settings: Settings, catalogue: Catalogue) -> tuple[float, int]:
    """Average precision on the test rows of a model whose columns were selected on the others, and how many there were."""
    from movie_pref.modeling.boosting import predict_unseen
    from movie_pref.modeling.metrics import scores
    from movie_pref.modeling.preprocess import Preprocessor
    from movie_pref.modeling.split import encode_label

    training = rows[~test.to_numpy()]
    try:
        columns, kinds = selected_columns(training, settings, catalogue)
    except UserError:  # policy strict may leave nothing
        return float("nan"), 0
    preprocessing = Preprocessor(kinds, settings.list_level_limit, columns).fit(training)
    label, inside = encode_label(rows["label"]).to_numpy(), ~test.to_numpy()
    probability = predict_unseen(preprocessing.transform(rows), label, inside, PARAMS, settings.seed)
    found = scores(label[~inside], probability, thresholds=())
    return found["average_precision"], len(columns)
