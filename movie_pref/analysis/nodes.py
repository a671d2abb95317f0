"""The nodes of the flowcharts that give verdicts: one table, in the order in which they are asked.

Selection, assets, checks and the documentation read it; a node that is added here has its check, its place in the
selection and its arrow into the ledger.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

QUALITY_PANEL, STATISTICAL_PANEL = "data_quality_analysis", "statistical_analysis"
INTER, TARGET, SELECTION = "inter_feature_analysis", "target_variable_analysis", "feature_selection"


class Decides(StrEnum):
    """What a node's verdict comes to in the selection."""

    QUALITY = "quality"  # a feature that fails is dropped
    QUESTION = "question"  # nothing is dropped: the answer says which question is asked next
    REDUNDANCY = "redundancy"  # one of a pair above the limit is dropped
    ADVICE = "advice"  # advises under policy balanced, is enforced under strict
    RELEVANCE = "relevance"  # a feature stays when any such test passes (balanced), or when all do (strict)
    SETTLES = "settles"  # resolves what the others say


@dataclass(frozen=True)
class Node:
    """One node.

    `statistic` is what its rows of the ledger measure first, `settings` are its thresholds, `check` is the asset check
    that judges it, `bad_end` the end of the statistic's scale at which a feature breaches, and `tests` what a test
    against the target takes.
    """

    name: str
    panel: str
    decides: Decides
    statistic: str = ""
    settings: tuple[str, ...] = ()
    check: str = ""
    bad_end: Literal["low", "high"] = "high"
    tests: Literal["numbers", "categories", ""] = ""


NODES = {
    node.name: node
    for node in (
        Node("null_analysis", QUALITY_PANEL, Decides.QUALITY, "null_share", ("null_share_high", "chi_squared_p"),
             "nulls_are_none_or_meaningful"),
        Node("distinct_analysis", QUALITY_PANEL, Decides.QUALITY, "distinct_count", ("distinct_share_high", "list_level_limit"),
             "distinct_counts_are_as_they_should_be"),
        Node("dtype_analysis", QUALITY_PANEL, Decides.QUALITY, "values_lost", (), "values_fit_their_type"),
        Node("normality", STATISTICAL_PANEL, Decides.QUESTION, "skewness", ("skewness_limit", "kurtosis_limit"),
             "distributions_are_generally_normal"),
        Node("distribution_sense", STATISTICAL_PANEL, Decides.QUALITY, "dominant_share", ("dominant_share",),
             "distributions_make_sense"),
        Node("category_usefulness", STATISTICAL_PANEL, Decides.QUALITY, "dominant_share",
             ("dominant_share", "list_level_limit", "indicator_support"), "categories_are_useful", "low"),
        Node("text_shape", STATISTICAL_PANEL, Decides.QUESTION, "median_length", ("text_length_short", "text_distinct_few"),
             "texts_are_long_and_many", "low"),
        Node("text_embedding_value", STATISTICAL_PANEL, Decides.QUALITY, "ap_gain", ("text_components",),
             "text_embeddings_have_value", "low"),
        Node("pearson_correlation", INTER, Decides.REDUNDANCY, "pearson_r", ("correlation_limit",), "pearson_r_between_features"),
        Node("spearman_correlation", INTER, Decides.REDUNDANCY, "spearman_r", ("correlation_limit",), "spearman_r_between_features"),
        Node("numeric_categorical_anova", INTER, Decides.ADVICE, "anova_f", ("anova_f_limit",), "anova_f_between_features", "low"),
        Node("cramers_v", INTER, Decides.REDUNDANCY, "cramers_v", ("cramers_v_limit",), "cramers_v_between_features"),
        Node("chi_squared", INTER, Decides.ADVICE, "chi_squared_p", ("chi_squared_p",), "chi_squared_p_between_features"),
        Node("pearson_target", TARGET, Decides.RELEVANCE, "pearson_r", ("target_correlation",), "pearson_r_with_target", "low", "numbers"),
        Node("spearman_target", TARGET, Decides.RELEVANCE, "spearman_r", ("target_correlation",), "spearman_r_with_target", "low", "numbers"),
        Node("anova_numeric_target", TARGET, Decides.RELEVANCE, "anova_f", ("anova_f_limit",), "anova_f_of_numbers_with_target", "low", "numbers"),
        Node("anova_categorical_target", TARGET, Decides.RELEVANCE, "anova_f", ("anova_f_limit",), "anova_f_of_categories_with_target", "low",
             "categories"),
        Node("cramers_v_target", TARGET, Decides.RELEVANCE, "cramers_v", ("target_cramers_v",), "cramers_v_with_target", "low", "categories"),
        Node("chi_squared_target", TARGET, Decides.RELEVANCE, "chi_squared_p", ("chi_squared_p",), "chi_squared_p_with_target", "high", "categories"),
        Node("target_selection", TARGET, Decides.SETTLES),
        Node("inter_feature_selection", INTER, Decides.SETTLES, "ap_cost"),
        Node("selected_features", SELECTION, Decides.SETTLES),
    )
}  # fmt: skip


def nodes_that(*decide: Decides, panel: str | None = None) -> tuple[str, ...]:
    """The names of the nodes that decide one of these, of one panel or of all."""
    return tuple(node.name for node in NODES.values() if node.decides in decide and panel in (None, node.panel))


TESTED = tuple(name for name, node in NODES.items() if node.check)
QUALITY = nodes_that(Decides.QUALITY)
QUESTIONS = nodes_that(Decides.QUESTION)
REDUNDANCY = nodes_that(Decides.REDUNDANCY)
RELEVANCE = nodes_that(Decides.RELEVANCE)
ADVICE = nodes_that(Decides.ADVICE)
BEFORE_THE_TESTS = tuple(name for name in TESTED if NODES[name].panel in (QUALITY_PANEL, STATISTICAL_PANEL))
INTER_TESTS = tuple(name for name in TESTED if NODES[name].panel == INTER)
