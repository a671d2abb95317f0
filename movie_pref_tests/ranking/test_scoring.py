"""The ranking: the same from a frame and a file, whatever the batches, with reasons that belong to their rows."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from movie_pref.errors import UserError
from movie_pref.ranking.reasons import reasons
from movie_pref.ranking.scoring import SCHEMA, score, score_file

COLUMNS = [
    "imdb_id", "media_title", "release_year", "probability", "calibrated_probability", "prediction", "rank", "reasons",
    "model_version", "scored_at",
]  # fmt: skip


def model_values(made, rows):
    """The numbers that a booster reads."""
    values, _ = made.matrix(made.table(rows))
    return values


@pytest.fixture
def ranked_file(champion, tmp_path):
    """Write candidates, score the file, read the ranking."""

    def run(rows, **kwargs):
        rows.to_parquet(tmp_path / "candidates.parquet", index=False)
        score_file(champion, tmp_path / "candidates.parquet", tmp_path / "scored.parquet", **kwargs)
        return pd.read_parquet(tmp_path / "scored.parquet").drop(columns="scored_at")

    return run


def test_a_frame_and_a_file_are_ranked_alike(champion, candidates, ranked_file, tmp_path):
    of_frame = score(champion, candidates)

    assert list(of_frame) == COLUMNS
    pd.testing.assert_frame_equal(of_frame.drop(columns="scored_at"), ranked_file(candidates))
    assert pq.read_schema(tmp_path / "scored.parquet").equals(SCHEMA)


def test_the_probability_is_that_of_the_serving_booster(champion, candidates, trained):
    found = score(champion, candidates).set_index("imdb_id")["probability"]

    import xgboost

    features = trained.preprocessing.transform(candidates)
    codes = features.assign(
        **{name: features[name].cat.codes.replace(-1, np.nan) for name in trained.preprocessing.categories}
    )
    matrix = xgboost.DMatrix(
        codes.astype("float32").to_numpy(),
        feature_types=trained.preprocessing.feature_types,
        feature_names=list(features),
        enable_categorical=True,
    )
    expected = trained.model.serving.ensemble.predict(matrix, output_margin=True) + trained.model.serving.start
    expected = 1 / (1 + np.exp(-expected.astype(float)))
    np.testing.assert_allclose(found[candidates["imdb_id"]], expected, atol=1e-6)


def test_every_movie_has_a_rank_from_1_to_n_best_first(champion, candidates):
    found = score(champion, candidates)

    assert sorted(found["imdb_id"]) == sorted(candidates["imdb_id"])
    assert found["rank"].tolist() == list(range(1, 61))
    assert found["probability"].is_monotonic_decreasing
    assert found["calibrated_probability"].is_monotonic_decreasing
    titles = candidates.set_index("imdb_id")[["media_title", "release_year"]]
    pd.testing.assert_frame_equal(
        found.set_index("imdb_id")[["media_title", "release_year"]], titles.loc[found["imdb_id"]], check_dtype=False
    )


def test_prediction_and_calibration_follow_from_the_probability(champion, candidates):
    found = score(champion, candidates)

    assert (found["prediction"] == (found["probability"] >= 0.35)).all()
    odds = np.log(found["probability"] / (1 - found["probability"]))
    np.testing.assert_allclose(found["calibrated_probability"], 1 / (1 + np.exp(-(0.8 * odds - 0.2))), atol=1e-9)
    assert set(found["model_version"]) == {champion.version}
    assert len(set(found["scored_at"])) == 1 and str(found["scored_at"].dt.tz) == "UTC"


@pytest.fixture
def tied(candidates):
    """Movies that differ in nothing that the model reads, in no order, with identifiers of 7 and 8 digits."""
    rows = pd.concat([candidates.iloc[[7]]] * 60, ignore_index=True)
    return rows.assign(imdb_id=candidates["imdb_id"]).sample(frac=1, random_state=0, ignore_index=True)


@pytest.mark.parametrize("batch_rows", [7, 1000])
def test_ties_are_ordered_by_imdb_id(tied, ranked_file, batch_rows):
    found = ranked_file(tied, batch_rows=batch_rows)

    assert tied["imdb_id"].str.len().nunique() == 2
    assert len(set(found["probability"])) == 1
    assert found["imdb_id"].tolist() == sorted(tied["imdb_id"])


def test_identifiers_come_back_with_their_leading_zeros(champion, candidates):
    given = ["tt0000001", "tt00000001", "tt0000012", "tt9999999", "tt99999999", "tt10000000", "tt0000000", "tt00000000"]

    found = score(champion, candidates.head(8).assign(imdb_id=given))

    titles = dict(zip(given, candidates["media_title"], strict=False))
    assert sorted(found["imdb_id"]) == sorted(given)
    assert found["media_title"].tolist() == [titles[name] for name in found["imdb_id"]]


@pytest.mark.parametrize("batch_rows", [1, 7, 59, 60, 61])
def test_the_size_of_the_batches_changes_nothing(candidates, ranked_file, batch_rows):
    expected = ranked_file(candidates, batch_rows=1000, reasons_for=10)

    pd.testing.assert_frame_equal(ranked_file(candidates, batch_rows=batch_rows, reasons_for=10), expected)


@pytest.mark.parametrize("count", [0, 1, 10, 60, 1000])
def test_only_the_best_have_reasons_as_many_as_asked_for(champion, candidates, count):
    found = score(champion, candidates, reasons_for=count)

    assert found["reasons"].notna().tolist() == [rank < count for rank in range(60)]


@pytest.mark.parametrize("batch_rows", [7, 1000])
def test_reasons_belong_to_their_rows(champion, candidates, ranked_file, batch_rows):
    found = ranked_file(candidates, reasons_for=25, batch_rows=batch_rows)
    made = champion.model.preprocessing

    best = found.head(25)
    ordered = best[["imdb_id"]].merge(candidates, on="imdb_id")
    liked = best["prediction"].to_numpy() == 1
    assert best["reasons"].tolist() == reasons(champion.model.serving, model_values(made, ordered), made, liked)
    assert found["reasons"].nunique() > 10


def test_reasons_belong_to_their_rows_where_probabilities_tie(champion, tied, trained, ranked_file):
    """The same probability for different reasons: two values of a number that no tree tells apart."""
    used = {key.split("_norm")[0] for key in champion.model.serving.ensemble.get_score(importance_type="weight")}
    assert "imdb_votes" in used
    spread = pd.Series(np.linspace(0, 1, 60)) * 1e-3
    rows = tied.assign(imdb_votes=2_000_000 + spread.to_numpy() * 1e9)  # all beyond the largest split

    found = ranked_file(rows, reasons_for=10, batch_rows=7)
    made = champion.model.preprocessing
    best = found.head(10)
    ordered = best[["imdb_id"]].merge(rows, on="imdb_id")
    liked = best["prediction"].to_numpy() == 1
    assert best["reasons"].tolist() == reasons(champion.model.serving, model_values(made, ordered), made, liked)


def test_no_candidates_make_an_empty_ranking(champion, candidates, ranked_file, tmp_path):
    none = candidates.iloc[:0]

    assert len(ranked_file(none)) == 0
    assert pq.read_schema(tmp_path / "scored.parquet").equals(SCHEMA)
    assert list(score(champion, none)) == COLUMNS and len(score(champion, none)) == 0


@pytest.mark.parametrize("column", ["imdb_votes", "genre", "original_language", "tmdb_votes"])
def test_a_feature_that_the_candidates_lack_counts_as_not_known(champion, candidates, ranked_file, column):
    lacking = candidates.drop(columns=column)
    null = candidates.assign(**{column: pd.Series([None] * 60, dtype=object)})

    found = ranked_file(lacking)

    pd.testing.assert_frame_equal(found, score(champion, lacking).drop(columns="scored_at"))
    pd.testing.assert_frame_equal(found, score(champion, null).drop(columns="scored_at"))


def test_identity_columns_alone_are_enough(champion, candidates, ranked_file):
    found = ranked_file(candidates[["imdb_id", "media_title", "release_year"]])

    assert sorted(found["imdb_id"]) == sorted(candidates["imdb_id"])


def test_values_outside_the_training_range_are_counted(champion, candidates, tmp_path):
    candidates.to_parquet(tmp_path / "candidates.parquet")
    ranking = score_file(champion, tmp_path / "candidates.parquet", tmp_path / "scored.parquet", batch_rows=7)

    assert ranking.clipped["imdb_votes"] == (candidates["imdb_votes"] == 3e6).sum()
    assert set(ranking.seconds) >= {"read", "preprocess", "score", "rank", "explain", "write"}


def test_a_file_that_cannot_be_scored_is_one_sentence_and_leaves_the_old_ranking(
    champion, candidates, tmp_path, one_sentence
):
    source, target = tmp_path / "candidates.parquet", tmp_path / "scored.parquet"
    target.write_text("the ranking of yesterday")
    candidates.to_parquet(source)
    whole = source.read_bytes()
    damaged = bytearray(whole)
    damaged[100 : len(whole) - 20_000] = b"\x55" * (len(whole) - 20_100)
    for content in (whole[: len(whole) // 2], b"imdb_id,media_title\n", bytes(damaged)):
        source.write_bytes(content)
        with pytest.raises(UserError) as caught:
            score_file(champion, source, target)
        one_sentence(caught, source)
    candidates.drop(columns="media_title").to_parquet(source)
    with pytest.raises(UserError) as caught:
        score_file(champion, source, target)
    one_sentence(caught, source, "no column 'media_title'")
    with pytest.raises(UserError) as caught:
        score_file(champion, tmp_path / "gone.parquet", target)
    one_sentence(caught, "gone.parquet")
    assert target.read_text() == "the ranking of yesterday"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["candidates.parquet", "model", "scored.parquet"]


def test_text_that_arrow_writes_as_large_or_dictionary_is_read_alike(champion, candidates, tmp_path):
    table = pa.Table.from_pandas(candidates, preserve_index=False)
    for name in ("imdb_id", "original_language"):
        position = table.column_names.index(name)
        table = table.set_column(position, name, table[name].cast(pa.large_string()))
    position = table.column_names.index("genre")
    table = table.set_column(position, "genre", table["genre"].cast(pa.large_list(pa.large_string())))
    position = table.column_names.index("production_status")
    table = table.set_column(
        position, "production_status", table["production_status"].cast(pa.string()).dictionary_encode()
    )
    pq.write_table(table, tmp_path / "candidates.parquet")

    score_file(champion, tmp_path / "candidates.parquet", tmp_path / "scored.parquet")

    found = pd.read_parquet(tmp_path / "scored.parquet").drop(columns="scored_at")
    pd.testing.assert_frame_equal(found, score(champion, candidates).drop(columns="scored_at"))
