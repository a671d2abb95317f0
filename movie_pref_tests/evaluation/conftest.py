"""A small comparison, and the rows of one of its folds."""

import numpy as np
import pytest

from movie_pref.evaluation.comparison import compare
from movie_pref.evaluation.fold_data import fold_data
from movie_pref.library.catalogue import load_catalogue
from movie_pref.settings import load_settings
from movie_pref_tests.evaluation.comparison_samples import QUICK
from movie_pref_tests.made_once import made_once


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return load_settings(data=tmp_path_factory.mktemp("none"), policy="none", folds=3)


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="session")
def measured(tmp_path_factory, unchanging_movies):
    """Six folds, made once for all files and workers; not to be changed."""

    def make(folder):
        settings = load_settings(data=folder, policy="none", folds=3)
        return compare(unchanging_movies, settings, load_catalogue(), repeats=2, algorithms=QUICK, committee=False)

    return made_once(tmp_path_factory, "measured", make)


@pytest.fixture(scope="module")
def data(unchanging_movies, settings, catalogue):
    return fold_data(unchanging_movies, np.arange(300) % 3 == 0, settings, catalogue)
