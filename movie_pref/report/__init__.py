"""What a person reads after a run: one movie explained, and the page about everything. Imports no dagster.

Belongs here: reading the files of the data folder, putting them into words, and the page's template. Numbers are computed
in `movie_pref.evaluation` and `movie_pref.ranking`.
"""
