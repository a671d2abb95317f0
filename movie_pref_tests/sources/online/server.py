"""A server that speaks the paths and shapes of TMDB, OMDb and IMDb's data files, with faults to order.

By hand: python movie_pref_tests/sources/online/server.py 8765 ratings.csv
"""

import csv
import gzip
import json
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

TMDB_KEY, OMDB_KEY = "0123456789abcdef0123456789abcdef", "a1b2c3d4"

BOMB = gzip.compress(bytes(10_000_000)) * 20  # 0.2 MB, which become 200


class Movies:
    """What the sites know: movies by imdb_id, each with `tmdb_id`, `title`, `year`, `votes`."""

    def __init__(self, movies: list[dict[str, Any]]) -> None:
        self.by_imdb = {one["imdb_id"]: one for one in movies}
        self.by_tmdb = {one["tmdb_id"]: one for one in movies}

    def short(self, movie: dict[str, Any]) -> dict[str, Any]:
        return {
            "adult": False,
            "id": movie["tmdb_id"],
            "title": movie["title"],
            "original_title": movie.get("original", movie["title"]),
            "overview": f"What {movie['title']} is about.",
            "release_date": f"{movie['year']}-05-01",
            "genre_ids": [18],
            "vote_average": 6.5,
            "vote_count": movie.get("votes", 100),
        }

    def long(self, movie: dict[str, Any]) -> dict[str, Any]:
        return {
            **self.short(movie),
            "imdb_id": movie["imdb_id"],
            "budget": 1_000_000,
            "revenue": 0,
            "runtime": 101,
            "status": "Released",
            "tagline": "",
            "poster_path": f"/poster{movie['tmdb_id']}.jpg",
            "original_language": "en",
            "origin_country": ["US"],
            "genres": [{"id": 18, "name": "Drama"}],
            "production_companies": [{"id": 1, "name": "A company", "logo_path": None, "origin_country": "US"}],
            "production_countries": [{"iso_3166_1": "US", "name": "United States of America"}],
            "spoken_languages": [{"iso_639_1": "en", "english_name": "English", "name": "English"}],
        }


