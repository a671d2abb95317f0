"""What a third label is worth: how many of the favourites are found, with it and without, on the same folds.

    python benchmarks/third_label.py                                             the demonstration library's three labels
    python benchmarks/third_label.py stars.parquet --liked-from 7 --again-from 8    a library with stars in the column `rating`

Everything is inside the folds: selection, search, committee, calibration. Errors are corrected for folds that share rows. A
picture of the differences lies beside the figures where `--picture` names a file.
"""

import argparse
import time
import warnings
from pathlib import Path

import numpy as np

from movie_pref.demo.library import demo_library
from movie_pref.evaluation.label_comparison import MEASURES, OURS, compare_labels
from movie_pref.evaluation.plots import label_differences
from movie_pref.library import read_library
from movie_pref.library.catalogue import load_catalogue
from movie_pref.library.label_names import WOULD_NOT_WATCH, WOULD_WATCH, WOULD_WATCH_AGAIN
from movie_pref.library.training_rows import trainable
from movie_pref.settings import load_settings


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path, nargs="?")
    parser.add_argument("--liked-from", type=float, help="stars from which a movie is liked")
    parser.add_argument("--again-from", type=float, help="stars from which it is a favourite")
    parser.add_argument("--repetitions", type=int, default=2)
    parser.add_argument("--search-budget", type=int, default=load_settings().search_budget, help="fits of each search")
    parser.add_argument("--picture", type=Path)
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    rows = (
        read_library(arguments.library).rows if arguments.library else demo_library(classes=3)[0].drop(columns="rating")
    )
    rows = rows[trainable(rows) & (rows["media_type"] == "movie")].reset_index(drop=True)
    if arguments.again_from:
        stars = rows["rating"]
        names = [WOULD_WATCH_AGAIN, WOULD_WATCH]
        rows["label"] = np.select(
            [stars >= arguments.again_from, stars >= arguments.liked_from], names, WOULD_NOT_WATCH
        )
        rows = rows.drop(columns="rating")
    print(
        f"{len(rows):,} movies: {', '.join(f'{count} {name}' for name, count in rows['label'].value_counts().items())}"
    )
    settings, started = load_settings(search_budget=arguments.search_budget), time.perf_counter()
    found = compare_labels(rows, settings, load_catalogue(), arguments.repetitions, settings.n_jobs)
    print(f"{arguments.repetitions} x {settings.folds} folds, {time.perf_counter() - started:.0f} s")
    for measure, words in MEASURES.items():
        print(f"\n{words}")
        for row in found.table.to_dict("records"):
            apart = f"{row[f'{measure}_difference']:+.4f} ± {row[f'{measure}_error']:.4f}"
            print(f"  {row['name']:<46} {row[measure]:.4f}   {'' if row['name'] == OURS else apart}")
    print(f"\n{found.says}")
    if arguments.picture:
        label_differences(found.table).savefig(arguments.picture, dpi=120)
        print(arguments.picture)


if __name__ == "__main__":
    main()
