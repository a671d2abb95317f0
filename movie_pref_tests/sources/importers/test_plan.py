"""What an import would change, and that carrying it out changes that and nothing else."""

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from movie_pref.analysis import analyse
from movie_pref.data_folder import DataFolder
from movie_pref.demo.files import write_demo
from movie_pref.errors import UserError
from movie_pref.features.enough_labels import too_few
from movie_pref.labels.store import LabelStore
from movie_pref.library import read_library
from movie_pref.settings import Settings, load_settings
from movie_pref.sources.importers import read_export
from movie_pref.sources.importers.open_questions import (
    read_questions,
    settle,
)
from movie_pref.sources.importers.plan import Helpers, ImportPlan, carry_out, missing_features, plan_import, read_before

IMDB = "Const,Your Rating,Date Rated,Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date,Directors\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data=tmp_path / "data")


def imdb(folder: Path, *films: tuple[str, int, str], name: str = "ratings.csv") -> Path:
    """An export of IMDb's of (imdb_id, rating, title)."""
    lines = [
        f"{one},{rating},2024-05-01,{title},https://www.imdb.com/title/{one}/,Movie,7.1,100,1999,Drama,1000,1999-01-01,A\n"
        for one, rating, title in films
    ]
    (folder / name).write_text(IMDB + "".join(lines), encoding="utf-8")
    return folder / name


def letterboxd(folder: Path, *films: tuple[str, int, float | str], name: str = "ratings.csv") -> Path:
    """Letterboxd's ratings of (name, year, stars)."""
    lines = [f"2024-05-01,{title},{year},https://boxd.it/{number},{stars}\n" for number, (title, year, stars) in enumerate(films)]  # fmt: skip
    (folder / name).write_text("Date,Name,Year,Letterboxd URI,Rating\n" + "".join(lines), encoding="utf-8")
    return folder / name


def nowhere_else(wanted: pd.DataFrame, imdb_ids: set[str]) -> pd.DataFrame:
    """A place that was looked in and knows nothing."""
    return pd.DataFrame({"imdb_id": [], "media_title": [], "release_year": [], "media_type": []}, dtype="object")


def planned(file: Path, settings: Settings, cut: float = 7, **options: bool) -> ImportPlan:
    return plan_import(read_export(file), read_before(settings), Helpers(lambda _: cut, nowhere_else), **options)


def imported(file: Path, settings: Settings, cut: float = 7, **options: bool) -> ImportPlan:
    plan = planned(file, settings, cut, **options)
    carry_out(plan, settings)
    return plan


def state(settings: Settings) -> dict[str, str]:
    files = sorted(settings.data.rglob("*")) if settings.data.exists() else []
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()}


def write_candidates(settings: Settings, count: int) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    ids = [f"tt{9000000 + number}" for number in range(count)]
    titles = [f"Unseen {number}" for number in range(count)]
    frame = pd.DataFrame({"imdb_id": ids, "media_type": "movie", "media_title": titles, "release_year": 2001})
    frame.to_parquet(settings.candidates_path, index=False)


def test_planning_writes_nothing(tmp_path, settings):
    planned(imdb(tmp_path, ("tt0000001", 9, "One"), ("tt0000002", 3, "Two")), settings)
    assert not settings.data.exists()


def test_an_export_becomes_a_library_with_labels_and_stars(tmp_path, settings):
    plan = imported(imdb(tmp_path, ("tt0000001", 9, "One"), ("tt0000002", 3, "Two")), settings)
    rows = read_library(settings.library_path).rows.set_index("imdb_id")
    assert rows["label"].to_dict() == {"tt0000001": "would_watch", "tt0000002": "would_not_watch"}
    assert rows["rating"].to_dict() == {"tt0000001": 9, "tt0000002": 3}
    assert list(rows.loc["tt0000001", "genre"]) == ["Drama"]
    with LabelStore(settings.label_store_url) as store:
        events = store.history()
    assert set(events["origin"]) == {"import"} and set(events["file"]) == {"ratings.csv"}
    assert plan.counts["new in the library"] == 2 and plan.counts["labels to record"] == 2


