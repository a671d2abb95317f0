"""The copy of a data folder: whole or as before, nothing twice, nothing lost that only one side has."""

from pathlib import Path

import pytest

from movie_pref.data_folder import DataFolder
from movie_pref.errors import UserError
from movie_pref.object_store.mirror import Moved, Standing, catch_up, compare, pull, push
from movie_pref.object_store.store import ObjectStore
from movie_pref_tests.object_store.bucket import KEY, SECRET, Server
from movie_pref_tests.object_store.conftest import COPIED, LEFT, contents, fill

BYTES = sum(map(len, set(COPIED.values())))  # `page` is there twice and goes over once


def quiet(_: str) -> None:
    pass


def test_a_copy_fetched_into_an_empty_folder_is_the_same_files_at_the_same_times(folder, other, address) -> None:
    assert compare(folder, ObjectStore(address)).standing == Standing.FOLDER_AHEAD
    assert push(folder, ObjectStore(address), quiet) == Moved(8, 7, BYTES, 0)
    assert compare(other, ObjectStore(address)).standing == Standing.COPY_AHEAD
    assert pull(other, ObjectStore(address), quiet) == Moved(8, 7, BYTES, 0)
    assert contents(other) == contents(folder)
    assert {name: content for name, (content, _) in contents(other).items()} == COPIED
    assert not any((other.root / name).exists() for name in LEFT)
    assert compare(other, ObjectStore(address)).standing == Standing.SAME


def test_a_second_push_sends_nothing_and_a_later_one_what_changed(folder, address) -> None:
    push(folder, ObjectStore(address), quiet)
    assert push(folder, ObjectStore(address), quiet) == Moved(8, 0, 0, 0)
    fill(folder, {"scored_candidates.parquet": b"another ranking"})
    assert push(folder, ObjectStore(address), quiet) == Moved(8, 1, 15, 0)
    fill(folder, {"scored_candidates.parquet": b"a third"})
    assert push(folder, ObjectStore(address), quiet) == Moved(
        8, 1, 7, 1
    )  # the first ranking, which nobody names by now


def test_the_older_folder_takes_what_changed_and_loses_what_is_no_more(folder, other, address) -> None:
    push(folder, ObjectStore(address), quiet)
    pull(other, ObjectStore(address), quiet)
    fill(folder, {"scored_candidates.parquet": b"another ranking"})
    (folder.root / "model/v1/model.json").unlink()
    push(folder, ObjectStore(address), quiet)
    assert catch_up(other, address, quiet) == Moved(7, 1, 15, 1)
    assert contents(other) == contents(folder)
    assert catch_up(other, address, quiet) is None
    assert catch_up(other, None, quiet) is None


class Killed(BaseException):
    """What ends a process in the middle."""


def test_a_push_killed_half_way_leaves_the_copy_before_it_whole(folder, other, address, monkeypatch) -> None:
    push(folder, ObjectStore(address), quiet)
    before = contents(folder)
    fill(folder, {"scored_candidates.parquet": b"another ranking", "model/champion.json": b"another champion"})
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(ObjectStore, "publish", lambda *_: (_ for _ in ()).throw(Killed))
        push(folder, ObjectStore(address), quiet)
    pull(other, ObjectStore(address), quiet)
    assert contents(other) == before
    assert push(folder, ObjectStore(address), quiet) == Moved(8, 0, 0, 0)  # it had sent both
    assert catch_up(other, address, quiet) is not None
    assert contents(other) == contents(folder)


def test_an_object_that_was_sent_in_half_is_sent_again(folder, other, tmp_path: Path) -> None:
    address = f"file://{tmp_path}/store"
    push(folder, ObjectStore(address), quiet)
    (tmp_path / "store/manifest.json").unlink()
    largest = max((tmp_path / "store/objects").iterdir(), key=lambda path: path.stat().st_size)
    whole = largest.read_bytes()
    largest.write_bytes(whole[:5])
    assert push(folder, ObjectStore(address), quiet) == Moved(8, 1, len(whole), 0)
    pull(other, ObjectStore(address), quiet)
    assert contents(other) == contents(folder)


def test_a_pull_that_cannot_fetch_all_changes_nothing(folder, other, tmp_path: Path, one_sentence) -> None:
    address = f"file://{tmp_path}/store"
    push(folder, ObjectStore(address), quiet)
    pull(other, ObjectStore(address), quiet)
    before = contents(other)
    fill(folder, {"scored_candidates.parquet": b"another ranking", "model/champion.json": b"another champion"})
    push(folder, ObjectStore(address), quiet)
    damaged = next(path for path in (tmp_path / "store/objects").iterdir() if path.read_bytes() == b"another champion")
    damaged.write_bytes(b"another CHAMPION")
    with pytest.raises(UserError) as caught:
        pull(other, ObjectStore(address), quiet)
    one_sentence(caught, damaged.name, "damaged")
    assert contents(other) == before
    assert not list(other.root.glob(".fetched*"))


