"""The end of a run, where the setting `object_store` names a place: a copy of what the data folder holds now."""

import dagster as dg
from dagster import ResourceParam

from movie_pref.data_folder import DataFolder
from movie_pref.defs.decorators import node
from movie_pref.settings import Settings

# all that nothing else is made from, and what is left of them in the job `first_guess`
LAST = [
    "report", "review_queue", "removal_requests", "scored_candidates", "validation_report", "prediction_table", "engineered_tables",
]  # fmt: skip


@node("scoring", kinds=("s3",), deps=LAST)
def object_store_copy(context: dg.AssetExecutionContext, settings: ResourceParam[Settings]) -> None:
    """A copy of the data folder at the address that the setting `object_store` names; without one nothing is done.

    Only what changed is sent, and the manifest last: whoever reads sees the copy of one run or of the next, whole. A machine
    whose folder is empty or behind takes it before its next run. `movie-pref folder` does both by hand.
    """
    from movie_pref.object_store.mirror import push
    from movie_pref.object_store.store import ObjectStore

    if settings.object_store is None:
        context.add_output_metadata({"says": "nothing was copied: the setting object_store names no place"})
        return
    moved = push(DataFolder(settings.data), ObjectStore(settings.object_store), context.log.info)
    context.add_output_metadata(
        {
            "says": f"{moved.moved:,} of {moved.files:,} files were sent, the others were there",
            "address": settings.object_store,
            "files": moved.files,
            "files_sent": moved.moved,
            "megabytes_sent": round(moved.bytes / 1e6, 3),
            "objects_removed": moved.removed,
        }
    )
