"""Which torrents are taken for a requested movie, and which look like one and are left alone."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

from movie_pref.labels.torrents_to_remove import plan_removals, still_the_same
from movie_pref.labels.transmission import Torrent
from movie_pref_tests.labels.torrents import torrent

pytest.importorskip("guessit", reason="guessit is not installed (the extra transmission)")

REQUESTS = [
    ("tt0000001", "Arrival", 2016),
    ("tt0000002", "Solaris", 1972),
    ("tt0000003", "Dune: Part Two", 2024),
    ("tt0000004", "Crash", 2004),
    ("tt0000005", "Crash", 2004),
    ("tt0000006", "Amélie", 2001),
    ("tt0000007", "2012", 2009),
    ("tt0000008", "Mission: Impossible – Fallout", 2018),
    ("tt0000009", "It", 2017),
    ("tt0000010", "Dune", 2024),
]
OTHERS = [("tt0000099", "Solaris", 2002)]


def movies(rows: Sequence[tuple[str, str, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["imdb_id", "media_title", "release_year"])


def plan(
    *torrents: Torrent, known: Sequence[tuple[str, str, int]] = OTHERS, done: Sequence[dict[str, Any]] = ()
) -> Any:
    return plan_removals(movies(REQUESTS), torrents, movies([*REQUESTS, *known]), done)


@pytest.mark.parametrize(
    ("name", "imdb_id"),
    [
        ("Arrival.2016.1080p.BluRay.x264-SPARKS", "tt0000001"),
        ("Arrival (2016) [1080p] [YTS.MX]", "tt0000001"),
        ("[tag] Arrival (2016)", "tt0000001"),
        ("www.site.com - Arrival 2016", "tt0000001"),
        ("ARRIVAL 2016 multi", "tt0000001"),
        ("Dune.Part.Two.2024.2160p.WEB-DL", "tt0000003"),
        ("Amelie.2001.FRENCH.720p", "tt0000006"),
        ("2012.2009.1080p.BluRay", "tt0000007"),
        ("Mission Impossible - Fallout 2018 1080p", "tt0000008"),
        ("It.2017.720p", "tt0000009"),
    ],
)
def test_a_release_of_a_requested_movie_is_found_by_title_and_year(name: str, imdb_id: str) -> None:
    found = plan(torrent(name))
    assert [match.imdb_id for match in found.sure] == [imdb_id] and found.unsure == []


@pytest.mark.parametrize(
    "name",
    ["Something.Else.2016", "Arrival.of.a.Train.2016", "The.Arrival.2016", "It.Follows.2014", "Make.It.2017", "2012"],
)
def test_another_movie_is_no_business_of_ours(name: str) -> None:
    found = plan(torrent(name))
    assert found.sure == [] and [one.why for one in found.unsure if "no year" not in one.why] == []


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (torrent("Arrival.1080p"), "no year"),
        (torrent("Arrival.1996.1080p"), "its year is 1996 and the requested movie is of 2016"),
        (torrent("Solaris.2002"), "its year is 2002 and the requested movie is of 1972"),
        (torrent("Crash.2004"), "2 requests have this title and year (tt0000004, tt0000005)"),
        (torrent("Arrival.2016.S01E01.1080p"), "a series"),
        (torrent("Arrival.S01.1080p"), "a series"),
        (torrent("[YTS] Dune Part 2 (2024)"), "more than the title"),
        (torrent("(2016) Arrival"), "more than the title"),
        (torrent("Arrival.2016", "Arrival.2016.mkv", complete=False), "not complete"),
        (torrent("Arrival.2016", "01.flac", "02.flac"), "no video"),
        (torrent("Arrival.2016", "Arrival.2016.mkv", "Sicario.2015.mkv"), "2 videos"),
        (torrent("Arrival.2016", "a.mkv", ("Sample/whole.mkv", 900)), "2 videos"),
        (torrent("Arrival.2016", "Arrival.1996.mkv"), "another title or year"),
        (torrent("Arrival.2016", "Sicario.2016.mkv"), "another title or year"),
        (torrent("Arrival.2016", "Show.S01E02.mkv"), "series"),
        (Torrent("f" * 40, "Arrival.2016", "/films", (), False), "does not know its files"),
    ],
    ids=lambda value: value.name if isinstance(value, Torrent) else None,
)
def test_a_torrent_that_may_be_another_thing_is_left_alone_and_says_why(made: Torrent, why: str) -> None:
    found = plan(made)
    assert found.sure == [] and len(found.unsure) == 1
    assert why in found.unsure[0].why


def test_samples_subtitles_and_names_without_a_year_inside_do_no_harm() -> None:
    files = ("ntb-arrival1080.mkv", ("Sample/ntb-arrival-sample.mkv", 50), ("Extras/making of.mp4", 90), "english.srt")
    assert len(plan(torrent("Arrival.2016.1080p", *files)).sure) == 1


def test_a_movie_of_the_same_title_and_year_that_is_not_requested_protects_both() -> None:
    namesake = ("tt0000098", "Arrival", 2016)
    found = plan(torrent("Arrival.2016"), known=[namesake])
    assert found.sure == [] and "tt0000098 has the same title and year" in found.unsure[0].why


def test_several_torrents_of_one_movie_all_go() -> None:
    assert len(plan(torrent("Arrival.2016.720p"), torrent("Arrival.2016.2160p")).sure) == 2


def test_files_that_another_torrent_uses_protect_a_torrent_and_what_shares_with_it() -> None:
    """The second shares with the first, which shares with one that stays."""
    film, subtitle = ("Arrival.2016/film.mkv", 10), ("Arrival.2016/film.srt", 10)
    first = Torrent("1" * 40, "Arrival.2016", "/films", (film, subtitle), True)
    second = Torrent("2" * 40, "Arrival.2016", "/films/", (film,), True)
    stays = Torrent("3" * 40, "subtitles", "/films", (subtitle,), True)
    elsewhere = stays._replace(folder="/other")
    assert len(plan(first, second, elsewhere).sure) == 2
    found = plan(first, second, stays)
    assert found.sure == [] and {one.torrent.hash for one in found.unsure} == {"1" * 40, "2" * 40}
    assert "uses the same files" in found.unsure[0].why


def test_a_torrent_that_was_removed_and_is_back_is_left_alone() -> None:
    made = torrent("Arrival.2016")
    found = plan(made, done=[{"hash": made.hash, "at": "2026-02-03T04:05:06+00:00"}])
    assert found.sure == [] and "removed on 2026-02-03 and is back" in found.unsure[0].why


def test_only_what_is_as_it_was_shown_stays_in_a_plan() -> None:
    same, renamed, grown = torrent("Arrival.2016"), torrent("It.2017"), torrent("2012.2009")
    shown = plan(same, renamed, grown)
    assert len(shown.sure) == 3
    now = plan(same, renamed._replace(name="It.2017.720p"), grown._replace(files=(*grown.files, ("new.txt", 1))))
    kept, changed = still_the_same(shown.sure, now)
    assert [one.torrent for one in kept] == [same]
    assert {one.torrent for one in changed} == {renamed, grown}
    assert still_the_same(shown.sure, plan()) == ([], shown.sure)