class Sites(ThreadingHTTPServer):
    """The sites on one port of loopback. `asked` counts the questions by path and query, without keys."""

    daemon_threads = True

    def __init__(self, movies: list[dict[str, Any]], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.movies, self.asked, self.times = Movies(movies), Counter[str](), list[tuple[str, float]]()
        self.faults: dict[str, list[str]] = {}  # by what the question contains, in order: 429, 500, hang, garbage ...
        self.omdb_limit = 10**9
        self.elsewhere = ""  # the address that a fault of this name sends on to
        self.lock, self.delay = threading.Lock(), 0.0
        self.address = f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to ask these sites in the place of the real ones."""
        return {
            "TMDB_API_KEY": TMDB_KEY,
            "OMDB_API_KEY": OMDB_KEY,
            "TMDB_URL": f"{self.address}/3",
            "OMDB_URL": f"{self.address}/omdb",
            "IMDB_DATA_URL": f"{self.address}/imdb",
            "MOVIE_PREF_QUESTIONS_PER_SECOND": "2000",
        }


class _Handler(BaseHTTPRequestHandler):
    server: Sites
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        public = {name: value for name, value in query.items() if name not in ("api_key", "apikey")}
        question = parts.path + "?" + "&".join(f"{name}={public[name]}" for name in sorted(public))
        with self.server.lock:
            self.server.asked[question] += 1
            self.server.times.append((question, time.monotonic()))
            fault = next(
                (faults.pop(0) for part, faults in self.server.faults.items() if part in question and faults), ""
            )
        time.sleep(self.server.delay)
        if fault == "hang":
            time.sleep(3)
            self.close_connection = True
        elif fault == "429":
            self._say(
                429,
                {"status_code": 25, "status_message": "Your request count is over the limit."},
                {"Retry-After": "1"},
            )
        elif fault == "elsewhere":
            self._say(302, {}, {"Location": f"{self.server.elsewhere}{self.path}"})
        elif fault == "500":
            self._say(500, {"status_code": 11, "status_message": "Internal error."})
        elif fault == "garbage":
            self._say(200, b"<html>a proxy's page</html>")
        elif fault == "bomb":
            self._say(200, BOMB, {"Content-Encoding": "gzip"})
        elif fault == "odd":
            self._say(200, {"movie_results": [{"name": "no id"}]})
        elif parts.path.startswith("/3/"):
            self._tmdb(parts.path[2:], query)
        elif parts.path.startswith("/omdb"):
            self._omdb(query)
        else:
            self._imdb(parts.path.rsplit("/", 1)[-1])

    def _tmdb(self, path: str, query: dict[str, str]) -> None:
        movies, bearer = self.server.movies, self.headers.get("Authorization", "")
        if query.get("api_key") != TMDB_KEY and bearer != "Bearer eyJ.token":
            return self._say(
                401,
                {
                    "status_code": 7,
                    "status_message": "Invalid API key: You must be granted a valid key.",
                    "success": False,
                },
            )
        if path.startswith("/find/"):
            assert query["external_source"] == "imdb_id"
            movie = movies.by_imdb.get(path.removeprefix("/find/"))
            empty: dict[str, list[Any]] = {
                name: [] for name in ("person_results", "tv_results", "tv_episode_results", "tv_season_results")
            }
            return self._say(200, {"movie_results": [movies.short(movie)] if movie else [], **empty})
        if path == "/search/movie":
            hits = [
                movies.short(one)
                for one in movies.by_imdb.values()
                if query["query"].casefold() in one["title"].casefold()
                and query.get("year") in (None, str(one["year"]))
            ]
            return self._say(200, {"page": 1, "results": hits, "total_pages": 1, "total_results": len(hits)})
        if path == "/discover/movie":
            assert query["sort_by"] == "vote_count.desc"
            ranked = sorted(movies.by_imdb.values(), key=lambda one: -one.get("votes", 100))
            page = int(query["page"])
            return self._say(
                200, {"page": page, "results": [movies.short(one) for one in ranked[20 * page - 20 : 20 * page]]}
            )
        found = movies.by_tmdb.get(int(path.removeprefix("/movie/")))
        if found is None:
            return self._say(
                404,
                {
                    "success": False,
                    "status_code": 34,
                    "status_message": "The resource you requested could not be found.",
                },
            )
        return self._say(200, movies.long(found))

    def _omdb(self, query: dict[str, str]) -> None:
        if query.get("apikey") != OMDB_KEY:
            return self._say(401, {"Response": "False", "Error": "Invalid API key!"})
        with self.server.lock:
            self.server.omdb_limit -= 1
        if self.server.omdb_limit < 0:
            return self._say(401, {"Response": "False", "Error": "Request limit reached!"})
        movie = self.server.movies.by_imdb.get(query["i"])
        if movie is None:
            return self._say(
                200,
                {"Response": "False", "Error": "Error getting data."}
                if query["i"].endswith("13")
                else {"Response": "False", "Error": "Incorrect IMDb ID."},
            )
        return self._say(
            200,
            {
                "Title": movie["title"],
                "Year": str(movie["year"]),
                "Runtime": "142 min",
                "Genre": "Drama, Sci-Fi",
                "Plot": "N/A",
                "Ratings": [
                    {"Source": "Internet Movie Database", "Value": "7.3/10"},
                    {"Source": "Rotten Tomatoes", "Value": "91%"},
                ],
                "Metascore": "N/A",
                "imdbRating": "7.3",
                "imdbVotes": "2,912,345",
                "imdbID": movie["imdb_id"],
                "Type": "movie",
                "Response": "True",
            },
        )

    def _imdb(self, name: str) -> None:
        self._say(200, imdb_file(name, list(self.server.movies.by_imdb.values())))

    def _say(self, status: int, content: dict[str, Any] | bytes, headers: dict[str, str] | None = None) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for header, value in (headers or {}).items():
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None: ...


def imdb_file(name: str, movies: list[dict[str, Any]]) -> bytes:
    """One of IMDb's data files, as gzip."""
    if "ratings" in name:
        rows = [("tconst", "averageRating", "numVotes")]
        rows += [(one["imdb_id"], "6.7", str(one.get("votes", 100))) for one in movies]
    else:
        rows = [
            (
                "tconst",
                "titleType",
                "primaryTitle",
                "originalTitle",
                "isAdult",
                "startYear",
                "endYear",
                "runtimeMinutes",
                "genres",
            )
        ]  # type: ignore[list-item]
        rows += [
            (
                one["imdb_id"],
                one.get("type", "movie"),
                one["title"],
                one.get("original", one["title"]),
                "0",
                str(one["year"]),
                "\\N",
                "95",
                "Drama,Sci-Fi",
            )  # type: ignore[misc]
            for one in movies
        ]
    return gzip.compress("".join("\t".join(row) + "\n" for row in rows).encode())


if __name__ == "__main__":
    with Path(sys.argv[2]).open(encoding="utf-8") as given:
        known = [
            {
                "imdb_id": row["Const"],
                "tmdb_id": 100 + number,
                "title": row["Title"],
                "year": int(row["Year"]),
                "votes": int(row["Num Votes"]),
            }
            for number, row in enumerate(csv.DictReader(given))
        ]
    more = [
        {
            "imdb_id": f"tt{5_000_000 + number}",
            "tmdb_id": 50_000 + number,
            "title": f"Unseen {number}",
            "year": 1960 + number % 60,
            "votes": 10 * number,
        }
        for number in range(5000)
    ]
    serving = Sites(known + more, int(sys.argv[1]))
    print(" ".join(f"{name}={value}" for name, value in serving.environment.items()), flush=True)
    serving.serve_forever()
