"""The one rule for an imdb_id."""

from movie_pref.errors import UserError


def check_imdb_id(imdb_id: str) -> None:
    """Refuse what is no identifier.

    Raises
    ------
    UserError
        It is not tt and 7 or 8 digits.
    """
    if not (imdb_id.startswith("tt") and imdb_id[2:].isascii() and imdb_id[2:].isdigit() and len(imdb_id) in (9, 10)):
        raise UserError(f"An imdb_id is tt and 7 or 8 digits, as in tt0111161, and {imdb_id!r} was given.")