def test_the_same_file_twice_changes_no_byte(tmp_path, settings):
    file = imdb(tmp_path, ("tt0000001", 9, "One"), ("tt0000002", 3, "Two"))
    imported(file, settings)
    before = state(settings)
    again = imported(file, settings)
    assert not again.changes
    assert state(settings) == before


def test_another_rating_or_cut_records_only_what_differs(tmp_path, settings):
    imported(imdb(tmp_path, ("tt0000001", 9, "One"), ("tt0000002", 3, "Two"), ("tt0000003", 7, "Three")), settings)
    other = imported(
        imdb(tmp_path, ("tt0000001", 9, "One"), ("tt0000002", 8, "Two"), ("tt0000003", 7, "Three")), settings, cut=8
    )
    assert [(one.imdb_id, one.label) for one in other.labels] == [
        ("tt0000002", "would_watch"),
        ("tt0000003", "would_not_watch"),
    ]
    rows = read_library(settings.library_path).rows.set_index("imdb_id")
    assert rows.loc["tt0000002", "rating"] == 8


def test_a_label_given_by_hand_is_never_overruled(tmp_path, settings):
    file = imdb(tmp_path, ("tt0000001", 9, "One"), ("tt0000002", 3, "Two"))
    imported(file, settings)
    with LabelStore(settings.label_store_url) as store:
        store.record("tt0000001", "would_not_watch", origin="command")
    again = imported(imdb(tmp_path, ("tt0000001", 10, "One"), ("tt0000002", 3, "Two")), settings)
    assert again.labels == []
    assert again.counts["labels that you gave otherwise, which stay"] == 1
    with LabelStore(settings.label_store_url) as store:
        assert store.effective().set_index("imdb_id")["label"]["tt0000001"] == "would_not_watch"


def test_films_that_are_there_keep_what_is_known_and_get_what_is_not(tmp_path, settings):
    settings.data.mkdir()
    there = pd.DataFrame(
        {
            "imdb_id": ["tt0000001", "tt0000009"],
            "label": ["would_not_watch", "would_watch"],
            "media_type": "movie",
            "media_title": ["My own title", "Nine"],
            "release_year": 1998,
            "runtime": [None, 90.0],
            "shelf": ["a", "b"],
        }
    )
    there.to_parquet(settings.library_path, index=False)
    imported(imdb(tmp_path, ("tt0000001", 9, "One"), ("tt0000002", 3, "Two")), settings)
    rows = read_library(settings.library_path).rows.set_index("imdb_id")
    assert list(rows.index) == ["tt0000001", "tt0000009", "tt0000002"]
    first = rows.loc["tt0000001"]
    assert (first["media_title"], first["release_year"], first["runtime"]) == ("My own title", 1998, 100)
    assert first["label"] == "would_not_watch"  # the label store holds the other one, which counts
    assert rows["shelf"].iloc[:2].tolist() == ["a", "b"]


def test_films_without_identifier_are_matched_or_asked_about_once(tmp_path, settings):
    write_candidates(settings, 3)
    file = letterboxd(tmp_path, ("Unseen 1", 2001, 4.5), ("Nowhere to be found", 1990, 2), ("Unseen 2", 2001, 1))
    plan = imported(file, settings)
    assert set(read_library(settings.library_path).rows["imdb_id"]) == {"tt9000001", "tt9000002"}
    assert plan.counts["to be settled by you"] == 1
    (asked,) = read_questions(settings.data).to_dict("records")
    assert (asked["title"], asked["year"], asked["suggestions"]) == ("Nowhere to be found", 1990, [])

    settle(settings.data, asked["title"], asked["year"], asked["uri"], "tt9000000")
    assert read_questions(settings.data).empty
    imported(file, settings)
    rows = read_library(settings.library_path).rows.set_index("imdb_id")
    assert rows.loc["tt9000000", "rating"] == 4
    assert not DataFolder(settings.data).import_questions.exists()


