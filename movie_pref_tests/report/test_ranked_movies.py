"""The movies of the report: the best, and the unsure ones."""

import re

import pandas as pd

from movie_pref.ranking.in_percent import in_percents
from movie_pref.report.page import _percent, render
from movie_pref_tests.report.reading import SECTIONS, Page


def test_the_fifty_best_are_ranked_with_score_chance_and_reasons(settings, page):
    best = pd.read_parquet(settings.data / "scored_candidates.parquet").head(50)
    text = page.words.split("The ranking")[-1].split("How far to trust it")[0]
    assert "The best 50 of 60" in text
    for row, score in zip(best.itertuples(), in_percents(best["probability"]), strict=True):
        assert f"score {score} · chance {_percent(row.calibrated_probability)} · {row.imdb_id}" in text
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
