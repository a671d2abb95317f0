"""Files are written whole or not at all, and what stands in the way is one sentence."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.files import whole_file, whole_folder, write_json


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_whole_with_its_folders(tmp_path):
    target = tmp_path / "reports" / "deep" / "one.txt"

    with whole_file(target) as temporary:
        temporary.write_text("half")
        assert not target.exists()
        temporary.write_text("whole")

    assert target.read_text() == "whole"
    assert names(target.parent) == ["one.txt"]
    assert target.stat().st_mode & 0o777 == 0o644


@pytest.fixture
def on_disk(monkeypatch):
    """What was waited for until it was on the disk, in that order: each file or folder, and which names it stood beside then."""
    found, fsync = [], os.fsync

    def noted(handle):
        fsync(handle)
        path = Path(f"/proc/self/fd/{handle}").readlink()
        found.append((path, names(path.parent)))

    monkeypatch.setattr(os, "fsync", noted)
    return found


ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which file a handle is of")


@ON_LINUX
def test_a_file_is_on_the_disk_before_it_bears_its_name_and_its_folder_after(tmp_path, on_disk):
    with whole_file(tmp_path / "data" / "one.txt") as temporary:
        temporary.write_text("whole")
    assert on_disk == [(temporary, [temporary.name]), (tmp_path / "data", ["data"])]
    assert names(tmp_path / "data") == ["one.txt"]
    with whole_file(tmp_path / "data" / "plot.png", lasting=False) as temporary:
        temporary.write_text("whole")
    assert len(on_disk) == 2


@ON_LINUX
def test_a_folder_is_on_the_disk_with_all_that_is_in_it_before_it_bears_its_name(tmp_path, on_disk):
    for _ in range(2):  # the second takes the place of the first
        with whole_folder(tmp_path / "model") as temporary:
            (temporary / "deep").mkdir()
            (temporary / "deep" / "one.txt").write_text("whole")
        *before, (last, _) = on_disk
        assert [path for path, _ in before] == [temporary / "deep", temporary / "deep" / "one.txt", temporary]
        assert last == tmp_path and names(tmp_path) == ["model"]
        on_disk.clear()


@pytest.mark.parametrize("interruption", [RuntimeError, KeyboardInterrupt])
def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(tmp_path, interruption):
    target = tmp_path / "one.txt"
    target.write_text("old")

    with pytest.raises(interruption), whole_file(target) as temporary:
        temporary.write_text("half of the new")
        raise interruption

    assert target.read_text() == "old"
    assert names(tmp_path) == ["one.txt"]


@pytest.mark.parametrize("interruption", [RuntimeError, KeyboardInterrupt])
def test_an_interrupted_folder_leaves_the_old_folder_and_nothing_else(tmp_path, interruption):
    target = tmp_path / "model"
    with whole_folder(target) as temporary:
        (temporary / "old.json").write_text("{}")

    with pytest.raises(interruption), whole_folder(target) as temporary:
        (temporary / "new.json").write_text("{}")
        raise interruption

    assert names(tmp_path) == ["model"] and names(target) == ["old.json"]


def test_a_folder_takes_the_place_of_the_old_one(tmp_path):
    for name in ("old.json", "new.json"):
        with whole_folder(tmp_path / "model") as temporary:
            (temporary / name).write_text("{}")

    assert names(tmp_path) == ["model"] and names(tmp_path / "model") == ["new.json"]


def test_json_is_written_in_the_letters_of_the_person(tmp_path):
    write_json(tmp_path / "one.json", {"title": "七人の侍"})

    assert "七人の侍" in (tmp_path / "one.json").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "one.json").read_text(encoding="utf-8")) == {"title": "七人の侍"}
    with pytest.raises(TypeError):
        write_json(tmp_path / "one.json", {"title": object()})
    assert json.loads((tmp_path / "one.json").read_text(encoding="utf-8")) == {"title": "七人の侍"}


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 256 KB; the test is skipped where it may not be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("mounting a small file system is not permitted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("how", ["text", "parquet"])
def test_a_full_disk_is_one_sentence_and_leaves_the_old_file(small_disk, one_sentence, how):
    target = small_disk / "one.parquet"
    target.write_text("old")
    frame = pd.DataFrame({"noise": [os.urandom(20).hex() for _ in range(20_000)]})

    with pytest.raises(UserError) as caught, whole_file(target) as temporary:
        if how == "text":
            temporary.write_text("x" * 1_000_000)
        else:
            frame.to_parquet(temporary)

    one_sentence(caught, target, "disk is full")
    assert target.read_text() == "old"
    assert names(small_disk) == ["one.parquet"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_disk_that_fills_up_is_one_sentence_without_mounting_one(tmp_path, one_sentence):
    with pytest.raises(UserError) as caught, whole_file(tmp_path / "one.txt"):
        Path("/dev/full").write_text("x")

    one_sentence(caught, tmp_path / "one.txt", "disk is full")
    assert names(tmp_path) == []


@pytest.mark.parametrize("below", ["one.txt", "deeper/one.txt"])
@pytest.mark.parametrize("whole", [whole_file, whole_folder])
def test_a_file_where_a_folder_should_be_is_one_sentence(tmp_path, one_sentence, whole, below):
    (tmp_path / "data").write_text("not a folder")
    target = tmp_path / "data" / below

    with pytest.raises(UserError) as caught, whole(target):
        pass

    one_sentence(caught, target, "a file stands where a folder should be", "MOVIE_PREF_DATA")


def test_a_folder_where_a_file_should_be_is_one_sentence(tmp_path, one_sentence):
    (tmp_path / "one.txt").mkdir()

    with pytest.raises(UserError) as caught, whole_file(tmp_path / "one.txt") as temporary:
        temporary.write_text("x")

    one_sentence(caught, tmp_path / "one.txt", "a folder of that name is there")
    assert names(tmp_path) == ["one.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind root")
def test_a_folder_without_permission_is_one_sentence(tmp_path, one_sentence):
    (tmp_path / "data").mkdir(mode=0o500)

    with pytest.raises(UserError) as caught, whole_file(tmp_path / "data" / "one.txt"):
        pass

    one_sentence(caught, "may not be written", "permissions")


def test_an_error_that_has_nothing_to_do_with_the_disk_is_not_disguised(tmp_path):
    with pytest.raises(OSError, match="Interrupted"), whole_file(tmp_path / "one.txt"):
        raise OSError(errno.EINTR, "Interrupted")