def test_a_film_that_is_nowhere_is_not_asked_about_again_and_an_answer_can_be_changed(tmp_path, settings):
    write_candidates(settings, 2)
    file = letterboxd(tmp_path, ("Unseen 0", 2001, 5), ("Nowhere", 1990, 2))
    imported(file, settings)
    settle(settings.data, "Nowhere", 1990, None, None)
    assert imported(file, settings).counts["that you said are nowhere"] == 1
    settle(settings.data, "Nowhere", 1990, None, "tt9000001")
    assert len(pd.read_csv(DataFolder(settings.data).import_answers)) == 1
    assert imported(file, settings).counts["that you said are nowhere"] == 0


def test_suggestions_are_movies_that_it_may_be(tmp_path, settings):
    settings.data.mkdir()
    ids = ["tt0000001", "tt0000002"]
    twins = pd.DataFrame({"imdb_id": ids, "media_type": "movie", "media_title": "Twins", "release_year": 2001})
    twins.to_parquet(settings.candidates_path, index=False)
    imported(letterboxd(tmp_path, ("Twins", 2001, 4)), settings)
    (asked,) = read_questions(settings.data).to_dict("records")
    assert asked["suggestions"] == ids
    assert "Twins (2001)" in asked["described"]


def test_the_demonstration_gives_way_and_a_file_of_ones_own_is_left_alone(tmp_path, settings):
    settings.data.mkdir()
    write_demo(settings.library_path, settings.candidates_path)
    file = imdb(tmp_path, ("tt0000001", 9, "One"), ("tt0000002", 3, "Two"))
    imported(file, settings)
    assert len(read_library(settings.library_path).rows) == 2

    own = tmp_path / "mine.parquet"
    read_library(settings.library_path).rows.head(1).to_parquet(own, index=False)
    before = own.read_bytes()
    elsewhere = load_settings(data=tmp_path / "other", library=own)
    plan = imported(file, elsewhere)
    assert own.read_bytes() == before
    assert plan.tables.left_alone(elsewhere) == {"library": own}
    assert len(read_library(elsewhere.data / "01_training.parquet").rows) == 2


def test_watched_alone_is_no_label_unless_it_is_asked_for(tmp_path, settings):
    write_candidates(settings, 45)
    lines = [f"2024-05-01,Unseen {number},2001,https://boxd.it/{number}\n" for number in range(5)]
    (tmp_path / "watched.csv").write_text("Date,Name,Year,Letterboxd URI\n" + "".join(lines), encoding="utf-8")
    assert not planned(tmp_path / "watched.csv", settings).changes
    plan = imported(tmp_path / "watched.csv", settings, watched_as_liked=True)
    rows = read_library(settings.library_path).rows
    # half of the 40 candidates that were not watched stand for what is not liked; no person said so, so no event does
    assert rows["label"].value_counts().to_dict() == {"would_not_watch": 20, "would_watch": 5}
    assert {one.label for one in plan.labels} == {"would_watch"} and len(plan.labels) == 5
    assert not imported(tmp_path / "watched.csv", settings, watched_as_liked=True).changes


def test_a_library_that_is_too_small_is_said_to_be(tmp_path, settings):
    plan = planned(imdb(tmp_path, ("tt0000001", 9, "One"), ("tt0000002", 3, "Two")), settings)
    assert "too few to learn from" in too_few(
        plan.tables.library, {one.imdb_id: one.label for one in plan.labels}, settings
    )
    one_kind = planned(imdb(tmp_path, ("tt0000001", 9, "One")), settings)
    assert "only would_watch" in too_few(
        one_kind.tables.library, {one.imdb_id: one.label for one in one_kind.labels}, settings
    )


