"""Titles as they are compared, without case, accents and punctuation, and as they are written, on one line."""

import re
import unicodedata

# Letters that no decomposition takes apart.
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
# An article that a list put behind the title, so that it sorts under the next word: `Matrix, The`.
ARTICLES = "the|a|an|le|la|les|l'|un|une|der|die|das|ein|eine|el|los|las|una|il|lo|gli|i|o|os|as|de|het|een|den|det"
MOVED = re.compile(rf"(.+), ({ARTICLES})(\s*\(.*\))?", re.IGNORECASE | re.DOTALL)
LEADING = re.compile(r"^(?:the|a|an) (?=.)")
ROMAN = {one: str(number) for number, one in enumerate(("ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"), 2)}
NEITHER = re.compile("[^a-z0-9]")  # letter nor number, of ASCII
STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
YEARS_APART = 1  # sites differ in which premiere they count


def one_line(text: str) -> str:
    """A text without what ends a line or is no letter at all, such as a zero, and without blanks around it."""
    return text.strip() if text.isprintable() else " ".join(STEERING.sub(" ", text).split())


def storable(text: str) -> str:
    """A text without halves of characters, which JSON can write and no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def normalised(title: str) -> str:
    """A title as it is compared: without case, accents of European letters, punctuation and width; `&` is `and`.

    An article behind a comma at the end is put in front. Marks of other scripts stay, because they are letters there; a
    title of punctuation alone is itself.
    """
    if title.isascii():
        text = title.casefold()
    else:
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", title).casefold()).translate(LETTERS)
    moved = MOVED.fullmatch(text) if ", " in text else None
    if moved:
        gap = "" if moved[2] == "l'" else " "
        text = f"{moved[2]}{gap}{moved[1]}{moved[3] or ''}"
    text = re.sub("[\u0300-\u036f'’ʼ`´]", "", text).replace("&", " and ")
    if text.isascii():
        text = NEITHER.sub(" ", text)
    else:
        text = "".join(letter if unicodedata.category(letter)[0] in "LNM" else " " for letter in text)
    return " ".join(unicodedata.normalize("NFC", text).split()) or "".join(title.casefold().split())


def loosely(name: str) -> str:
    """A normalised title as sites that write it otherwise have it alike: no leading article, no blanks, numbers as digits."""
    first, *rest = LEADING.sub("", name, count=1).split(" ")
    return "".join([first, *(ROMAN.get(word, word) for word in rest)])
