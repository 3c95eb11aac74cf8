"""What programs and spreadsheets do to a cell, undone where that is certain and refused where it is not."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from reactivate_desktop.domain.enums import PhoneQuality, PhoneType
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.people import check_email
from reactivate_desktop.domain.phones import Phone, read_phone

ID_LETTERS = 200
EMAIL_LETTERS = 320
TEXT_LETTERS = 2000
# Cells by which programs say that there is nothing; never asked of names (Null and Na are surnames).
_WORDS = "NULL null Null (null) N/A n/a NA #N/A NaN nan None none NONE - -- ? \\N 0000-00-00 00/00/0000"
NOTHING = frozenset(_WORDS.split()) | {"0000-00-00 00:00:00"}
# What our own exports put an apostrophe before, so that a spreadsheet does not run it (the last four: full-width).
_FORMULA_SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
_NARROW = re.compile(r"#{2,}$")
_EXCEL_ERROR = re.compile(r"#(?:REF|VALUE|NAME|DIV/0|NUM|NULL|SPILL|CALC|N/A)[!?]?$", re.IGNORECASE)
_SHORTENED = re.compile(r"[+-]?\d+(?:[.,]\d+)?E[+-]\d{2,3}$", re.IGNORECASE)
_WITH_DECIMALS = re.compile(r"(\d+)[.,]0+$")
_US_ZIP = re.compile(r"(\d{3,5})(?:-?(\d{4}))?$")
# States and territories whose postal codes begin with two zeros (PR, VI; Holtsville NY) or with one.
_TWO_ZEROS = frozenset({"PR", "VI", "NY"})
_ONE_ZERO = frozenset({"CT", "MA", "ME", "NH", "NJ", "RI", "VT", "AE", *_TWO_ZEROS})


class Refused(Exception):
    """A cell costs its row: which field, and why in words."""

    def __init__(self, field: str | None, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class Clinic:
    """Where the file is read: the clinic's zone, the region (ISO 3166) of its phone numbers, and its today."""

    zone: ZoneInfo
    region: str
    today: date


def clean_name(text: str) -> str:
    """Return a cell without control characters, Excel's ="..." and the apostrophe of our own exports."""
    if not text.isprintable():
        # Before a tab the apostrophe is ours, too, and the tab is gone afterwards.
        text = _printable(text[1:] if text[:2] in ("'\t", "'\r") else text)
    text = text.strip()
    if text and text[0] in "='":
        if text.startswith('="') and text.endswith('"') and text.count('"') == 2:
            return text[2:-1].strip()
        if len(text) > 1 and text[0] == "'" and text[1] in _FORMULA_SIGNS:
            return text[1:]
    return text


def clean(text: str) -> str:
    """Return a cell as clean_name does, empty for a word that says "nothing" (NULL, N/A, none, -)."""
    if text.isprintable():
        text = text.strip()
        if text[:1] not in "='":
            return "" if text in NOTHING else text
    text = clean_name(text)
    return "" if text in NOTHING else text


def _printable(text: str) -> str:
    """Return text with line breaks and odd blanks as blanks, without control and invisible characters.

    The joiners (U+200C, U+200D) stay: Persian and Indian names are spelt with them.
    """
    kept = []
    for char in text:
        kind = unicodedata.category(char)
        if char.isspace():
            kept.append(" ")
        elif kind not in ("Cc", "Cf", "Cs") or char in "\u200c\u200d":
            kept.append(char)
    return "".join(kept)


def refuse_damage(field: str, text: str) -> None:
    """Raise Refused for what Excel leaves in place of a value."""
    if text[:1] != "#":
        return
    if _NARROW.match(text):
        raise Refused(
            field,
            f'Excel wrote "{text[:10]}" because the column was too narrow. Please widen the column and save again.',
        )
    if _EXCEL_ERROR.match(text):
        raise Refused(field, f'The cell holds an error of Excel ("{text}"). Please correct it there and save again.')


