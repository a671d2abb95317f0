"""How long the review page takes to answer a decision, with 5,000 movies in the queue.

    python benchmarks/review.py                   5,000 in the queue, 100,000 candidates, 100 decisions
    python benchmarks/review.py --queue 20000

Twice: the server's time from the request to the whole answer, and in Chromium from the key to the next movie on the
screen (left out where playwright or Chromium is not there); both also while four other processes write labels into the
same store, each ten a second (`--pause 0`: as fast as they can). Also the search as one types. The label store has 2,000 labels before. The limit is
100 ms for a decision, and 200 ms for a search.
"""

import argparse
import http.client
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import uvicorn

from movie_pref.data_folder import DataFolder
from movie_pref.demo.library import demo_library
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.labels.store import LabelStore, NewLabel
from movie_pref.library.training_rows import encode_label
from movie_pref.model.calibration import Calibrator
from movie_pref.model.champion import Champion, promote
from movie_pref.model.committee import Recipe
from movie_pref.model.operating_point import Limits
from movie_pref.model.training import train_model
from movie_pref.ranking.scoring import score_file
from movie_pref.review.app import build_app
from movie_pref.review.server import listen
from movie_pref.settings import load_settings

PARAMS = {"n_estimators": 200, "max_depth": 5, "learning_rate": 0.1, "enable_categorical": True}
LIMIT, SEARCH_LIMIT = 100.0, 200.0  # milliseconds
LABELS = 2_000
WRITERS = 4
WRITES = """
import itertools, sys, time
from movie_pref.labels.store import LabelStore
with LabelStore(sys.argv[1]) as store:
    for number in itertools.count():
        store.record(f"tt9{sys.argv[2]}{number % 1000:05d}", ("would_watch", "would_not_watch")[number % 2])
        if number == 0:
            print("writes", flush=True)
        time.sleep(float(sys.argv[3]))
"""


def make_folder(data: Path, queue: int, candidates: int) -> None:
    """A data folder with a champion, ranked candidates, a queue of the ones nearest to the threshold, and labels."""
    library, few = demo_library()
    folder = DataFolder(data)
    folder.asset("movies_only").parent.mkdir(parents=True)
    for path in (folder.library, folder.asset("movies_only")):
        library.to_parquet(path, index=False)
    rng = np.random.default_rng(0)
    table = pa.Table.from_pandas(few, preserve_index=False).take(pa.array(rng.integers(0, len(few), candidates)))
    own = pa.array([f"tt{number:08d}" for number in range(candidates)])
    table = table.set_column(table.column_names.index("imdb_id"), "imdb_id", own)
    for path in (folder.candidates, folder.asset("candidates")):
        pq.write_table(table, path)
    preprocessing = Preprocessor().fit(library)
    training = pd.Series(np.arange(len(library)) % 5 > 0)
    label = encode_label(library["label"])
    model = train_model(
        preprocessing.transform(library),
        label,
        training,
        preprocessing,
        Recipe.alone(PARAMS, 0),
        Limits(0.35, 0.15, 0.98),
        seed=0,
    )
    promote(model.with_facts(calibration=Calibrator().to_dict()), folder.model, "first")
    ranking = folder.asset("scored_candidates")
    score_file(Champion.load(folder.model), folder.asset("candidates"), ranking)
    ranked = pd.read_parquet(ranking, columns=["imdb_id", "media_title", "probability"])
    near = ranked.loc[(ranked["probability"] - 0.35).abs().nsmallest(queue).index]
    asked = near.assign(current_label=pd.Series(dtype="str"), reason="just above the threshold")
    asked.assign(priority=np.linspace(1, 0, len(asked))).to_parquet(folder.asset("review_queue"), index=False)
    with LabelStore(load_settings(data=data).label_store_url) as store:
        others = ranked.loc[~ranked["imdb_id"].isin(near["imdb_id"]), "imdb_id"].head(LABELS)
        store.record_all([NewLabel(imdb_id, "would_watch") for imdb_id in others])


def server_milliseconds(port: int, token: str, review: object, clicks: int) -> list[float]:
    """From sending a decision to the last byte of the answer, one after the other on one connection."""
    connection, found = http.client.HTTPConnection("127.0.0.1", port), []
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Review-Token": token}
    for imdb_id in review.desk.waiting()[:clicks]:  # type: ignore[attr-defined]
        body = urlencode({"imdb_id": imdb_id, "label": "would_not_watch", "way": "review queue"})
        started = time.perf_counter()
        connection.request("POST", "/decide", body, headers)
        answer = connection.getresponse()
        answer.read()
        found.append(1000 * (time.perf_counter() - started))
        assert answer.status == 200
    return found


