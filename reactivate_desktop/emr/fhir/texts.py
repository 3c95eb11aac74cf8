"""Text as records hold it, tidied: no NUL, no control characters, single blanks."""

from __future__ import annotations

from collections.abc import Iterable


def tidy(text: str | None) -> str:
    """Return `text` with single blanks and without control characters; None is empty.

    Postgres refuses NUL, and one of them would cost every row that is written with it.
    """
    if not text:
        return ""
    if text.isprintable():
        # Of the blanks only the plain one is printable: most texts are one word.
        if " " not in text:
            return text
    else:
        text = "".join(c if c.isprintable() else "" if c == "\0" else " " for c in text)
    return " ".join(text.split())


def first_text(texts: Iterable[str | None]) -> str:
    """Return the first of `texts` that holds something, tidied; empty when none does."""
    return next((found for text in texts if (found := tidy(text))), "")
