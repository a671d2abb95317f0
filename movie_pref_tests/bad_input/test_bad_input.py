"""Whatever a person feeds it, the command answers with one sentence and 2, or counts what it rejected; nothing is lost.

Most calls run in this process, since starting the command costs seconds; what is about processes (a kill, a full disk)
starts its own. `Command` fails on any exception that would have become a traceback.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from movie_pref.errors import UserError
from movie_pref.model.champion import Champion, promote
from movie_pref.model.model import Model

SCORES = ["tmdb_rating", "tmdb_votes", "rt_score", "metascore", "imdb_rating", "imdb_votes"]


def refused(said: Any, *named: str) -> str:
    """The one sentence with which the command refused, after checking that it is one and names what it must."""
    assert said.code == 2, said.out
    assert "Traceback" not in said.out and "unexpected error" not in said.out
    assert len(said.complaints) == 1, said.out
    (sentence,) = said.complaints
    assert sentence.endswith(".") and len(sentence) < 700, sentence
    for word in named:
        assert word in sentence
    return sentence


def readable(data: Path) -> None:
    """Every file that a run writes can be read to its end, and no temporary one bears such a name."""
    for path in data.rglob("*.parquet"):
        if path.name not in ("01_training.parquet", "candidates.parquet") or path.parent.name == "assets":
            pq.read_table(path)
    for path in [*data.glob("*.json"), *data.rglob("model/**/*.json")]:
        json.loads(path.read_text(encoding="utf-8"))
    assert [path for path in data.rglob("*.tmp") if not path.name.startswith(".")] == []


# a labelled library that is none


def _text(text: str) -> Callable[[Path], Any]:
    return lambda path: path.write_text(text, encoding="utf-8")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _without_its_end(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _as_csv(path: Path) -> None:
    pd.read_parquet(path).to_csv(path, index=False)


def _columns(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Path], None]:
    return lambda path: change(pd.read_parquet(path)).to_parquet(path, index=False)


def _few(rows: pd.DataFrame) -> pd.DataFrame:
    liked = rows["label"] == "would_watch"
    return pd.concat([rows[liked].head(2), rows[~liked].head(10)])


NO_LIBRARY: dict[str, tuple[Callable[[Path], Any], list[str]]] = {
    "missing": (Path.unlink, ["There is no file", "movie-pref demo"]),
    "empty": (_text(""), ["is empty"]),
    "only blank lines": (_text("\n\n  \n"), ["is empty"]),
    "half a file": (_cut, ["cut short or damaged"]),
    "a file without its end": (_without_its_end, ["cut short or damaged"]),
    "CSV named .parquet": (_as_csv, ["is named .parquet but holds CSV text", "rename it"]),
    "neither form": (lambda path: path.write_bytes(b"\x89PNG\r\n\0\0"), ["neither Parquet nor CSV"]),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), ["is a folder"]),
    "column names only": (_columns(lambda rows: rows.head(0)), ["no rows"]),
    "no label": (_columns(lambda rows: rows.drop(columns="label")), ["no column 'label'"]),
    "Label": (_columns(lambda rows: rows.rename(columns={"label": "Label"})), ["no column 'label'", "rename it"]),
    "no title and no year": (
        _columns(lambda rows: rows.drop(columns=["media_title", "release_year"])),
        ["'media_title'", "'release_year'"],
    ),
    "labels spelt otherwise": (
        _columns(lambda rows: rows.assign(label=rows["label"].map({"would_watch": "Yes", "would_not_watch": "No"}))),
        ["label 'No' is none of would_not_watch, would_watch"],
    ),
    "labels of 0 and 1": (
        _columns(lambda rows: rows.assign(label=(rows["label"] == "would_watch").astype(int))),
        ["label '0' is none of would_not_watch, would_watch"],
    ),
    "one class only": (
        _columns(lambda rows: rows.assign(label="would_not_watch")),
        ["'label' holds only would_not_watch in the 300 movies", "label some movies of the other kind"],
    ),
    "no label on any movie": (
        _columns(lambda rows: rows.assign(label=pd.Series([None] * 300, dtype="str"))),
        ["'label' holds nothing in any movie"],
    ),
    "twelve rows": (_columns(_few), ["too few to learn from", "label more movies"]),
    "television only": (_columns(lambda rows: rows.assign(media_type="tv_show")), ["no movie among its 300 rows"]),
    "a list column that is text": (
        _columns(lambda rows: rows.assign(genre="Drama, Comedy")),
        ["genre 'Drama, Comedy' is not a list of strings"],
    ),
    "a list column of numbers": (
        _columns(lambda rows: rows.assign(genre=[[1, 2]] * 300)),
        ["genre '[1, 2]' is not a list of strings"],
    ),
    "words for a number": (
        _columns(lambda rows: rows.assign(runtime="two hours")),
        ["runtime 'two hours' is not a number"],
    ),
    "dates for a number": (
        _columns(lambda rows: rows.assign(runtime=pd.Timestamp("2020-01-01"))),
        ["runtime '2020-01-01 00:00:00' is not a number"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", NO_LIBRARY)
def test_file_that_is_no_library_is_refused_and_nothing_is_lost(what: str, home: Any) -> None:
    spoil, named = NO_LIBRARY[what]
    before = home.state()
    spoil(home.library)
    refused(home("run", "--library", home.library), str(home.library), *named)
    assert home.state() == before
    readable(home.data)


def test_csv_that_is_not_in_utf_8_is_refused(home: Any, rows: pd.DataFrame) -> None:
    path = home.data / "latin.csv"
    text = rows.head(50).assign(media_title="Amélie").to_csv(index=False)
    path.write_bytes(text.encode("latin-1", errors="replace"))
    refused(home("run", "--library", path), str(path), "cannot be read as CSV in UTF-8")


def test_csv_with_a_broken_line_is_refused_with_its_number(home: Any, rows: pd.DataFrame) -> None:
    path = home.data / "ragged.csv"
    path.write_text(
        rows[["imdb_id", "label", "media_type", "media_title", "release_year"]].to_csv(index=False) + "x," * 40
    )
    refused(home("run", "--library", path), str(path), "line 302")


# rows that break the contract


def spoilt_csv(rows: pd.DataFrame, path: Path) -> dict[str, str]:
    """Write a library as CSV in which some rows break the contract; returns the reason expected for each identifier."""
    rows = rows.astype(object)
    lists = ["origin_country", "production_companies", "production_countries", "spoken_languages", "genre"]
    rows[lists] = rows[lists].map(lambda cell: json.dumps(list(cell)) if cell is not None else None)
    cells = {
        "imdb_id": ("0111161", "'0111161' is not tt and 7 or 8 digits"),
        "budget": (-5, "'-5' is below 0"),
        "release_year": (20255, "'20255' is not from 1850 to 2100"),
        "genre": ("Drama, Comedy", "'Drama, Comedy' is not a list of strings"),
        "runtime": ("two hours", "'two hours' is not a number"),
        "imdb_rating": (101, "'101' is not from 0 to 100"),
        "label": ("would watch", "'would watch' is none of would_not_watch, would_watch"),
        "media_title": (None, "is missing"),
    }
    expected = {}
    for row, (column, (cell, reason)) in enumerate(cells.items()):
        rows.loc[row, column] = cell
        expected[rows.loc[row, "imdb_id"]] = f"{column} {reason}"
    older = rows.tail(3).assign(updated_at="2001-01-01T00:00:00+00:00", label="would_watch")
    pd.concat([rows, older]).to_csv(path, index=False)
    return expected | dict.fromkeys(older["imdb_id"], "is repeated and another row for it is newer")


def test_rows_that_break_the_contract_are_counted_and_explained_and_the_rest_is_learnt(
    home: Any, rows: pd.DataFrame
) -> None:
    path = home.data / "spoilt.csv"
    expected = spoilt_csv(rows, path)
    said = home("run", "--library", path)
    assert said.code == 0, said.out
    assert "11 rows were rejected, which are in neither training nor ranking" in said.words
    rejected = pd.read_parquet(home.data / "rejected_rows.parquet")
    assert len(rejected) == len(expected) == 11
    for identifier, reason in rejected.set_index("imdb_id")["reason"].items():
        assert expected[str(identifier)] in reason
    table = pd.read_parquet(home.data / "02_binomial_classifier_training_data.parquet")
    assert len(table) == 303 - 11
    readable(home.data)


def test_library_without_any_score_is_learnt(home: Any) -> None:
    rows = pd.read_parquet(home.library)
    rows.assign(**dict.fromkeys(SCORES, np.nan)).to_parquet(home.library, index=False)
    said = home("run")
    assert said.code == 0, said.out
    assert "The ten best of 40 movies" in said.words
    assert "read the ranking from the top" in said.words
    table = pd.read_parquet(home.data / "02_binomial_classifier_training_data.parquet")
    assert not {f"{name}_norm" for name in SCORES} & set(table)


# candidates


NO_CANDIDATES: dict[str, tuple[Callable[[Path], Any], list[str]]] = {
    "missing": (Path.unlink, ["There is no file"]),
    "empty": (_text(""), ["is empty"]),
    "half a file": (_cut, ["cut short or damaged"]),
    "CSV named .parquet": (_as_csv, ["is named .parquet but holds CSV text"]),
    "no title": (_columns(lambda rows: rows.drop(columns="media_title")), ["no column 'media_title'"]),
}


@pytest.mark.parametrize("command", ["run", "score"])
@pytest.mark.parametrize("what", NO_CANDIDATES)
def test_candidates_that_are_none_are_refused_before_anything_is_trained(what: str, command: str, home: Any) -> None:
    spoil, named = NO_CANDIDATES[what]
    before = home.state()
    spoil(home.candidates)
    refused(home(command, "--candidates", home.candidates), str(home.candidates), *named)
    assert home.state() == before


def test_candidates_damaged_within_are_refused_and_the_ranking_stays(home: Any) -> None:
    before = home.state()
    content = bytearray(home.candidates.read_bytes())
    middle = len(content) // 3
    content[middle : middle + 3000] = b"\xff" * 3000
    home.candidates.write_bytes(bytes(content))
    refused(home("score"), str(home.candidates), "cut short or damaged")
    assert home.state() == before


def test_candidates_of_unknown_countries_with_missing_columns_are_all_ranked(home: Any, unseen: pd.DataFrame) -> None:
    columns = ["imdb_id", "media_type", "media_title", "release_year", "imdb_votes"]
    strange = unseen[columns].assign(
        origin_country=[["ZZ", "QQ"]] * 40, original_language="tlh", genre=[["Unheard Of"]] * 40
    )
    strange.to_parquet(home.candidates, index=False)
    said = home("score")
    assert said.code == 0, said.out
    assert set(pd.read_parquet(home.data / "scored_candidates.parquet")["imdb_id"]) == set(unseen["imdb_id"])


def test_candidates_with_the_required_columns_only_are_all_ranked(home: Any, unseen: pd.DataFrame) -> None:
    unseen[["imdb_id", "media_type", "media_title", "release_year"]].to_csv(home.data / "bare.csv", index=False)
    said = home("score", "--candidates", home.data / "bare.csv")
    assert said.code == 0, said.out
    assert "The ten best of 40 movies" in said.words


@pytest.mark.parametrize("what", ["all in the library", "all television"])
def test_nothing_left_to_rank_is_said_and_no_error(what: str, home: Any, unseen: pd.DataFrame) -> None:
    known = pd.read_parquet(home.library).head(20)
    (known if what == "all in the library" else unseen.assign(media_type="tv_show")).to_parquet(home.candidates)
    said = home("score")
    assert said.code == 0, said.out
    assert "there are no movies to rank" in said.words


# settings and catalogue


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SEARCH_POINTS", "many", "valid integer"),
        ("THRESHOLD", "2", "less than 1"),
        ("FOLDS", "1", "greater than or equal to 2"),
    ],
)
def test_invalid_setting_in_the_environment_is_named(name: str, value: str, expected: str, home: Any) -> None:
    before = home.state()
    refused(home("run", **{f"MOVIE_PREF_{name}": value}), name.lower(), repr(value), expected, f"MOVIE_PREF_{name}")
    assert home.state() == before


@pytest.mark.parametrize("command", ["run", "score", "demo", "ui"])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"library = [", "is not valid TOML"),
        (b"\xff\xfe\0", "is not valid TOML"),
        (b"thresold = 0.4", "'thresold'"),
        (b"threshold = 'high'", "'threshold' was given 'high'"),
    ],
    ids=["no TOML", "binary", "unknown name", "wrong type"],
)
def test_broken_settings_file_is_refused_and_left_as_it_is(
    content: bytes, expected: str, command: str, home: Any
) -> None:
    (home.data / "settings.toml").write_bytes(content)
    before = home.state()
    refused(home(command), "settings.toml", expected)
    assert home.state() == before


BROKEN_CATALOGUES = {
    "no YAML": (b"budget: [", "is no feature catalogue"),
    "binary": (b"\xff\xfe\0", "is no feature catalogue"),
    "a list": (b"- budget\n- genre\n", "is no feature catalogue"),
    "an entry that is a number": (b"budget: 5\n", "in the entry 'budget'"),
    "an unknown kind": (b"budget: {kind: money}\n", "in the entry 'budget', kind was given 'money'"),
    "an unknown field": (b"budget: {kind: continuous, colour: red}\n", "colour was given 'red'"),
    "a kind for another type": (b"genre: {kind: continuous}\n", "in the entry 'genre', kind was given 'continuous'"),
}


@pytest.mark.parametrize("what", BROKEN_CATALOGUES)
def test_broken_catalogue_is_refused_once(what: str, home: Any) -> None:
    content, expected = BROKEN_CATALOGUES[what]
    (home.data / "feature_catalogue.yaml").write_bytes(content)
    before = home.state()
    refused(home("run"), "feature_catalogue.yaml", expected, "mend")
    assert home.state() == before


def test_catalogue_that_leaves_no_feature_is_refused(home: Any) -> None:
    (home.data / "feature_catalogue.yaml").write_text("overview: {kind: text, text_embedding_value: no}\n")
    before = home.state()
    refused(home("run"), "No feature is left", "feature_catalogue.yaml")
    assert home.state() == before


# a folder or a disk that cannot be written, a model that is damaged


@pytest.mark.parametrize("command", ["run", "demo", "score"])
def test_file_in_the_place_of_the_data_folder_is_named(command: str, home: Any) -> None:
    shutil.rmtree(home.data)
    home.data.write_text("not a folder")
    refused(home(command), str(home.data))
    assert home.data.read_text() == "not a folder"


@pytest.mark.parametrize("name", ["assets", "dagster"])
def test_file_in_the_place_of_a_folder_below_is_named_and_nothing_is_lost(name: str, home: Any) -> None:
    shutil.rmtree(home.data / name)
    (home.data / name).write_text("not a folder")
    before = home.state()
    refused(home("run"), str(home.data / name), "move it away")
    kept = home.state()
    assert {path: kept[path] for path in before if path.startswith(("model", "scored"))} == {
        path: digest for path, digest in before.items() if path.startswith(("model", "scored"))
    }


def test_folder_without_permission_is_named(home: Any) -> None:
    if os.geteuid() == 0:
        pytest.skip("permissions do not bind the superuser")
    before = home.state()
    home.data.chmod(0o500)
    try:
        refused(home("run"), str(home.data), "change the permissions")
        assert home.state() == before
    finally:
        home.data.chmod(0o700)


@pytest.mark.parametrize("part", ["champion.json", "serving.json", "model.json", "preprocessing.json"])
def test_damaged_model_is_refused_and_a_run_is_the_remedy(part: str, home: Any) -> None:
    (path,) = (
        (home.data / "model").rglob(part) if part == "champion.json" else list((home.data / "model").rglob(part))[:1]
    )
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    ranking = (home.data / "scored_candidates.parquet").read_bytes()
    sentence = refused(home("score"), "damaged", "movie-pref run")
    assert "Stack trace" not in sentence and ".cc:" not in sentence
    assert (home.data / "scored_candidates.parquet").read_bytes() == ranking


@pytest.fixture
def small_disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A disk of its own, of one MiB unless a test asks for more."""
    size = getattr(request, "param", "1m")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_disk_that_is_too_small_is_said_before_anything_starts(small_disk: Path, home: Any) -> None:
    said = type(home)(small_disk / "data").apart("run", "--library", home.library, "--candidates", home.candidates)
    refused(said, "The disk is full", str(small_disk / "data"), "free some space")
    readable(small_disk)


