"""Stars become labels by a cut that the person sees, and films become rows that keep the contract."""

import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.library import read_library
from movie_pref.sources.importers import label_by_cut, propose_cut, proposed, read_export, to_library
from movie_pref.sources.importers.films import as_films
from movie_pref_tests.sources.importers.conftest import as_csv, imdb_row


def test_each_cut_is_shown_with_its_counts_and_one_is_proposed():
    table = propose_cut(pd.Series([10] * 5 + [9] * 12 + [8] * 23 + [5] * 60 + [None] * 7))

    assert table.drop(columns=["stars", "share"]).to_numpy().tolist() == [
        [8.0, 23, 40, 60, False],
        [9.0, 12, 17, 83, True],
        [10.0, 5, 5, 95, False],
    ]
    assert table["share"].tolist() == pytest.approx([0.40, 0.17, 0.05])
    assert proposed(table) == 9.0


@pytest.mark.parametrize(
    ("ratings", "cut"),
    [
        ([10] * 24 + [9] * 1 + [1] * 75, 10),  # 24 and 25 %: the nearer to 17.5 % is 24 %
        ([10] * 8 + [9] * 40 + [1] * 52, 10),  # 8 and 48 %: none within, 8 % is nearer to it
        ([10] * 15 + [8] * 5 + [1] * 80, 8),  # 15 and 20 %: equally near
        ([10, 1], 10),
    ],
)
def test_the_cut_aims_at_ten_to_twenty_five_per_cent(ratings, cut):
    assert proposed(propose_cut(pd.Series(ratings))) == cut


@pytest.mark.parametrize("ratings", [[], [7.0, 7.0], [None]])
def test_ratings_that_no_cut_divides_are_one_sentence(ratings):
    with pytest.raises(UserError, match="no cut divides them"):
        proposed(propose_cut(pd.Series(ratings, dtype="float64")))


def test_labels_by_a_cut():
    labels = label_by_cut(pd.Series([9.0, 8.5, None]), 9)

    assert labels.tolist()[:2] == ["would_watch", "would_not_watch"] and pd.isna(labels[2])
    with pytest.raises(UserError, match="The cut is 11"):
        label_by_cut(pd.Series([9.0]), 11)


def films():
    return as_films(
        pd.DataFrame(
            [
                ("tt0000001", "A", 1999, 9.0, False, True, False),
                ("tt0000002", "B", 1999, 4.0, True, True, False),  # stars decide over a heart
                ("tt0000003", "C", 1999, None, True, True, False),
                ("tt0000004", "D", 1999, None, False, True, False),
                ("tt0000005", "E", 1999, None, False, False, True),
                ("tt0000006", "F", None, 9.0, False, True, False),
                ("tt0000001", "A again", 1999, 2.0, False, True, False),
                (None, "G", 1999, 9.0, False, True, False),
            ],
            columns=["imdb_id", "title", "year", "rating", "liked", "watched", "watchlist"],
        ).assign(source_file="x", line=range(8), at=pd.Timestamp("2024-01-01", tz="UTC"))
    )


def test_every_film_is_a_row_a_candidate_or_accounted_for():
    found = to_library(films(), cut=8)

    assert found.labelled[["imdb_id", "media_title", "label"]].to_numpy().tolist() == [
        ["tt0000002", "B", "would_not_watch"],
        ["tt0000003", "C", "would_watch"],
        ["tt0000001", "A again", "would_not_watch"],
    ]
    assert found.labelled["rating"].tolist()[::2] == [4.0, 2.0] and found.labelled["rating"].isna()[1]
    assert found.candidates["imdb_id"].tolist() == ["tt0000005"]
    assert found.left_out[["title", "reason"]].to_numpy().tolist() == [
        ["A", "an older entry of a film that is there twice"],
        ["D", "watched, and neither rated nor liked"],
        ["F", "release_year is missing"],
        ["G", "imdb_id is missing"],
    ]


def test_watched_as_liked_is_a_label_too():
    found = to_library(films(), cut=8, watched_as_liked=True)

    assert found.labelled.set_index("imdb_id")["label"]["tt0000004"] == "would_watch"
    assert found.labelled.set_index("imdb_id")["label"]["tt0000002"] == "would_not_watch"
    assert found.candidates["imdb_id"].tolist() == ["tt0000005"]


def test_an_imdb_export_becomes_a_library_that_the_reader_takes(save, tmp_path):
    rows = [
        imdb_row(Const=f"tt{number:07d}", Your_Rating=str(1 + number % 10), Genres="Sci-Fi, Drama", Num_Votes="7")
        for number in range(50)
    ]
    rows[3] |= {"Title Type": "TV Series"}
    found = read_export(save(as_csv(rows)))

    written = to_library(found.films, proposed(propose_cut(found.films["rating"])))
    written.labelled.to_parquet(tmp_path / "library.parquet")
    library = read_library(tmp_path / "library.parquet")

    assert len(library.rows) == 50 and library.rejected.empty and library.unknown == ["rating"]
    assert library.rows["label"].value_counts().to_dict() == {"would_not_watch": 40, "would_watch": 10}
    assert list(library.rows["genre"][0]) == ["Science Fiction", "Drama"]
    assert library.rows["media_type"].value_counts().to_dict() == {"movie": 49, "tv_show": 1}
    # what the export does not know is absent, not null throughout
    assert "budget" not in written.labelled and "tmdb_id" not in written.labelled
