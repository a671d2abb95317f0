"""Fits in threads, processes and on a cluster: the same table."""

import itertools
import os
import signal

import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref_tests.search.problem import BOOSTERS, FOLDS, same, search


@pytest.mark.parametrize("strategy", ["race", "exhaustive", "sample"])
def test_one_or_two_threads_and_a_checkpoint_give_the_same_table(strategy, tmp_path):
    plain = search(strategy, budget=45)

    same(plain, search(strategy, budget=45, n_jobs=2))
    same(plain, search(strategy, budget=45, n_jobs=2, checkpoint=tmp_path))
    pd.testing.assert_frame_equal(
        search(strategy, budget=45, checkpoint=tmp_path), search(strategy, budget=45, checkpoint=tmp_path)
    )


def test_threads_may_come_and_go(undisturbed):
    free = itertools.cycle([1, 2, 0])
    same(undisturbed, search(n_jobs=lambda: next(free)))


def test_a_dask_cluster_gives_the_same_table_even_when_a_worker_is_killed(undisturbed):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        same(undisturbed, search(scheduler=cluster.scheduler_address))
        victim = next(iter(cluster.workers.values())).pid
        seen = []

        def kill_in_the_middle(step):
            if len(seen) == 3:
                os.kill(victim, signal.SIGKILL)
            seen.append(step.done)

        same(undisturbed, search(scheduler=cluster.scheduler_address, progress=kill_in_the_middle))
        assert len(seen) > 4 and seen[-1] == BOOSTERS * FOLDS


def test_a_scheduler_that_is_not_there_gets_one_sentence():
    pytest.importorskip("distributed")
    with pytest.raises(UserError, match=r"No Dask scheduler answers at not an address .*start one with"):
        search(scheduler="not an address")
