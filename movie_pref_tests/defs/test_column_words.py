"""What the UI says of columns, and of long cells."""

import pandas as pd
import pytest

from movie_pref.analysis.ledger import COLUMNS
from movie_pref.defs.column_words import described
from movie_pref.defs.metadata import column_schema, table
from movie_pref.library.contract import LIBRARY
from movie_pref.ranking.exported_ranking import AGAIN_COLUMNS
from movie_pref.search.grid import PRODUCTION_GRID


@pytest.mark.parametrize(
    ("column", "says"),
    [
        ("genre_science_fiction", "1 where science fiction is among the genres, else 0."),
        ("booster_3", "Log-odds of the committee's booster 3."),
        ("split4_test_recall_at_0.35", "recall at 0.35 on fold 4."),
        ("param_max_depth", "Control tree complexity (XGBoost's parameter)."),
        ("imdb_votes", "Number of votes on IMDb."),
        ("nobody_knows", None),
    ],
)
def test_a_column_is_described_by_its_name_or_by_what_its_name_is_made_of(column, says):
    assert described(column) == says


def test_every_column_of_the_ledger_of_the_library_and_of_the_search_is_described():
    columns = [*COLUMNS, *LIBRARY.columns, *(f"param_{name}" for name in PRODUCTION_GRID), *AGAIN_COLUMNS, "level"]
    assert [name for name in columns if not described(name)] == []


def test_a_schema_carries_the_descriptions():
    found = column_schema(pd.DataFrame({"fold": [1], "strange": [2]}))
    assert [(one.name, bool(one.description)) for one in found.columns] == [("fold", True), ("strange", False)]


def test_a_long_cell_is_cut_between_words():
    cell = table(pd.DataFrame({"reason": ["word " * 60]})).value.records[0].data["reason"]
    assert len(cell) <= 200 and cell.endswith("word…")
