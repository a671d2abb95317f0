"""What is not an export, or not a safe one, is refused with one sentence before anything is read."""

import json
import re
import struct
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from movie_pref.errors import UserError
from movie_pref.sources.importers import archives, read_export, recognise, to_library
from movie_pref_tests.sources.importers.conftest import as_csv, imdb_row, trakt_movie

RATINGS = "Date,Name,Year,Letterboxd URI,Rating\n2024-02-01,Alpha,1999,https://boxd.it/a,4.5\n"


def refused(path, sentence):
    with pytest.raises(UserError, match=sentence) as raised:
        recognise(path)
    assert "\n" not in str(raised.value) and str(path) in str(raised.value)


def test_a_missing_file_a_folder_and_an_empty_file(tmp_path, save):
    refused(tmp_path / "none.zip", "There is no file")
    refused(tmp_path, "is a folder")
    refused(save(b""), "is empty")
    refused(save(b" \n\n"), "is empty")


def test_bytes_that_are_no_text(save):
    refused(save(b"\x89PNG\r\n\x1a\n\0\0\0\r"), "not in UTF-8|is not text")
    refused(save(b"Const,Title\0\n"), "is not text")


def test_a_zip_that_is_cut_short_damaged_or_empty(save, save_zip):
    whole = save_zip({"ratings.csv": RATINGS * 50}).read_bytes()

    refused(save(whole[:-30], "cut.zip"), "cannot be read .* cut short or damaged")
    refused(save(whole[:60] + b"\xff" * 20 + whole[80:], "damaged.zip"), "cannot be read .* cut short or damaged")
    refused(save(b"PK\x05\x06" + b"\0" * 18, "none.zip"), "a zip with no file in it")


def test_a_zip_whose_two_names_for_a_file_differ_is_told_of_in_few_words(save, save_zip):
    whole = save_zip({"ratings.csv": RATINGS, "x" * 900: RATINGS}).read_bytes()
    place = whole.index(b"x" * 900)
    path = save(whole[:place] + b"\n" * 900 + whole[place + 900 :], "two.zip")
    with pytest.raises(UserError, match=r"cannot be read .File name in directory") as raised:
        recognise(path)
    assert len(str(raised.value)) < 400 + len(str(path)) and "\n" not in str(raised.value)


def test_a_zip_locked_with_a_password(save, save_zip):
    content = bytearray(save_zip({"ratings.csv": RATINGS}).read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1  # the flag bit that says encrypted

    refused(save(bytes(content), "locked.zip"), "is locked with a password")


@pytest.mark.parametrize("name", ["../ratings.csv", "a/../../ratings.csv", "/ratings.csv", "C:/r.csv", "..\\r.csv"])
def test_a_name_that_leads_out_of_the_zip(save_zip, name):
    refused(save_zip({"ratings.csv": RATINGS, name: RATINGS}), re.escape("leads out of the zip"))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(save_zip, monkeypatch):
    monkeypatch.setattr(archives, "MAX_BYTES", 2**20)
    path = save_zip({"ratings.csv": RATINGS, "bomb.csv": b"0" * 2**21})
    assert path.stat().st_size < 10_000
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("unpacked"))

    refused(path, r"would unpack to 2 files of 2 MB, and an export has at most 10000 of 1 MB")


def test_a_zip_bomb_that_lies_about_its_size_is_refused(save, save_zip):
    content = bytearray(save_zip({"ratings.csv": RATINGS + "0" * 2**21}).read_bytes())
    struct.pack_into("<L", content, content.index(b"PK\x01\x02") + 24, 100)

    refused(save(bytes(content), "liar.zip"), "cannot be read")


def test_more_files_than_an_export_has(save_zip, monkeypatch):
    monkeypatch.setattr(archives, "MAX_FILES", 2)

    refused(save_zip({f"{number}.csv": RATINGS for number in range(3)}), "3 files")


def test_a_zip_whose_one_file_has_lost_its_name(save, save_zip):
    whole = save_zip({"ratings.csv": RATINGS}).read_bytes()
    place = whole.rindex(b"ratings.csv")  # in the directory at the end
    refused(save(whole[:place] + b"\0" + whole[place + 1 :], "ratings.zip"), "no file in it")


def test_a_zip_whose_files_all_lie_in_one_place_is_refused_by_what_they_would_unpack_to(save, save_zip):
    """Overlapping entries, as in D. Fifield's bombs: each is small, and together they are more than was packed."""
    whole = save_zip({"ratings.csv": RATINGS + "0" * 10_000_000}).read_bytes()
    end = whole.rindex(b"PK\x05\x06")
    entry = whole[whole.index(b"PK\x01\x02") : end]
    tail = bytearray(whole[end:])
    struct.pack_into("<HHL", tail, 8, 9, 9, 9 * len(entry))
    refused(save(whole[:end] + 8 * entry + bytes(tail), "overlap.zip"), "would unpack to 9 files of 86 MB")


def test_a_link_in_a_zip_leads_nowhere(tmp_path):
    (tmp_path / "elsewhere.csv").write_text(RATINGS)
    with zipfile.ZipFile(tmp_path / "links.zip", "w") as archive:
        link = zipfile.ZipInfo("ratings.csv")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, str(tmp_path / "elsewhere.csv"))
    refused(tmp_path / "links.zip", "its first line is")


def test_a_zip_of_two_sites_and_of_none(save_zip):
    refused(save_zip({"a.csv": as_csv([imdb_row()]), "ratings.csv": RATINGS}), "exports of IMDb and Letterboxd")
    refused(save_zip({"a.txt": "hello", "b.png": b"\x89PNG\xff"}), "none of its 2 files is one of those")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_anywhere_is_one_sentence_or_films(save, save_zip, data):
    """A file cut off, or with bytes put in or taken out, is read or refused; never a traceback."""
    trakt = json.dumps([{"rated_at": "2024-02-01T20:00:00Z", "rating": 9, "movie": trakt_movie(1)}]).encode()
    whole = data.draw(
        st.sampled_from(
            [as_csv([imdb_row()]).encode(), RATINGS.encode(), trakt, save_zip({"ratings.csv": RATINGS}).read_bytes()]
        )
    )
    place = data.draw(st.integers(1, len(whole)))
    taken = data.draw(st.sampled_from([0, 1, 7, len(whole)]))
    put = data.draw(st.sampled_from([b"", b'"', b"\n", b",", b"\0", b"\xff", b"\r", b"9", b"null", b"]"]))
    try:
        found = read_export(save(whole[:place] + put + whole[place + taken :], "ratings.csv"))
    except UserError as error:
        assert "\n" not in str(error)
    else:
        assert sum(map(len, to_library(found.films, cut=8))) == len(found.films)


def test_an_imdb_file_in_a_zip_is_read(save_zip):
    found = read_export(save_zip({"ratings.csv": as_csv([imdb_row()]), "note.txt": "hello"}))

    assert found.films["imdb_id"].tolist() == ["tt0000001"]
