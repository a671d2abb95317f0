"""The declaration: the asset, check, setting and answer that each node and labelled arrow of the four flowcharts is.

Belongs here: what a person edits when an asset moves. Does not belong here: what is made of it (`docs/flowcharts.py`).
"""

from typing import NamedTuple

from docs.mermaid import Edge
from movie_pref.analysis.nodes import NODES


class Place(NamedTuple):
    """Where a node or an arrow is. Several names are separated by commas.

    `check` is one of the assets' own, or `asset.check` where another asset carries it. `answer` is the field of the
    feature catalogue in which a person answers the question. `means` says what an arrow's label comes to as a verdict,
    or what is to be known about a node.
    """

    asset: str
    check: str = ""
    setting: str = ""
    answer: str = ""
    means: str = ""

    @property
    def assets(self) -> list[str]:
        return self.asset.split(", ")

    @property
    def checks(self) -> list[tuple[str, str]]:
        """Asset and name of each check."""
        names = self.check.split(", ") if self.check else []
        own = [(asset, name) for name in names if "." not in name for asset in self.assets]
        return own + [(name.split(".")[0], name.split(".")[1]) for name in names if "." in name]

    @property
    def settings(self) -> list[str]:
        return self.setting.split(", ") if self.setting else []

    def but(self, means: str) -> "Place":
        return self._replace(means=means)


class Declared(NamedTuple):
    """A flowchart's declaration: the group (or, of a subgraph inside another, the asset) of each panel, and all places."""

    title: str
    panels: dict[str, str]
    nodes: dict[str, Place]
    edges: dict[Edge, Place]


ENFORCED = "training_table.selection_is_enforced"
GUARDED = f"selected_features.guard_withheld_nothing, {ENFORCED}"
TEXT_COLUMNS = "its components are columns of the training table, overview_text_01 and so on"
ADVISES = "advises only under balanced, enforced under strict"


def _test(name: str, *settings: str, answer: str = "") -> Place:
    """The place of a node of the table of nodes, with all its thresholds or with those of one question."""
    node = NODES[name]
    return Place(name, node.check, ", ".join(settings or node.settings), answer)


_nulls = _test("null_analysis", "null_share_high")
_meaningful = _nulls._replace(setting="chi_squared_p", answer="nulls_meaningful")
_distinct = _test("distinct_analysis")
_should_high = _distinct._replace(answer="distinct_should_be_high")
_should_low = _distinct._replace(answer="distinct_should_be_low")
_dtype = _test("dtype_analysis", answer="kind")

DATA_QUALITY = Declared(
    "Data quality",
    panels={
        "data quality analysis": "data_quality_analysis",
        "null analysis": "null_analysis",
        "distinct analysis": "distinct_analysis",
        "data type analysis": "dtype_analysis",
    },
    nodes={
        "raw": Place("raw_training", "rows_in_are_kept_or_rejected, no_row_rejected", "library"),
        "feat": Place("movies_only", answer="kind", means="the columns that the catalogue does not call identifiers"),
        "null_count": _nulls,
        "meaningful_high": _meaningful,
        "meaningful_low": _meaningful,
        "drop_feat": _nulls.but("verdict consider_dropping, applied as a drop"),
        "drop_rows": _nulls._replace(answer="drop_rows").but(
            "verdict consider_dropping_rows, applied when the catalogue confirms it"
        ),
        "null_keep": _nulls.but("verdict keep"),
        "dist_count": _distinct.but("of elements, in a list column"),
        "should_high": _should_high,
        "should_low": _should_low,
        "dist_keep": _distinct.but("verdict keep"),
        "dist_drop": _distinct.but("verdict consider_dropping, applied as a drop"),
        "verify_dtype": _dtype.but("what the column holds against what its kind in the catalogue should hold"),
        "cast_dtype": _dtype.but("verdict cast; columns of the contract are cast when they are read (raw_training)"),
        "dtype_keep": _dtype.but("verdict keep"),
        "num": _dtype.but("family continuous"),
        "cat": _dtype.but("families categorical and categorical_list"),
        "str": _dtype.but("family text"),
    },
    edges={
        ("null_count", "high", "meaningful_high"): _nulls.but("more nulls than the share null_share_high"),
        ("null_count", "low", "meaningful_low"): _nulls.but("nulls, but not more than the share null_share_high"),
        ("null_count", "none", "null_keep"): _nulls.but("keep"),
        ("meaningful_high", "no", "drop_feat"): _meaningful.but("consider_dropping"),
        ("meaningful_high", "yes", "null_keep"): _meaningful.but("keep"),
        ("meaningful_low", "no", "drop_rows"): _meaningful.but("consider_dropping_rows"),
        ("meaningful_low", "yes", "null_keep"): _meaningful.but("keep"),
        ("dist_count", "high", "should_high"): _distinct.but(
            "a larger share distinct, or more levels, than the limits"
        ),
        ("dist_count", "low", "should_low"): _distinct.but("neither limit is passed"),
        ("should_high", "yes", "dist_keep"): _should_high.but("keep"),
        ("should_high", "no", "dist_drop"): _should_high.but("consider_dropping"),
        ("should_low", "yes", "dist_keep"): _should_low.but("keep"),
        ("should_low", "no", "dist_drop"): _should_low.but("consider_dropping; auto says no to a constant"),
        ("verify_dtype", "correct type", "dtype_keep"): _dtype.but("keep"),
        ("verify_dtype", "incorrect type", "cast_dtype"): _dtype.but("cast, where it loses no value"),
        ("cast_dtype", "correct type", "dtype_keep"): _dtype.but("cast; consider_dropping where it would lose values"),
    },
)

