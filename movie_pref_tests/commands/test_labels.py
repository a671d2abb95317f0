"""`movie-pref label` and `movie-pref labels` as a person types them, and what a run makes of the labels."""

from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from movie_pref.labels.store import LabelStore
from movie_pref.settings import Settings, load_settings
from movie_pref_tests.command_line import Command, says
from movie_pref_tests.job_runner import materialize


class Desk:
    """A data folder with a library and candidates, and the command."""

    def __init__(self, data: Path, movies: pd.DataFrame, candidates: pd.DataFrame) -> None:
        self.data, self.movies, self.candidates = data, movies, candidates
        movies.to_parquet(data / "01_training.parquet")
        candidates.to_parquet(data / "candidates.parquet")
        self.unseen = candidates["imdb_id"][4]
        self.liked = movies.loc[movies["label"] == "would_watch", "imdb_id"].iloc[0]

    @property
    def settings(self) -> Settings:
        return load_settings(data=self.data)

    def events(self) -> pd.DataFrame:
        with LabelStore(self.settings.label_store_url) as store:
            return store.history()

    def materialize(self, *assets: str) -> dict[str, dict[str, object]]:
        """Make assets with their checks, all of which must pass but for warnings; their metadata."""
        ran = materialize(self.settings, *assets)
        for check in ran.checks.values():
            assert check.passed or check.severity == dg.AssetCheckSeverity.WARN, check
        return ran.made

    def read(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.data / "assets" / f"{name}.parquet")


@pytest.fixture
def desk(tmp_path: Path, movies: pd.DataFrame, candidates: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> Desk:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MOVIE_PREF_{name.upper()}", raising=False)
    monkeypatch.setenv("MOVIE_PREF_DATA", str(tmp_path))
    return Desk(tmp_path, movies, candidates)


def test_a_label_says_what_changed_and_how_many_are_missing_until_the_next_retrain(desk: Desk) -> None:
    said = says("label", desk.unseen, "would_watch", "--note", "a friend says so")
    assert "would_watch (it had no label)" in said
    assert "1 new, 9 labels until the next retrain (or 24 hours)" in said
    assert "would_not_watch (the library says would_watch)" in says("label", desk.liked, "would_not_watch")
    assert "would_not_watch (as before)" in says("label", desk.liked, "would_not_watch")
    said = says("label", desk.liked, "would_watch")
    assert "would_watch (you said would_not_watch)" in said and "2 new, 8 labels" in said
    assert desk.events()["note"].iloc[0] == "a friend says so"
    assert set(desk.events()["origin"]) == {"command"}


def test_a_movie_may_be_named_by_its_title_and_what_was_taken_is_said(desk: Desk) -> None:
    assert "The Long Road 64 (2023), tt0000065: would_not_watch" in says("label", "the long ROAD 64", "would_not_watch")
    assert desk.events()["imdb_id"].tolist() == ["tt0000065"]
    said = says("label", "amelie 4", "--history", code=2)  # of the library and of the candidates
    assert "2 movies fit 'amelie 4'; give the imdb_id" in said
    assert "Amélie 4 (1978), tt0000005 Amélie 4 (1978), tt9999974" in said


def test_undo_says_what_counts_again(desk: Desk) -> None:
    says("label", desk.liked, "would_not_watch")
    assert "would_not_watch is taken back; would_watch counts again" in says("label", desk.liked, "--undo")
    assert "There is nothing to undo" in says("label", desk.liked, "--undo", code=2)
    says("label", desk.unseen, "would_watch")
    said = says("label", desk.unseen, "--undo")
    assert "it has no label now" in said and "Nothing new to learn; 10 labels until" in said


def test_a_favourite_is_labelled_counted_and_taken_back(desk: Desk) -> None:
    assert "would_watch_again (the library says would_watch)" in says("label", desk.liked, "would_watch_again")
    assert "would_watch_again (it had no label)" in says("label", desk.unseen, "would_watch_again")
    assert desk.events()["label"].tolist() == ["would_watch_again"] * 2
    said = says("label", desk.unseen, "would_not_watch")
    assert "would_not_watch (you said would_watch_again)" in said and "2 new, 8 labels" in said
    assert "would_not_watch is taken back; would_watch_again counts again" in says("label", desk.unseen, "--undo")


def test_every_label_is_told_in_the_help_and_completed(desk: Desk) -> None:
    assert "would_not_watch, would_watch or would_watch_again (your favourites)" in says("label", "--help")
    for typed, found in (
        ("w", ["would_not_watch", "would_watch", "would_watch_again"]),
        ("would_watch_", ["would_watch_again"]),
    ):
        words = f"movie-pref label tt0000001 {typed}"
        said = Command(desk.data).apart(_MOVIE_PREF_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD="3")
        assert said.out.split() == found


def test_history_shows_every_entry_and_titles_and_notes_are_never_markup(desk: Desk) -> None:
    assert "It has no label yet." in says("label", desk.unseen, "--history")
    says("label", desk.liked, "would_not_watch", "--note", "[red]loud[/] one")
    says("label", desk.liked, "--undo")
    said = says("label", desk.liked, "--history")
    assert "[red]loud[/] one" in said and "taken back" in said and "the library" in said
    assert len(desk.events()) == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("tt0000999", "would_watch"), "the nearest are tt00"),
        (("the long roda 16", "would_watch"), "'The Long Road 16'"),
        (("long road", "would_watch"), "movies fit 'long road'"),
        (("111161", "would_watch"), "An imdb_id is tt and 7 or 8 digits"),
        (("tt0000003", "would_wacht"), "the nearest is would_watch)"),
        (("tt0000003", "Would Not Watch"), "the nearest is would_not_watch)"),
        (("tt0000003", "Would Watch Again"), "the nearest is would_watch_again)"),
        (("tt0000003", "watch-again"), "the nearest is would_watch_again)"),
        (
            ("tt0000003", "again"),
            "give would_not_watch, would_watch or would_watch_again (the nearest is would_watch_again)",
        ),
        (("tt0000003",), "Give one of"),
        (("tt0000003", "would_watch", "--undo"), "only one"),
    ],
)
def test_a_mistake_is_one_sentence_and_nothing_is_recorded(desk: Desk, words: tuple[str, ...], sentence: str) -> None:
    assert sentence in says("label", *words, code=2)
    assert desk.events().empty


