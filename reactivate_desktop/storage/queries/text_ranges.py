"""Texts as the ends of an index range, and as patterns of LIKE."""

from __future__ import annotations

import sys


def like(word: str) -> str:
    r"""Return `word` as a LIKE pattern that means itself: %, _ and \ are letters like others."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def behind(key: str) -> str:
    """Return the smallest text behind every text that begins with `key`, by code point."""
    # Nothing lies behind the last code point: the letter before it moves on.
    key = key.rstrip(chr(sys.maxunicode))
    if not key:
        return ""
    last = ord(key[-1]) + 1
    return key[:-1] + chr(0xE000 if 0xD800 <= last < 0xE000 else last)
