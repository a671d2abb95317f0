"""Labels given here go into `training`, labels of the console come into the store, on a real server."""

import threading

import pytest

from movie_pref.data_folder import DataFolder
from movie_pref.errors import UserError
from movie_pref.labels.store import LabelStore
from movie_pref.settings import Settings, load_settings
from movie_pref.sources.postgres import label_sync
from movie_pref.sources.postgres.database import LostConnection
from movie_pref.sources.postgres.label_plan import TABLE
from movie_pref.sources.postgres.label_sync import labels_are_waiting, sync_labels
from movie_pref.sources.postgres.snapshot import take_snapshot
from movie_pref_tests.sources.postgres.atp import Atp

LIKED, DISLIKED, AGAIN = "would_watch", "would_not_watch", "would_watch_again"
NEW, KNOWN = "tt0000041", "tt0000001"  # without a label, and with one


def nothing(says: str) -> None:
    raise AssertionError(says)


def standing(store: LabelStore, imdb_id: str) -> str | None:
    found = store.effective().set_index("imdb_id")["label"]
    return found.get(imdb_id)


def other(label: str | None) -> str:
    return DISLIKED if label == LIKED else LIKED


def test_a_label_and_its_undo_are_seen_in_the_table(atp: Atp, settings: Settings, store: LabelStore) -> None:
    take_snapshot(settings, nothing)
    store.record(NEW, LIKED)
    assert labels_are_waiting(settings, store.history())
    assert sync_labels(settings, store, nothing) == (1, 0)
    assert atp.label(NEW) == (LIKED, True, True)
    assert not labels_are_waiting(settings, store.history())
    changed = atp.ask("SELECT updated_at FROM atp.training WHERE imdb_id = %s", NEW)
    assert sync_labels(settings, store, nothing) == (0, 0)
    assert atp.ask("SELECT updated_at FROM atp.training WHERE imdb_id = %s", NEW) == changed

    store.undo(NEW)
    assert sync_labels(settings, store, nothing) == (1, 0)
    assert atp.label(NEW) == (None, False, False)


def test_a_corrected_label_and_its_undo_bring_back_what_the_table_had(
    atp: Atp, settings: Settings, store: LabelStore
) -> None:
    take_snapshot(settings, nothing)
    had = atp.label(KNOWN)[0]
    store.record(KNOWN, other(had))
    assert sync_labels(settings, store, nothing) == (1, 0)
    assert atp.label(KNOWN) == (other(had), True, True)
    assert store.history(KNOWN)["origin"].fillna("").tolist() == [TABLE, ""]  # who said what, when, in this order

    store.undo(KNOWN)
    sync_labels(settings, store, nothing)
    assert atp.label(KNOWN) == (had, True, True)


def test_labels_of_before_the_table_was_known_are_not_taken_back_by_rows_that_were_only_touched(
    atp: Atp, settings: Settings, store: LabelStore
) -> None:
    store.record(NEW, LIKED)
    atp.do("UPDATE atp.training SET imdb_votes = 7")
    take_snapshot(settings, nothing)
    assert sync_labels(settings, store, nothing) == (1, 0)
    assert atp.label(NEW)[0] == LIKED == standing(store, NEW)


