"""Times a whole run and a training after ten labels, and shows how much of it are the fits themselves.

    python benchmarks/run.py [--library FILE --candidates FILE] [--before CHECKOUT] [--repetitions 2]

A run is `movie-pref run` in a folder of its own, as a person starts it; a training is the job `retrain` in that folder after ten
labels, as the sensor starts it; and with `movie-pref ui` open, ten more labels are given, and it is timed from the tenth to the
new ranking. With `--before`, another checkout with an environment of its own (`make .venv/.ready` there),
both are timed in turn. The floor is how long XGBoost takes for exactly the fits of a run, made again on all cores with nothing
around them. Without a library the demonstration one is taken. Prints seconds, CPU seconds and the largest memory of the process.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd

HERE = Path(__file__).parents[1]
sys.path.insert(0, str(HERE))
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
WITHIN = 1.6  # times the floor
UNTIL_IT_TICKS, PATIENCE = 40, 300  # seconds
LABEL_TEN = """
import pandas as pd
from movie_pref.labels.store import LabelStore
from movie_pref.settings import load_settings
settings = load_settings()
queue = pd.read_parquet(settings.data / "review_queue.parquet")
with LabelStore(settings.label_store_url) as store:
    for place, movie in enumerate(queue["imdb_id"].head(10)):
        store.record(movie, "would_watch" if place % 2 else "would_not_watch")
