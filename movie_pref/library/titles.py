"""Titles as they are compared: without case, accents and punctuation."""

import re
import unicodedata

# Letters that no decomposition takes apart.
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
YEARS_APART = 1  # sites differ in which premiere they count


def normalised(title: str) -> str:
    """A title as it is compared: without case, accents of European letters, punctuation and width; `&` is `and`.

    Marks of other scripts stay, because they are letters there; a title of punctuation alone is itself.
    """
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", title).casefold()).translate(LETTERS)
    text = re.sub("[\u0300-\u036f'’ʼ`´]", "", text).replace("&", " and ")
    text = "".join(letter if unicodedata.category(letter)[0] in "LNM" else " " for letter in text)
    return " ".join(unicodedata.normalize("NFC", text).split()) or "".join(title.casefold().split())
