"""A data folder as a run leaves it, made without one, the review page served from it, and a browser that looks at it."""

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import uvicorn

from movie_pref.labels.store import LabelStore
from movie_pref.model.calibration import Calibrator
from movie_pref.model.champion import Champion, promote
from movie_pref.model.committee import Recipe
from movie_pref.model.operating_point import Limits
from movie_pref.model.out_of_fold import out_of_sample
from movie_pref.model.training import train_model
from movie_pref.ranking.previous_ranking import keep_ranking
from movie_pref.ranking.scoring import score
from movie_pref.review.app import build_app
from movie_pref.review.server import listen
from movie_pref.review.views import Review
from movie_pref.settings import Settings, load_settings

EVIL_TITLE = "<script>window.hacked=1</script> \"Quoted\" & 'single' 七人"
EVIL_TEXT = '</p><img src=x onerror="window.hacked=2"><b>bold</b> {{ 7 * 7 }}'


@pytest.fixture(scope="session")
def made(trained: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder: 300 labelled movies, 120 candidates, two champions, two rankings, a queue of 30, one of it labelled."""
    data = tmp_path_factory.mktemp("made") / "data"
    movies, sides = trained.rows, trained.split
    unseen = movies.head(120).drop(columns="label")
    unseen = unseen.assign(
        imdb_id=[f"tt{9_000_000 + number}" for number in range(120)],
        media_title=[f"Candidate {number}" for number in range(120)],
        overview=[f"What candidate {number} is about." for number in range(120)],
    )
    unseen.loc[0, ["media_title", "overview"]] = EVIL_TITLE, EVIL_TEXT
    unseen.loc[1, "media_title"] = "Amélie Returns"
    (data / "assets").mkdir(parents=True)
    movies.to_parquet(data / "01_training.parquet", index=False)
    unseen.to_parquet(data / "candidates.parquet", index=False)
    smaller = Recipe.alone({**trained.params, "n_estimators": 10}, 3)
    first = train_model(
        trained.features,
        sides["label"],
        trained.training,
        trained.preprocessing,
        smaller,
        Limits(0.35, 0.3, 0.98),
        seed=3,
    )
    for version, model in enumerate((first, trained.model)):
        recall = {"value": 0.9 + 0.05 * version, "low": 0.8, "high": 1.0}
        flagged = {"value": 0.2, "low": 0.15, "high": 0.25}
        metrics = {"rows": "holdout", "recall_at_0.35": recall, "flagged_at_0.35": flagged}
        made_of = model.with_facts(calibration=Calibrator().to_dict(), metrics=metrics)
        promote(made_of, data / "model", ("first", "promoted")[version], because="it is better")
        fresh, ranking = data / "fresh.parquet", data / "scored_candidates.parquet"
        score(Champion.load(data / "model"), unseen).to_parquet(fresh, index=False)
        keep_ranking(ranking, fresh, data / "previous_ranking.parquet")
        fresh.replace(ranking)
    unseen.to_parquet(data / "assets" / "candidates.parquet", index=False)
    movies.to_parquet(data / "assets" / "movies_only.parquet", index=False)
    sides.to_parquet(data / "assets" / "data_split.parquet", index=False)
    out_of_sample(movies, sides, made_of).to_parquet(data / "03_binomial_classifier_results.parquet", index=False)
    write_queue(data, [*unseen["imdb_id"][:3], movies["imdb_id"][0], *unseen["imdb_id"][3:29]])
    return data


def write_queue(data: Path, imdb_ids: list[str]) -> None:
    """A queue of these movies in this order, labelled ones with their label."""
    movies = pd.read_parquet(data / "01_training.parquet").set_index("imdb_id")
    unseen = pd.read_parquet(data / "candidates.parquet").set_index("imdb_id")
    both = pd.concat([movies, unseen])
    queue = pd.DataFrame(
        {
            "imdb_id": imdb_ids,
            "media_title": both.loc[imdb_ids, "media_title"].to_numpy(),
            "probability": np.linspace(0.4, 0.3, len(imdb_ids)),
            "current_label": both.loc[imdb_ids, "label"].to_numpy(),
            "reason": "just above the threshold",
            "priority": np.linspace(1, 0.1, len(imdb_ids)),
        }
    )
    fresh = data / "queue.parquet"
    queue.to_parquet(fresh, index=False)
    fresh.replace(data / "review_queue.parquet")


@dataclass
class House:
    """A data folder of a test's own, and the page that is served from it."""

    settings: Settings
    address: str = ""
    review: Review = field(init=False)

    @property
    def data(self) -> Path:
        return self.settings.data

    def events(self) -> pd.DataFrame:
        with LabelStore(self.settings.label_store_url) as store:
            return store.history()

    def queue(self) -> list[str]:
        return pd.read_parquet(self.data / "review_queue.parquet")["imdb_id"].tolist()

    def decide_model(self, **said: Any) -> None:
        """Write what a training decided, as one that has just ended does."""
        pointer = self.data / "model" / "champion.json"
        content = {**json.loads(pointer.read_text()), **said}
        fresh = pointer.with_suffix(".new")
        fresh.write_text(json.dumps(content))
        fresh.replace(pointer)


@pytest.fixture
def open_house(made: Path, tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Serves a copy of the folder on a real socket; `before` changes the copy first."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def open_(before: Callable[[Path], object] | None = None, **settings: Any) -> House:
        data = tmp_path / "data"
        shutil.copytree(made, data)
        if before:
            before(data)
        house = House(load_settings(data=data, **settings))
        sock = listen("127.0.0.1", 0)
        app = build_app(house.settings)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        running.append((server, thread))
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        house.address = f"http://127.0.0.1:{sock.getsockname()[1]}"
        house.review = app.state.review
        return house

    yield open_
    for server, thread in running:
        server.should_exit = True
        thread.join(timeout=20)


@pytest.fixture
def house(open_house: Callable[..., House]) -> House:
    return open_house()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser without a window; the test is skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )
    if path is None:
        pytest.skip("there is no chromium on this machine (Debian: apt-get install chromium)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens an address in a tab of its own and waits until its keys work; what went wrong in it fails the test."""
    wrong: list[str] = []
    contexts = []

    def open_(address: str, expected: tuple[str, ...] = (), **how: Any) -> Any:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **how})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on(
            "console",
            lambda said: (
                said.type == "error" and not any(one in said.text for one in expected) and wrong.append(said.text)
            ),
        )
        host = address.split("/")[2]
        page.on("request", lambda asked: asked.url.split("/")[2] == host or wrong.append(f"asked for {asked.url}"))
        page.goto(address)
        page.wait_for_selector("main[data-ready]")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def settings(made: Path, tmp_path: Path) -> Settings:
    shutil.copytree(made, tmp_path / "data")
    return load_settings(data=tmp_path / "data")