def test_a_pull_killed_while_it_puts_files_in_place_is_taken_up_again(folder, other, tmp_path, monkeypatch) -> None:
    address = f"file://{tmp_path}/store"
    push(folder, ObjectStore(address), quiet)
    pull(other, ObjectStore(address), quiet)
    fill(folder, {"scored_candidates.parquet": b"another ranking", "model/champion.json": b"another champion"})
    push(folder, ObjectStore(address), quiet)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr("movie_pref.object_store.mirror.os.utime", lambda *_, **__: (_ for _ in ()).throw(Killed))
        pull(other, ObjectStore(address), quiet)
    assert contents(other) != contents(folder)
    catch_up(other, address, quiet)
    assert contents(other) == contents(folder)


@pytest.mark.parametrize("counts", ["folder", "copy"])
def test_where_both_were_changed_somebody_has_to_say_which_counts(folder, other, address, one_sentence, counts) -> None:
    push(folder, ObjectStore(address), quiet)
    pull(other, ObjectStore(address), quiet)
    fill(folder, {"scored_candidates.parquet": b"one ranking"})
    fill(other, {"scored_candidates.parquet": b"another ranking"})
    push(folder, ObjectStore(address), quiet)
    mine = contents(other)
    for attempt in (push, pull):
        with pytest.raises(UserError) as caught:
            attempt(other, ObjectStore(address), quiet)
        one_sentence(caught, address, "--replace")
    with pytest.raises(UserError):
        catch_up(other, address, quiet)
    assert contents(other) == mine
    (push if counts == "folder" else pull)(other, ObjectStore(address), quiet, replace=True)
    assert contents(other) == (mine if counts == "folder" else contents(folder))
    assert compare(other, ObjectStore(address)).standing == Standing.SAME


def test_a_folder_with_files_of_its_own_is_never_overwritten_unasked(folder, other, address) -> None:
    push(folder, ObjectStore(address), quiet)
    fill(other, {"01_training.parquet": b"my only library"})
    with pytest.raises(UserError):
        pull(other, ObjectStore(address), quiet)
    assert contents(other)["01_training.parquet"][0] == b"my only library"


def test_a_newer_side_is_not_replaced_by_the_older_unasked(folder, other, address, one_sentence) -> None:
    push(folder, ObjectStore(address), quiet)
    pull(other, ObjectStore(address), quiet)
    fill(folder, {"scored_candidates.parquet": b"another ranking"})
    with pytest.raises(UserError) as caught:
        pull(folder, ObjectStore(address), quiet)
    one_sentence(caught, "newer than its copy")
    push(folder, ObjectStore(address), quiet)
    with pytest.raises(UserError) as caught:
        push(other, ObjectStore(address), quiet)
    one_sentence(caught, "newer than the data folder")


def test_a_missing_bucket_wrong_keys_and_none_are_each_a_sentence(
    folder: DataFolder, s3: Server, one_sentence, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> str:
        with pytest.raises(UserError) as caught:
            push(folder, ObjectStore(address), quiet)
        message = one_sentence(caught, address)
        assert KEY not in message and SECRET not in message
        return message

    address = "s3://nobody/here"
    assert "make the bucket" in said()
    assert s3.objects() == {}
    address = s3.address
    s3.refuse_every_key()
    assert "with the keys that there are" in said()
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(folder.root))
    address = s3.address + "/two"
    assert "credentials" in said()


@pytest.mark.parametrize(
    ("address", "named"),
    [("gs://bucket/folder", "gcsfs"), ("nope://bucket/folder", "nope"), ("file:///proc/nowhere", "/proc/nowhere")],
)
def test_an_address_that_leads_nowhere_is_a_sentence(folder, address, named, one_sentence) -> None:
    with pytest.raises(UserError) as caught:
        push(folder, ObjectStore(address), quiet)
    one_sentence(caught, address, named)


@pytest.mark.parametrize(
    ("manifest", "named"),
    [
        ("{", "damaged"),
        ("[]", "damaged"),
        ('{"form": 9, "files": {}}', "another version"),
        ('{"form": 1, "files": {"../x": {"sha256": "a", "bytes": 1, "modified": 1}}}', "outside"),
        ('{"form": 1, "files": {"/etc/x": {"sha256": "a", "bytes": 1, "modified": 1}}}', "outside"),
        ('{"form": 1, "files": {"x": {"sha256": "a"}}}', "damaged"),
    ],
)
def test_a_manifest_that_cannot_be_trusted_is_refused(other, tmp_path: Path, manifest, named, one_sentence) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store/manifest.json").write_text(manifest)
    with pytest.raises(UserError) as caught:
        pull(other, ObjectStore(f"file://{tmp_path}/store"), quiet)
    one_sentence(caught, "manifest.json", named)
    assert not (tmp_path / "x").exists()
