"""Which movies are requested to be removed, why, and for how long."""

from pathlib import Path

import pandas as pd
import pytest

from movie_pref.labels.removal_requests import (
    COLUMNS,
    FLAGGED,
    current_requests,
    liked_before,
    read_requests,
    removal_requests,
    write_requests,
)
from movie_pref.labels.store import LabelStore
from movie_pref.settings import Settings, load_settings

LIKED, DISLIKED, TELEVISION, UNSEEN, ODD = "tt0000001", "tt0000002", "tt0000003", "tt0000004", "tt0000005"
YES, NO, AGAIN = "would_watch", "would_not_watch", "would_watch_again"


class Home:
    """A data folder: a library, candidates, a ranking that flags two of them, and a label store."""

    def __init__(self, folder: Path) -> None:
        self.settings: Settings = load_settings(data=folder)
        self.store = LabelStore(self.settings.label_store_url)
        self.library = pd.DataFrame(
            {
                "imdb_id": [LIKED, DISLIKED, TELEVISION, ODD],
                "label": [YES, NO, YES, None],
                "media_type": ["movie", "movie", "tv_show", "movie"],
                "media_title": ["Liked", "Disliked", "Series", "Odd"],
                "release_year": [2001, 2002, 2003, 2005],
                "anomalous": [False, False, False, True],
            }
        )
        self.candidates = self.library.tail(1).assign(imdb_id=UNSEEN, media_title="Unseen", release_year=2004)
        self.write()
        self.rank({UNSEEN: 0.8, ODD: 0.7})

    def write(self) -> None:
        self.library.to_parquet(self.settings.library_path)
        self.candidates.drop(columns="label").to_parquet(self.settings.candidates_path)

    def rank(self, probabilities: dict[str, float], scored_at: str = "2020-01-01") -> None:
        """A ranking as the pipeline writes it; who is in it is flagged from 0.35 on."""
        movies = pd.concat([self.library, self.candidates]).set_index("imdb_id")
        rows = pd.DataFrame({"imdb_id": list(probabilities), "probability": list(probabilities.values())})
        rows["media_title"] = rows["imdb_id"].map(movies["media_title"])
        rows["release_year"] = rows["imdb_id"].map(movies["release_year"])
        rows["prediction"] = (rows["probability"] >= 0.35).astype("int8")
        rows["scored_at"] = pd.Timestamp(scored_at, tz="UTC")
        rows.to_parquet(self.settings.data / "scored_candidates.parquet")

    def requests(self) -> dict[str, str]:
        """imdb_id -> evidence, as the file has it after it was written."""
        write_requests(self.settings)
        found = read_requests(self.settings.data)
        pd.testing.assert_frame_equal(found, current_requests(self.settings))
        assert found.dtypes.astype("str").to_dict() == COLUMNS
        return dict(zip(found["imdb_id"], found["evidence"], strict=True))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MOVIE_PREF_{name.upper()}", raising=False)
    return Home(tmp_path)


def test_without_a_decision_nothing_is_requested(home: Home) -> None:
    assert home.requests() == {}


def test_a_movie_of_the_library_that_was_liked_is_requested_with_the_moment_of_the_label(home: Home) -> None:
    home.store.record(LIKED, NO)
    assert home.requests() == {LIKED: "label"}
    row = read_requests(home.settings.data).iloc[0]
    assert (row["media_title"], row["release_year"]) == ("Liked", 2001)
    assert row["reason"] == "The library said would_watch before you said would_not_watch."
    assert row["decided_at"] == home.store.history()["at"].iloc[0] and pd.isna(row["probability"])


def test_a_flagged_candidate_is_requested_with_its_probability_and_one_that_was_not_flagged_is_not(home: Home) -> None:
    home.store.record(UNSEEN, NO)
    assert home.requests() == {UNSEEN: "prediction"}
    row = read_requests(home.settings.data).iloc[0]
    assert row["probability"] == 0.8
    assert (
        row["reason"]
        == "The champion predicted would_watch, with a probability of 80.0%, before you said would_not_watch."
    )
    (home.settings.data / "removal_requests.parquet").unlink()
    home.rank({UNSEEN: 0.34})
    assert home.requests() == {}