_normal = _test("normality")
_sense = _test("distribution_sense", answer="distribution_makes_sense")
_useful = _test("category_usefulness", answer="categories_useful")
_length = _test("text_shape", "text_length_short")
_many = _test("text_shape", "text_distinct_few")
_shape = _test("text_shape")
_embed = _test("text_embedding_value", answer="text_embedding_value")

STATISTICS = Declared(
    "Visualization and statistical analysis",
    panels={"visualization": "visualization", "statistical analysis": "statistical_analysis"},
    nodes={
        "num": _dtype.but("family continuous"),
        "cat": _dtype.but("families categorical and categorical_list"),
        "str": _dtype.but("family text"),
        "num_hist": Place("numeric_histograms"),
        "num_vio": Place("numeric_violins"),
        "cat_bar": Place("category_bar_charts"),
        "str_vio": Place("text_length_violins"),
        "str_bar": Place("text_distinct_bar_charts"),
        "num_norm": _normal.but("judged by effect size; a test's p is shown beside it"),
        "num_sense": _sense.but("asked of every continuous feature, the generally normal ones too"),
        "num_keep_stat": _sense.but("verdict keep"),
        "num_drop": _sense.but("verdict consider_dropping, applied as a drop"),
        "cat_useful": _useful.but("scalar categories, lists as a whole, and each indicator's support"),
        "cat_keep_stat": _useful.but("verdict keep"),
        "cat_drop_stat": _useful.but("verdict drop"),
        "str_length": _length,
        "str_dist": _many,
        "str_value": _embed.but("the gain is held against one paired standard error"),
        "str_cat": _shape.but("verdict to_categorical: from there on a categorical feature"),
        "str_drop_stat": _embed.but("verdict drop"),
        "str_keep_stat": _embed.but(f"verdict keep, {TEXT_COLUMNS}"),
        "num_keep": _sense.but("the features that go on"),
        "cat_keep": _useful.but("the features and indicators that go on"),
        "str_keep": _embed.but(TEXT_COLUMNS),
    },
    edges={
        ("num_norm", "yes", "num_keep_stat"): _normal.but(
            "keep, and whether the distribution makes sense is not asked"
        ),
        ("num_sense", "yes", "num_keep_stat"): _sense.but("keep"),
        ("num_sense", "no", "num_drop"): _sense.but("consider_dropping"),
        ("cat_useful", "yes", "cat_keep_stat"): _useful.but("keep"),
        ("cat_useful", "no", "cat_drop_stat"): _useful.but("drop"),
        ("str_length", "short", "str_cat"): _length.but("to_categorical"),
        ("str_length", "long", "str_value"): _length.but("keep, if it has many distinct values too"),
        ("str_dist", "few", "str_cat"): _many.but("to_categorical"),
        ("str_dist", "many", "str_value"): _many.but("keep, if it is long too"),
        ("str_value", "yes", "str_keep_stat"): _embed.but(f"keep, {TEXT_COLUMNS}"),
        ("str_value", "no", "str_drop_stat"): _embed.but("drop"),
    },
)

