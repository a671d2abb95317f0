"""The ledger of the selection as one would tell it: why each feature is used or left out, by its cause.

Belongs here: the words for each cause. A cause without words of its own is told by the ledger's sentence.
"""

from pathlib import Path
from typing import Any

import pandas as pd

from movie_pref.analysis.ledger import DROP, KEEP, Cause
from movie_pref.data_folder import DataFolder
from movie_pref.library.catalogue import Catalogue, own_catalogue
from movie_pref.report.words import capital

SAME = "nearly all movies have the same value"
NO_USE = "its values do not tell movies apart"
WORDS = {
    Cause.PASSES: "it says enough about your taste",
    Cause.POLICY_NONE: "nothing was to be left out (policy none)",
    Cause.PINNED_KEEP: "you pinned it in the feature catalogue",
    Cause.PINNED_DROP: "you left it out in the feature catalogue",
    Cause.WITHHELD_BY_GUARD: "a test speaks against it, but without it the ranking gets worse, so it stays",
    Cause.WORTH_EMBEDDING: "its words make the ranking better",
    Cause.NOT_WORTH_EMBEDDING: "its words do not make the ranking better",
    Cause.ONE_VALUE_DOMINATES: SAME,
    Cause.CONSTANT: SAME,
    Cause.ALL_DISTINCT: NO_USE,
    Cause.ONLY_SINGLETONS: NO_USE,
    Cause.NOT_USEFUL: "you said in the feature catalogue that its values are of no use",
    Cause.NULLS_NOT_MEANINGFUL: "it is seldom known, and that it is not known says nothing about your taste",
    Cause.UNSUPPORTED: "too few movies have it",
    Cause.DOES_NOT_TELL_THE_TARGET: "it says too little about your taste",
    Cause.NO_VALUE_KNOWN: "no value of it is known",
}


def ledger_in_words(data: Path) -> dict[str, Any] | None:
    """The final word on each feature in plain words, kept ones first; None where there is no ledger yet."""
    ledger = DataFolder(data).table("selected_features")
    if ledger is None:
        return None
    catalogue = own_catalogue(data)
    final = ledger[ledger["node"] == "selected_features"]
    indicators = final[final["family"] == "indicator"]
    rows = [
        {
            "words": capital(feature_in_words(row.feature, catalogue)),
            "kept": row.verdict == KEEP,
            "why": plain_reason(row.feature, ledger, catalogue),
        }
        for row in final[final["family"] != "indicator"].itertuples()
    ]
    return {
        "rows": sorted(rows, key=lambda row: not row["kept"]),
        "indicators": len(indicators),
        "indicators_kept": int((indicators["verdict"] == KEEP).sum()),
    }


def plain_reason(feature: str, ledger: pd.DataFrame, catalogue: Catalogue) -> str:
    """Why a feature is used or left out, as one would say it."""
    last = _row("selected_features", feature, ledger)
    assert last is not None
    if last["cause"] == Cause.REDUNDANT:
        pair = _row("inter_feature_selection", feature, ledger)
        other = "another" if pair is None else feature_in_words(pair["other_feature"], catalogue)
        return f"says much the same as {other}, which the model would miss more"
    if last["cause"] in (Cause.INDICATORS_KEPT, Cause.NO_INDICATOR_KEPT):
        verdicts = _verdicts_of_indicators(feature, ledger, catalogue)
        kept = verdicts.count(KEEP)
        return f"{kept} of its {kept + verdicts.count(DROP)} values say enough to be used"
    if last["cause"] == Cause.TOO_MANY_LEVELS:
        counted = _row("distinct_analysis", feature, ledger)
        number = "" if counted is None else f" ({counted['value']:,.0f})"
        return f"it has too many different values to be used{number}"
    return WORDS.get(last["cause"], last["reason"])


def feature_in_words(name: str, catalogue: Catalogue) -> str:
    """`imdb_votes` as the catalogue has it, and `genre_science_fiction` as `genre: science fiction`."""
    if name in catalogue:
        return catalogue[name].words
    source = _list_behind(name, catalogue)
    if source is None:
        return name
    entry = catalogue[source]
    return f"{entry.words}: {name.removeprefix(f'{entry.indicator}_').replace('_', ' ')}"


def _verdicts_of_indicators(feature: str, ledger: pd.DataFrame, catalogue: Catalogue) -> list[str]:
    """The last words on the indicators of a list column."""
    rows = ledger[(ledger["node"] == "selected_features") & (ledger["family"] == "indicator")]
    mine = [_list_behind(name, catalogue) == feature for name in rows["feature"]]
    return rows.loc[mine, "verdict"].tolist()


def _list_behind(indicator: str, catalogue: Catalogue) -> str | None:
    """The list column that an indicator was made from: that of the longest name that it begins with."""
    found = [
        (len(entry.indicator), name)
        for name, entry in catalogue.items()
        if entry.indicator and indicator.startswith(f"{entry.indicator}_")
    ]
    return max(found)[1] if found else None


def _row(node: str, feature: str, ledger: pd.DataFrame) -> pd.Series | None:
    found = ledger[(ledger["node"] == node) & (ledger["feature"] == feature)]
    return None if found.empty else found.iloc[0]
