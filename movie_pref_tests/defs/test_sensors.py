"""When a retrain starts by itself: the sensor on a real Dagster instance, tick by tick, and the schedules."""

import os

import pandas as pd

from movie_pref.commands.runs import labels_not_learnt
from movie_pref.labels.retraining import LABELS_TAG, LIBRARY_TAG
from movie_pref.labels.store import LabelStore
from movie_pref.settings import load_settings
from movie_pref_tests.defs.house import HOUR, House, Status


def test_without_labels_it_waits_and_says_so(house: House) -> None:
    assert house.says() == "no new labels"
    house.label(20, set_by="machine")
    assert house.says() == "no new labels"


def test_one_below_the_batch_waits_and_says_for_what(house: House) -> None:
    house.label(9)
    house.late = 2.5 * HOUR
    assert house.says() == "9 of 10 new labels; the oldest waits since 2 h"


def test_the_batch_starts_one_retrain_and_never_a_second_for_the_same_labels(house: House) -> None:
    house.label(10)
    request = house.request()
    assert request.run_key is None
    assert request.tags[LABELS_TAG].startswith("10:")
    assert "was started" in house.says()
    run = house.run(status=Status.STARTED, tags=request.tags)
    assert "has not ended" in house.says()
    house.end(run, Status.SUCCESS)
    assert house.says() == "no new labels"
    house.label(9)
    assert house.says().startswith("9 of 10 new labels")
    house.label(1)
    assert house.request().tags[LABELS_TAG].startswith("20:")


def test_a_label_that_waits_longer_than_a_day_starts_a_retrain_alone(house: House) -> None:
    house.label(1)
    house.late = 23.9 * HOUR
    assert house.says() == "1 of 10 new labels; the oldest waits since 23 h"
    house.late = 24.1 * HOUR
    assert "1 of 10" in house.request().tags["movie_pref/because"]


def test_after_a_failed_retrain_the_next_label_starts_another_with_all_of_them(house: House) -> None:
    house.label(10)
    house.run(status=Status.FAILURE, tags=house.request().tags)
    for _ in range(2):
        assert "did not succeed: the next label" in house.says()
        assert "10 of 10 new labels" in house.says()
    house.label(1)
    assert house.request().tags["movie_pref/because"].startswith("11 of 10")


def test_after_a_restart_with_or_without_its_cursor_it_goes_on_where_it_was(house: House) -> None:
    house.label(10)
    run = house.run(tags=house.request().tags, status=Status.FAILURE)
    house.cursor = None
    assert "did not succeed" in house.says()
    house.end(run, Status.SUCCESS)
    house.cursor = None
    assert house.says() == "no new labels"
    house.label(3)
    house.cursor = None
    assert house.says().startswith("3 of 10")


def test_a_clock_that_is_set_back_neither_breaks_it_nor_stops_the_waiting(house: House) -> None:
    house.label(1)
    house.late = -400 * 24 * HOUR
    assert house.says() == "1 of 10 new labels; the oldest waits since 0 s"
    house.late += 20 * HOUR
    assert house.says() == "1 of 10 new labels; the oldest waits since 20 h"
    house.late += 5 * HOUR
    assert house.request()
    house.run(status=Status.STARTED)
    house.label(20)
    assert "has not ended" in house.says()


def test_a_clock_that_is_set_back_between_two_trainings_does_not_confuse_their_order(house: House) -> None:
    house.label(10)
    house.run(tags=house.request().tags)
    house.late = -400 * 24 * HOUR
    house.label(10)
    house.run(tags=house.request().tags)
    assert house.says() == "no new labels"


def test_another_content_of_the_library_starts_a_retrain_once(house: House, movies: pd.DataFrame) -> None:
    assert house.says() == "no new labels"
    movies.head(290).to_parquet(house.settings.library_path)
    request = house.request()
    assert request.tags["movie_pref/because"] == "the library file has changed"
    assert house.says()
    house.run(tags=request.tags)
    assert house.says() == "no new labels"
    os.utime(house.settings.library_path, ns=(1, 1))
    assert house.request().tags[LIBRARY_TAG].endswith("|1")


def test_a_library_that_was_never_seen_before_is_no_change_and_a_missing_one_starts_nothing(house: House) -> None:
    house.label(10)
    house.settings.library_path.unlink()
    assert "there is no library" in house.says()


def test_what_was_undone_is_no_new_label_and_undoing_a_learnt_one_is(house: House) -> None:
    house.label(10)
    house.store.undo("tt0000010")
    assert house.says().startswith("9 of 10")
    house.label(1)
    house.run(tags=house.request().tags)
    house.store.undo("tt0000001")
    assert house.says().startswith("1 of 10")


def test_a_label_store_that_was_made_anew_is_learnt_from_the_start(house: House) -> None:
    house.label(10)
    house.run(tags=house.request().tags)
    house.store.close()
    for file in house.settings.data.glob("labels.sqlite*"):
        file.unlink()
    house.store = LabelStore(house.settings.label_store_url)
    house.label(4)
    assert house.says().startswith("4 of 10")


def test_the_batch_and_the_hours_are_settings(house: House) -> None:
    house.settings = load_settings(data=house.settings.data, retrain_labels=2, retrain_hours=1)
    house.label(1)
    assert house.says().startswith("1 of 2")
    house.late = 1.1 * HOUR
    assert house.request()


def test_the_command_counts_as_the_sensor_does_before_there_is_a_history(house: House) -> None:
    house.label(3)
    assert labels_not_learnt(house.settings).movies == 3


def test_without_a_library_file_it_waits_for_eight_labels_of_each_kind(house: House) -> None:
    movies = pd.read_parquet(house.settings.library_path)
    movies.drop(columns="label").to_parquet(house.settings.candidates_path, index=False)
    house.settings.library_path.unlink()
    house.label(12)
    assert house.says().endswith("12 liked and 0 not liked so far; 8 of each give a trained model")
    for number in range(50, 57):
        house.store.record(f"tt{number:07d}", "would_not_watch")
    assert "12 liked and 7 not liked so far" in house.says()
    house.store.record("tt0000060", "would_not_watch")
    request = house.request()
    house.run(tags=request.tags)
    assert house.says() == "no new labels"
