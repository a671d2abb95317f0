"""Jobs: which assets run together. All run in one process; parallel work happens inside the search."""

import dagster as dg

ABLATIONS = dg.AssetSelection.assets("selection_ablation")
PIPELINE = dg.AssetSelection.all() - ABLATIONS

pipeline = dg.define_asset_job(
    "pipeline", selection=PIPELINE, description="From the library to the ranking: everything, checks included."
)
retrain = dg.define_asset_job(
    "retrain",
    selection=PIPELINE - dg.AssetSelection.groups("visualization"),
    description="The pipeline without the plots.",
)
compare = dg.define_asset_job(
    "compare", selection=ABLATIONS, description="What each policy of the feature selection costs."
)
score = dg.define_asset_job(
    "score",
    selection=dg.AssetSelection.assets("candidates", "scored_candidates"),
    description="Rank the candidates by the champion that was promoted last.",
)
JOBS = [pipeline, retrain, compare, score]
