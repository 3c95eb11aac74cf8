"""Names as people search them: without case, accents and apostrophes."""

from __future__ import annotations

import unicodedata

# Letters that Unicode does not decompose into a base letter and a mark.
_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "'": None,
        "’": None,
        "ʻ": None,
        "`": None,
        "-": " ",
        ",": " ",
    }
)


def fold(text: str) -> str:
    """Return `text` in lower case, without accents and apostrophes, hyphens as spaces, spaces single."""
    bare = text.lower()
    if not bare.isascii():
        # Lower again: some letters of mathematics decompose into capitals.
        decomposed = unicodedata.normalize("NFKD", bare).lower()
        bare = "".join(c for c in decomposed if unicodedata.category(c) != "Mn")
    return " ".join(bare.translate(_LETTERS).split())


def name_key(first: str, last: str) -> str:
    """Return the key by which a patient is searched and sorted: "last first", folded."""
    return fold(f"{last} {first}")


def full_name(first: str, last: str) -> str:
    """Return the name as shown: whichever parts there are."""
    return f"{first} {last}".strip()
