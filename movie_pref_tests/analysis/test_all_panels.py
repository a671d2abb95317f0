"""The whole ledger: its form, the planted truth, no leak from other partitions, and libraries that can hardly be analysed."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from movie_pref.analysis import analyse
from movie_pref.analysis.all_panels import selected_columns
from movie_pref.analysis.ledger import COLUMNS, FAMILIES, VERDICTS, Cause, entry
from movie_pref.errors import UserError
from movie_pref.features.split import split
from movie_pref.library.catalogue import load_catalogue, neutral

PANELS = {
    "data_quality_analysis": "null_analysis distinct_analysis dtype_analysis",
    "statistical_analysis": "normality distribution_sense category_usefulness text_shape text_embedding_value",
    "inter_feature_analysis": "pearson_correlation spearman_correlation numeric_categorical_anova cramers_v chi_squared "
    "inter_feature_selection",
    "target_variable_analysis": "pearson_target spearman_target anova_numeric_target anova_categorical_target "
    "cramers_v_target chi_squared_target target_selection",
    "feature_selection": "selected_features",
}


def check_form(ledger: pd.DataFrame) -> None:
    """What holds for every ledger, whatever the library."""
    assert list(ledger.columns) == (
        [
            "panel",
            "node",
            "feature",
            "other_feature",
            "family",
            "statistic",
            "value",
            "threshold",
            "n",
            "verdict",
            "cause",
            "reason",
            "applied",
            "adjusted_p",
        ]
    )
    assert ledger["adjusted_p"].dropna().between(0, 1).all()
    raw = ledger[ledger["statistic"] == "chi_squared_p"]
    assert (raw["adjusted_p"] >= raw["value"] * (1 - 1e-9)).all()
    assert ledger["verdict"].isin(VERDICTS).all()
    assert ledger["family"].isin(FAMILIES).all()
    assert ledger["cause"].isin(list(Cause)).all()
    assert not ledger.duplicated(["node", "feature"]).any()
    assert (ledger["reason"].str.strip() != "").all() and ledger["reason"].notna().all()
    assert not ledger["reason"].str.contains(r"\bnan\b", regex=True).any()
    assert ledger["applied"].dtype == bool
    assert not np.isinf(ledger[["value", "threshold"]]).any(axis=None)
    silent = ledger[ledger["verdict"] == "not_applicable"]
    assert silent["value"].isna().all() and not silent["applied"].any()
    numbered = ledger[ledger["statistic"].fillna("") != ""]
    assert set(numbered.loc[numbered["value"].isna(), "statistic"]) <= {"ap_cost"}
    last = ledger[ledger["node"] == "selected_features"]
    assert last["verdict"].isin(["keep", "drop"]).all() and last["applied"].all()
    assert set(ledger["feature"]) == set(last["feature"])


# --- the form


@pytest.mark.parametrize("which", ["neutral_analysis", "shipped_analysis"])
def test_the_ledger_has_the_form_of_the_design(request, which):
    ledger = request.getfixturevalue(which).ledger

    check_form(ledger)
    assert list(COLUMNS) == list(ledger.columns)
    assert VERDICTS == (
        "keep",
        "drop",
        "consider_dropping",
        "consider_dropping_rows",
        "cast",
        "to_categorical",
        "not_applicable",
    )
    assert FAMILIES == ("continuous", "categorical", "categorical_list", "indicator", "text")
    found = {panel: set(rows["node"]) for panel, rows in ledger.groupby("panel")}
    assert found == {panel: set(nodes.split()) for panel, nodes in PANELS.items()}


def test_every_feature_has_a_row_in_each_node_of_its_family(neutral_analysis, planted):
    ledger = neutral_analysis.ledger
    features = set(planted.columns) - {"imdb_id", "label", "media_type", "media_title"}
    of = ledger.groupby("node")["feature"].agg(set)
    families = ledger[ledger["node"] == "selected_features"].groupby("family")["feature"].agg(set)

    for node in PANELS["data_quality_analysis"].split():
        assert of[node] == features
    for node in ("normality", "distribution_sense", "pearson_correlation", "spearman_correlation", "pearson_target",
                 "spearman_target", "anova_numeric_target"):  # fmt: skip
        assert of[node] == families["continuous"]
    for node in ("cramers_v", "chi_squared", "anova_categorical_target", "cramers_v_target", "chi_squared_target"):
        assert of[node] == families["categorical"] | families["indicator"]
    assert of["selected_features"] == features | families["indicator"]


def test_a_ledger_takes_no_word_that_it_does_not_know():
    with pytest.raises(ValueError, match="'maybe'"):
        entry("panel", "node", "budget", "continuous", "maybe", Cause.PASSES, "why")
    with pytest.raises(ValueError, match="'number'"):
        entry("panel", "node", "budget", "number", "keep", Cause.PASSES, "why")
    with pytest.raises(ValueError, match="'so'"):
        entry("panel", "node", "budget", "continuous", "keep", "so", "why")


def test_matrices_are_those_of_the_inter_feature_panel(neutral_analysis):
    assert set(neutral_analysis.matrices) == set(PANELS["inter_feature_analysis"].split()) - {"inter_feature_selection"}
    for name in ("pearson_correlation", "spearman_correlation", "cramers_v", "chi_squared"):
        matrix = neutral_analysis.matrices[name]
        assert matrix.index.equals(matrix.columns)
        pd.testing.assert_frame_equal(matrix, matrix.T)


def test_the_rows_given_are_not_changed_and_two_runs_are_identical(
    planted, planted_truth, neutral_analysis, settings_for
):
    again = analyse(planted, settings_for(folds=5, jobs=1))

    pd.testing.assert_frame_equal(planted, planted_truth)
    pd.testing.assert_frame_equal(again.ledger, neutral_analysis.ledger)
    assert again.columns == neutral_analysis.columns


def test_the_selection_alone_is_that_of_the_whole_analysis(planted, settings_for, shipped_analysis):
    found = selected_columns(planted, settings_for(folds=5), load_catalogue(), with_texts=True).columns
    assert found == shipped_analysis.columns


# --- planted truth


@pytest.fixture(params=["neutral_analysis", "shipped_analysis"])
def analysis(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def verdict(analysis, row_of):
    return lambda node, feature: row_of(analysis.ledger, node, feature)["verdict"]


def test_redundant_copies_go_and_what_they_copy_stays(analysis, verdict, row_of):
    for signal, copy in (("rt_score", "metascore"), ("imdb_votes", "tmdb_votes")):
        row = row_of(analysis.ledger, "inter_feature_selection", copy)
        assert (row["verdict"], row["other_feature"], row["applied"]) == ("drop", signal, True)
        assert (verdict("selected_features", signal), verdict("selected_features", copy)) == ("keep", "drop")
        assert row_of(analysis.ledger, "pearson_correlation", copy)["applied"]
        assert not row_of(analysis.ledger, "pearson_correlation", signal)["applied"]


@pytest.mark.parametrize("catalogue", [neutral(load_catalogue()), load_catalogue()], ids=["neutral", "shipped"])
def test_one_of_two_redundant_indicators_goes(planted_truth, settings_for, row_of, catalogue):
    """Without the guard, which keeps both where the folds find that dropping one costs half an error."""
    ledger = analyse(planted_truth, settings_for(folds=5, guard=False), catalogue).ledger
    pair = ["origin_country_us", "production_country_us"]

    assert [row_of(ledger, "cramers_v", name)["verdict"] for name in pair] == ["drop", "drop"]
    assert sorted(row_of(ledger, "selected_features", name)["verdict"] for name in pair) == ["drop", "keep"]
    assert sum(row_of(ledger, "cramers_v", name)["applied"] for name in pair) == 1


@pytest.mark.parametrize(
    ("feature", "test"),
    [
        ("release_year", "anova_numeric_target"),
        ("budget", "anova_numeric_target"),
        ("genre_comedy", "chi_squared_target"),
        ("original_language", "chi_squared_target"),
    ],
)
def test_what_says_nothing_about_the_label_goes(analysis, verdict, row_of, feature, test):
    assert (verdict(test, feature), verdict("target_selection", feature)) == ("drop", "drop")
    assert row_of(analysis.ledger, test, feature)["applied"]
    assert verdict("selected_features", feature) == "drop"


def test_informative_nulls_stay_and_uninformative_ones_go(analysis, verdict, row_of):
    assert (verdict("null_analysis", "imdb_rating"), verdict("selected_features", "imdb_rating")) == ("keep", "keep")
    assert verdict("null_analysis", "tmdb_rating") == "consider_dropping"
    assert row_of(analysis.ledger, "null_analysis", "tmdb_rating")["applied"]
    assert "null_analysis" in row_of(analysis.ledger, "selected_features", "tmdb_rating")["reason"]


def test_a_constant_and_an_indicator_of_few_movies_go(analysis, verdict, row_of):
    assert verdict("distinct_analysis", "production_status") == "consider_dropping"
    assert verdict("category_usefulness", "genre_western") == "drop"
    assert "support" in row_of(analysis.ledger, "selected_features", "genre_western")["reason"]
    assert (verdict("selected_features", "production_status"), verdict("selected_features", "genre_western")) == (
        "drop",
        "drop",
    )


def test_what_carries_the_label_stays(analysis, verdict):
    for name in ("rt_score", "imdb_votes", "imdb_rating", "runtime", "genre_drama"):
        assert verdict("selected_features", name) == "keep"
    assert {"rt_score_norm", "imdb_votes_norm", "genre_drama"} <= set(analysis.columns)


def test_zeros_are_values_by_default_and_unknown_under_the_shipped_catalogue(
    neutral_analysis, shipped_analysis, planted, row_of
):
    for name in ("budget", "runtime"):
        assert row_of(neutral_analysis.ledger, "null_analysis", name)["value"] == 0
        assert row_of(shipped_analysis.ledger, "null_analysis", name)["value"] == pytest.approx(
            (planted[name] == 0).mean()
        )
    assert row_of(shipped_analysis.ledger, "pearson_target", "budget")["n"] == (planted["budget"] > 0).sum()
    assert not row_of(shipped_analysis.ledger, "null_analysis", "budget")[
        "applied"
    ]  # rows go only when a person says so


@pytest.mark.parametrize("answer", ["yes", "'yes'", "no", "auto"])
def test_a_bare_yes_or_no_in_the_catalogue_is_an_answer(tmp_path, planted, settings_for, row_of, answer):
    own = tmp_path / "feature_catalogue.yaml"
    own.write_text(f"tmdb_rating: {{kind: continuous, nulls_meaningful: {answer}}}\nrt_score: {{kind: continuous}}\n")
    found = analyse(planted, settings_for(), load_catalogue(own))
    kept = row_of(found.ledger, "null_analysis", "tmdb_rating")["verdict"] == "keep"

    assert kept == (answer.strip("'") == "yes")
    assert set(found.ledger["feature"]) == {"tmdb_rating", "rt_score"}


# --- no leak


def test_labels_outside_the_training_rows_cannot_matter(planted, settings_for, tmp_path):
    from movie_pref.analysis.all_panels import prepared_rows

    settings = settings_for(data=tmp_path, folds=2)
    sides = split(planted)
    outside = sides["partition"] != "train"
    flipped = planted.copy()
    other = {"would_watch": "would_not_watch", "would_not_watch": "would_watch"}
    flipped["label"] = flipped["label"].where(~outside, flipped["label"].map(other))
    ledgers = []
    for rows, table in ((planted, sides), (flipped, split(flipped, before=sides))):
        prepared = prepared_rows(rows, table, settings)
        assert len(prepared.given) == (~outside).sum()
        ledgers.append(analyse(prepared.given, settings, prepared.catalogue).ledger)

    assert outside.sum() > 100
    pd.testing.assert_frame_equal(*ledgers)


# --- a star rating as the target


def test_with_a_star_rating_the_other_three_tests_apply(planted, settings_for):
    rng = np.random.default_rng(4)
    planted["rating"] = (planted["rt_score"] / 20 + rng.normal(0, 0.5, 600)).round(1)
    found = analyse(planted, settings_for(target="rating")).ledger
    check_form(found)
    applies = found[found["verdict"] != "not_applicable"].groupby("node")["feature"].agg(set)

    assert "rt_score" in applies["pearson_target"] and "rt_score" in applies["spearman_target"]
    assert "original_language" in applies["anova_categorical_target"]
    assert not {"anova_numeric_target", "cramers_v_target", "chi_squared_target"} & set(applies.index)
    assert (
        "ANOVA of the target"
        in found.loc[(found["node"] == "null_analysis") & (found["feature"] == "imdb_rating"), "reason"].item()
    )


# --- libraries that can hardly be analysed


def _one_class(rows):
    return rows[rows["label"] == "would_watch"]


def _one_liked(rows):
    return rows.assign(label=["would_watch"] + ["would_not_watch"] * (len(rows) - 1))


def _arrow(rows):
    types = {name: pd.ArrowDtype(pa.list_(pa.string())) for name in ("genre", "origin_country", "production_countries")}
    types |= {name: pd.ArrowDtype(pa.string()) for name in ("original_language", "overview", "tagline", "label")}
    types |= {name: pd.ArrowDtype(pa.float64()) for name in ("rt_score", "imdb_rating", "budget")}
    return rows.astype(types)


def _objects(rows):
    rows = rows.astype(object)
    rows["genre"] = rows["genre"].map(np.array, na_action="ignore")
    rows.loc[5, ["original_language", "overview"]] = 5
    rows.loc[6, "rt_score"] = "unknown"
    rows.loc[7, "rt_score"] = np.inf
    return rows


AWKWARD = {
    "twelve rows": lambda rows: rows.head(12),
    "one row": lambda rows: rows.head(1),
    "one class": _one_class,
    "one liked": _one_liked,
    "a number all null": lambda rows: rows.assign(rt_score=np.nan),
    "a category all null": lambda rows: rows.assign(original_language=None),
    "a list all null": lambda rows: rows.assign(genre=None),
    "a text all null": lambda rows: rows.assign(overview=None),
    "empty lists": lambda rows: rows.assign(genre=[[] for _ in range(len(rows))]),
    "nulls in lists": lambda rows: rows.assign(genre=[[None, "Drama"] for _ in range(len(rows))]),
    "only a label": lambda rows: rows[["imdb_id", "label"]],
    "one number": lambda rows: rows[["imdb_id", "label", "rt_score"]],
    "one category": lambda rows: rows[["imdb_id", "label", "original_language"]],
    "one list": lambda rows: rows[["imdb_id", "label", "genre"]],
    "one text": lambda rows: rows[["imdb_id", "label", "overview"]],
    "arrow": _arrow,
    "objects": _objects,
    "categories": lambda rows: rows.astype({"label": "category", "original_language": "category"}),
    "television": lambda rows: rows.assign(media_type=["movie", "tv_show", "tv_season"] * (len(rows) // 3)),
    "an index of zeros": lambda rows: rows.set_index(np.zeros(len(rows), dtype=int)),
}


@pytest.mark.parametrize("policy", ["balanced", "none"])
@pytest.mark.parametrize("case", AWKWARD)
def test_what_cannot_be_tested_says_so(planted, settings_for, case, policy):
    rows = AWKWARD[case](planted.head(120).copy())
    found = analyse(rows, settings_for(policy=policy, folds=2), load_catalogue())

    check_form(found.ledger)
    assert (found.ledger.loc[found.ledger["node"] != "distinct_analysis", "n"] <= len(rows)).all()


def test_television_counts_like_any_row(planted, settings_for):
    rows = planted.head(120)
    shows = rows.assign(media_type="tv_show")

    pd.testing.assert_frame_equal(analyse(shows, settings_for()).ledger, analyse(rows, settings_for()).ledger)


def test_the_form_of_cells_does_not_matter(planted, settings_for):
    rows = planted.head(120).copy()
    plain, arrow = (analyse(each, settings_for()).ledger for each in (rows, _arrow(rows)))
    other = plain["node"] != "dtype_analysis"  # which names the type

    pd.testing.assert_frame_equal(arrow[other], plain[other])


@pytest.mark.parametrize("rows", [pd.DataFrame(), pd.DataFrame({"label": [None]}), pd.DataFrame({"rt_score": [1.0]})])
def test_rows_without_a_label_are_one_sentence(settings_for, one_sentence, rows):
    with pytest.raises(UserError) as caught:
        analyse(rows, settings_for())
    one_sentence(caught, "label")


# --- the real library


def test_on_the_real_library_every_feature_has_its_final_row(shared, settings_for):
    rows = pd.read_parquet(shared / "01_training.parquet")
    found = analyse(rows[rows["media_type"] == "movie"], settings_for(folds=2), load_catalogue())

    check_form(found.ledger)
    assert 10 < len(found.columns) < 100
