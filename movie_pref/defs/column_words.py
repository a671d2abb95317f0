"""What the Dagster UI says of a column of a table that this project writes; the library's own are in its contract."""

import re

from movie_pref.library.contract import LIBRARY
from movie_pref.search.parameters import PARAMETERS

COLUMNS = {
    # where a row comes from
    "came_from": "Which table the movie stands in.",
    "label_origin": "Through what the label came: the library, the review page, a command.",
    "partition": "The side the movie is on: train, validation or holdout; a hash of imdb_id, so it stays.",
    "fold": "Which of the folds inside train leaves the movie out.",
    "by_need": "Whether the side is another than the hash says, since liked movies are few.",
    # the ledger
    "panel": "The group of the flowcharts.",
    "node": "The node of the flowcharts that says so; also the asset's name.",
    "feature": "The feature that the verdict is about.",
    "other_feature": "Its strongest partner, in a test between features.",
    "family": "continuous, categorical, categorical_list, indicator or text.",
    "statistic": "What was measured.",
    "value": "The value that was measured.",
    "threshold": "What the value is held against; a setting.",
    "n": "How many training movies it was measured on.",
    "verdict": "What follows.",
    "cause": "Why, as one of a few words that programs ask for.",
    "reason": "Why, in a sentence.",
    "adjusted_p": "The p value, adjusted for how many features were tested (Benjamini and Hochberg).",
    "applied": "Whether the verdict became what happened.",
    # the search
    "folds": "On how many folds the point was measured; a race stops the worst early.",
    "rank": "The place, 1 the best.",
    "seconds": "How long the fits took, in seconds of one core.",
    # predictions
    "actual": "1 for a movie that you would watch, 0 for one that you would not.",
    "predicted": "1 from the threshold on.",
    "prediction": "1 from the threshold on.",
    "probability": "The model's own probability that you would watch it; it orders the movies, with probability_again where that is there.",
    "calibrated_probability": "What it means: of a hundred movies at 80 %, you would watch about eighty.",
    "cm_value": "Cell of the confusion matrix: tp, fp, tn or fn.",
    "reasons": "What in the movie speaks for its place, the strongest first.",
    # the second question of a library with favourites
    "level": "0 for would_not_watch, 1 for would_watch, 2 for would_watch_again.",
    "probability_again": "Probability that you would watch it, and again: that you would watch it, times that a movie you like is one to watch again.",
    "prediction_again": "1 for a movie that you would watch, perhaps again: both questions are answered from the threshold on.",
    "reasons_again": "What in the movie speaks for watching it again, or against it, the strongest first.",
    "given_liked": "Of a movie that you like, the probability that you would watch it again; by a model that has not seen its label.",
    "winner": "Log-odds of the search's winner.",
    "boosters": "Mean log-odds of the committee's boosters.",
    "linear": "Log-odds of the logistic regression.",
    # reports
    "movies": "How many movies it was measured on.",
    "metric": "What was measured.",
    "low": "Lower end of the 95 % interval.",
    "high": "Upper end of the 95 % interval.",
    # the preference rules
    "rule": "The rule's name.",
    "statement": "The rule in words.",
    "expected": "Whether the rule says that its movies are liked.",
    "liked_share": "The share of the rule's movies that you like.",
    "liked_low": "Lower end of its 95 % interval.",
    "liked_high": "Upper end of its 95 % interval.",
    "probability_error": "Standard error of the mean probability.",
    "moved": "The feature that is moved, and where to.",
    "moved_from": "Mean probability before.",
    "moved_to": "Mean probability after.",
    "change": "After less before.",
    "change_low": "Lower end of its 95 % interval.",
    "change_high": "Upper end of its 95 % interval.",
    "log_odds_change": "The same in log-odds.",
    "says": "What was found, in a sentence.",
    "because": "Why the verdict is not simply that it was learnt.",
    # what waits for a person
    "evidence": "What spoke for the movie before: a label (would_watch), strong_change (it was would_watch_again, the farthest a label can fall), or a prediction.",
    "decided_at": "When you decided, in UTC.",
    "current_label": "The label it has; null for a movie that you have not seen.",
    "priority": "What a decision on it is worth, 1 the most.",
}  # fmt: skip
PATTERNS = {
    r"booster_(\d+)": "Log-odds of the committee's booster {0}.",
    r"(.+)_norm": "{0}, from 0 to 1 between the smallest and the largest of the training rows.",
    r"genre_(.+)": "1 where {0} is among the genres, else 0.",
    r"origin_country_(.+)": "1 where {0} is among the countries of origin, else 0.",
    r"production_country_(.+)": "1 where it was made in {0} (among others), else 0.",
    r"spoken_language_(.+)": "1 where {0} is spoken in it, else 0.",
    r"mean_test_(.+)": "Mean of {0} over the folds.",
    r"std_test_(.+)": "Standard deviation of {0} over the folds.",
    r"split(\d+)_test_(.+)": "{1} on fold {0}.",
}


def described(column: str) -> str | None:
    """What a column holds, in a sentence; None where nobody wrote one."""
    if column in LIBRARY.columns:
        return LIBRARY.columns[column].description
    if column.removeprefix("param_") in PARAMETERS:
        return f"{PARAMETERS[column.removeprefix('param_')].purpose} (XGBoost's parameter)."
    if column in COLUMNS:
        return COLUMNS[column]
    for pattern, words in PATTERNS.items():
        if found := re.fullmatch(pattern, column):
            return words.format(*(part.replace("_", " ") for part in found.groups()))
    return None
