"""The second question, of libraries whose favourites have a label of their own: its model, and what the third label is worth."""

from typing import Any

import dagster as dg
import pandas as pd
from dagster import ResourceParam

from movie_pref.data_folder import DataFolder, read_json
from movie_pref.defs.assets import model_evaluation, model_training
from movie_pref.defs.decorators import node
from movie_pref.defs.metadata import picture, table
from movie_pref.features.training_table import ModelColumns
from movie_pref.model.second_question import SecondQuestion
from movie_pref.settings import Settings


@node(model_training.GROUP, kinds=("xgboost", "scikitlearn"), deps=["member_predictions"])
def again_model(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    movies_only: pd.DataFrame,
    data_split: pd.DataFrame,
    training_table: pd.DataFrame,
    model_columns: ModelColumns,
) -> SecondQuestion:
    """The second question, where the label would_watch_again is in use: would a movie that is liked be watched again?

    Learnt from the liked training movies on the same columns, by a search, a committee and a calibration of its own.
    Below 8 of either answer it is the share so far, the same for every movie. Candidates are ordered by the probability
    to be liked plus `again_weight` times the probability to be watched again. Without that label there is no second question.
    """
    from movie_pref.evaluation.second_question import answers_as_read
    from movie_pref.features.preprocessing import Preprocessor
    from movie_pref.model.second_question import answer

    rows, split = model_training.labelled_with_sides(movies_only, data_split, training_table)
    noted = read_json(DataFolder(settings.data).fold_preprocessing) or {}
    prepared = {int(fold): Preprocessor.from_dict(content) for fold, content in noted.items()}
    found = answer(
        rows, split, model_columns.features, model_columns.preprocessing, settings, prepared, context.log.info
    )
    context.add_output_metadata(
        {
            "what_it_is": found.says,
            "liked": found.model.facts["liked"],
            "would_watch_again": found.model.facts["again"],
            **answers_as_read(found, split),
            **(_pictured(found, split, settings) if found.learnt else {}),
        }
    )
    return found


def _pictured(question: SecondQuestion, split: pd.DataFrame, settings: Settings) -> dict[str, Any]:
    """What a question that was learnt is made of, and how its answers part the two labels."""
    from movie_pref.evaluation.plots import answers_by_label
    from movie_pref.evaluation.second_question import answers_of_liked
    from movie_pref.model.in_words import made_of

    answers = answers_of_liked(question, split)
    figure = answers_by_label(answers["given_liked"].to_numpy(), answers["again"].to_numpy(), settings.threshold)
    return {
        "made_of": table(pd.DataFrame(made_of(question.model.recipe).items(), columns=["part", "in this model"])),
        "answers_by_label": picture(figure, DataFolder(settings.data).plot("again_answers")),
    }


@node(model_evaluation.GROUP, kinds=("xgboost", "scikitlearn"), deps=["selected_features"])
def label_comparison(
    context: dg.AssetExecutionContext,
    settings: ResourceParam[Settings],
    movies_only: pd.DataFrame,
    data_split: pd.DataFrame,
) -> pd.DataFrame:
    """Three labels against two on the same folds of the training rows: how many of the movies to be watched again are found.

    The project's two ordered questions, the first of them alone, one model of three classes, and one score with two
    thresholds; everything is inside the folds. Without the label would_watch_again, or with too few of it, there is nothing to compare.
    """
    from movie_pref.evaluation.label_comparison import MEASURES, compare_labels, too_few_to_compare
    from movie_pref.evaluation.plots import label_differences
    from movie_pref.library.catalogue import own_catalogue

    rows = data_split.loc[data_split["partition"] == "train", ["imdb_id"]].merge(movies_only, on="imdb_id")
    if lacking := too_few_to_compare(rows, settings.folds):
        context.add_output_metadata({"what_it_means": lacking})
        return pd.DataFrame(columns=["name", *MEASURES])
    found = compare_labels(
        rows, settings, own_catalogue(settings.data), settings.comparison_repeats, settings.n_jobs, context.log.info
    )
    context.add_output_metadata(
        {
            "what_it_means": found.says,
            "verdict": found.verdict,
            "ways": table(found.table[["name", *MEASURES]].round(4)),
            "picture": picture(label_differences(found.table), DataFolder(settings.data).plot("label_comparison")),
            "recall_again_gained": found.claim.mean,
            "recall_again_gained_low": found.claim.low,
            "recall_again_gained_high": found.claim.high,
        }
    )
    return found.table
