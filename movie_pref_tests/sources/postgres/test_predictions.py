"""The table `prediction` is brought up to date whole: readers, kills and lost connections never see half of it."""

import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.settings import Settings, load_settings
from movie_pref.sources.postgres import predictions as module
from movie_pref.sources.postgres.predictions import predictions, write_predictions
from movie_pref_tests.sources.postgres.atp import Atp


def nothing(says: str) -> None:
    raise AssertionError(says)


def frame(probability: float, ids: range = range(1, 61)) -> pd.DataFrame:
    return predictions(
        pd.DataFrame(
            {
                "imdb_id": [f"tt{number:07d}" for number in ids],
                "prediction": int(probability >= 0.35),
                "probability": probability,
            }
        ),
        pd.Series(dtype="int64"),
    )


def test_the_cell_of_the_confusion_matrix_and_none_without_a_label() -> None:
    predicted = pd.DataFrame(
        {
            "imdb_id": list("abcdefg"),
            "prediction": [1, 1, 0, 0, 1, 0, 1],
            "probability": [0.9, 0.8, 0.1, 0.2, 0.7, 0.3, 0.5],
        }
    )
    labels = pd.Series({"a": 1, "b": 0, "c": 0, "d": 1, "e": 2})
    assert predictions(predicted, labels)["cm_value"].tolist() == ["tp", "fp", "tn", "fn", "tp", "na", "na"]


def test_the_table_is_what_was_predicted_and_a_second_time_nothing_changes(atp: Atp, settings: Settings) -> None:
    first = write_predictions(settings, [frame(0.9, range(1, 31)), frame(0.1, range(31, 61))], nothing)
    assert first == (60, 60, 0, 0, 0, 60)
    before = atp.ask("SELECT * FROM atp.prediction ORDER BY imdb_id")
    assert before[0][:4] == ("tt0000001", 1, 0.9 and before[0][2], "na") and float(before[0][2]) == 0.9

    again = write_predictions(settings, [frame(0.9, range(1, 31)), frame(0.1, range(31, 61))], nothing)
    assert again == (60, 0, 0, 0, 0, 60)
    assert atp.ask("SELECT * FROM atp.prediction ORDER BY imdb_id") == before


def test_probabilities_come_back_to_the_last_digit(atp: Atp, settings: Settings) -> None:
    rows = frame(0.5).assign(probability=np.random.default_rng(0).random(60))
    write_predictions(settings, [rows], nothing)
    found = dict(atp.ask("SELECT imdb_id, probability FROM atp.prediction"))
    assert {imdb_id: float(value) for imdb_id, value in found.items()} == dict(
        zip(rows["imdb_id"], rows["probability"], strict=True)
    )


def test_rows_of_movies_that_are_gone_go_and_those_of_movies_labelled_since_stay(atp: Atp, settings: Settings) -> None:
    write_predictions(settings, [frame(0.9)], nothing)
    atp.do("DELETE FROM atp.training WHERE imdb_id = 'tt0000060'")
    atp.do("UPDATE atp.training SET label = 'would_not_watch', reviewed = true WHERE imdb_id = 'tt0000059'")
    found = write_predictions(settings, [frame(0.2, range(1, 59)), frame(0.2, range(70, 73))], nothing)

    assert found == (59, 59, 1, 3, 1, 59)
    assert atp.ask(
        "SELECT prediction, probability::float8, cm_value FROM atp.prediction WHERE imdb_id = 'tt0000059'"
    ) == [(1, 0.9, "fp")]


def test_only_what_changed_is_written_and_has_another_time(atp: Atp, settings: Settings) -> None:
    write_predictions(settings, [frame(0.9)], nothing)
    times = dict(atp.ask("SELECT imdb_id, created_at FROM atp.prediction"))
    rows = frame(0.9).assign(probability=lambda made: made["probability"].where(made["imdb_id"] != "tt0000007", 0.8))
    assert write_predictions(settings, [rows], nothing).changed == 1
    assert {one for one, at in atp.ask("SELECT imdb_id, created_at FROM atp.prediction") if at != times[one]} == {
        "tt0000007"
    }


