"""The page: every section there, every figure that of its file, nothing from a file taken for markup, no network."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from movie_pref.analysis.ledger import Cause, entry, ledger
from movie_pref.errors import UserError
from movie_pref.library.catalogue import load_catalogue
from movie_pref.report.ledger_in_words import ledger_in_words, plain_reason
from movie_pref.report.page import _percent, render, write_report
from movie_pref.settings import Settings, load_settings

SECTIONS = ["ranking", "trust", "learnt", "unsure", "selection", "search"]
EVIL = '<script>alert("1")</script> & <img src=x onerror=alert(2)> {{ 7 * 7 }}'


class Page(HTMLParser):
    """The page as a browser reads it: elements with attributes, ids of sections, and the words."""

    VOID = ("meta", "img", "br", "link")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        if not self.open or self.open[-1] not in ("style", "script"):
            self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def change_pointer(settings: Settings, **changed: object) -> None:
    path = settings.data / "model" / "champion.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))


@pytest.fixture
def settings(write_folder, candidates) -> Settings:
    return write_folder(candidates)


@pytest.fixture
def page(settings) -> Page:
    return Page(render(settings))


# the whole


def test_all_sections_are_there_and_none_says_that_something_is_missing(page):
    assert [section["id"] for section in page.of("section")] == SECTIONS
    assert "is not there yet" not in page.words
    assert page.open == []
    assert {link["href"] for link in page.of("a")} == {f"#{name}" for name in SECTIONS}


def test_the_page_needs_no_network_and_forbids_it(page):
    assert not page.of("script") and not page.of("link") and not page.of("iframe")
    assert all(image["src"].startswith("data:image/png;base64,") for image in page.of("img"))
    assert len(page.of("img")) == 3
    (policy,) = [meta["content"] for meta in page.of("meta") if meta.get("http-equiv")]
    assert policy.startswith("default-src 'none'")


def test_no_address_stands_in_the_page(settings):
    text = render(settings)
    assert not re.search(r"https?:|//[a-z]|url\(|@import", re.sub(r"base64,[^\"]*", "", text))


def test_it_works_at_phone_width_and_in_print(settings):
    text = render(settings)
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in text
    assert "@media print" in text and "@media (max-width" in text


def test_titles_overviews_and_reasons_are_data_and_never_markup(write_folder, candidates):
    candidates["media_title"] = EVIL
    candidates["overview"] = EVIL
    candidates["genre"] = [["<b>Bold</b>"]] * len(candidates)

    page = Page(render(write_folder(candidates)))

    assert not page.of("script") and "onerror" not in {name for _, attributes in page.elements for name in attributes}
    assert [image["src"].startswith("data:") for image in page.of("img")] == [True] * 3
    assert page.words.count(EVIL) == 2 * (50 + 20)


def test_missed_movies_are_data_too(write_folder, candidates, made_of):
    settings = write_folder(candidates)
    made_of["movies_only"].assign(media_title=EVIL).to_parquet(settings.data / "assets" / "movies_only.parquet")
    found = made_of["predictions"].assign(probability=0.1)
    found.to_parquet(settings.data / "03_binomial_classifier_results.parquet", index=False)

    page = Page(render(settings))

    assert not page.of("script")
    assert EVIL in page.words


def test_the_page_is_written_and_written_anew(settings):
    path = write_report(settings)

    assert path == settings.data / "reports" / "report.html"
    first = path.read_bytes()
    assert write_report(settings).read_bytes() == first
    assert [found.name for found in path.parent.iterdir() if found.suffix == ".tmp"] == []


# the ranking


def test_the_fifty_best_are_ranked_with_score_chance_and_reasons(settings, page):
    best = pd.read_parquet(settings.data / "scored_candidates.parquet").head(50)
    text = page.words.split("The ranking")[-1].split("How far to trust it")[0]
    assert "The best 50 of 60" in text
    for row in best.itertuples():
        assert (
            f"score {100 * row.probability:.1f}% · chance {_percent(row.calibrated_probability)} · {row.imdb_id}"
            in text
        )
        for reason in row.reasons.split("; "):
            assert reason in text
    assert len(re.findall(r"score \d", text)) == 50


def test_without_candidates_the_page_says_so(write_folder, candidates):
    page = Page(render(write_folder(candidates.head(0))))
    assert "There are no movies to rank" in page.words
    assert [section["id"] for section in page.of("section")] == SECTIONS


def test_a_long_overview_is_cut_at_a_word(write_folder, candidates):
    candidates["overview"] = "word " * 100
    page = Page(render(write_folder(candidates)))
    assert "word…" in page.words
    assert "word " * 60 not in page.words


# how far to trust it


def test_the_holdout_figures_are_in_words_with_their_intervals(page):
    assert (
        "Of 100 movies that you would like, how many does it show you? about 93 recall; 95 % interval 86 to 98"
        in page.words
    )
    assert "how many does it put before you? about 31" in page.words
    assert "how many would you like? about 61" in page.words
    assert "from 0 to 100? about 88 average precision; 100 is every liked movie before every other How" in page.words
    assert "2.1 percentage points" in page.words and "would show 1.8" in page.words


def test_the_confusion_is_counted_on_the_holdout_rows_only(page, made_of):
    holdout = made_of["predictions"].query("partition == 'holdout'")
    counts = holdout["cm_value"].value_counts().reindex(["tp", "fn", "fp", "tn"], fill_value=0)
    assert f"What became of the {len(holdout)} movies kept aside" in page.words
    assert (
        f"you like it {counts['tp']} found {counts['fn']} missed you do not {counts['fp']} looked at in vain {counts['tn']} rightly spared you"
        in page.words
    )


def test_a_library_too_small_to_keep_any_aside_says_what_stood_in_for_it(write_folder, candidates):
    from movie_pref_tests.report.conftest import METRICS

    settings = write_folder(candidates, metrics={**METRICS, "rows": "labelled movies, cross-validated with everything"})
    path = settings.data / "03_binomial_classifier_results.parquet"
    predictions = pd.read_parquet(path).assign(partition="train")
    predictions.to_parquet(path, index=False)
    page = Page(render(settings))

    assert "You have labelled too few movies to keep any aside for a test." in page.words
    assert f"What became of the {len(predictions)} movies that were left out in turn" in page.words
    assert "kept aside" not in page.words and "the model never saw them" not in page.words


def test_a_champion_that_stands_provisionally_is_marked(write_folder, candidates):
    page = Page(render(write_folder(candidates, provisional=["recall at 0.35 is 0.500, the floor 0.850"])))
    assert "This ranking is provisional." in page.words
    assert "recall at 0.35 is 0.500, the floor 0.850" in page.words


@pytest.mark.parametrize(
    "pointer",
    [
        {"challenger": "000000000000", "decision": "kept", "because": "the challenger is worse"},
        {"decision": "rolled back"},
    ],
)
def test_predictions_of_another_model_than_the_champion_are_not_shown_as_its_own(settings, pointer):
    change_pointer(settings, **pointer)

    page = Page(render(settings))

    assert "The model that was trained last is not the one that ranks" in page.words
    assert "rightly spared you" not in page.words
    assert len(page.of("img")) == 1  # the rules, which are said to be those of the model trained last
    assert "The rules were put to the model that was trained last." in page.words
    assert "about 93" in page.words  # the champion's own figures, which it carries itself


def test_a_ranking_by_an_earlier_model_is_marked(settings):
    path = settings.data / "scored_candidates.parquet"
    pd.read_parquet(path).assign(model_version="another").to_parquet(path, index=False)
    assert "The ranking is by an earlier model" in Page(render(settings)).words


def test_candidates_of_another_kind_than_the_library_are_pointed_out(write_folder, candidates):
    metrics = {"rows": "holdout", "flagged_at_0.35": {"value": 0.001, "low": 0.0, "high": 0.002}}
    page = Page(render(write_folder(candidates, metrics=metrics)))
    assert "of another kind than your library" in page.words


def test_candidates_like_the_library_are_not(page):
    assert "of another kind than your library" not in page.words


# what it learnt, what it is unsure of, the selection, the search


def test_each_rule_stands_there_once_with_its_verdict(page, made_of):
    for statement in made_of["rules"]["statement"].unique():
        assert page.words.count(statement[1:]) == 1
    assert "too few movies" in page.words


def test_what_matters_most_is_in_words(page):
    learnt = page.words.split("What matters most")[1].split("Rules of taste")[0]
    assert "IMDb votes" in learnt and "for a movie: many IMDb votes" in learnt
    assert "_" not in learnt


def test_the_unsure_ones_are_nearest_to_the_threshold_and_all_have_reasons(settings):
    path = settings.data / "scored_candidates.parquet"
    ranking = pd.read_parquet(path)
    ranking.assign(reasons=None).to_parquet(path, index=False)
    near = ranking.loc[(ranking["probability"] - 0.35).abs().nsmallest(20).index]

    text = Page(render(settings)).words.split("What it is unsure of")[-1].split("What it looks at, and")[0]

    assert all(text.count(imdb_id) == 1 for imdb_id in near["imdb_id"])
    assert len(re.findall(r"score \d", text)) == 20
    assert f"{(ranking['probability'] >= 0.35).sum()} of the 60 ranked movies are put before you" in text
    for row in near[near["reasons"].notna()].itertuples():
        assert row.reasons.split("; ")[0] in text


def test_the_ledger_is_in_words_kept_ones_first(page):
    text = page.words.split("What it looks at, and what it leaves out")[1].split("How the model was found")[0]
    assert "IMDb votes used it says enough about your taste" in text
    assert "Genre used 1 of its 2 values say enough to be used" in text
    assert "TMDB votes left out says much the same as IMDb votes, which the model would miss more" in text
    assert text.index("Genre used") < text.index("TMDB votes left out")
    assert "Of 3 single values of lists (a genre, a country, a language), 2 are used." in text


def test_the_search_says_how_much_was_tried_and_what_each_setting_is_for(page):
    text = page.words.split("How the model was found")[1]
    assert "25 small decision trees" in text
    assert "3 of the 93,312 combinations in the grid were tried on the training movies, 2 of them to the end" in text
    assert "max depth 3 3, 5, 7 Control tree complexity" in text


REDUNDANT = entry(
    "panel",
    "inter_feature_selection",
    "x",
    "continuous",
    "drop",
    Cause.REDUNDANT,
    "r",
    other_feature="origin_country_jp",
)
COUNTED = entry(
    "panel",
    "distinct_analysis",
    "x",
    "categorical",
    "consider_dropping",
    Cause.TOO_MANY_LEVELS,
    "",
    "distinct_count",
    4164,
)


@pytest.mark.parametrize(
    ("cause", "rest", "said"),
    [
        (Cause.POLICY_NONE, [], "nothing was to be left out (policy none)"),
        (Cause.PINNED_DROP, [], "you left it out in the feature catalogue"),
        (Cause.WITHHELD_BY_GUARD, [], "a test speaks against it, but without it the ranking gets worse, so it stays"),
        (Cause.REDUNDANT, [REDUNDANT], "says much the same as country of origin: jp, which the model would miss more"),
        (Cause.DOES_NOT_TELL_THE_TARGET, [], "it says too little about your taste"),
        (Cause.TOO_MANY_LEVELS, [COUNTED], "it has too many different values to be used (4,164)"),
        (Cause.NO_COLUMN, [], "a sentence of the ledger"),
    ],
)  # fmt: skip
def test_causes_of_the_ledger_in_plain_words(cause, rest, said):
    last = entry("feature_selection", "selected_features", "x", "continuous", "drop", cause, "a sentence of the ledger")
    assert plain_reason("x", ledger([last, *rest]), load_catalogue()) == said


def test_a_sentence_of_the_ledger_may_be_reworded(settings):
    before = ledger_in_words(settings.data)
    path = settings.data / "feature_decisions.parquet"
    pd.read_parquet(path).assign(reason="withheld: 7 of its 9 indicators are pinned").to_parquet(path, index=False)
    assert ledger_in_words(settings.data) == before


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "0%"), (0.004, "<1%"), (0.346, "35%"), (0.996, ">99%"), (1.0, "100%"), (np.nan, "–")]
)
def test_a_share_is_never_rounded_to_nothing_or_all(share, said):
    assert _percent(share) == said


# files that are not there, or not what they should be


def test_files_that_are_not_there_yet_are_said_and_the_rest_is_shown(write_folder, candidates):
    page = Page(render(write_folder(candidates, everything=False)))

    assert [section["id"] for section in page.of("section")] == SECTIONS
    assert page.words.count("is not there yet: run movie-pref run") == 3 + 1
    assert "The best 50 of 60" in page.words and "about 93" in page.words
    assert not page.of("img")


def test_before_any_run_there_is_nothing_to_report(tmp_path, one_sentence):
    with pytest.raises(UserError) as caught:
        render(load_settings(data=tmp_path))
    one_sentence(caught, "movie-pref run")


def test_a_model_without_a_ranking_is_nothing_to_report_either(settings, one_sentence):
    (settings.data / "scored_candidates.parquet").unlink()
    with pytest.raises(UserError) as caught:
        render(settings)
    one_sentence(caught, "nothing to report", "movie-pref run")


@pytest.mark.parametrize("name", ["feature_decisions.parquet", "assets/preference_rules.parquet"])
def test_a_damaged_file_is_named(settings, name, one_sentence):
    (settings.data / name).write_bytes(b"PAR1 not really")
    with pytest.raises(UserError) as caught:
        render(settings)
    one_sentence(caught, settings.data / name, "movie-pref run")
