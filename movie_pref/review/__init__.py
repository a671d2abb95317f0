"""The review page, `movie-pref review`: labelling in the browser, one movie at a time or as a list. Imports no dagster.

Belongs here: what the page shows and does (`session`, `movies`, `training_changes`, `watcher`), its addresses (`app`), who may talk to it
(`guard`), and starting it (`server`). What is computed is in `movie_pref.ranking`, what is kept in `movie_pref.labels`.
"""