def test_what_was_always_disliked_and_what_is_liked_now_are_not_requested(home: Home) -> None:
    home.store.record(DISLIKED, NO)
    home.store.record(UNSEEN, YES)
    assert home.requests() == {}


def test_television_is_never_requested(home: Home) -> None:
    home.store.record(TELEVISION, NO)
    assert home.requests() == {}


def test_what_a_machine_says_counts_neither_for_nor_against(home: Home) -> None:
    home.store.record(LIKED, NO, set_by="rules")
    home.store.record(DISLIKED, YES, set_by="rules")
    home.store.record(DISLIKED, NO)
    assert home.requests() == {}


def test_an_earlier_label_of_yours_is_evidence_unless_it_was_taken_back(home: Home) -> None:
    for label in (YES, NO):
        home.store.record(DISLIKED, label)
    assert home.requests() == {DISLIKED: "label"}
    assert read_requests(home.settings.data)["reason"].iloc[0].startswith("You said would_watch before")
    home.store.undo(DISLIKED)
    assert home.requests() == {}
    home.store.undo(DISLIKED)
    home.store.record(DISLIKED, NO)
    assert home.requests() == {}


def test_a_label_under_several_others_is_still_evidence_and_one_that_came_and_went_is_none(home: Home) -> None:
    for label in (YES, NO, NO, NO):
        home.store.record(LIKED, label)
    home.store.record(UNSEEN, NO)
    home.store.record(UNSEEN, YES)
    home.store.undo(UNSEEN)
    events = home.store.history()
    assert liked_before(events, events[["imdb_id"]].drop_duplicates()) == {LIKED: YES}


def test_from_again_to_not_is_a_strong_change_and_stands_first_though_it_is_older(home: Home) -> None:
    for label in (AGAIN, YES, NO):  # the best of the earlier ones counts
        home.store.record(DISLIKED, label)
    home.store.record(LIKED, NO)
    home.store.record(UNSEEN, NO)
    assert list(home.requests().items()) == [(DISLIKED, "strong_change"), (UNSEEN, "prediction"), (LIKED, "label")]
    reasons = read_requests(home.settings.data)["reason"]
    assert reasons[0] == "You said would_watch_again before you said would_not_watch: a strong change."
    home.store.record(DISLIKED, YES)
    assert DISLIKED not in home.requests()


def test_the_better_of_the_librarys_label_and_yours_is_the_evidence(home: Home) -> None:
    home.library.loc[0, "label"] = AGAIN
    home.write()
    home.store.record(LIKED, YES)
    assert home.requests() == {}
    home.store.record(LIKED, NO)
    assert home.requests() == {LIKED: "strong_change"}
    assert read_requests(home.settings.data)["reason"][0].startswith("The library said would_watch_again before you")
    home.library.loc[0, "label"] = YES
    home.write()
    home.store.record(LIKED, AGAIN)
    home.store.record(LIKED, NO)
    assert home.requests() == {LIKED: "strong_change"}
    assert read_requests(home.settings.data)["reason"][0].startswith("You said would_watch_again before you")


def test_a_label_again_that_was_taken_back_is_no_evidence(home: Home) -> None:
    home.store.record(DISLIKED, AGAIN)
    home.store.undo(DISLIKED)
    home.store.record(DISLIKED, NO)
    assert home.requests() == {}