def test_a_label_that_is_given_while_others_are_brought_is_brought_the_next_time(
    atp: Atp, settings: Settings, store: LabelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync_labels(settings, store, nothing)
    take_snapshot(settings, nothing)
    store.record(NEW, LIKED)
    write = label_sync._write

    def meanwhile(*given):  # type: ignore[no-untyped-def]
        monkeypatch.undo()
        store.record("tt0000042", LIKED)
        return write(*given)

    monkeypatch.setattr(label_sync, "_write", meanwhile)
    assert sync_labels(settings, store, nothing) == (1, 0)
    assert labels_are_waiting(settings, store.history())
    assert sync_labels(settings, store, nothing) == (1, 0)
    assert atp.label("tt0000042")[0] == LIKED == standing(store, "tt0000042")


def test_a_movie_that_comes_into_the_table_after_its_label_gets_it(
    atp: Atp, settings: Settings, store: LabelStore
) -> None:
    take_snapshot(settings, nothing)
    store.record("tt0009999", LIKED)
    assert sync_labels(settings, store, nothing) == (0, 0)
    atp.do("INSERT INTO atp.training (imdb_id, media_type, media_title) VALUES ('tt0009999', 'movie', 'A late one')")
    assert sync_labels(settings, store, nothing) == (1, 0)
    assert atp.label("tt0009999") == (LIKED, True, True)
    assert standing(store, "tt0009999") == LIKED


def test_the_console_changes_a_label_before_and_after_one_is_given_here(
    atp: Atp, settings: Settings, store: LabelStore
) -> None:
    take_snapshot(settings, nothing)
    had = atp.label(KNOWN)[0]
    atp.do("UPDATE atp.training SET label = %s WHERE imdb_id = %s", other(had), KNOWN)
    store.record(KNOWN, str(had))  # later than the console's, so it counts
    assert sync_labels(settings, store, nothing) == (1, 0)
    assert atp.label(KNOWN)[0] == had == standing(store, KNOWN)

    atp.do("UPDATE atp.training SET label = %s WHERE imdb_id = %s", other(had), KNOWN)
    assert sync_labels(settings, store, nothing) == (0, 1)  # the console's is later now
    assert atp.label(KNOWN)[0] == other(had) == standing(store, KNOWN)

    atp.do("UPDATE atp.training SET label = NULL, reviewed = false WHERE imdb_id = %s", KNOWN)
    sync_labels(settings, store, nothing)
    assert standing(store, KNOWN) is None
    assert set(store.history(KNOWN)["label"].dropna()) == {LIKED, DISLIKED}  # nothing that was said is lost


def test_a_favourite_is_a_liked_movie_where_the_type_has_two_labels_and_itself_where_it_has_three(
    atp: Atp, settings: Settings, store: LabelStore
) -> None:
    take_snapshot(settings, nothing)
    store.record(NEW, AGAIN)
    sync_labels(settings, store, nothing)
    assert atp.label(NEW)[0] == LIKED
    assert sync_labels(settings, store, nothing) == (0, 0)
    assert standing(store, NEW) == AGAIN

    atp.do("ALTER TYPE atp.label_type ADD VALUE 'would_watch_again'")
    store.record(NEW, AGAIN)
    sync_labels(settings, store, nothing)
    assert atp.label(NEW)[0] == AGAIN


def test_labels_wait_in_the_store_as_long_as_the_database_is_gone(
    atp: Atp, settings: Settings, store: LabelStore, tmp_path, one_sentence
) -> None:
    gone = load_settings(data=settings.data, library=f"postgresql://me@/movies?host={tmp_path}&schema=atp")
    store.record(NEW, LIKED)
    with pytest.raises(LostConnection) as caught:
        sync_labels(gone, store, lambda says: None)
    one_sentence(caught, "cannot be reached")
    assert labels_are_waiting(settings, store.history())
    sync_labels(settings, store, nothing)
    assert atp.label(NEW)[0] == LIKED


def test_a_role_that_may_not_write_labels_is_told_so(
    atp: Atp, settings: Settings, store: LabelStore, one_sentence
) -> None:
    atp.do("DROP ROLE IF EXISTS reader")
    atp.do("CREATE ROLE reader LOGIN")
    atp.do("GRANT USAGE ON SCHEMA atp TO reader; GRANT SELECT ON atp.training TO reader")
    store.record(NEW, LIKED)
    reader = load_settings(data=settings.data, library=atp.address.replace("postgres@", "reader@"))
    with pytest.raises(UserError) as caught:
        sync_labels(reader, store, nothing)
    one_sentence(caught, "permission denied for table training", "docs/postgresql.md")
    assert labels_are_waiting(settings, store.history())
    atp.do("DROP OWNED BY reader; DROP ROLE reader")


def test_two_who_bring_the_same_labels_at_once_write_them_once(atp: Atp, settings: Settings, store: LabelStore) -> None:
    take_snapshot(settings, nothing)
    for number in range(41, 61):
        store.record(f"tt{number:07d}", LIKED)
    found = []

    def bring() -> None:
        with LabelStore(settings.label_store_url) as own:
            found.append(sync_labels(settings, own, nothing).written)

    threads = [threading.Thread(target=bring) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [0, 0, 20]
    assert atp.ask("SELECT count(*) FROM atp.training WHERE label = 'would_watch' AND imdb_id > 'tt0000040'") == [(20,)]


def test_a_damaged_note_of_what_the_table_has_is_said(settings: Settings, store: LabelStore, one_sentence) -> None:
    store.record(NEW, LIKED)
    path = DataFolder(settings.data).label_sync
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"upto": 3}')
    with pytest.raises(UserError) as caught:
        labels_are_waiting(settings, store.history())
    one_sentence(caught, path)