@contextmanager
def others_that_write(data: Path, pause: float) -> Iterator[None]:
    """Four processes that write a label into the store after each pause, from before the block to its end."""
    url = load_settings(data=data).label_store_url
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WRITES, url, str(number), str(pause)], stdout=subprocess.PIPE, text=True
        )
        for number in range(WRITERS)
    ]
    try:
        for one in processes:
            assert one.stdout is not None and one.stdout.readline() == "writes\n"
        started, before = time.perf_counter(), newest(url)
        yield
        written = newest(url) - before
        print(
            f"    ({WRITERS} processes wrote {written / (time.perf_counter() - started):,.0f} labels a second meanwhile)"
        )
    finally:
        for one in processes:
            one.kill()
            one.communicate()


def newest(url: str) -> int:
    """The number of the newest label."""
    with LabelStore(url) as store:
        return int(store.history()["event"].max())


def search_milliseconds(port: int) -> list[float]:
    connection, found = http.client.HTTPConnection("127.0.0.1", port), []
    for text in ["t", "th", "the", "the far", "kitchen", "nothing like it", "a", "ab", "1999"] * 3:
        started = time.perf_counter()
        connection.request("GET", f"/search?{urlencode({'q': text})}")
        connection.getresponse().read()
        found.append(1000 * (time.perf_counter() - started))
    return found


WATCH = """() => {
  window.times = [];
  let pressed = 0;
  document.addEventListener("keydown", event => { pressed = event.timeStamp; }, true);
  new MutationObserver(() => {
    const before = pressed;
    if (before) requestAnimationFrame(() => requestAnimationFrame(at => window.times.push(at - before)));
    pressed = 0;
  }).observe(document.querySelector("#desk"), { childList: true });
}"""


def browser_milliseconds(address: str, clicks: int) -> list[float] | None:
    """From the key to the frame after the next movie was painted, by the browser's own clock; None without a browser."""
    path = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)  # fmt: skip
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        return None
    if path is None:
        return None
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector("main[data-ready]")
        page.evaluate(WATCH)
        for number in range(clicks):
            page.keyboard.press("wn"[number % 2])
            page.wait_for_function("count => window.times.length > count", arg=number)
            page.wait_for_timeout(300)
        times = page.evaluate("() => window.times")
        browser.close()
    return times


def tell(what: str, times: list[float] | None, limit: float = LIMIT) -> None:
    if times is None:
        print(f"  {what:<42} left out: there is no Chromium or no playwright")
        return
    worst = statistics.quantiles(times, n=20)[-1]
    verdict = "kept" if worst < limit else "MISSED"
    print(f"  {what:<42} median {statistics.median(times):6.1f} ms, 95th percentile {worst:6.1f} ms; limit {limit:g} ms {verdict}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queue", type=int, default=5_000)
    parser.add_argument("--candidates", type=int, default=100_000)
    parser.add_argument("--clicks", type=int, default=100)
    parser.add_argument("--pause", type=float, default=0.1, help="of each other process between two labels, seconds")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        data = Path(temporary) / "data"
        print(f"{given.queue:,} in the queue, {given.candidates:,} candidates, {LABELS:,} labels; making them …", flush=True)  # fmt: skip
        make_folder(data, given.queue, given.candidates)
        sock = listen("127.0.0.1", 0)
        port = sock.getsockname()[1]
        app = build_app(load_settings(data=data))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        started = time.perf_counter()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        print(f"  the page is there after {time.perf_counter() - started:.1f} s")
        review = app.state.review
        tell("server, while reasons are worked out", server_milliseconds(port, review.token, review, 30))
        while review.movies.without_reasons():
            time.sleep(0.5)
        tell("server, one decision after the other", server_milliseconds(port, review.token, review, given.clicks))
        tell("browser, from the key to the next movie", browser_milliseconds(f"http://127.0.0.1:{port}", given.clicks))
        with others_that_write(data, given.pause):
            tell("server, while four others write", server_milliseconds(port, review.token, review, given.clicks))
            tell("browser, while four others write", browser_milliseconds(f"http://127.0.0.1:{port}", given.clicks))
        tell("search of every title", search_milliseconds(port), SEARCH_LIMIT)
        server.should_exit = True
        thread.join()


if __name__ == "__main__":
    main()
