"""What was removed is remembered."""

from pathlib import Path
from typing import Any

import pytest

from movie_pref.errors import UserError
from movie_pref.labels.removals_done import note_done, read_done
from movie_pref.labels.torrents_to_remove import Match
from movie_pref_tests.labels.torrents import torrent


def test_what_was_done_is_remembered_in_order(tmp_path: Path) -> None:
    assert read_done(tmp_path) == []
    for name, files in (("Arrival.2016", True), ("It.2017", False)):
        note_done(tmp_path, Match(torrent(name), "tt0000001", "A Movie (2016)"), files)
    assert [(row["torrent"], row["files_deleted"]) for row in read_done(tmp_path)] == [
        ("Arrival.2016", True),
        ("It.2017", False),
    ]


@pytest.mark.parametrize("content", ["[{", "{}", '[{"hash": "x"}]', "[3]"])
def test_a_damaged_memory_is_one_sentence(tmp_path: Path, content: str, one_sentence: Any) -> None:
    (tmp_path / "removals_done.json").write_text(content)
    with pytest.raises(UserError) as caught:
        read_done(tmp_path)
    one_sentence(caught, "removals_done.json", "begin anew")
