"""The ledger of the selection in the words of the report."""

import pandas as pd
import pytest

from movie_pref.analysis.ledger import Cause, entry, ledger
from movie_pref.library.catalogue import load_catalogue
from movie_pref.report.ledger_in_words import ledger_in_words, plain_reason

REDUNDANT = entry(
    "panel",
    "inter_feature_selection",
    "x",
    "continuous",
    "drop",
    Cause.REDUNDANT,
    "r",
    other_feature="origin_country_jp",
)
COUNTED = entry(
    "panel",
    "distinct_analysis",
    "x",
    "categorical",
    "consider_dropping",
    Cause.TOO_MANY_LEVELS,
    "",
    "distinct_count",
    4164,
)


@pytest.mark.parametrize(
    ("cause", "rest", "said"),
    [
        (Cause.POLICY_NONE, [], "nothing was to be left out (policy none)"),
        (Cause.PINNED_DROP, [], "you left it out in the feature catalogue"),
        (Cause.WITHHELD_BY_GUARD, [], "a test speaks against it, but without it the ranking gets worse, so it stays"),
        (Cause.REDUNDANT, [REDUNDANT], "says much the same as country of origin: jp, which the model would miss more"),
        (Cause.DOES_NOT_TELL_THE_TARGET, [], "it says too little about your taste"),
        (Cause.TOO_MANY_LEVELS, [COUNTED], "it has too many different values to be used (4,164)"),
        (Cause.NO_COLUMN, [], "a sentence of the ledger"),
    ],
)  # fmt: skip
def test_causes_of_the_ledger_in_plain_words(cause, rest, said):
    last = entry("feature_selection", "selected_features", "x", "continuous", "drop", cause, "a sentence of the ledger")
    assert plain_reason("x", ledger([last, *rest]), load_catalogue()) == said


def test_a_sentence_of_the_ledger_may_be_reworded(settings):
    before = ledger_in_words(settings.data)
    path = settings.data / "feature_decisions.parquet"
    pd.read_parquet(path).assign(reason="withheld: 7 of its 9 indicators are pinned").to_parquet(path, index=False)
    assert ledger_in_words(settings.data) == before


def test_the_ledger_is_in_words_kept_ones_first(page):
    text = page.words.split("What it looks at, and what it leaves out")[1].split("How the model was found")[0]
    assert "IMDb votes used it says enough about your taste" in text
    assert "Genre used 1 of its 2 values say enough to be used" in text
    assert "TMDB votes left out says much the same as IMDb votes, which the model would miss more" in text
    assert text.index("Genre used") < text.index("TMDB votes left out")
    assert "Of 3 single values of lists (a genre, a country, a language), 2 are used." in text
