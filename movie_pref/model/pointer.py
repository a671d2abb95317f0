"""Which model is the champion, and what is known about it: `champion.json` and the model's facts, without its boosters.

Belongs here: reading only, and nothing slow to import. Loading, promoting and going back are in
`movie_pref.model.champion`.
"""

from pathlib import Path
from typing import Any

from movie_pref.data_folder import read_json
from movie_pref.errors import UserError

POINTER = "champion.json"
FACTS = "model.json"
SECOND_QUESTION = "again"  # the folder of the second question's model within the first's


def read_pointer(model_folder: Path) -> dict[str, Any] | None:
    """What `champion.json` says, or None where nothing has been promoted yet."""
    path = model_folder / POINTER
    pointer = read_json(path)
    if pointer is not None and not (isinstance(pointer, dict) and isinstance(pointer.get("champion"), str)):
        raise UserError(f"{path} is damaged (it names no champion); delete it and run `movie-pref run` again.")
    return pointer


def champion_facts(model_folder: Path) -> dict[str, Any]:
    """What is known about the champion, without its boosters; nothing where none was promoted.

    Nothing is verified: who ranks by the model loads it as a `Champion`.

    Raises
    ------
    UserError
        The file is damaged.
    """
    pointer = read_pointer(model_folder)
    return {} if pointer is None else read_json(model_folder / pointer["champion"] / FACTS) or {}


def again_facts(model_folder: Path) -> dict[str, Any]:
    """What is known about the champion's second question; nothing where it has none.

    Raises
    ------
    UserError
        The file is damaged.
    """
    pointer = read_pointer(model_folder)
    return {} if pointer is None else read_json(model_folder / pointer["champion"] / SECOND_QUESTION / FACTS) or {}
