"""What people type into the form of a patient, as it will be stored: read while they type, with a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from reactivate_desktop.domain.enums import PhoneQuality, PhoneType
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.patients import check_birth
from reactivate_desktop.domain.people import check_email
from reactivate_desktop.domain.spoken_words import notation
from reactivate_desktop.domain.zones import STATE_ZONES
from ui import formats
from ui.text import tr, trn

_MOST_NAME, _MOST_TEXT, _MOST_PHONE = 200, 200, 40


@dataclass(frozen=True)
class Reading:
    """What a text means. value: to compare; sent: what the service is given (it reads numbers itself).

    said: what was understood, in a tone of the look; problem: why it cannot be stored, a sentence.
    """

    value: Any = None
    sent: Any = None
    said: str = ""
    tone: str = "muted"
    problem: str = ""


def plain(value: Any, said: str = "", tone: str = "muted") -> Reading:
    """Return a reading whose value is also what is sent."""
    return Reading(value, value, said, tone)


def wrong(sentence: str) -> Reading:
    """Return a reading that cannot be stored."""
    return Reading(problem=sentence)


def read_name(text: str, _today: date) -> Reading:
    """Read a first or last name."""
    name = " ".join(text.split())
    if len(name) > _MOST_NAME:
        return wrong(tr("A name has at most {n} letters. Please shorten it.", n=_MOST_NAME))
    return plain(name)


def read_line(text: str, _today: date) -> Reading:
    """Read a line of text; empty is nothing."""
    line = text.strip()
    if len(line) > _MOST_TEXT:
        return wrong(tr("This has at most {n} letters. Please shorten it.", n=_MOST_TEXT))
    return plain(line or None)


def read_phone_field(text: str, _today: date) -> Reading:
    """Read the first phone number: every text may stay, but only a number of the numbering plan gets messages."""
    return _phone(text, "")


def read_second_phone(text: str, _today: date) -> Reading:
    """Read the second phone number."""
    return _phone(text, None)


def read_email(text: str, _today: date) -> Reading:
    """Read an address."""
    if not text.strip():
        return plain(None)
    try:
        return plain(check_email(text))
    except Invalid as error:
        return wrong(str(error))


def read_birth(text: str, today: date) -> Reading:
    """Read a date of birth in any usual way of writing it."""
    reading = read_date(text, today)
    born: date | None = reading.value
    if reading.problem or born is None:
        return reading
    try:
        check_birth(born, today)
    except Invalid as error:
        return wrong(str(error))
    years = int(formats.age(born, today))
    return plain(born, trn("{day} · {n} year old", "{day} · {n} years old", years, day=formats.long_day(born)))


def read_past_day(text: str, today: date) -> Reading:
    """Read a day that is over, such as that of a death."""
    reading = read_date(text, today)
    if reading.value is not None and reading.value > today:
        return wrong(tr("This day has not come yet. Please check the year."))
    return reading


def read_date(text: str, today: date) -> Reading:
    """Read a date: "2 mar 1988", "3/2/1988" (month first), "2.3.1988" (day first), "1988-03-02", "03021988"."""
    if not text.strip():
        return plain(None)
    for year, month, day in _candidates(text, today):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        return plain(found, formats.long_day(found))
    return wrong(tr("This is no date that can be read. Please write it such as “2 mar 1988” or “3/2/1988”."))


def read_state(text: str, _today: date) -> Reading:
    """Read a state of the USA by its two letters; it says what time it is there."""
    state = text.strip().upper()
    if not state:
        return plain(None)
    zones = STATE_ZONES.get(state)
    if zones is None:
        return wrong(tr("Please use the two letters of a state, such as TX."))
    return plain(state, tr("{city} time", city=zones[0].rsplit("/", 1)[-1].replace("_", " ")))


def _phone(text: str, nothing: str | None) -> Reading:
    # The tables of all numbering plans: loaded when the first form is opened.
    from reactivate_desktop.domain.phones import national, read_phone

    bare = text.strip()
    if not bare:
        return plain(nothing)
    if len(bare) > _MOST_PHONE:
        return wrong(tr("A phone number has at most {n} signs. Please check it.", n=_MOST_PHONE))
    phone = read_phone(bare)
    if phone.quality != PhoneQuality.VALID:
        said = tr("No number of the numbering plan: it is kept as typed, and no texts are sent to it.")
        return Reading(phone.number, bare, said, "yellow")
    shown = national(phone.number)
    if phone.type == PhoneType.LANDLINE:
        return Reading(phone.number, bare, tr("{number} · landline: no texts reach it", number=shown), "yellow")
    kind = {PhoneType.MOBILE: tr("mobile"), PhoneType.VOIP: tr("internet phone")}.get(phone.type)
    return Reading(phone.number, bare, f"{shown} · {kind}" if kind else shown)


_ISO = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})")
_FIGURES = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})[-/. ](\d{4}|\d\d)")
_WORDS_FIRST = re.compile(r"mo(\d{1,2}) (\d{1,2}) (?:de |del |of )?(\d{4}|\d\d)")
_DAY_FIRST = re.compile(r"(\d{1,2}) (?:de |of )?mo(\d{1,2}) (?:de |del |of )?(\d{4}|\d\d)")


def _candidates(text: str, today: date) -> Iterator[tuple[int, int, int]]:
    """Yield what a date may mean as (year, month, day), the likeliest first."""
    bare = " ".join(text.split())
    if found := _ISO.fullmatch(bare):
        yield int(found[1]), int(found[2]), int(found[3])
    elif found := _FIGURES.fullmatch(bare):
        first, second, year = int(found[1]), int(found[3]), _year(found[4], today)
        both = [(year, first, second), (year, second, first)]
        # With dots the day is first, as it is everywhere where dots are written.
        yield from reversed(both) if found[2] == "." else both
    elif bare.isdigit() and len(bare) in (6, 8):
        yield from _run_together(bare, today)
    else:
        yield from _worded(bare, today)


def _run_together(figures: str, today: date) -> Iterator[tuple[int, int, int]]:
    year = _year(figures[4:], today)
    yield year, int(figures[:2]), int(figures[2:4])
    if len(figures) == 8:
        yield int(figures[:4]), int(figures[4:6]), int(figures[6:])
    yield year, int(figures[2:4]), int(figures[:2])


def _worded(text: str, today: date) -> Iterator[tuple[int, int, int]]:
    # In a date of birth "mar" is no Tuesday.
    written = notation(re.sub(r"\bmar\b\.?", "march", text.lower().replace(".", " ")))
    if found := _DAY_FIRST.fullmatch(written):
        yield _year(found[3], today), int(found[2]), int(found[1])
    elif found := _WORDS_FIRST.fullmatch(written):
        yield _year(found[3], today), int(found[1]), int(found[2])


def _year(figures: str, today: date) -> int:
    """Return a year; two figures mean the last such year that has begun."""
    if len(figures) == 4:
        return int(figures)
    year = today.year - today.year % 100 + int(figures)
    return year if year <= today.year else year - 100