def test_what_the_export_does_not_know_is_named(tmp_path, settings):
    plan = planned(imdb(tmp_path, ("tt0000001", 9, "One"), ("tt0000002", 3, "Two")), settings)
    found = missing_features(plan.tables.library, ["runtime", "genre", "budget"])
    assert found.to_dict("records") == [{"feature": "budget", "known": 0.0}]


def test_ten_thousand_ratings_are_all_there(tmp_path, settings):
    films = [(f"tt{1000000 + number}", 1 + number % 10, f"Film {number}") for number in range(10_000)]
    plan = imported(imdb(tmp_path, *films), settings)
    assert len(read_library(settings.library_path).rows) == 10_000
    assert plan.counts["liked"] == 4_000  # ratings 7 to 10
    assert not planned(tmp_path / "ratings.csv", settings).changes


def test_with_stars_as_target_the_continuous_tests_run(tmp_path, settings):
    films = [(f"tt{1000000 + number}", 1 + number % 10, f"Film {number}") for number in range(200)]
    imported(imdb(tmp_path, *films), settings)
    rows = read_library(settings.library_path).rows
    rows["runtime"] = rows["rating"] * 10 + 60
    ledger = analyse(rows, load_settings(data=settings.data, target="rating")).ledger
    found = ledger[(ledger["node"] == "pearson_target") & (ledger["feature"] == "runtime")].iloc[0]
    assert found["value"] == pytest.approx(1) and found["verdict"] == "keep"
    assert "rating" not in set(ledger["feature"])


def test_a_cut_is_chosen_from_the_ratings_and_only_names_that_are_unknown_are_looked_up(tmp_path, settings):
    asked: list[list] = []

    def choose_cut(ratings: pd.Series) -> float:
        asked.append(ratings.tolist())
        return 6.0

    def search_elsewhere(wanted: pd.DataFrame, imdb_ids: set[str]) -> pd.DataFrame:
        asked.append(wanted["title"].tolist())
        return pd.DataFrame(
            {"imdb_id": ["tt0000009"], "media_title": "Nine", "release_year": 1999, "media_type": "movie"}
        )

    before, helpers = read_before(settings), Helpers(choose_cut, search_elsewhere)
    known = plan_import(read_export(imdb(tmp_path, ("tt0000001", 6, "One"))), before, helpers)
    assert asked == [[], [6.0]] and known.cut == 6.0 and known.counts["liked"] == 1
    asked.clear()
    named = read_export(letterboxd(tmp_path, ("Nine", 1999, 2.5), ("Nowhere", 2001, 4)))
    found = plan_import(named, before, helpers)
    assert asked == [["Nine", "Nowhere"], [5.0]]
    assert found.matches.matched["imdb_id"].tolist() == ["tt0000009"] and found.counts["not liked"] == 1
    asked.clear()
    (tmp_path / "watched.csv").write_text("Date,Name,Year,Letterboxd URI\n2024-05-01,Nine,1999,https://boxd.it/1\n")
    unrated = plan_import(read_export(tmp_path / "watched.csv"), before, helpers)
    assert asked == [["Nine"]] and unrated.cut is None and unrated.counts["liked"] == 0


