"""The text of a file of an export: in UTF-8, in UTF-16, or in an encoding that is guessed, which is then said.

No character is ever replaced: what cannot be read as it stands is refused.
"""

import re
from typing import NamedTuple

WESTERN = "cp1252"
# What spreadsheets and editors write where they do not write UTF-8.
GUESSED = [WESTERN, "cp1250", "cp1251", "cp1253", "shift_jis", "gb18030", "euc_kr", "big5"]
WIDE = ["utf_16_le", "utf_16_be"]
NAMES = {
    **{f"cp{number}": f"Windows-{number}" for number in (1250, 1251, 1252, 1253)},
    **{"shift_jis": "Shift JIS", "gb18030": "GB 18030", "euc_kr": "EUC-KR", "big5": "Big5"},
    **{"utf_16_le": "UTF-16", "utf_16_be": "UTF-16", "utf_16": "UTF-16"},
}
SAMPLE = 1 << 16  # bytes that are looked at to guess an encoding
BEYOND_ASCII = re.compile(rb"[^\n]*[\x80-\xff][^\n]*\n?")
UTF_8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


class Decoded(NamedTuple):
    """The text of a file, and the encoding's name where it had to be guessed, else empty."""

    text: str
    guessed: str = ""


def decoded(data: bytes) -> Decoded:
    """The text of some bytes; the byte order mark is taken off.

    Raises
    ------
    UnicodeDecodeError
        The bytes are UTF-8 with damage in it, or no text in an encoding that can be told.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Decoded(data.decode("utf-16"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        damaged = error
    else:
        if "\0" not in text:
            return Decoded(text)
        damaged = UnicodeDecodeError("utf-8", data[:1], 0, 1, "a zero byte")
    if b"\0" in data[:SAMPLE]:
        return _guessed(data, data[:SAMPLE][: len(data) // 2 * 2], WIDE, damaged)
    if b"\0" in data or _is_mostly_utf_8(data):
        raise damaged
    return _guessed(data, _telling(data), GUESSED, damaged)


def _guessed(data: bytes, sample: bytes, among: list[str], damaged: UnicodeDecodeError) -> Decoded:
    from charset_normalizer import from_bytes

    found = from_bytes(sample, cp_isolation=among)
    best = found.best()
    if best is None:
        raise damaged
    encoding = best.encoding
    if encoding in GUESSED and (WESTERN in [one.encoding for one in found] or _alike(sample, encoding)):
        encoding = WESTERN  # by far the most frequent, so the others need a reason
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise damaged from None
    if "\0" in text:
        raise damaged
    return Decoded(text.removeprefix("\ufeff"), NAMES.get(encoding, encoding))


def _alike(sample: bytes, encoding: str) -> bool:
    """Whether Western letters and those of the encoding are the same here."""
    try:
        return sample.decode(WESTERN) == sample.decode(encoding)
    except UnicodeDecodeError:
        return False


def _telling(data: bytes) -> bytes:
    """The first lines with a letter beyond ASCII, which are all that a guess can go by."""
    lines, size = [], 0
    for line in BEYOND_ASCII.finditer(data):
        lines.append(line.group()[:SAMPLE])
        size += len(lines[-1])
        if size >= SAMPLE:
            break
    return b"".join(lines)


def _is_mostly_utf_8(data: bytes) -> bool:
    """Whether most letters beyond ASCII are UTF-8, so that what is not is damage and no other encoding."""
    letters = sum(len(one) for one in UTF_8_LETTER.findall(data))
    return 2 * letters > sum(len(one) for one in re.findall(rb"[\x80-\xff]+", data))
