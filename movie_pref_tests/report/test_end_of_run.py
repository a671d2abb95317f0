"""What a run ends with: at most five lines, the most important first, errors always, and none by a check's sentence."""

import dataclasses

import pandas as pd
import pytest

from movie_pref.definitions import build_defs
from movie_pref.report.end_of_run import ADVICE, COVERED_BY, MOST, FailedCheck, RunSummary, read_summary, worth_a_look
from movie_pref.report.page import render
from movie_pref_tests.report.reading import Page

NUMBERS = {"value": 0.4, "threshold": 0.15, "feature": "imdb_votes"}
CALM = RunSummary(pd.DataFrame(), 0, {"decision": "promoted"}, [], 0, [])


def failed(
    name: str, severity: str = "WARN", says: str = "zebra", blocking: bool = False, **found: object
) -> FailedCheck:
    return FailedCheck("an_asset", name, says, severity, blocking, found or NUMBERS)


def words(checks: list[FailedCheck], summary: RunSummary | None = CALM) -> list[str]:
    return [line.says for line in worth_a_look(checks, summary)[0]]


def test_nothing_that_failed_is_nothing_to_look_at():
    assert worth_a_look([], CALM) == ([], 0)


def test_at_most_five_lines_the_most_important_first_and_the_rest_is_counted():
    names = [name for name in ADVICE if name not in COVERED_BY["flagged_share_of_candidates"]]
    summary = dataclasses.replace(CALM, provisional=["recall is low"], doubted=40, absent=["rt_score"])
    lines, more = worth_a_look([failed(name) for name in reversed(names)], summary)
    assert len(lines) == MOST and more == len(names) - 1 + 3 - MOST  # a challenger's check is told by the pointer
    assert [line.says.split()[0] for line in lines] == ["This", "0.4", "The", "40%", "40%"]
    assert "provisional: recall is low" in lines[0].says and "rejected_rows.parquet" in lines[1].says
    assert "rt score" in lines[2].says and "from the top" in lines[3].says


def test_favourites_that_are_too_few_to_learn_from_are_told():
    (said,) = words([], dataclasses.replace(CALM, second_learnt=False, second_says="5 of 90 liked movies are some"))
    assert said.startswith("Your favourites do not count in the order yet: 5 of 90 liked movies are some.")
    assert words([], dataclasses.replace(CALM, second_learnt=True)) == []


def test_errors_come_first_and_are_never_cut_off():
    errors = [failed(f"broken_{number}", "ERROR", f"sentence {number}", number == 0) for number in range(7)]
    lines, more = worth_a_look([failed("no_row_rejected"), *errors], dataclasses.replace(CALM, doubted=3))
    assert [line.error for line in lines] == [True] * 7 and more == 2
    assert lines[0].says == "an_asset / broken_0, which stopped the run: sentence 0"
    assert "stopped" not in lines[1].says


def test_what_is_the_same_thing_twice_is_told_once():
    assert len(words([failed("candidates_resemble_the_library"), failed("flagged_share_of_candidates")])) == 1
    (alone,) = words([failed("candidates_resemble_the_library")])
    assert "imdb_votes" in alone and "from the top" in alone


def test_thresholds_of_the_selection_are_left_to_the_ui():
    assert words([failed("cramers_v_with_target"), failed("nulls_are_none_or_meaningful")]) == []


def test_a_refused_model_is_told_with_what_came_of_it():
    pointer = {"decision": "kept", "because": "it is worse", "champion": "abc", "promoted_at": "2026-01-02T03:04:05"}
    check = failed("challenger_took_the_place_of_the_champion")
    (line,) = words([check], dataclasses.replace(CALM, pointer=pointer))
    assert "refused: it is worse." in line and "abc, promoted 2026-01-02;" in line
    assert words([check], None) == ["The new model was refused: zebra."]


def test_a_check_that_is_not_known_is_told_in_its_own_words_and_last():
    assert (
        words([failed("something_new"), failed("guard_withheld_nothing", value=3)])[1]
        == "an_asset / something_new: zebra"
    )


@pytest.mark.parametrize("name", ADVICE)
def test_no_line_but_a_refusal_hangs_on_a_sentence_and_each_check_is_one_of_ours(name):
    ours = {key.name for check in build_defs().asset_checks or [] for key in check.check_keys}
    assert name in ours
    first, second = (words([failed(name, says=says)], CALM) for says in ("zebra", "withheld, pinned"))
    assert first == second


def test_the_summary_is_read_from_the_files(write_folder, candidates):
    settings = write_folder(candidates)
    ranking = pd.read_parquet(settings.data / "scored_candidates.parquet")
    found = read_summary(settings)
    assert found.ranked == len(ranking) and found.best["rank"].tolist() == list(range(1, 11))
    assert found.pointer["decision"] == "first" and found.provisional == [] and found.doubted == 0


def test_a_provisional_champion_and_an_absent_column_are_in_the_summary(write_folder, candidates):
    settings = write_folder(candidates, provisional=["recall is low"])
    path = settings.data / "assets" / "movies_only.parquet"
    pd.read_parquet(path).drop(columns="rt_score").to_parquet(path, index=False)
    found = read_summary(settings)
    assert found.provisional == ["recall is low"] and "rt_score" in found.absent


def test_what_is_on_the_watchlist_is_marked_in_the_ranking_and_on_the_page(write_folder, candidates):
    settings = write_folder(candidates)
    assert not read_summary(settings).best["wished"].any() and read_summary(settings).wishes.empty
    second = read_summary(settings).best["imdb_id"].iloc[1]
    path = settings.data / "assets" / "candidates.parquet"
    rows = pd.read_parquet(path)
    rows.assign(wished=[True if one == second else None for one in rows["imdb_id"]]).to_parquet(path, index=False)
    assert read_summary(settings).best["wished"].tolist() == [False, True, *[False] * 8]
    assert read_summary(settings).wishes[["imdb_id", "rank"]].to_numpy().tolist() == [[second, 2]]
    assert Page(render(settings)).words.count("on your watchlist") == 1


def test_a_first_guess_says_so_before_anything_else_and_nothing_of_models_that_stood() -> None:
    guessed = FailedCheck(
        "scored_candidates",
        "ranking_is_by_a_trained_model",
        "a first guess from 3 labels",
        "WARN",
        False,
        {"threshold": 8},
    )
    rejected = FailedCheck("raw_training", "no_row_rejected", "2 rows", "WARN", False, {"value": 2})
    summary = RunSummary(
        pd.DataFrame(),
        5,
        {"decision": "kept", "because": "it is worse"},
        ["recall"],
        3,
        [],
        first_guess="a first guess from 3 labels",
    )
    lines, more = worth_a_look([rejected, guessed], summary)
    assert lines[0].says == (
        "This ranking is no trained model's: a first guess from 3 labels. 8 labels of each kind give a trained one: movie-pref review."
    )
    assert len(lines) == 2 and more == 0