def shortened(text: str) -> bool:
    """Return whether Excel cut a long number down to something like 1.23E+09."""
    return _SHORTENED.match(text) is not None


def read_id(field: str, text: str) -> str | None:
    """Return an id exactly as the file has it (None: an empty cell): text, never a number.

    Raises Refused for one that a spreadsheet rounded (1.2E+05) or gave decimals (123.0): it would belong to nobody,
    or to somebody else.
    """
    if not text:
        return None
    if text.isalnum() and len(text) <= ID_LETTERS:
        return text
    refuse_damage(field, text)
    if shortened(text):
        raise Refused(
            field,
            f'Excel has shortened this number to "{text[:40]}", so the id is lost. '
            "Please format the column as text in Excel and export it again.",
        )
    if found := _WITH_DECIMALS.match(text):
        raise Refused(
            field,
            f'"{text[:40]}" looks like the id {found[1][:40]} after a spreadsheet made a decimal number of it. '
            "Please format the column as text and export it again.",
        )
    if len(text) > ID_LETTERS:
        raise Refused(field, f"This id has more than {ID_LETTERS} characters. Please check the column.")
    return text


def read_text(field: str, text: str) -> str | None:
    """Return free text with single blanks (None: an empty cell). Formula-like text is text."""
    if not text:
        return None
    refuse_damage(field, text)
    if len(text) > TEXT_LETTERS:
        raise Refused(field, f"This text has more than {TEXT_LETTERS:,} letters. Please check the column.")
    return " ".join(text.split()) if "  " in text else text


def read_number(text: str, region: str) -> Phone | None:
    """Return a phone number (None: an empty cell). What cannot be dialled is INVALID with its raw text: never refused.

    1.23E+09 is never read as digits: some of them would be a valid number of somebody else.
    """
    if not text:
        return None
    if shortened(text):
        return Phone(text[:40], text, PhoneQuality.INVALID, PhoneType.UNKNOWN)
    if found := _WITH_DECIMALS.match(text):
        phone = read_phone(found[1], region)
        return Phone(phone.number, text, phone.quality, phone.type)
    return read_phone(text, region)


def read_email(field: str, text: str) -> str | None:
    """Return an address (None: an empty cell). Raises Refused for what cannot be one, and for several in one cell."""
    if not text:
        return None
    refuse_damage(field, text)
    bare = text[7:] if text[:7].lower() == "mailto:" else text
    if bare.count("@") > 1 or ";" in bare or "," in bare:
        raise Refused(field, f'"{text[:80]}" is not one email address. Please leave one address in the cell.')
    if len(bare) > EMAIL_LETTERS:
        raise Refused(field, f"This email address has more than {EMAIL_LETTERS} letters. Please check the column.")
    try:
        return check_email(bare)
    except Invalid as error:
        raise Refused(field, str(error)) from error


def read_postal_code(field: str, text: str, state: str | None, region: str) -> str | None:
    """Return a postal code (None: an empty cell), with the zeros that a spreadsheet took from a US one.

    2108 is 02108 in the USA (no code there has four digits), and so is 2108 with the state MA elsewhere.
    """
    if not text:
        return None
    refuse_damage(field, text)
    if shortened(text):
        raise Refused(
            field, f'Excel has shortened this postal code to "{text[:40]}". Please export the column as text.'
        )
    if found := _WITH_DECIMALS.match(text):
        text = found[1]
    if len(text) > 20:
        raise Refused(field, f'"{text[:30]}" is no postal code. Please check the column.')
    american = region == "US" or state in _ONE_ZERO
    if american and text.isdigit() and len(text) == 8:
        text = f"0{text[:4]}-{text[4:]}"
    found = _US_ZIP.match(text)
    if not american or found is None:
        return text
    code, more = found[1], found[2]
    if len(code) == 3 and state not in _TWO_ZEROS:
        return text
    return code.zfill(5) + (f"-{more}" if more else "")