_pearson = _test("pearson_correlation")
_spearman = _test("spearman_correlation")
_anova = _test("numeric_categorical_anova")
_cramer = _test("cramers_v")
_chi = _test("chi_squared")
_inter_keep = Place("inter_feature_selection", ENFORCED, "policy")
_inter_drop = Place("inter_feature_selection", GUARDED, "policy, guard")

_pearson_target = _test("pearson_target")
_spearman_target = _test("spearman_target")
_anova_number = _test("anova_numeric_target")
_anova_category = _test("anova_categorical_target")
_cramer_target = _test("cramers_v_target")
_chi_target = _test("chi_squared_target")
_target_keep = Place("target_selection", ENFORCED, "policy")
_target_drop = Place("target_selection", GUARDED, "policy, guard")
_ONE_DROPPED = "drop, of one of the pair"
_NONE_PASSES = "drop, where no applicable test passes (balanced) or any fails (strict)"

RELATIONS = Declared(
    "Inter-feature and target variable analysis",
    panels={
        "inter-feature analysis": "inter_feature_analysis",
        "target variable analysis": "target_variable_analysis",
    },
    nodes={
        "num_inter": _sense.but("every continuous feature is tested"),
        "cat_inter": _useful.but("every category and indicator is tested, list columns indicator by indicator"),
        "num_pear": _pearson,
        "num_pear_thresh": _pearson.but("|r|"),
        "num_spear": _spearman,
        "num_spear_thresh": _spearman.but("|r|"),
        "cat_cramer": _cramer,
        "cat_cramer_thresh": _cramer,
        "cat_chi": _chi,
        "cat_chi_thresh": _chi,
        "num_cat_anova": _anova,
        "num_cat_thresh": _anova,
        "num_keep_inter": _inter_keep,
        "num_drop_inter": _inter_drop,
        "cat_keep_inter": _inter_keep,
        "cat_drop_inter": _inter_drop,
        "num_target": _dtype.but(
            "every continuous feature; the verdicts against the target are settled before those between features"
        ),
        "cat_target": _useful.but("every category and indicator; settled before the verdicts between features"),
        "target_cont": Place(
            "pearson_target, spearman_target, anova_categorical_target",
            setting="target",
            means="target = rating; otherwise these say not_applicable, but for spearman_target, which takes three labels in their order",
        ),
        "target_cat": Place(
            "anova_numeric_target, cramers_v_target, chi_squared_target",
            setting="target",
            means="target = label, of two or of three categories; otherwise these say not_applicable",
        ),
        "num_pear_target": _pearson_target,
        "num_pear_target_thresh": _pearson_target,
        "num_spear_target": _spearman_target,
        "num_spear_target_thresh": _spearman_target,
        "num_anova": _anova_number,
        "num_anova_thresh": _anova_number,
        "cat_anova": _anova_category,
        "cat_anova_thresh": _anova_category,
        "cat_cramer_target": _cramer_target,
        "cat_cramer_target_thresh": _cramer_target,
        "cat_chi_target": _chi_target,
        "cat_chi_target_thresh": _chi_target,
        "num_keep_target": _target_keep,
        "num_drop_target": _target_drop,
        "cat_keep_target": _target_keep,
        "cat_drop_target": _target_drop,
    },
    edges={
        ("num_pear_thresh", ">", "num_drop_inter"): _pearson.but(_ONE_DROPPED),
        ("num_pear_thresh", "<", "num_keep_inter"): _pearson.but("keep"),
        ("num_spear_thresh", ">", "num_drop_inter"): _spearman.but(_ONE_DROPPED),
        ("num_spear_thresh", "<", "num_keep_inter"): _spearman.but("keep"),
        ("num_cat_thresh", ">", "num_keep_inter"): _anova.but(f"keep; {ADVISES}"),
        ("num_cat_thresh", "<", "num_drop_inter"): _anova.but(f"drop; {ADVISES}"),
        ("num_cat_thresh", ">", "cat_keep_inter"): _anova.but(f"keep; {ADVISES}"),
        ("num_cat_thresh", "<", "cat_drop_inter"): _anova.but(f"drop; {ADVISES}"),
        ("cat_cramer_thresh", ">", "cat_drop_inter"): _cramer.but(_ONE_DROPPED),
        ("cat_cramer_thresh", "<", "cat_keep_inter"): _cramer.but("keep"),
        ("cat_chi_thresh", "<", "cat_keep_inter"): _chi.but(f"keep; {ADVISES}"),
        ("cat_chi_thresh", ">", "cat_drop_inter"): _chi.but(f"drop; {ADVISES}"),
        ("num_pear_target_thresh", ">", "num_keep_target"): _pearson_target.but("keep"),
        ("num_pear_target_thresh", "<", "num_drop_target"): _pearson_target.but(_NONE_PASSES),
        ("num_spear_target_thresh", ">", "num_keep_target"): _spearman_target.but("keep"),
        ("num_spear_target_thresh", "<", "num_drop_target"): _spearman_target.but(_NONE_PASSES),
        ("num_anova_thresh", ">", "num_keep_target"): _anova_number.but("keep"),
        ("num_anova_thresh", "<", "num_drop_target"): _anova_number.but(_NONE_PASSES),
        ("cat_anova_thresh", ">", "cat_keep_target"): _anova_category.but("keep"),
        ("cat_anova_thresh", "<", "cat_drop_target"): _anova_category.but(_NONE_PASSES),
        ("cat_cramer_target_thresh", ">", "cat_keep_target"): _cramer_target.but("keep"),
        ("cat_cramer_target_thresh", "<", "cat_drop_target"): _cramer_target.but(_NONE_PASSES),
        ("cat_chi_target_thresh", "<", "cat_keep_target"): _chi_target.but("keep"),
        ("cat_chi_target_thresh", ">", "cat_drop_target"): _chi_target.but(_NONE_PASSES),
    },
)

