"""How well an export of names and years finds its films in IMDb's files: rightly, wrongly, asked; seconds and memory.

    python benchmarks/matching.py                    1,000 films against 400,000 titles
    python benchmarks/matching.py --write FOLDER     keeps the export (letterboxd.zip) and IMDb's files (in imdb/) there

Both sides are generated, the same each time, and hold what makes names hard: homonyms of one year, remakes, names in
another language, articles moved behind, punctuation, numbers written otherwise, years off by one, names that IMDb's two
files do not have at all. What is watched is drawn by votes, as people watch. The matching runs in a process of its own,
so that its peak memory is its own.
"""

import argparse
import csv
import gzip
import io
import multiprocessing
import resource
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

from movie_pref.settings import load_settings
from movie_pref.sources.importers import read_export
from movie_pref.sources.importers.plan import Helpers, plan_import, read_before
from movie_pref.sources.online import imdb_files

TITLES, FILMS, SEED = 400_000, 1_000, 20
WRONG_LIMIT, ASKED_LIMIT, MEMORY_LIMIT = 0.005, 0.05, 1.0
TYPES = {"movie": 0.45, "short": 0.25, "tvSeries": 0.1, "tvMovie": 0.08, "video": 0.08, "tvSpecial": 0.04}
GENRES = ("Drama", "Comedy", "Thriller", "Horror", "Action", "Romance", "Sci-Fi", "Documentary", "Biography", "Film-Noir",
    "Musical", "Sport")  # fmt: skip
HEADS = ("Night", "River", "Winter", "House", "Shadow", "Garden", "Stranger", "City", "Summer", "Letter", "Mirror",
    "Train", "Island", "Daughter", "King", "Secret", "Road", "Fire", "Dream", "Silence", "Hunter", "Café", "Star",
    "Witness")  # fmt: skip
TAILS = (
    "the North",
    "Glass",
    "Our Fathers",
    "No Return",
    "Paris",
    "the Lost",
    "Salt & Iron",
    "Yesterday",
    "a Thousand Doors",
    "the Damned",
    "Berlin",
    "My Mother's House",
    "the Sea",
    "Stone",
    "the Wolves",
    "Nothing at All",
    "Señor Ruiz",
)
LEADS = ("Last", "Red", "Broken", "Long", "Hidden", "White", "Second", "Burning", "Quiet", "Dead", "Wild", "Golden",
    "Lost", "Blue", "Slow", "Bitter", "Paper", "Northern", "Invisible", "Perfect", "Crooked", "Silver", "Endless",
    "Borrowed", "Forgotten")  # fmt: skip
NAMES = (
    "Anna",
    "Marlow",
    "Ivan",
    "Delia",
    "Okoro",
    "Zoë",
    "O'Hara",
    "Tomás",
    "Lin",
    "Hélène",
    "Spider-Kid",
    "Kaya",
    "Jack",
)
ABROAD = str.maketrans({"a": "á", "e": "je", "o": "ø", "u": "ü", "i": "ij", "s": "sz", "t": "th"})
SPELLINGS = (
    (" & ", " and "),
    ("-", " "),
    (": ", " - "),
    ("'", "’"),
    ("ë", "e"),
    (" III", " 3"),
    (" IV", " 4"),
    ("The ", ""),
    ("é", "e"),
)
NUMBERS = ("II", "III", "IV", "V")