def test_disk_too_small_for_the_demonstration_library_is_said(small_disk: Path, home: Any) -> None:
    (small_disk / "ballast").write_bytes(b"x" * 700_000)
    refused(type(home)(small_disk / "data")("demo"), "The disk is full", "01_training.parquet")
    assert list((small_disk / "data").iterdir()) == []


@pytest.mark.parametrize(
    "small_disk", ["16m"], indirect=True
)  # what a run leaves fits, what the next one writes does not
def test_disk_that_fills_up_while_running_leaves_what_was_there(
    small_disk: Path, home: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tables lie on a disk with no room left, the history on another, so that it is a table that does not fit."""
    import movie_pref.commands.runs

    monkeypatch.setattr(movie_pref.commands.runs, "ROOM", 0)
    for name in ("assets", "model", "scored_candidates.parquet", "03_binomial_classifier_results.parquet"):
        shutil.move(home.data / name, small_disk / name)
    shutil.move(home.data / "dagster", home.data.parent / "dagster")
    for name in ("01_training.parquet", "candidates.parquet"):
        shutil.copy(home.data / name, small_disk)
    (small_disk / "dagster").symlink_to(home.data.parent / "dagster")
    elsewhere = type(home)(small_disk)
    room = os.statvfs(small_disk)
    (small_disk / "ballast").write_bytes(b"x" * (room.f_bavail * room.f_frsize - 20_000))
    before = elsewhere.state()
    refused(elsewhere("run"), "The disk is full", "could not be written", "untouched")
    assert elsewhere.state() == before
    readable(small_disk)
    assert list(small_disk.rglob("*.tmp")) == []
    (small_disk / "ballast").unlink()
    assert elsewhere("score").code == 0


@pytest.mark.parametrize("damage", ["no database", "no room"])
def test_history_that_cannot_be_written_is_said(damage: str, home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = home.state()
    if damage == "no database":
        (home.data / "dagster" / "history" / "runs.db").write_bytes(b"this is no database" * 100)
    else:
        shutil.rmtree(home.data / "dagster" / "history" / "runs")
        (home.data / "dagster" / "history" / "runs").write_text("no folder")
    refused(home("score"), str(home.data / "dagster"))
    assert home.state() == before


# a run that is killed


def test_killed_run_leaves_the_old_state_and_the_next_one_succeeds(home: Any) -> None:
    before = home.state()
    rows = pd.read_parquet(home.library)
    rows.iloc[5:].to_parquet(home.library, index=False)
    started = time.time()
    process = home.start("run", MOVIE_PREF_SEARCH_POINTS="500")
    search = home.data / "02_binomial_classifier_training_data.parquet"
    while process.poll() is None and time.time() < started + 120 and search.stat().st_mtime < started:
        time.sleep(0.05)
    time.sleep(0.5)
    assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    readable(home.data)
    model_and_ranking = {path: digest for path, digest in before.items() if path.startswith(("model", "scored", "03_"))}
    after = home.state()
    assert {path: after[path] for path in model_and_ranking} == model_and_ranking
    said = home("run")
    assert said.code == 0, said.out
    assert len(pd.read_parquet(search)) == len(rows) - 5
    readable(home.data)


class Killed(BaseException):
    """Stands for kill -9: nothing is tidied up behind it."""


@pytest.mark.parametrize("same", [True, False], ids=["the same model again", "another model"])
@pytest.mark.parametrize("moment", range(4))
def test_kill_at_any_rename_of_a_promotion_leaves_a_whole_champion(
    moment: int, same: bool, home: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = home.data / "model"
    champion = Champion.load(folder)
    challenger = champion.model.with_facts(metrics={}, **({} if same else {"threshold": 0.4}))
    renames = iter(range(100))
    rename = Path.replace

    def dies(path: Path, target: Path) -> Path:
        if next(renames) == moment:
            monkeypatch.setattr(shutil, "rmtree", lambda *args, **kwargs: None)
            monkeypatch.setattr(Path, "unlink", lambda *args, **kwargs: None)
            raise Killed
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", dies)
    try:
        promote(challenger, folder, "promoted")
    except Killed:
        assert moment < 3
    finally:
        monkeypatch.undo()
    assert Champion.load(folder).version in {champion.version, challenger.version}
    promote(challenger, folder, "promoted")
    assert Champion.load(folder).version == challenger.version
    assert [path for path in folder.iterdir() if path.is_dir() and path.name.startswith(".")] == []


def test_model_that_was_trained_but_not_promoted_is_not_loaded(home: Any) -> None:
    trained = home.data / "assets" / "tuned_model"
    assert Model.read(trained).version
    with pytest.raises(UserError, match="No model has been promoted"):
        Champion.load(trained)