MEMBERSHIP = "indicator_counts_equal_membership"
_labels = Place("encoded_labels", "training_table.no_identifier_and_no_null_label")
_limits = Place("normalization_parameters", "normalized_features.training_values_within_0_and_1")
_normalized = Place("normalized_features", "training_values_within_0_and_1")
_origin = Place("encoded_origin_country", MEMBERSHIP)
_production = Place("encoded_production_countries", MEMBERSHIP)
_spoken = Place("encoded_spoken_languages", MEMBERSHIP)
_genre = Place("encoded_genre", MEMBERSHIP)
_lists = Place(", ".join(place.asset for place in (_origin, _production, _spoken, _genre)), MEMBERSHIP)

ENGINEERING = Declared(
    "Feature engineering",
    panels={},
    nodes={
        "A": Place("raw_training", "rows_in_are_kept_or_rejected, no_row_rejected", "library"),
        "B": Place("movies_only", means="television is counted; the feature selection too sees movies only"),
        "C": Place("model_columns", ENFORCED, "policy", "kind", "what the ledger resolved to keep"),
        "D": _labels,
        "D1": _labels,
        "E": _limits.but("over the training rows"),
        "E1": _limits.but("its file"),
        "F": _normalized,
        "F1": _normalized.but("those of them that are selected"),
        "G": _normalized.but("the same asset: it does not hand them on"),
        "H": _lists,
        "H1": _origin,
        "H1a": _origin.but("its columns"),
        "H2": _production,
        "H2a": _production.but("its columns"),
        "H3": _spoken,
        "H3a": _spoken.but("its columns"),
        "H4": _genre,
        "H4a": _genre.but("its columns"),
        "I": _lists._replace(
            check="training_table.no_identifier_and_no_null_label", means="the same assets: they do not hand them on"
        ),
        "J": Place(
            "model_columns",
            "distinct_analysis.distinct_counts_are_as_they_should_be",
            "list_level_limit",
            means="before the encoding; any list column with too many elements",
        ),
        "K": Place(
            "training_table", "no_identifier_and_no_null_label, selection_is_enforced", means="every labelled movie"
        ),
        "L": Place("training_table", "features_are_those_of_the_preprocessing"),
    },
    edges={},
)

DECLARED = (DATA_QUALITY, STATISTICS, RELATIONS, ENGINEERING)
