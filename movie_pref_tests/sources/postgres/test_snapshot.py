"""The table `training` becomes the two files of a library, all of one moment, or stays what it was."""

import json

import numpy as np
import pandas as pd
import pytest

from movie_pref.data_folder import DataFolder
from movie_pref.errors import UserError
from movie_pref.library.read import read_library
from movie_pref.settings import Settings, load_settings
from movie_pref.sources.postgres import snapshot
from movie_pref.sources.postgres.database import LostConnection
from movie_pref_tests.sources.postgres.atp import Atp


def nothing(says: str) -> None:
    raise AssertionError(says)


def test_it_reads_what_a_file_of_the_same_movies_holds(
    atp: Atp, settings: Settings, unchanging_movies: pd.DataFrame
) -> None:
    atp.do("UPDATE atp.training SET anomalous = true WHERE imdb_id = 'tt0000003'")
    found = snapshot.take_snapshot(settings, nothing)
    library, candidates = read_library(settings.library_path), read_library(settings.candidates_path, labelled=False)
    rows = library.rows.set_index("imdb_id")

    assert (found["labelled"], found["without_label"]) == (40, 20) == (len(library.rows), len(candidates.rows))
    assert library.rejected.empty and candidates.rejected.empty
    assert rows.index[rows["anomalous"].astype(bool)].tolist() == ["tt0000003"]
    assert rows["reviewed"].all() and rows["human_labeled"].all()
    file = unchanging_movies.head(60).set_index("imdb_id")
    both = pd.concat([rows, candidates.rows.set_index("imdb_id")])
    for name in ("media_title", "release_year", "budget", "imdb_rating", "imdb_votes", "rt_score", "tmdb_rating"):
        pd.testing.assert_series_equal(both[name], file[name], check_dtype=False)
    for name in ("genre", "origin_country", "spoken_languages"):
        given = [list(cell) if isinstance(cell, list | np.ndarray) else None for cell in both[name]]
        assert given == file[name].tolist()
    assert json.loads(DataFolder(settings.data).snapshot.read_text())["newest_change"] == found["newest_change"]


def test_both_files_are_of_one_moment_whatever_is_changed_in_between(
    atp: Atp, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = snapshot._write

    def disturbed(reader, path):  # type: ignore[no-untyped-def]
        found = write(reader, path)
        atp.do("UPDATE atp.training SET label = NULL WHERE imdb_id = 'tt0000001'")
        atp.do("UPDATE atp.training SET label = 'would_watch' WHERE imdb_id = 'tt0000041'")
        atp.do("DELETE FROM atp.training WHERE imdb_id IN ('tt0000002', 'tt0000042')")
        return found

    monkeypatch.setattr(snapshot, "_write", disturbed)
    found = snapshot.take_snapshot(settings, nothing)

    ids = pd.read_parquet(settings.library_path)["imdb_id"], pd.read_parquet(settings.candidates_path)["imdb_id"]
    assert (found["labelled"], found["without_label"]) == (40, 20)
    assert [list(ids[0])[:2], list(ids[1])[:2]] == [["tt0000001", "tt0000002"], ["tt0000041", "tt0000042"]]


def test_a_second_snapshot_of_the_same_table_is_the_same_to_the_last_byte(atp: Atp, settings: Settings) -> None:
    files = settings.library_path, settings.candidates_path
    snapshot.take_snapshot(settings, nothing)
    first = [file.read_bytes() for file in files]
    snapshot.take_snapshot(settings, nothing)

    assert [file.read_bytes() for file in files] == first


def test_what_was_read_stays_where_the_server_is_gone(atp: Atp, settings: Settings, tmp_path, one_sentence) -> None:
    snapshot.take_snapshot(settings, nothing)
    before = settings.library_path.read_bytes()
    gone = load_settings(data=settings.data, library=f"postgresql://me@/movies?host={tmp_path}&schema=atp")
    said: list[str] = []
    with pytest.raises(LostConnection) as caught:
        snapshot.take_snapshot(gone, said.append)

    one_sentence(caught, "cannot be reached", "~/.pgpass")
    assert [says[-29:] for says in said] == ["Trying again in 1 s (1 of 2).", "Trying again in 2 s (2 of 2)."]
    assert settings.library_path.read_bytes() == before


def test_a_connection_that_is_lost_in_the_middle_is_tried_again(
    atp: Atp, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, calls = snapshot._write, []

    def cut_off(reader, path):  # type: ignore[no-untyped-def]
        calls.append(path)
        if len(calls) == 1:
            atp.do(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE 'COPY%%'"
            )
        return write(reader, path)

    monkeypatch.setattr(snapshot, "_write", cut_off)
    said: list[str] = []
    found = snapshot.take_snapshot(settings, said.append)

    assert (found["labelled"], found["without_label"]) == (40, 20)
    assert len(said) == 1 and "was lost" in said[0]
    assert not list(settings.library_path.parent.glob("*.tmp"))


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("{uri}", "public.training"),
        ("{uri}&schema=nowhere", "nowhere.training"),
        ("{uri}&shema=atp", "shema"),
        ("postgresql://me@host:no/movies", '"port"'),
    ],
)
def test_an_address_that_leads_to_no_library_is_said_in_a_sentence(
    atp: Atp, settings, address, named, one_sentence
) -> None:
    wrong = load_settings(data=settings.data, library=address.format(uri=atp.uri))
    with pytest.raises(UserError) as caught:
        snapshot.take_snapshot(wrong, lambda says: None)
    one_sentence(caught, named)


def test_a_table_without_a_row_and_one_without_a_column(atp: Atp, settings: Settings, one_sentence) -> None:
    atp.do("DROP VIEW atp.movies")
    atp.do("ALTER TABLE atp.training DROP COLUMN release_year")
    with pytest.raises(UserError) as caught:
        snapshot.take_snapshot(settings, nothing)
    one_sentence(caught, "release_year", "docs/postgresql.md")
    atp.do("ALTER TABLE atp.training ADD COLUMN release_year smallint")
    atp.do("DELETE FROM atp.training")
    with pytest.raises(UserError) as caught:
        snapshot.take_snapshot(settings, nothing)
    one_sentence(caught, "has no row")


def test_a_role_that_may_not_read_is_told_which_rights_it_needs(atp: Atp, settings: Settings, one_sentence) -> None:
    atp.do("DROP ROLE IF EXISTS reader")
    atp.do("CREATE ROLE reader LOGIN")
    reader = load_settings(data=settings.data, library=atp.address.replace("postgres@", "reader@"))
    with pytest.raises(UserError) as caught:
        snapshot.take_snapshot(reader, nothing)
    one_sentence(caught, "docs/postgresql.md")


@pytest.mark.parametrize(
    "address", ["postgresql://me:secret@host/movies", "postgresql://me@host/movies?password=secret"]
)
def test_a_password_in_the_address_is_refused_and_not_repeated(address, one_sentence) -> None:
    with pytest.raises(UserError) as caught:
        load_settings(library=address)
    assert "secret@" not in one_sentence(caught, "~/.pgpass") and "=secret" not in str(caught.value)
