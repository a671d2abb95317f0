"""A search that nothing disturbed, and what was really computed."""

import pytest

from movie_pref.search import fitter
from movie_pref_tests.search.problem import search


@pytest.fixture(scope="module")
def undisturbed():
    return search()


@pytest.fixture
def fitted(monkeypatch):
    """The fits that were really computed, as they are computed."""
    done = []

    def counting(problem, number, shard):
        done.extend((fit.booster, fit.fold) for fit in shard)
        return original(problem, number, shard)

    original = fitter.fit_shard
    monkeypatch.setattr(fitter, "fit_shard", counting)
    return done
