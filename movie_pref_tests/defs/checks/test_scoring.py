"""The checks of the ranking: each is seen to fail, and those that block pass on what a run leaves."""

import numpy as np
import pytest

from movie_pref.data_folder import DataFolder
from movie_pref.defs.checks import scoring as checks
from movie_pref.labels.store import LabelStore
from movie_pref.library.catalogue import load_catalogue
from movie_pref.model.operating_point import Limits
from movie_pref.ranking.first_ranking import FIRST_GUESS, first_model
from movie_pref_tests.defs.checks.wrong_input import WARN, State, Wrong, blocking, checked
from movie_pref_tests.defs.small_run import CANDIDATES, WAITING


def _decide_on_the_queue(state: State) -> None:
    with LabelStore(state.settings.label_store_url) as store:
        store.record(state.frames["review_queue"]["imdb_id"].iloc[0], "would_watch")


def _change_your_mind(state: State) -> None:
    rows = state.frames["01_training"]
    liked = rows.loc[(rows["label"] == "would_watch") & (rows["media_type"] == "movie"), "imdb_id"].iloc[0]
    with LabelStore(state.settings.label_store_url) as store:
        store.record(liked, "would_not_watch")


def _rank_by_a_first_guess(state: State) -> None:
    model = first_model(state.frames["candidates"], np.array([], dtype=int), load_catalogue(), Limits(0.35, 0.15, 0.98))
    model.save(DataFolder(state.settings.data).first_guess)
    state.change("scored_candidates", model_version=f"{FIRST_GUESS} {model.version}")


WRONG_INPUT = {
    "a first guess that ranks": Wrong(
        ("scored_candidates", "ranking_is_by_a_trained_model"), _rank_by_a_first_guess, WARN
    ),
    "a candidate not scored": Wrong(
        ("scored_candidates", "every_candidate_scored"), lambda state: state.drop_row("scored_candidates")
    ),
    "a candidate scored twice": Wrong(
        ("scored_candidates", "every_candidate_scored"), lambda state: state.repeat_row("scored_candidates")
    ),
    "one probability for all": Wrong(
        ("scored_candidates", "probabilities_are_usable"),
        lambda state: state.change("scored_candidates", probability=0.2),
    ),
    "a probability above 1": Wrong(
        ("scored_candidates", "probabilities_are_usable"),
        lambda state: state.change("scored_candidates", probability=np.linspace(0, 1.1, CANDIDATES + WAITING)),
    ),
    "a null probability": Wrong(
        ("scored_candidates", "probabilities_are_usable"),
        lambda state: state.change(
            "scored_candidates",
            probability=state.frames["scored_candidates"]["probability"].where(lambda x: x.index > 0),
        ),
    ),
    "a movie in the queue that was decided": Wrong(
        ("review_queue", "nothing_decided_is_asked_again"), _decide_on_the_queue
    ),
    "a request of a movie that nobody decided on": Wrong(
        ("removal_requests", "requests_are_what_labels_and_rankings_say"),
        lambda state: state.frames.update(removal_requests=state.frames["scored_candidates"].head(1)),
    ),
    "a liked movie that is not to be watched now and not requested": Wrong(
        ("removal_requests", "requests_are_what_labels_and_rankings_say"), _change_your_mind
    ),
    "every candidate flagged": Wrong(
        ("scored_candidates", "flagged_share_of_candidates"),
        lambda state: state.change("scored_candidates", prediction=1),
        WARN,
    ),
}


@pytest.mark.parametrize("what", WRONG_INPUT)
def test_check_fails_on_wrong_input(what: str, state: State) -> None:
    state.fails_on(WRONG_INPUT[what])


@pytest.mark.parametrize("key", blocking(checks), ids=".".join)
def test_blocking_check_passes_on_what_a_run_leaves(key: tuple[str, str], state: State) -> None:
    assert state.judge(key).passed


def test_every_check_is_seen_to_fail() -> None:
    assert {wrong.check for wrong in WRONG_INPUT.values()} == checked(checks)
