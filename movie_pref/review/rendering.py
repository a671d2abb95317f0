"""Templates to pages: the filters and words that every template may use."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from movie_pref.labels.events import BY_HAND, BY_QUEUE
from movie_pref.library.identifiers import EXAMPLE, FORM, PATTERN
from movie_pref.library.label_names import LABELS_IN_WORDS
from movie_pref.ranking.in_percent import in_percent
from movie_pref.review.views import Review

TEMPLATES = Path(__file__).parent / "templates"

Show = Callable[..., str]
"""Renders the template of a name with what it is given."""


def renderer(review: Review) -> Show:
    """What makes pages of this review's templates."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = in_percent
    environment.filters["whole"] = lambda share: f"{share:.0%}"
    environment.filters["count"] = lambda number: f"{number:,}"
    environment.filters["words"] = lambda label: LABELS_IN_WORDS.get(label, label)
    environment.filters["web"] = lambda link: link if str(link).startswith(("https://", "http://")) else ""
    environment.globals.update(token=review.token, queue_way=BY_QUEUE, hand_way=BY_HAND, posters=review.posters)
    environment.globals["imdb_id"] = {"pattern": PATTERN, "form": FORM, "example": EXAMPLE}

    def show(name: str, **context: Any) -> str:
        return environment.get_template(name).render(**context)

    return show