def test_labels_are_exported_and_restored(desk: Desk, tmp_path: Path) -> None:
    for imdb_id, label in ((desk.unseen, "would_watch"), (desk.liked, "would_watch_again")):
        says("label", imdb_id, label)
    file = str(tmp_path / "labels.csv")
    assert "2 entries" in says("labels", "export", file)
    assert "nothing changed" in says("labels", "restore", file)
    (tmp_path / "labels.sqlite").unlink()
    assert "2 entries restored 2 new, 8 labels" in says("labels", "restore", file)
    assert desk.events()["label"].tolist() == ["would_watch", "would_watch_again"]
    assert "neither a CSV nor a Parquet file" in says("labels", "export", str(tmp_path / "labels.txt"), code=2)
    assert "no column 'event'" in says("labels", "restore", str(tmp_path / "candidates.parquet"), code=2)


def test_another_store_is_used_where_the_setting_names_one(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOVIE_PREF_LABEL_STORE", f"sqlite:///{tmp_path / 'elsewhere.db'}")
    says("label", desk.liked, "would_not_watch")
    assert (tmp_path / "elsewhere.db").exists() and not (tmp_path / "labels.sqlite").exists()


# what a run makes of them


def test_labels_reach_the_training_rows_and_decided_candidates_are_ranked_no_more(desk: Desk) -> None:
    sides = ["raw_training", "movies_only", "candidates", "data_split"]
    desk.materialize(*sides)
    split_before, ranked_before = desk.read("data_split").set_index("imdb_id"), desk.read("candidates")
    says("label", desk.unseen, "would_watch")
    says("label", desk.liked, "would_not_watch")
    metadata = desk.materialize(*sides)
    raw, split = metadata["raw_training"], desk.read("data_split").set_index("imdb_id")
    assert (raw["labels_from_the_store"], raw["labels_that_overruled_the_library"]) == (2, 1)
    assert raw["candidates_that_were_labelled"] == 1
    assert split.loc[desk.liked, "label"] == 0 and split_before.loc[desk.liked, "label"] == 1
    assert set(split.index) - set(split_before.index) == {desk.unseen}
    pd.testing.assert_series_equal(split.loc[split_before.index, "partition"], split_before["partition"])
    assert set(ranked_before["imdb_id"]) - set(desk.read("candidates")["imdb_id"]) == {desk.unseen}
    assert not {"label", "label_origin", "came_from"} & set(desk.read("candidates"))
    first = desk.read("movies_only")
    desk.materialize(*sides)
    pd.testing.assert_frame_equal(desk.read("movies_only"), first)


def test_a_movie_labelled_since_the_last_training_is_ranked_no_more_before_the_next(desk: Desk) -> None:
    desk.materialize("raw_training", "movies_only", "candidates")
    says("label", desk.unseen, "would_not_watch")
    metadata = desk.materialize("candidates")
    assert metadata["candidates"]["labelled_since_the_last_training"] == 1
    assert desk.unseen not in set(desk.read("candidates")["imdb_id"])
    says("label", desk.unseen, "--undo")
    desk.materialize("candidates")
    assert desk.unseen in set(desk.read("candidates")["imdb_id"])


def test_what_a_machine_says_trains_nothing(desk: Desk) -> None:
    with LabelStore(desk.settings.label_store_url) as store:
        store.record(desk.liked, "would_not_watch", set_by="rules")
        store.record(desk.unseen, "would_watch", set_by="rules")
    assert desk.materialize("raw_training")["raw_training"]["labels_from_the_store"] == 0
    pd.testing.assert_series_equal(desk.read("raw_training")["label"], desk.movies["label"])
