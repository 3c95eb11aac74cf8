"""Why a record cannot be taken, as a sentence for the desk, and the field that it is about."""

from __future__ import annotations

import json
import re

import msgspec

_KINDS = {
    "str": "text",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a group of fields",
    "null": "nothing",
}
_EXPECTED = re.compile(r"Expected `([^`]+)`(?:, got `([^`]+)`)?(?: - at `\$\.?([^`]*)`)?")
_INDEX = re.compile(r"\[[^\]]*\]")
_SHOWN = 40


class Refused(Exception):
    """A record that cannot be taken: the sentence says why, `column` which field it is about."""

    def __init__(self, reason: str, column: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column


def shown(text: str) -> str:
    """Return a value as sentences quote it: short, and without what would drive a terminal."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return printable if len(printable) <= _SHOWN else printable[:_SHOWN] + "…"


def refusal(error: Exception, line: bytes) -> Refused:
    """Return what a decoder's error on `line` means: broken JSON, or a value of the wrong kind."""
    if isinstance(error, RecursionError):
        return Refused("This record is nested too deeply to be a FHIR record.")
    if isinstance(error, msgspec.ValidationError):
        return _wrong_kind(str(error))
    if _has_half_character(line):
        return Refused("This record holds half of a character (a lone surrogate), so its text cannot be kept.")
    return Refused("This line is not complete JSON, so it cannot be read.")


def _wrong_kind(message: str) -> Refused:
    found = _EXPECTED.search(message)
    if found is None:
        return Refused("This record does not say what it is: the field resourceType is missing.", "resourceType")
    wanted, got = found[1].removesuffix(" | null"), _KINDS.get(found[2] or "", "something else")
    field = _INDEX.sub("", found[3] or "")
    if not field:
        return Refused(f"This is {got}, not a FHIR record.")
    return Refused(f'The field "{field}" holds {got} where {_KINDS.get(wanted, wanted)} belongs.', field)


def _has_half_character(line: bytes) -> bool:
    """Return whether `line` is JSON but for one half of a pair of escapes such as \\ud83d."""
    try:
        json.dumps(json.loads(line), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    except (ValueError, RecursionError):
        return False
    return False
