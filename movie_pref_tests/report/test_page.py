"""The page: whole, without network, and nothing in it is taken for markup."""

import re

import numpy as np
import pytest

from movie_pref.errors import UserError
from movie_pref.report.page import _percent, render, write_report
from movie_pref.settings import load_settings
from movie_pref_tests.report.reading import SECTIONS, Page

EVIL = '<script>alert("1")</script> & <img src=x onerror=alert(2)> {{ 7 * 7 }}'


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


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "0%"), (0.004, "<1%"), (0.346, "35%"), (0.996, ">99%"), (1.0, "100%"), (np.nan, "–")]
)
def test_a_share_is_never_rounded_to_nothing_or_all(share, said):
    assert _percent(share) == said


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