def test_a_request_outlives_the_ranking_that_gave_it_until_the_label_changes_back(home: Home) -> None:
    home.store.record(UNSEEN, NO)
    assert home.requests() == {UNSEEN: "prediction"}
    reason = read_requests(home.settings.data)["reason"].iloc[0]
    home.rank({ODD: 0.1})
    assert home.requests() == home.requests() == {UNSEEN: "prediction"}
    found = read_requests(home.settings.data).iloc[0]
    assert (found["reason"], found["probability"], found["media_title"]) == (reason, 0.8, "Unseen")
    home.store.record(UNSEEN, YES)
    assert home.requests() == {}
    home.store.record(UNSEEN, NO)
    assert home.requests() == {UNSEEN: "label"}


def test_a_label_that_was_taken_back_takes_its_request_with_it(home: Home) -> None:
    home.store.record(UNSEEN, NO)
    home.requests()
    home.store.undo(UNSEEN)
    assert home.requests() == {}


def test_the_librarys_own_label_counts_where_you_said_nothing(home: Home) -> None:
    """A candidate that was flagged has come into the library as one that would not be watched."""
    joining = home.candidates.assign(label=NO, anomalous=False)
    home.library = pd.concat([home.library, joining], ignore_index=True)
    home.write()
    assert home.requests() == {UNSEEN: "prediction"}
    assert pd.isna(read_requests(home.settings.data)["decided_at"].iloc[0])
    home.library["reviewed"] = home.library["imdb_id"] != UNSEEN  # nobody has looked at that label
    home.write()
    assert home.requests() == {}


@pytest.mark.parametrize(("scored_at", "requested"), [("2020-01-01", {ODD: "prediction"}), ("2999-01-01", {})])
def test_an_anomalous_movie_is_ranked_whatever_its_label_so_only_an_earlier_ranking_is_evidence(
    home: Home, scored_at: str, requested: dict[str, str]
) -> None:
    home.rank({ODD: 0.7}, scored_at)
    home.store.record(ODD, NO)
    assert home.requests() == requested


def test_the_newest_decision_comes_first(home: Home) -> None:
    home.store.record(UNSEEN, NO)
    home.store.record(LIKED, NO)
    assert list(home.requests()) == [LIKED, UNSEEN]


def test_a_candidate_that_is_in_no_ranking_gets_its_title_from_the_candidates_and_one_that_is_nowhere_is_left_out(
    home: Home,
) -> None:
    (home.settings.data / "scored_candidates.parquet").unlink()
    for imdb_id in (UNSEEN, "tt7777777"):
        for label in (YES, NO):
            home.store.record(imdb_id, label)
    assert home.requests() == {UNSEEN: "label"}
    assert read_requests(home.settings.data)["media_title"].iloc[0] == "Unseen"


def test_damaged_files_stop_nothing_and_the_former_requests_are_put_aside(home: Home) -> None:
    home.store.record(LIKED, NO)
    for name in ("scored_candidates.parquet", "removal_requests.parquet"):
        (home.settings.data / name).write_bytes(b"PAR1 no more")
    assert home.requests() == {LIKED: "label"}
    assert (home.settings.data / "removal_requests.parquet.damaged").read_bytes() == b"PAR1 no more"


def test_without_a_library_the_ranking_is_still_evidence(home: Home) -> None:
    home.settings.library_path.unlink()
    home.store.record(UNSEEN, NO)
    assert home.requests() == {UNSEEN: "prediction"}


def test_the_function_gives_the_same_again_with_its_own_result_as_the_former(home: Home) -> None:
    home.store.record(LIKED, NO)
    home.store.record(UNSEEN, NO)
    flagged = pd.read_parquet(home.settings.data / "scored_candidates.parquet")[list(FLAGGED)]
    nothing = pd.DataFrame(columns=list(COLUMNS)).astype(COLUMNS)
    first = removal_requests(home.library, home.store.history(), flagged, nothing)
    assert list(first["evidence"]) == ["prediction", "label"]
    pd.testing.assert_frame_equal(removal_requests(home.library, home.store.history(), flagged, first), first)
    pd.testing.assert_frame_equal(removal_requests(home.library, home.store.history(), flagged.head(0), first), first)
