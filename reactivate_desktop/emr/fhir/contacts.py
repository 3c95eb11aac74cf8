"""Phones, mail addresses and the home of a Patient record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.people import check_email
from reactivate_desktop.domain.phones import Phone, read_phone
from reactivate_desktop.emr.fhir import shapes
from reactivate_desktop.emr.fhir.dates import is_over
from reactivate_desktop.emr.fhir.texts import tidy
from reactivate_desktop.emr.states import STATES

_PHONE_ORDER = {"mobile": 0, "home": 1, "work": 2}
_HOME_ORDER = {"home": 0, "temp": 1, "work": 2, "billing": 3, "old": 4}
_UNRANKED = 1_000_000


def read_phones(
    points: list[shapes.ContactPoint | None] | None, region: str, today: date
) -> tuple[Phone | None, Phone | None]:
    """Return the first number to try and another one: mobile, home, work; within a use by rank.

    Numbers that the numbering plan does not know are kept as INVALID; old and ended ones are not read.
    """
    found = sorted(
        _in_use(points, ("phone", "sms"), today),
        key=lambda point: (_PHONE_ORDER.get(point.use or "", 3), point.rank or _UNRANKED),
    )
    first: Phone | None = None
    for point in found:
        phone = read_phone(tidy(point.value).removeprefix("tel:"), region)
        if first is None:
            first = phone
        elif phone.number != first.number:
            return first, phone
    return first, None


def read_email(points: list[shapes.ContactPoint | None] | None, today: date) -> tuple[str | None, int]:
    """Return the first mail address by rank, and how many before it cannot be one ("none", "declined")."""
    bad = 0
    for point in sorted(_in_use(points, ("email",), today), key=lambda point: point.rank or _UNRANKED):
        try:
            return check_email(tidy(point.value).removeprefix("mailto:")), bad
        except Invalid:
            bad += 1
    return None, bad


def read_home(addresses: list[shapes.Address | None] | None, today: date) -> tuple[str | None, str | None]:
    """Return (postal code, state) of the address where the person lives; US states by their two letters."""
    known = [address for address in addresses or () if address]
    if not known:
        return None, None
    home = min(known, key=lambda a: (bool(a.period and is_over(a.period.end, today)), _HOME_ORDER.get(a.use or "", 0)))
    state = tidy(home.state)
    return tidy(home.postalCode) or None, STATES.get(state.casefold(), state) or None


def _in_use(
    points: list[shapes.ContactPoint | None] | None, systems: tuple[str, ...], today: date
) -> Iterator[shapes.ContactPoint]:
    for point in points or ():
        if point is None or point.system not in systems or point.use == "old" or not tidy(point.value):
            continue
        if point.period is None or not is_over(point.period.end, today):
            yield point
