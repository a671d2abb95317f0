"""Answers of a person in the catalogue."""

from movie_pref.library.catalogue import Entry, load_catalogue, neutral


def with_answers(**answers):
    catalogue = neutral(load_catalogue())
    return {**catalogue, **{name: Entry(**{**catalogue[name].model_dump(), **more}) for name, more in answers.items()}}
