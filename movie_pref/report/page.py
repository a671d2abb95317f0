"""The page `reports/report.html`: one file that needs no network, made of what `contents` gathers."""

import math
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from movie_pref.data_folder import DataFolder
from movie_pref.files import whole_file
from movie_pref.ranking.in_percent import in_percent
from movie_pref.report.contents import gather
from movie_pref.settings import Settings

TEMPLATE = Path(__file__).with_name("report.html.j2")


def write_report(settings: Settings) -> Path:
    """Write the page from the files of the data folder, whole or not at all; returns where it is.

    Raises
    ------
    UserError
        There was no run yet, or a file cannot be read or written.
    """
    page = render(settings)
    path = DataFolder(settings.data).report
    with whole_file(path) as temporary:
        temporary.write_text(page, encoding="utf-8")
    return path


def render(settings: Settings) -> str:
    """The page as text. Whatever comes from a file is escaped: a title is never markup."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = _percent
    environment.filters["score"] = in_percent
    environment.filters["count"] = lambda number: f"{number:,}"
    return environment.get_template(TEMPLATE.name).render(gather(settings))


def _percent(share: float) -> str:
    """A share as whole per cent; what is not nothing or all is never shown as that."""
    if math.isnan(share):
        return "–"
    if 0 < share < 0.01:
        return "<1%"
    if 0.99 < share < 1:
        return ">99%"
    return f"{share:.0%}"
