"""Small things done to words on their way to the page."""


def short(text: str, most: int) -> str:
    """A text cut at a word's end where it is longer."""
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"


def capital(text: str) -> str:
    """A text with a capital at its beginning."""
    return text[:1].upper() + text[1:]
