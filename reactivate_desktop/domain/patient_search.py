"""What a person typed into the search of patients: parts of a name, a number, a birthday, an id."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from reactivate_desktop.domain.names import fold
from reactivate_desktop.domain.phones import read_phone

# Fewer digits are in nearly every number.
_LEAST_DIGITS = 3
# Shorter words are alike to too many others.
LEAST_ALIKE = 4
_WHOLE_NUMBER = 7
_LONG = 6
_OLDEST = date(1850, 1, 1)
# Where the month is written before the day.
_MONTH_FIRST = frozenset({"US", "CA", "PH", "PR", "GU", "VI", "AS", "FM", "MH", "PW"})
_MONTH_WORDS = """
    jan january ene enero | feb february febrero | mar march marzo | apr april abr abril | may mayo | jun june junio
    | jul july julio | aug august ago agosto | sep sept september septiembre setiembre | oct october octubre
    | nov november noviembre | dec december dic diciembre
"""
_MONTHS = {word: n for n, words in enumerate(_MONTH_WORDS.split("|"), 1) for word in words.split()}
_WORD = rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
# Nothing of a longer number may stand beside a day: 06.12.34.56.78 is a phone number.
_ALONE, _END = r"(?<![\d/.-])", r"(?![-/.]?\d)"
_YEAR_FIRST = re.compile(rf"{_ALONE}(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_END}", re.ASCII)
_YEAR_LAST = re.compile(rf"{_ALONE}(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_END}", re.ASCII)
_BLANKS = re.compile(r"^(\d{1,2}) (\d{1,2}) (\d{4})$", re.ASCII)
_TH = r"(\d{1,2})(?:st|nd|rd|th)?"
_YEAR = rf"(\d{{4}}|\d{{2}}){_END}"
_DAY_MONTH = re.compile(rf"\b{_TH}[-/. ]*(?:de )?({_WORD})\b[-/., ]*(?:de )?{_YEAR}", re.ASCII | re.IGNORECASE)
_MONTH_DAY = re.compile(rf"\b({_WORD})\b[-/. ]*{_TH}[-/., ]+{_YEAR}", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"[\d+()./-]*\d[\d+()./-]*", re.ASCII)
# "MRN 20417" as a row shows it.
_LABEL = re.compile(r"(?:mrn|id|no|nr|#)[.:#]*", re.IGNORECASE)


@dataclass(frozen=True)
class PatientSearch:
    """What was typed, as the database looks for it.

    Every word must occur in the name (lower case, without accents). born: on one of these days, the likeliest reading
    first. Of number, digits, codes and days one must hold: the whole phone number is `number` (E.164), or it holds
    one of `digits`; the external id or MRN begins with one of `codes`; the birthday is one of `days`.
    """

    words: tuple[str, ...] = ()
    born: tuple[date, ...] = ()
    number: str = ""
    digits: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    days: tuple[date, ...] = ()

    @property
    def numbered(self) -> bool:
        """Whether a number or an id was typed."""
        return bool(self.number or self.digits or self.codes or self.days)

    @property
    def anything(self) -> bool:
        """Whether there is something to look for at all."""
        return bool(self.words or self.born or self.numbered)

    @property
    def one_word(self) -> bool:
        """Whether a single part of a name was typed and nothing else."""
        return len(self.words) == 1 and not (self.born or self.numbered)

    @property
    def alike(self) -> tuple[str, ...]:
        """Return the words that are long enough to look for names that are alike."""
        return tuple(word for word in self.words if len(word) >= LEAST_ALIKE)


def read_search(text: str, today: date, region: str = "US") -> PatientSearch:
    """Return what `text` looks for. `region` (ISO 3166) says how days and phone numbers are written.

    03/02/1988 is both days, that of the region's order first; a year of two digits never lies in the future.
    """
    born, rest = _take_birth(" ".join(text.split()), today, region)
    tokens = [token.strip(",;") for token in rest.split()]
    numbers = [token for token in tokens if any(c.isdigit() for c in token)]
    names = [token for token in tokens if token not in numbers]
    if numbers:
        names = [name for name in names if not _LABEL.fullmatch(name)]
    words = tuple(dict.fromkeys(fold(" ".join(names)).split()))
    if not numbers:
        return PatientSearch(words, born)
    raw = " ".join(numbers)
    if not all(_NUMBER.fullmatch(token) for token in numbers):
        return PatientSearch(words, born, codes=_codes(raw))
    digits = re.sub(r"\D", "", raw)
    days = _days_of(digits, today, region)
    whole = read_phone(raw, region).number if len(digits) >= _WHOLE_NUMBER else ""
    if whole.startswith("+"):
        return PatientSearch(words, born, whole, codes=_codes(raw), days=days)
    parts: tuple[str, ...] = (digits,) if len(digits) >= _LEAST_DIGITS else ()
    if len(digits) >= _LONG and digits.startswith("0"):
        # A zero that is only dialled within the country is not kept.
        parts = (digits, digits.lstrip("0") or digits)
    return PatientSearch(words, born, digits=parts, codes=_codes(raw), days=days)


def _codes(raw: str) -> tuple[str, ...]:
    """Return the ways in which an id may be kept: as typed, in capitals, small, without blanks or its label."""
    bare = _LABEL.sub("", raw, count=1) if _LABEL.match(raw) else raw
    return tuple(dict.fromkeys((raw, raw.upper(), raw.lower(), raw.replace(" ", ""), bare)))


def _take_birth(text: str, today: date, region: str) -> tuple[tuple[date, ...], str]:
    """Return (the days that a birthday in `text` may mean, the text without it); no day: the whole text."""
    for pattern, read in _WAYS:
        found = pattern.search(text)
        born = _dates(*read(found, region), today) if found else ()
        if found and born:
            return born, f"{text[: found.start()]} {text[found.end() :]}"
    return (), text


def _year_last(found: re.Match[str], region: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    # Points stand between day and month, never between month and day.
    return found[4], _orders(found[1], found[3], "" if found[2] == "." else region)


_Read = Callable[[re.Match[str], str], tuple[str, tuple[tuple[str, str], ...]]]
# How people write a birthday, and how (year, (month, day)...) is read from it.
_WAYS: tuple[tuple[re.Pattern[str], _Read], ...] = (
    (_YEAR_FIRST, lambda found, _: (found[1], ((found[3], found[4]),))),
    (_YEAR_LAST, _year_last),
    (_BLANKS, lambda found, region: (found[3], _orders(found[1], found[2], region))),
    (_DAY_MONTH, lambda found, _: (found[3], ((str(_MONTHS[found[2].lower()]), found[1]),))),
    (_MONTH_DAY, lambda found, _: (found[3], ((str(_MONTHS[found[1].lower()]), found[2]),))),
)


def _days_of(digits: str, today: date, region: str) -> tuple[date, ...]:
    """Return the days that bare digits may mean: 03021988, 030288, 19880302."""
    if len(digits) not in (6, 8):
        return ()
    last = _dates(digits[4:], _orders(digits[:2], digits[2:4], region), today)
    first = _dates(digits[:4], ((digits[4:6], digits[6:]),), today) if len(digits) == 8 else ()
    return tuple(dict.fromkeys((*last, *first)))


def _orders(first: str, second: str, region: str) -> tuple[tuple[str, str], ...]:
    """Return (month, day) of two numbers, that of the region's order first."""
    both = ((first, second), (second, first))
    return both if region in _MONTH_FIRST else both[::-1]


def _dates(year: str, months_and_days: tuple[tuple[str, str], ...], today: date) -> tuple[date, ...]:
    """Return the days that exist and on which somebody alive may be born, each once."""
    years = (int(year),) if len(year) == 4 else (2000 + int(year), 1900 + int(year))
    days = (_day(each, int(month), int(day)) for each in years for month, day in months_and_days)
    return tuple(dict.fromkeys(day for day in days if day is not None and _OLDEST <= day <= today))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
