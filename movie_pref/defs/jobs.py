"""Jobs: which assets run together. All run in one process; parallel work happens inside the search."""

import dagster as dg

COMPARISONS = dg.AssetSelection.assets("algorithm_comparison", "selection_ablation", "label_comparison")
PIPELINE = dg.AssetSelection.all() - COMPARISONS

pipeline = dg.define_asset_job(
    "pipeline", selection=PIPELINE, description="From the library to the ranking: everything, checks included."
)
retrain = dg.define_asset_job(
    "retrain",
    selection=PIPELINE - dg.AssetSelection.groups("visualization"),
    description="The pipeline without the plots.",
)
compare = dg.define_asset_job(
    "compare",
    selection=COMPARISONS,
    description="What each policy of the feature selection costs, how other algorithms do beside XGBoost, and what a third label is worth.",
)
score = dg.define_asset_job(
    "score",
    selection=dg.AssetSelection.assets(
        "library_source",
        "candidates",
        "removal_requests",
        "scored_candidates",
        "review_queue",
        "report",
        "prediction_table",
        "engineered_tables",
        "object_store_copy",
    ),
    description="Rank the candidates by the champion that was promoted last, and write the report anew.",
)
FIRST = dg.AssetSelection.assets(
    "library_source",
    "raw_training",
    "movies_only",
    "candidates",
    "scored_candidates",
    "prediction_table",
    "object_store_copy",
)
NEED_A_MODEL = dg.AssetSelection.checks(
    dg.AssetCheckKey(dg.AssetKey("scored_candidates"), "flagged_share_of_candidates"),
    dg.AssetCheckKey(dg.AssetKey("candidates"), "candidates_resemble_the_library"),
)
first_guess = dg.define_asset_job(
    "first_guess",
    selection=FIRST - NEED_A_MODEL,
    description="Rank the candidates from few labels or none, below 8 of either kind.",
)
JOBS = [pipeline, retrain, compare, score, first_guess]
