"""`movie-pref removals` as a person types it, against a real transmission-daemon, and the asset behind it."""

import json
import shutil
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import dagster as dg
import pandas as pd
import pytest

from movie_pref.definitions import build_defs
from movie_pref.defs.resources import settings_resource
from movie_pref.labels.store import LabelStore
from movie_pref.settings import Settings, load_settings
from movie_pref_tests.command_line import typed
from movie_pref_tests.commands.transmission_daemon import PASSWORD, USER, Daemon
from movie_pref_tests.job_runner import materialize

MOVIES = {"tt0000001": ("Arrival", 2016), "tt0000002": ("Solaris", 1972), "tt0000003": ("It", 2017)}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    if shutil.which("transmission-daemon") is None:
        pytest.skip("transmission-daemon is not installed (apt install transmission-daemon)")
    daemon = Daemon(tmp_path_factory.mktemp("transmission"))
    yield daemon
    daemon.end()


class House:
    """A data folder in which three movies of the library were liked, and the command."""

    def __init__(self, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.data, self.monkeypatch = data, monkeypatch
        for name in [*Settings.model_fields, "transmission_username", "transmission_password"]:
            monkeypatch.delenv(f"MOVIE_PREF_{name.upper()}", raising=False)
        self.set(data=str(data))
        rows = pd.DataFrame.from_dict(MOVIES, orient="index", columns=["media_title", "release_year"])
        rows = rows.rename_axis("imdb_id").reset_index().assign(media_type="movie", label="would_watch")
        rows.to_parquet(data / "01_training.parquet")
        self.store = LabelStore(load_settings().label_store_url)

    def set(self, **settings: str) -> None:
        for name, value in settings.items():
            self.monkeypatch.setenv(f"MOVIE_PREF_{name.upper()}", value)

    def says(self, *words: str, code: int = 0, answer: str | None = None) -> str:
        said = typed("removals", *words, answer=answer)
        assert said.code == code and PASSWORD not in said.out, said.out
        return said.words

    def done(self) -> list[dict[str, Any]]:
        path = self.data / "removals_done.json"
        return json.loads(path.read_text()) if path.exists() else []


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    return House(tmp_path, monkeypatch)


@pytest.fixture
def daemon(running: Daemon, house: House) -> Daemon:
    """The daemon with no torrent, and the house that knows how to get in; Arrival and Solaris are to go."""
    running.empty()
    for imdb_id in ("tt0000001", "tt0000002"):
        house.store.record(imdb_id, "would_not_watch")
    house.set(transmission_url=running.address, transmission_username=USER, transmission_password=PASSWORD)
    return running


# the list


def test_the_list_is_up_to_date_without_a_run_and_is_the_file(house: House) -> None:
    assert "There is nothing to remove" in house.says()
    house.store.record("tt0000001", "would_not_watch")
    said = house.says()
    assert "Arrival (2016)" in said and "tt0000001" in said and "set MOVIE_PREF_TRANSMISSION_URL" in said
    file = pd.read_parquet(house.data / "removal_requests.parquet")
    assert list(file["imdb_id"]) == ["tt0000001"] and str(house.data / "removal_requests.parquet") in said
    house.store.undo("tt0000001")
    assert "There is nothing to remove" in house.says()


def test_a_strong_change_is_the_first_of_the_list_and_counted(house: House) -> None:
    house.store.record("tt0000002", "would_watch_again")
    for imdb_id in ("tt0000002", "tt0000001"):
        house.store.record(imdb_id, "would_not_watch")
    said = house.says()
    assert "2 to remove, 1 of them a strong change" in said
    assert said.index("Solaris (1972)") < said.index("Arrival (2016)") and "a strong change." in said
    file = pd.read_parquet(house.data / "removal_requests.parquet")
    assert file["evidence"].tolist() == ["strong_change", "label"]


# Transmission


def test_alone_it_is_a_dry_run_even_where_the_setting_allows_more(house: House, daemon: Daemon) -> None:
    daemon.add("Arrival.2016.1080p.BluRay.x264-GRP")
    daemon.add("Solaris.1080p")
    daemon.add("Arrival.2016.S01E01")
    daemon.add("It.2017.720p")
    house.set(transmission_delete="torrent_and_files")
    said = house.says()
    assert "would remove the torrent AND ITS FILES: Arrival.2016.1080p.BluRay.x264-GRP for Arrival (2016)" in said
    assert "unsure, left alone: Solaris.1080p for Solaris (1972)" in said and "its name says no year" in said
    assert "unsure, left alone: Arrival.2016.S01E01" in said and "It.2017.720p" not in said
    assert "Nothing was removed; movie-pref removals --delete does it." in said
    assert len(daemon.names()) == 4 and house.done() == []


def test_without_the_setting_nothing_is_removed_and_a_sentence_names_it(house: House, daemon: Daemon) -> None:
    daemon.add("Arrival.2016")
    said = house.says("--delete", "--yes", code=2)
    assert "would remove the torrent (nothing yet" in said
    assert "set MOVIE_PREF_TRANSMISSION_DELETE to torrent (files stay) or to torrent_and_files" in said
    assert daemon.names() == {"Arrival.2016"} and house.done() == []


def test_files_stay_where_the_setting_says_torrent(house: House, daemon: Daemon) -> None:
    made = daemon.add("Arrival.2016", "film.mkv", "film.srt")
    daemon.add("Solaris.2002")
    house.set(transmission_delete="torrent")
    said = house.says("--delete", answer="y\n")
    assert said.index("would remove the torrent, and keep its files") < said.index("Remove 1 torrent?")
    assert "Removed Arrival.2016; its files are still there." in said
    assert daemon.names() == {"Solaris.2002"}
    assert {"Arrival.2016/film.mkv", "Arrival.2016/film.srt"} <= set(daemon.files())
    assert [(row["imdb_id"], row["hash"], row["files_deleted"]) for row in house.done()] == [("tt0000001", made, False)]


def test_files_go_where_the_setting_says_so_and_those_of_other_torrents_stay(house: House, daemon: Daemon) -> None:
    daemon.add("Arrival.2016", "film.mkv", "Sample/film-sample.mkv")
    daemon.add("Arrival.of.a.Train.1896")
    (daemon.downloads / "Arrival.2016" / "mine.txt").write_text("not of the torrent")
    house.set(transmission_delete="torrent_and_files")
    said = house.says("--delete", "--yes")
    assert "Removed Arrival.2016 and its files." in said
    until = time.monotonic() + 10
    while len(left := daemon.files()) > 2 and time.monotonic() < until:  # it deletes after it has answered
        time.sleep(0.05)
    assert left == ["Arrival.2016/mine.txt", "Arrival.of.a.Train.1896/Arrival.of.a.Train.1896.mkv"]
    assert daemon.names() == {"Arrival.of.a.Train.1896"}


def test_no_and_no_answer_remove_nothing(house: House, daemon: Daemon) -> None:
    daemon.add("Arrival.2016")
    house.set(transmission_delete="torrent_and_files")
    for answer in ("n\n", "\n", ""):
        said = house.says("--delete", answer=answer)
        assert "Remove 1 torrent and all their files, for good?" in said and "Nothing was removed." in said
    assert daemon.names() == {"Arrival.2016"} and house.done() == []


def test_a_second_run_says_what_was_done_and_leaves_a_torrent_that_is_back(house: House, daemon: Daemon) -> None:
    daemon.add("Arrival.2016")
    house.set(transmission_delete="torrent")
    house.says("--delete", "--yes")
    said = house.says("--delete", "--yes")
    assert (
        "Removed before: the torrent Arrival.2016 for Arrival (2016), on 20" in said
        and "No torrent is one of these movies." in said
    )
    daemon.add("Arrival.2016")
    said = house.says("--delete", "--yes")
    assert "and is back" in said and daemon.names() == {"Arrival.2016"} and len(house.done()) == 1


def test_an_incomplete_torrent_is_left_alone(house: House, daemon: Daemon) -> None:
    daemon.add("Arrival.2016", complete=False)
    house.set(transmission_delete="torrent_and_files")
    said = house.says("--delete", "--yes")
    assert "it is not complete" in said and daemon.names() == {"Arrival.2016"}


def test_what_changed_while_the_question_stood_is_left_alone(
    house: House, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the person is asked, one label is taken back, and a torrent that was not shown arrives."""
    import movie_pref.commands.removals as module

    daemon.add("Arrival.2016")
    daemon.add("Solaris.1972")

    def agrees(count: int, files: bool) -> bool:
        assert count == 2
        house.store.undo("tt0000001")
        daemon.add("Solaris.1972.1080p")
        return True

    monkeypatch.setattr(module, "_agrees", agrees)
    house.set(transmission_delete="torrent")
    said = house.says("--delete")
    assert "Left alone: Arrival.2016 is not as it was shown any more." in said
    assert "Removed Solaris.1972;" in said
    assert daemon.names() == {"Arrival.2016", "Solaris.1972.1080p"}


# what goes wrong on the way there


def test_a_wrong_password_is_one_sentence_and_shows_none(house: House, daemon: Daemon) -> None:
    house.set(transmission_password="a wrong secret")
    said = house.says(code=2)
    assert "refuses the user name or the password" in said and "MOVIE_PREF_TRANSMISSION_PASSWORD" in said
    assert "a wrong secret" not in said


@pytest.mark.parametrize("path", ["/transmission/web/", "/elsewhere"])
def test_a_wrong_path_is_one_sentence(house: House, daemon: Daemon, path: str) -> None:
    house.set(transmission_url=daemon.address.replace("/transmission/rpc", path))
    assert "is not Transmission's RPC" in house.says(code=2)


def test_the_address_alone_is_enough(house: House, daemon: Daemon) -> None:
    house.set(transmission_url=daemon.address.removesuffix("/transmission/rpc"))
    assert "No torrent is one of these movies." in house.says()


@pytest.mark.parametrize("answer", [b"<html>hello</html>", b"[]", b"3", b'{"result": "success", "arguments": {}}'])
def test_another_server_is_one_sentence(house: House, answer: bytes) -> None:
    class Other(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        house.set(transmission_url=f"http://127.0.0.1:{server.server_port}/transmission/rpc")
        assert "is not Transmission's RPC" in house.says(code=2)
        server.shutdown()


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://127.0.0.1:9/transmission/rpc", "Nobody answers at"),
        ("localhost:9091", "is no address of Transmission"),
        ("ftp://localhost/x", "is no address of Transmission"),
        ("http://localhost:no/x", "is no address of Transmission"),
        ("http://me:hunter2@localhost:9091/transmission/rpc", "was given a secret"),
    ],
)
def test_an_address_where_nothing_can_be_is_one_sentence(house: House, address: str, says: str) -> None:
    house.set(transmission_url=address)
    said = house.says(code=2)
    assert says in said and "hunter2" not in said


@pytest.mark.parametrize(("words", "says"), [(("--delete",), "There is no Transmission"), (("--yes",), "without --delete")])  # fmt: skip
def test_options_that_mean_nothing_are_refused(house: House, words: tuple[str, ...], says: str) -> None:
    assert says in house.says(*words, code=2)


def test_a_password_is_in_no_setting_and_one_in_the_file_is_not_shown(house: House) -> None:
    house.set(transmission_username=USER, transmission_password=PASSWORD)
    settings = load_settings()
    assert PASSWORD not in repr(settings) + settings.model_dump_json() + repr(settings_resource(settings))
    (house.data / "settings.toml").write_text('transmission_password = "hunter2"\n')
    said = house.says(code=2)
    assert "no setting 'transmission_password' (it was given a secret)" in said and "hunter2" not in said


# the asset


def test_a_run_requests_what_was_flagged_before_it_replaces_the_ranking(
    house: House, movies: pd.DataFrame, candidates: pd.DataFrame
) -> None:
    movies.to_parquet(house.data / "01_training.parquet")
    candidates.to_parquet(house.data / "candidates.parquet")
    flagged, other = candidates["imdb_id"].iloc[:2]
    ranking = candidates[["imdb_id", "media_title", "release_year"]].assign(
        probability=0.1, prediction=0, scored_at=pd.Timestamp("2020-01-01", tz="UTC")
    )
    ranking.loc[0, ["probability", "prediction"]] = [0.9, 1]
    ranking.to_parquet(house.data / "scored_candidates.parquet")
    for imdb_id in (flagged, other):
        house.store.record(imdb_id, "would_not_watch")
    ran = materialize(load_settings(), "raw_training", "movies_only", "candidates", "removal_requests")
    assert ran.by_check["requests_are_what_labels_and_rankings_say"].passed
    rows = pd.read_parquet(house.data / "removal_requests.parquet")
    assert list(rows["imdb_id"]) == [flagged] and list(rows["evidence"]) == ["prediction"]


def test_the_ranking_waits_for_the_requests_in_every_job_that_ranks() -> None:
    defs = build_defs()
    graph = defs.resolve_asset_graph()
    assert dg.AssetKey("removal_requests") in graph.get(dg.AssetKey("scored_candidates")).parent_keys
    for name in ("pipeline", "retrain", "score"):
        assert "removal_requests" in defs.resolve_job_def(name).graph.node_dict