"""


def surroundings(folder: Path) -> dict[str, str]:
    """The environment of a command on a data folder."""
    home = next(folder.rglob("dagster.yaml"), folder / "none").parent
    return {**os.environ, "MOVIE_PREF_DATA": str(folder), "DAGSTER_HOME": str(home)}


def timed(command: list[str | Path], folder: Path, checkout: Path) -> dict[str, float]:
    """Seconds, CPU seconds of it and of its processes, and its largest memory (MiB)."""
    start = time.perf_counter()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = subprocess.Popen(command, env=surroundings(folder), cwd=checkout, **quiet)
    _, status, used = os.wait4(started.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {os.waitstatus_to_exitcode(status)}")
    mebibytes = used.ru_maxrss / 1024
    return {"seconds": time.perf_counter() - start, "cpu": used.ru_utime + used.ru_stime, "mebibytes": mebibytes}


def walk(checkout: Path, given: list[str], folder: Path) -> dict[str, dict[str, float]]:
    """A run, ten labels, and a training."""
    bin = checkout / ".venv" / "bin"
    found = {"run": timed([bin / "movie-pref", "run", *given], folder, checkout)}
    timed([bin / "python", "-c", LABEL_TEN], folder, checkout)
    training = [bin / "dagster", "job", "execute", "-m", "movie_pref.definitions", "-j", "retrain"]
    found["training after ten labels"] = timed(training, folder, checkout)
    return {**found, "tenth label to the new ranking": by_itself(checkout, folder)}


def by_itself(checkout: Path, folder: Path) -> dict[str, float]:
    """Seconds from the tenth label to the ranking that has learnt from it, with the UI and its daemon open."""
    bin, ranking = checkout / ".venv" / "bin", folder / "scored_candidates.parquet"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    environment = surroundings(folder)
    with subprocess.Popen(
        [bin / "movie-pref", "ui", "--port", str(port)], env=environment, cwd=checkout, **quiet
    ) as ui:
        try:
            time.sleep(UNTIL_IT_TICKS)
            before = ranking.stat().st_mtime_ns
            timed([bin / "python", "-c", LABEL_TEN], folder, checkout)
            start = time.perf_counter()
            while ranking.stat().st_mtime_ns == before and time.perf_counter() - start < PATIENCE:
                time.sleep(0.1)
            return {"seconds": time.perf_counter() - start, "cpu": float("nan"), "mebibytes": float("nan")}
        finally:
            os.killpg(ui.pid, signal.SIGINT)


def steps(folder: Path, most: int = 12) -> pd.Series:
    """The seconds of the steps that took longest in the first run of a folder."""
    from dagster import DagsterInstance

    os.environ["DAGSTER_HOME"] = str(next(folder.rglob("dagster.yaml")).parent)
    os.environ["MOVIE_PREF_DATA"] = str(folder)
    with DagsterInstance.get() as instance:
        first = instance.get_runs()[-1]
        taken = {one.step_key: one.end_time - one.start_time for one in instance.get_run_step_stats(first.run_id)}
    return pd.Series(taken).sort_values(ascending=False).head(most).round(2)


def fits_of_a_run(folder: Path) -> list[tuple[Any, ...]]:
    """Every fit of the pipeline on what lies in a folder: its matrix, its parameters and its seed."""
    import movie_pref.model.committee as committee
    import movie_pref.search.boosting as boosting
    import movie_pref.search.fits as fits
    from movie_pref.cores import Background
    from movie_pref.definitions import build_defs
    from movie_pref.defs.resources import settings_resource
    from movie_pref.settings import load_settings

    made: dict[int, tuple[Any, ...]] = {}
    found = []
    matrix, fit = boosting.training_matrix, boosting.fit_booster

    def noted_matrix(values, target, types, names=None):
        booked = matrix(values, target, types, names)
        made[id(booked)] = booked, (values, target, types, names)
        return booked

    def noted_fit(booked, params, seed, derivatives=None):
        found.append((made[id(booked)][1], params, seed))
        return fit(booked, params, seed, derivatives)

    for module in (boosting, committee, fits):
        module.training_matrix, module.fit_booster = noted_matrix, noted_fit  # type: ignore[attr-defined]
    resources = {"settings": settings_resource(load_settings(data=folder)), "background": Background(0)}
    build_defs(resources).resolve_job_def("pipeline").execute_in_process(
        run_config={"loggers": {"progress": {"config": {}}}}
    )
    for module in (boosting, committee, fits):
        module.training_matrix, module.fit_booster = matrix, fit  # type: ignore[attr-defined]
    return found


def floor(fits: list[tuple[Any, ...]]) -> float:
    """Seconds for these fits on all cores, each matrix made once."""
    from movie_pref.search.boosting import fit_booster, training_matrix

    by_matrix: dict[int, list[tuple[Any, ...]]] = {}
    for one in fits:
        by_matrix.setdefault(id(one[0]), []).append(one)

    def again(those: list[tuple[Any, ...]]) -> None:
        matrix = training_matrix(*those[0][0])
        for _, params, seed in those:
            fit_booster(matrix, params, seed)

    start = time.perf_counter()
    with ThreadPoolExecutor(CORES) as pool:
        list(pool.map(again, sorted(by_matrix.values(), key=len, reverse=True)))
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--candidates", type=Path)
    parser.add_argument("--before", type=Path, help="another checkout, timed in turn")
    parser.add_argument("--repetitions", type=int, default=1)
    asked = parser.parse_args()
    files = {"--library": asked.library, "--candidates": asked.candidates}
    given = [part for name, file in files.items() if file for part in (name, str(file.resolve()))]
    checkouts = {"before": asked.before.resolve()} if asked.before else {}
    checkouts["now"] = HERE
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(asked.repetitions):
            for name, checkout in checkouts.items():
                place = Path(folder) / f"{name}_{number}"
                place.mkdir()
                for what, found in walk(checkout, given, place).items():
                    rows.append({"what": what, "checkout": name, **found})
                    print(f"{what}, {name}: {found['seconds']:.1f} s, CPU {found['cpu']:.1f} s", flush=True)
        table = pd.DataFrame(rows).groupby(["what", "checkout"], sort=False).mean().round(1)
        print(table.to_string())
        if asked.before:
            before, now = (table["seconds"].xs(name, level="checkout") for name in ("before", "now"))
            print((before / now).round(2).rename("times faster").to_string())
        print("the longest steps of a run, in seconds\n" + steps(place).to_string(), flush=True)
        again = Path(folder) / "again"
        again.mkdir()
        for kept in ("settings.toml", "01_training.parquet", "candidates.parquet"):
            if (place / kept).exists():
                (again / kept).write_bytes((place / kept).read_bytes())
        fits = fits_of_a_run(again)
        least = floor(fits)
    taken = float(table.loc[("run", "now"), "seconds"])
    print(f"the floor: {len(fits)} fits by XGBoost alone on {CORES} cores take {least:.1f} s; a run takes {taken / least:.2f} times that (at most {WITHIN:g})")  # fmt: skip
    sys.exit(taken > WITHIN * least)


if __name__ == "__main__":
    main()
