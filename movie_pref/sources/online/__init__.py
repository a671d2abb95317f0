"""What other places know of movies: TMDB and OMDb with a key of the person's, IMDb's public files without one.

Keys are read from the environment only, and stand in no file, log, metadata or error.
"""

from movie_pref.sources.online.client import configured
from movie_pref.sources.online.filling import Filled, fill_in
from movie_pref.sources.online.tmdb import search

__all__ = ["Filled", "configured", "fill_in", "search"]
