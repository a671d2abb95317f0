"""Posters: fetched by the browser from TMDB's image host, and only after the person has said yes on the page."""

import re

from movie_pref.settings import Settings
from movie_pref.settings_file import remember

HOST = "https://image.tmdb.org"
WIDTH = 342  # pixels, one of the widths that TMDB serves
PATH = re.compile(r"(?:https?://image\.tmdb\.org/t/p/\w+)?(/[A-Za-z0-9_-]+\.(?:jpg|jpeg|png|webp))")


class Posters:
    """Whether posters are shown, which is off until the person switches it on; the data folder's settings remember it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.on = settings.posters

    def switch(self, on: bool) -> None:
        """Show posters from now on, or no longer.

        Raises
        ------
        UserError
            It cannot be remembered; nothing has changed then.
        """
        remember(self._settings.data, posters=on)
        self.on = on

    def address(self, poster_path: str) -> str:
        """Where a poster is fetched from; empty where that is switched off, or the path is none of TMDB's."""
        found = PATH.fullmatch(poster_path)
        return f"{HOST}/t/p/w{WIDTH}{found[1]}" if self.on and found else ""

    def hosts(self) -> tuple[str, ...]:
        """The hosts beside the page's own that the browser may load pictures from."""
        return (HOST,) if self.on else ()
