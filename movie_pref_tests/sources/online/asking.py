"""Movies to fill in from the sites."""

import pandas as pd

from movie_pref.sources.online import fill_in


def rows(*numbers: int, **columns: object) -> pd.DataFrame:
    ids = [f"tt{1_000_000 + number}" for number in numbers]
    frame = pd.DataFrame({"imdb_id": ids, "media_type": "movie", "media_title": ids, "release_year": 2001})
    return frame.assign(label="would_watch", **columns)


def filled(frame: pd.DataFrame, tmp_path, **kwargs):
    return fill_in([frame], tmp_path / "cache.sqlite", 2000, lambda text: None, **kwargs)