@pytest.mark.parametrize(
    ("probability", "order"),
    [
        (None, ["Known", "Hardly known"]),  # without a model by votes
        # Known was rated 5 stars and the model says 0.9 of both that it may be; Hardly known 1 star, and it says 0.8
        (dict(zip(["tt0000201", "tt0000202", "tt0000203", "tt0000204"], [0.9, 0.9, 0.8, 0.8], strict=True)), ["Hardly known", "Known"]),
    ],
    ids=["no model", "a model"],
)  # fmt: skip
def test_what_would_teach_the_model_most_is_asked_first(tmp_path, settings, probability, order):
    found = pd.DataFrame(
        {
            "imdb_id": ["tt0000201", "tt0000202", "tt0000203", "tt0000204"],
            "media_title": ["Known", "Known", "Hardly known", "Hardly known"],
            "release_year": 2001,
            "media_type": "movie",
            "imdb_votes": [9000.0, 8000.0, 90.0, 80.0],
        }
    )
    helpers = Helpers(
        lambda ratings: 7.0,
        lambda wanted, imdb_ids: found,
        lambda movies: None if probability is None else movies["imdb_id"].map(probability).set_axis(movies["imdb_id"]),
        last_cut=7.0,
    )
    read = read_export(letterboxd(tmp_path, ("Hardly known", 2001, 1), ("Known", 2001, 5)))
    assert plan_import(read, read_before(settings), helpers).questions["title"].tolist() == order


THREE = (("tt0000001", 10, "One"), ("tt0000002", 8, "Two"), ("tt0000003", 3, "Three"))


def test_favourites_are_a_third_label_where_asked_for_and_are_counted_where_not(tmp_path, settings):
    read, before = read_export(imdb(tmp_path, *THREE)), read_before(settings)
    two = plan_import(read, before, Helpers(lambda _: 7, nowhere_else))
    assert two.again_from is None and two.favourites_seen == 1
    assert [one.label for one in two.labels] == ["would_watch", "would_watch", "would_not_watch"]
    assert "of these you would watch again" not in {name for name, count in two.counts.items() if count}

    asked = []

    def choose_again(films: pd.DataFrame, cut: float | None) -> float:
        asked.append((films["rating"].tolist(), cut))
        return 9.0

    helpers = Helpers(lambda _: 7, nowhere_else, choose_again=choose_again)
    three = plan_import(read, before, helpers)
    assert asked == [([10, 8, 3], 7)] and (three.cut, three.again_from, three.favourites_seen) == (7, 9, 0)
    assert [one.label for one in three.labels] == ["would_watch_again", "would_watch", "would_not_watch"]
    assert three.counts["liked"] == 2 and three.counts["of these you would watch again"] == 1

    assert not before.third_label
    carry_out(three, settings)
    assert read_before(settings).third_label
    assert read_library(settings.library_path).rows["label"].tolist() == ["would_watch_again", "would_watch", "would_not_watch"]  # fmt: skip
    assert not plan_import(read, read_before(settings), helpers).changes


def test_a_favourite_of_ones_own_is_the_third_label_in_use_and_no_import_takes_it_back(tmp_path, settings):
    imported(imdb(tmp_path, *THREE), settings)
    with LabelStore(settings.label_store_url) as store:
        store.record("tt0000002", "would_watch_again", origin="command")
    before = read_before(settings)
    assert before.third_label
    again = plan_import(read_export(imdb(tmp_path, *THREE)), before, Helpers(lambda _: 7, nowhere_else))
    assert again.labels == [] and again.counts["labels that you gave otherwise, which stay"] == 1


def test_films_that_wait_are_those_of_the_newest_export(tmp_path, settings):
    carry_out(
        plan_import(
            read_export(letterboxd(tmp_path, ("Nowhere", 1990, 2))), read_before(settings), Helpers(lambda _: 7)
        ),
        settings,
    )
    (tmp_path / "ratings.csv").write_text(
        "Date,Name,Year,Letterboxd URI,Rating\n2024-06-01,Nowhere,1990,https://boxd.it/0,4\n"
    )
    before = read_before(settings)
    assert before.waiting["rating"].tolist() == [4]
    plan = plan_import(read_export(tmp_path / "ratings.csv"), before, Helpers(lambda _: 7))
    assert plan.waiting["rating"].tolist() == [8] and plan.questions.empty and not plan.looked_up
    DataFolder(settings.data).import_films.write_bytes(b"no table")
    with pytest.raises(UserError, match=r"import_films\.parquet is no longer a table of films that wait"):
        read_before(settings)