def test_readers_see_the_old_or_the_new_whole(atp: Atp, settings: Settings) -> None:
    write_predictions(settings, [frame(0.1)], nothing)
    seen, end, wrong = set(), threading.Event(), []

    def read() -> None:
        with atp.connect() as connection:
            while not end.is_set():
                row = connection.execute(
                    "SELECT count(*), min(probability)::float8, max(probability)::float8 FROM atp.movies"
                ).fetchone()
                assert row is not None
                seen.add(row)
                if row[0] != 60 or row[1] != row[2]:
                    wrong.append(row)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for turn in range(30):
        write_predictions(settings, [frame(0.2 + turn / 100)], nothing)
    end.set()
    for reader in readers:
        reader.join()
    assert wrong == [] and len(seen) > 5


KILLED = """
    import sys
    sys.path[:0] = {path!r}
    from movie_pref.settings import load_settings
    from movie_pref.sources.postgres.predictions import write_predictions
    from movie_pref_tests.sources.postgres.test_predictions import frame
    settings = load_settings(data={data!r}, library={library!r})
    print("ready", flush=True)
    turn = 0
    while True:
        turn += 1
        write_predictions(settings, [frame(0.01 + turn / 1000)], print)
        print("written", flush=True)
"""


def test_a_kill_at_ten_moments_leaves_the_old_or_the_new(atp: Atp, settings: Settings) -> None:
    write_predictions(settings, [frame(0.5)], nothing)
    code = textwrap.dedent(KILLED).format(
        path=[str(Path(__file__).parents[3])], data=str(settings.data), library=settings.database
    )
    moments = random.Random(2)
    for _ in range(10):
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=os.environ)
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        for _ in range(moments.randint(1, 2)):
            assert process.stdout.readline() == "written\n"
        time.sleep(moments.uniform(0, 0.03))
        process.send_signal(signal.SIGKILL)
        process.wait()
        rows, low, high = atp.ask("SELECT count(*), min(probability), max(probability) FROM atp.movies")[0]
        assert rows == 60 and low == high
    assert write_predictions(settings, [frame(0.5)], nothing).rows == 60  # no lock is left behind


def test_a_connection_that_is_lost_before_the_end_changes_nothing_and_is_tried_again(
    atp: Atp, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_predictions(settings, [frame(0.1)], nothing)
    settle, calls, between = module.settle_fresh, [], []

    def cut_off(connection, *rest):  # type: ignore[no-untyped-def]
        found = settle(connection, *rest)
        calls.append(found)
        if len(calls) == 1:
            atp.do("SELECT pg_terminate_backend(%s)", connection.info.backend_pid)
            between.extend(atp.ask("SELECT DISTINCT probability::float8 FROM atp.prediction"))
        return found

    monkeypatch.setattr(module, "settle_fresh", cut_off)
    said: list[str] = []
    assert write_predictions(settings, [frame(0.9)], said.append).rows == 60
    assert between == [(0.1,)] and len(calls) == 2
    assert len(said) == 1 and "was lost" in said[0]
    assert atp.ask("SELECT DISTINCT probability::float8 FROM atp.prediction") == [(0.9,)]


def test_a_role_that_may_not_write_is_told_which_rights_it_needs(atp: Atp, settings: Settings, one_sentence) -> None:
    atp.do("DROP ROLE IF EXISTS reader")
    atp.do("CREATE ROLE reader LOGIN")
    atp.do("GRANT USAGE ON SCHEMA atp TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA atp TO reader")
    reader = load_settings(data=settings.data, library=atp.address.replace("postgres@", "reader@"))
    with pytest.raises(UserError) as caught:
        write_predictions(reader, [frame(0.9)], nothing)
    one_sentence(caught, "permission denied for table prediction", "docs/postgresql.md")
    atp.do("DROP OWNED BY reader; DROP ROLE reader")


def test_the_grants_of_the_documentation_are_enough_and_no_more(atp: Atp, settings: Settings) -> None:
    text = (Path(__file__).parents[3] / "docs" / "postgresql.md").read_text(encoding="utf-8")
    grants = text.split("```sql\n")[1].split("```")[0]
    atp.do("DROP ROLE IF EXISTS movie_pref")
    atp.do(grants)
    own = load_settings(data=settings.data, library=atp.address.replace("postgres@", "movie_pref@"))
    assert write_predictions(own, [frame(0.9)], nothing).rows == 60
    for forbidden in (
        "UPDATE atp.training SET media_title = 'x'",
        "DELETE FROM atp.training",
        "TRUNCATE atp.prediction",
        "CREATE TABLE atp.mine (one integer)",
        "SELECT * FROM atp.media",
    ):
        with pytest.raises(UserError), module.Database.at(str(own.database)).connect() as connection:
            connection.execute(forbidden)
    atp.do("DROP OWNED BY movie_pref; DROP ROLE movie_pref")
