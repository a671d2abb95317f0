"""Pictures as files, and many on one sheet."""

import io

import pandas as pd
import pytest
from matplotlib.image import imread

from movie_pref.analysis import plots
from movie_pref_tests.analysis.plots.looking import square

pytestmark = pytest.mark.filterwarnings("error")


class TestBytes:
    def test_the_same_input_gives_the_same_file_and_no_version_is_in_it(self, demo, liked, tmp_path):
        def draw():
            return plots.histogram(demo["imdb_votes"], liked, "imdb_votes")

        figure = draw()
        content = plots.save(figure, tmp_path / "new folder" / "one.png")
        assert (tmp_path / "new folder" / "one.png").read_bytes() == content == plots.png(draw()) == plots.png(figure)
        assert content.startswith(b"\x89PNG") and b"Software" not in content and b"atplotlib" not in content

    def test_nothing_is_cut_off(self):
        """A picture has a blank margin on every side."""
        names = [f"a feature of a long name {place}" for place in range(45)]
        matrix = square(45).set_axis(names).set_axis(names, axis=1)
        counts = pd.Series(range(30), index=[f"a company of a long name {place}" for place in range(30)])
        for figure in (plots.heat_map(matrix, "V " * 40, 0.5), plots.category_bars(counts, "x" * 60, counts / 100)):
            picture = imread(io.BytesIO(plots.png(figure)))[..., :3]
            for edge in (picture[0], picture[-1], picture[:, 0], picture[:, -1]):
                assert edge.min() == 1

    def test_contact_sheet(self, demo, liked):
        rated = [name for name in demo.select_dtypes("number") if name != "tmdb_id"]
        figures = {name: plots.histogram(demo[name], liked, name) for name in rated[:6]}
        sheet = plots.contact_sheet(figures)
        assert sheet == plots.contact_sheet([plots.png(figure) for figure in figures.values()])
        assert len(sheet) <= 150_000
        picture = imread(io.BytesIO(sheet))
        assert picture.shape[1] >= 1000
        assert picture.shape[0] > 2 * 0.5 * picture.shape[1] / 3  # six figures in rows of three

    def test_contact_sheet_gets_smaller_where_it_must(self, demo, liked):
        one = plots.png(plots.violin(demo["runtime"], liked, "runtime"))
        sheet = plots.contact_sheet([one] * 4, most=25_000)
        assert len(sheet) <= 25_000
        assert imread(io.BytesIO(sheet)).shape[1] < 1200

    @pytest.mark.parametrize("count", [0, 1, 2])
    def test_contact_sheet_of_few(self, demo, count):
        figure = plots.violin(demo["runtime"], None, "runtime")
        assert imread(io.BytesIO(plots.contact_sheet([plots.png(figure)] * count))).shape[1] == 1200


def test_what_reaches_beyond_the_figure_is_in_the_picture_all_the_same():
    from matplotlib.figure import Figure

    def picture(place: float):
        figure = Figure(figsize=(2, 2), facecolor="white")
        figure.text(place, 0.5, "a long name", fontsize=20)
        return imread(io.BytesIO(plots.png(figure)))[..., :3]

    inside, beyond = picture(0.1), picture(0.7)
    assert abs((inside < 0.5).sum() - (beyond < 0.5).sum()) < 0.02 * (inside < 0.5).sum()
    assert beyond[:, -1].min() == 1