def imdb_titles(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """Titles as IMDb's files have them, in their columns."""

    def pick(words: tuple[str, ...]) -> np.ndarray:
        return np.array(words, dtype=object)[rng.integers(0, len(words), count)]

    number = rng.integers(1, 3000, count).astype(str).astype(object)
    forms = [
        "The " + pick(LEADS) + " " + pick(HEADS) + " of " + pick(NAMES) + " and " + pick(TAILS),
        pick(NAMES) + " and the " + pick(HEADS) + ": " + pick(LEADS) + " " + pick(HEADS),
        pick(HEADS) + " in " + pick(TAILS) + " " + number,
        "A " + pick(LEADS) + " " + pick(HEADS) + " for " + pick(NAMES) + ", " + pick(NAMES) + " & " + pick(NAMES),
        pick(LEADS) + " " + pick(HEADS),
        pick(NAMES) + " " + pick(NUMBERS),
    ]
    kind = rng.choice(len(forms), count, p=[0.25, 0.29, 0.2, 0.25, 0.008, 0.002])
    title = np.choose(kind, forms)
    abroad = rng.random(count) < 0.25
    original = np.where(abroad, [f"{one.translate(ABROAD)}" for one in title], title)
    types = rng.choice(list(TYPES), count, p=list(TYPES.values()))
    votes = np.round(rng.lognormal(4, 2.4, count) / np.where(types == "short", 8, 1)).astype(int)
    return pd.DataFrame(
        {
            "tconst": [f"tt{number:07d}" for number in 100_000 + rng.permutation(count)],
            "titleType": types,
            "primaryTitle": title,
            "originalTitle": original,
            "isAdult": "0",
            "startYear": np.clip(np.round(2024 - rng.exponential(22, count)), 1910, 2024).astype(int),
            "endYear": "\\N",
            "runtimeMinutes": rng.integers(60, 180, count),
            "genres": [
                ",".join(GENRES[place] for place in sorted(set(pair)))
                for pair in rng.integers(0, len(GENRES), (count, 2))
            ],
            "averageRating": np.round(np.clip(rng.normal(6.4, 1.1, count), 1, 10), 1),
            "numVotes": np.where(votes < 5, 0, np.minimum(votes, 2_500_000)),
        }
    )


def watched(rng: np.random.Generator, titles: pd.DataFrame, count: int) -> pd.DataFrame:
    """What a person saw, most of it well known; with the name and year that Letterboxd has, and what was changed in it."""
    films = titles[titles["titleType"].isin(("movie", "tvMovie", "video", "short")) & (titles["numVotes"] >= 30)]
    films = films[(films["titleType"] != "short") | (rng.random(len(films)) < 0.1)]
    weight = films["numVotes"].to_numpy() ** 0.7
    seen = films.iloc[rng.choice(len(films), count, replace=False, p=weight / weight.sum())].reset_index(drop=True)
    changes = [_changed(rng, one) for one in seen.itertuples()]
    names, years, what = (list(column) for column in zip(*changes, strict=True))
    liking = (
        seen["averageRating"]
        + 1.5 * seen["genres"].str.contains("Drama|Sci-Fi")
        - 1.2 * seen["genres"].str.contains("Horror|Sport")
    )
    order = (liking + rng.normal(0, 0.6, count)).rank(pct=True)
    stars = np.clip(np.ceil(order.to_numpy() * 10) / 2, 0.5, 5)
    return seen.assign(
        name=names,
        year=years,
        change=what,
        stars=stars,
        uri=[f"https://boxd.it/{number:x}" for number in 40_000 + rng.permutation(count)],
    )


def _changed(rng: np.random.Generator, film: tuple) -> tuple[str, int, str]:
    """Name and year of a film on the other site, and what is otherwise there."""
    name, year, chance = film.primaryTitle, film.startYear, rng.random()  # type: ignore[attr-defined]
    if chance < 0.05:
        return name, year + int(rng.choice([-1, 1])), "year"
    if chance < 0.065:
        return f"{name.split(' ')[0]} {rng.integers(10**6)}", year, "another name"
    if chance < 0.10 and film.originalTitle != name:  # type: ignore[attr-defined]
        return film.originalTitle, year, "original"  # type: ignore[attr-defined]
    if chance < 0.13 and name.startswith(("The ", "A ")):
        article, rest = name.split(" ", 1)
        return f"{rest}, {article}", year, "article"
    spellings = [one for one in SPELLINGS if one[0] in name] if chance < 0.28 else []
    if spellings:
        old, new = spellings[rng.integers(len(spellings))]
        return name.replace(old, new, 1), year, "spelling"
    return name, year, ""


def with_namesakes(rng: np.random.Generator, titles: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """The titles, and for one in eight films that were seen a hardly known one of its name and year, a remake, or a rival."""
    twins = seen.sample(frac=0.125, random_state=3)[titles.columns].reset_index(drop=True)
    kind = rng.choice(["hardly known", "remake", "rival"], len(twins), p=[0.6, 0.3, 0.1])
    apart = np.where(kind == "remake", rng.integers(5, 40, len(twins)), rng.integers(-1, 2, len(twins)))
    few = np.minimum(rng.integers(0, 60, len(twins)), twins["numVotes"] // 20)
    half = (twins["numVotes"] * rng.uniform(0.02, 0.5, len(twins))).astype(int)
    twins = twins.assign(
        tconst=[f"tt{number:07d}" for number in range(9_000_000, 9_000_000 + len(twins))],
        startYear=np.clip(twins["startYear"] + apart, 1900, 2025),
        numVotes=np.where(kind == "hardly known", few, half),
    )
    return pd.concat([titles, twins], ignore_index=True)


def write_imdb(folder: Path, titles: pd.DataFrame) -> None:
    """The two files of IMDb's."""
    folder.mkdir(parents=True, exist_ok=True)
    rated = titles[titles["numVotes"] > 0]
    for name, frame in ((imdb_files.TITLES, titles), (imdb_files.RATINGS, rated)):
        columns = (
            [*imdb_files.COLUMNS[name][:6], "endYear", *imdb_files.COLUMNS[name][6:]]
            if name == imdb_files.TITLES
            else imdb_files.COLUMNS[name]
        )
        with gzip.GzipFile(folder / name, "wb", compresslevel=1, mtime=0) as file:
            frame[columns].to_csv(file, sep="\t", index=False, quoting=csv.QUOTE_NONE)


def write_export(path: Path, seen: pd.DataFrame) -> None:
    """Letterboxd's zip: stars in two files, plays twice, films without stars, a watchlist, and what is of no use here."""
    rows = [
        ("2024-03-01", one.name, one.year, one.uri, f"{one.stars:g}")
        for one in seen.assign(name=seen["name"])[["name", "year", "uri", "stars"]].itertuples(index=False)
    ]
    last = len(rows) - 60
    diary = [
        (date, name, year, f"https://boxd.it/d{place}", stars, "Yes" if place % 5 == 0 else "", "cinema, friends", date)
        for place, (date, name, year, _, stars) in enumerate(rows[:200])
    ]
    members = {
        "ratings.csv": [("Date", "Name", "Year", "Letterboxd URI", "Rating"), *rows[:last]],
        "diary.csv": [("Date", "Name", "Year", "Letterboxd URI", "Rating", "Rewatch", "Tags", "Watched Date"), *diary],
        "watched.csv": [("Date", "Name", "Year", "Letterboxd URI"), *(row[:4] for row in rows[:last])],
        "watchlist.csv": [("Date", "Name", "Year", "Letterboxd URI"), *(row[:4] for row in rows[last:])],
        "likes/films.csv": [
            ("Date", "Name", "Year", "Letterboxd URI"),
            *(row[:4] for row in rows[:last] if float(row[4]) >= 4.5),
        ],
        "comments.csv": [("Date", "Content", "Comment")],
        "deleted/diary.csv": [("Date", "Name", "Year", "Letterboxd URI", "Rating", "Rewatch", "Tags", "Watched Date")],
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in members.items():
            text = io.StringIO(newline="")
            csv.writer(text, lineterminator="\r\n").writerows(lines)
            archive.writestr(zipfile.ZipInfo(name, (2024, 3, 1, 0, 0, 0)), text.getvalue())


def matched(export: Path, folder: Path, data: Path, results: "multiprocessing.Queue") -> None:
    """Read the export, find its films and fill in what IMDb's files know; in a process of its own."""
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    settings = load_settings(data=data)
    helpers = Helpers(
        lambda ratings: 9.0, lambda wanted, ids: imdb_files.search(wanted, ids, folder, lambda text: None)
    )
    plan = plan_import(read_export(export), read_before(settings), helpers)
    seconds = time.perf_counter() - started
    found = plan.matches.matched[["uri", "imdb_id", "how"]]
    results.put(
        (found, len(plan.waiting), seconds, before / 2**20, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
    )


def _shared(titles: pd.DataFrame) -> float:
    """The share of titles that have a namesake in their year or one beside it."""
    films = titles[titles["titleType"] != "tvSeries"].sort_values(["primaryTitle", "startYear"])
    near = (films["primaryTitle"].eq(films["primaryTitle"].shift())) & (films["startYear"].diff() <= 1)
    return float((near | near.shift(-1, fill_value=False)).mean())


def report(seen: pd.DataFrame, found: pd.DataFrame, asked: int, seconds: float, memory: float) -> bool:
    """Print what became of the films; whether all of it is within the limits."""
    joined = seen.merge(found, on="uri", how="left")
    wrong = joined["imdb_id"].notna() & (joined["imdb_id"] != joined["tconst"])
    right = joined["imdb_id"] == joined["tconst"]
    print(
        f"{len(seen):,} films: {right.mean():.1%} rightly, {wrong.mean():.2%} wrongly (limit {WRONG_LIMIT:.1%}), {asked / len(seen):.1%} asked (limit {ASKED_LIMIT:.0%}); {seconds:.1f} s, {memory:.2f} GiB at most (limit {MEMORY_LIMIT:g})"
    )
    table = pd.DataFrame(
        {
            "change": joined["change"].replace("", "none"),
            "films": 1,
            "right": right,
            "wrong": wrong,
            "asked": joined["imdb_id"].isna(),
        }
    )
    print(table.groupby("change").sum().sort_values("films", ascending=False).to_string())
    print("found by " + ", ".join(f"{how} {count:,}" for how, count in found["how"].value_counts().items()))
    return wrong.mean() < WRONG_LIMIT and asked / len(seen) < ASKED_LIMIT and memory < MEMORY_LIMIT


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path, help="keep the generated files in this folder")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    rng = np.random.default_rng(given.seed)
    titles = imdb_titles(rng, TITLES)
    seen = watched(rng, titles, FILMS)
    titles = with_namesakes(rng, titles, seen)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.write or Path(temporary)
        write_imdb(folder / "imdb", titles)
        write_export(folder / "letterboxd.zip", seen)
        print(f"{len(titles):,} titles, of which {_shared(titles):.1%} have another of their name within a year")
        context = multiprocessing.get_context("spawn")
        results = context.Queue()
        process = context.Process(
            target=matched, args=(folder / "letterboxd.zip", folder / "imdb", Path(temporary) / "data", results)
        )
        process.start()
        found, asked, seconds, _, memory = results.get()
        process.join()
    if not report(seen, found, asked, seconds, memory):
        raise SystemExit("beyond a limit")


if __name__ == "__main__":
    main()
