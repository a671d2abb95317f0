"""Whether the partitions can be trusted to be apart, and have what evaluation needs."""

import dagster as dg
import pandas as pd

from movie_pref.defs.decorators import check
from movie_pref.defs.metadata import table, verdict
from movie_pref.features.split import LEAST


@check("data_split", blocking=True)
def no_movie_in_two_partitions(data_split: pd.DataFrame) -> dg.AssetCheckResult:
    """Each movie is in exactly one partition, once."""
    sides = data_split.groupby("imdb_id")["partition"].size()
    repeated = sides[sides > 1]
    return verdict(
        repeated.empty,
        f"{len(repeated)} of {len(sides)} movies stand in more than one place"
        + (f", the first is {repeated.index[0]}" if len(repeated) else ""),
        value=len(repeated),
        threshold=0,
    )


@check("data_split", blocking=True)
def positives_in_each_partition(data_split: pd.DataFrame) -> dg.AssetCheckResult:
    """Liked movies are there in each partition that is kept back, and in train; the class ratio is shown."""
    sizes = data_split.groupby("partition")["label"].agg(movies="size", liked="sum").reset_index()
    sizes["disliked per liked"] = (sizes["movies"] - sizes["liked"]) / sizes["liked"].clip(lower=1)
    fewest = sizes.loc[sizes["liked"].idxmin()]
    return verdict(
        len(sizes) in (1, 3) and fewest["liked"] >= LEAST,
        f"{fewest['liked']} liked movies in {fewest['partition']}, the fewest; "
        + ", ".join(f"{row['partition']} 1 to {row['disliked per liked']:.1f}" for row in sizes.to_dict("records")),
        value=int(fewest["liked"]),
        threshold=LEAST,
        more={"partitions": table(sizes)},
    )
