"""`movie-pref metadata` as a person types it, against the sites on loopback."""

import os
import signal
import subprocess
import sys
import time

import pandas as pd

from movie_pref.demo.files import write_demo
from movie_pref.library import read_library
from movie_pref.settings import load_settings
from movie_pref.sources.online.filling import THREADS
from movie_pref_tests.command_line import says
from movie_pref_tests.commands.exports import contents
from movie_pref_tests.sources.online.server import OMDB_KEY, TMDB_KEY


def test_metadata_completes_library_and_candidates(sites, data, imdb):
    says("import", str(imdb(60)), "--yes")
    said = says("metadata", "--add-candidates", "100")
    assert "100 candidates more" in said
    settings = load_settings()
    library, candidates = (
        read_library(path, name == "library").rows
        for name, path in (("library", settings.library_path), ("candidates", settings.candidates_path))
    )
    assert library["overview"].notna().all() and library["rt_score"].notna().all()
    assert len(candidates) == 100 and candidates["rt_score"].notna().all()
    assert not set(candidates["imdb_id"]) & set(library["imdb_id"])
    assert max(sites.asked.values()) == 1
    for key in (TMDB_KEY, OMDB_KEY):
        assert key not in said
        assert not [path for path, content in contents(data).items() if key.encode() in content]
    before = {path: content for path, content in contents(data).items() if "cache" not in path}
    assert "Nothing new was found." in says("metadata")
    assert {path: content for path, content in contents(data).items() if "cache" not in path} == before
    assert max(sites.asked.values()) == 1


def test_metadata_of_nothing_or_from_nowhere_is_refused(data, imdb):
    assert "There are no movies of yours" in says("metadata", code=2)
    data.mkdir(exist_ok=True)
    write_demo(data / "01_training.parquet", data / "candidates.parquet")
    assert "the demonstration's need nothing" in says("metadata", code=2)
    says("import", str(imdb(40)), "--yes")
    assert "set TMDB_API_KEY and OMDB_API_KEY" in says("metadata", code=2)


def test_killed_at_120_of_300_it_goes_on_from_there(sites, data, imdb):
    says("import", str(imdb(300)), "--yes")
    command = [sys.executable, "-m", "movie_pref.cli", "metadata"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        while sum("/3/movie/" in question for question in list(sites.asked)) < 120:
            assert process.poll() is None
            time.sleep(0.01)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert pd.read_parquet(data / "01_training.parquet").get("overview") is None  # nothing half-written
    time.sleep(0.5)  # what was on its way is counted
    before = sum(sites.asked.values())
    assert "300 were found" in says("metadata")
    assert read_library(load_settings().library_path).rows["overview"].notna().all()
    repeated = sum(count - 1 for count in sites.asked.values())
    assert repeated <= THREADS  # the answers that were on their way when it was killed
    assert sum(sites.asked.values()) == 900 + repeated and before >= 240
