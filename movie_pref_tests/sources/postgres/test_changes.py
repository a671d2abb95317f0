"""What other programs changed since the last training is counted by content, whatever the clocks say."""

import pandas as pd

from movie_pref.library.read import read_library
from movie_pref.settings import Settings
from movie_pref.sources.postgres.changes import changes_since_training, keep_learnt
from movie_pref.sources.postgres.snapshot import take_snapshot
from movie_pref_tests.sources.postgres.atp import Atp


def nothing(says: str) -> None:
    raise AssertionError(says)


def trained(settings: Settings) -> pd.DataFrame:
    """What a training does with the database: reads it, and notes at its end what it has learnt."""
    take_snapshot(settings, nothing)
    keep_learnt(settings)
    return read_library(settings.library_path).rows


def changed(settings: Settings, *decided_here: str) -> int:
    found = changes_since_training(settings, decided_here)
    assert found is not None and bool(found.mark) == (found.movies > 0) == (found.since is not None)
    return found.movies


def test_before_the_first_training_every_label_that_counts_is_new(atp: Atp, settings: Settings) -> None:
    assert changed(settings) == 40


def test_labels_reviews_and_anomalies_count_and_nothing_else_does(atp: Atp, settings: Settings) -> None:
    trained(settings)
    assert changed(settings) == 0
    atp.do("UPDATE atp.training SET imdb_votes = 7")  # the download pipeline brings every movie up to date
    assert changed(settings) == 0
    atp.do("UPDATE atp.training SET label = 'would_watch' WHERE imdb_id = 'tt0000041'")
    assert changed(settings) == 0  # labelled, and not reviewed yet
    atp.do("UPDATE atp.training SET reviewed = true WHERE imdb_id = 'tt0000041'")
    assert changed(settings) == 1
    atp.do("UPDATE atp.training SET anomalous = true WHERE imdb_id = 'tt0000001'")
    assert changed(settings) == 2
    assert changed(settings, "tt0000041") == 1  # the store has an event of that one, and counts it itself
    trained(settings)
    assert changed(settings) == 0


def test_television_and_rows_that_break_the_contract_start_no_training(atp: Atp, settings: Settings) -> None:
    atp.do("UPDATE atp.training SET media_type = 'tv_show' WHERE imdb_id = 'tt0000001'")
    atp.do("UPDATE atp.training SET media_title = ' ' WHERE imdb_id = 'tt0000002'")
    assert len(trained(settings)) == 39
    assert changed(settings) == 0
    atp.do(
        "UPDATE atp.training SET label = 'would_watch', reviewed = true, media_type = 'tv_show' WHERE imdb_id = 'tt0000041'"
    )
    assert changed(settings) == 0


def test_a_label_with_the_time_of_one_that_was_read_is_seen_and_so_is_one_of_a_clock_that_was_set_back(
    atp: Atp, settings: Settings
) -> None:
    trained(settings)
    atp.do("ALTER TABLE atp.training DISABLE TRIGGER training_updated_at")
    newest = "(SELECT max(updated_at) FROM atp.training)"
    for movie, time in (("tt0000041", newest), ("tt0000042", f"{newest} - interval '50 minutes'")):
        atp.do(
            f"UPDATE atp.training SET label = 'would_watch', reviewed = true, updated_at = {time} WHERE imdb_id = '{movie}'"
        )
    assert changed(settings) == 2


def test_a_transaction_that_is_committed_after_the_training_has_read_is_seen(atp: Atp, settings: Settings) -> None:
    with atp.connect() as slow:
        slow.execute("BEGIN")
        slow.execute("UPDATE atp.training SET label = 'would_watch', reviewed = true WHERE imdb_id = 'tt0000041'")
        atp.do("UPDATE atp.training SET imdb_votes = 8 WHERE imdb_id = 'tt0000001'")
        rows = trained(settings)
        assert "tt0000041" not in set(rows["imdb_id"])
        slow.execute("COMMIT")
    assert changed(settings) == 1


def test_only_the_rows_that_were_changed_are_asked_for(atp: Atp, settings: Settings) -> None:
    atp.do("ALTER TABLE atp.training DISABLE TRIGGER training_updated_at")
    atp.do("UPDATE atp.training SET updated_at = now() - interval '2 days'")
    atp.do("UPDATE atp.training SET updated_at = now() WHERE imdb_id = 'tt0000001'")
    trained(settings)
    atp.do("CREATE INDEX training_updated_at_index ON atp.training (updated_at) WHERE label IS NOT NULL")
    atp.do("ANALYZE atp.training")
    with atp.connect() as connection:
        connection.execute("SET enable_seqscan = off")
        plan = connection.execute(
            "EXPLAIN SELECT imdb_id FROM atp.training WHERE updated_at >= now() - interval '1 hour' AND label IS NOT NULL"
        ).fetchall()
    assert any("training_updated_at_index" in line for (line,) in plan)
    assert changed(settings) == 0
