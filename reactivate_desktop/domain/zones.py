"""In which time zones a patient may be: as she said, else by where she lives, else by her number, else the clinic's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from zoneinfo import available_timezones

import phonenumbers
from phonenumbers import timezone as number_zones
from phonenumbers.tzdata import TIMEZONE_DATA

_NORTH_AMERICA = 1
# A toll-free or personal number fits dozens of zones: it says nothing.
_MOST = 6
_UNKNOWN = "Etc/Unknown"
_EAST, _MIDDLE, _MOUNTAIN, _WEST = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
# States of the USA by the zones within them, the one in which most people live first.
_GROUPS: dict[tuple[str, ...], str] = {
    (_EAST,): "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    (_MIDDLE,): "AL AR IA IL LA MN MO MS OK WI",
    (_MOUNTAIN,): "CO MT NM UT WY",
    (_WEST,): "CA WA",
    (_EAST, _MIDDLE): "FL IN KY MI",
    (_MIDDLE, _EAST): "TN",
    (_MIDDLE, _MOUNTAIN): "KS ND NE SD TX",
    (_WEST, _MOUNTAIN): "NV",
    (_WEST, "America/Boise"): "OR",
    ("America/Boise", _WEST): "ID",
    # The Navajo Nation keeps summer time, the rest of Arizona does not.
    ("America/Phoenix", _MOUNTAIN): "AZ",
    ("America/Anchorage", "America/Adak"): "AK",
    ("Pacific/Honolulu",): "HI",
    ("America/Puerto_Rico",): "PR VI",
    ("Pacific/Guam",): "GU MP",
    ("Pacific/Pago_Pago",): "AS",
}
STATE_ZONES = {state: zones for zones, states in _GROUPS.items() for state in states.split()}


class ZoneSource(StrEnum):
    """Where the zones of a patient are known from; CLINIC: not known, the clinic's own is taken."""

    PATIENT = "PATIENT"
    STATE = "STATE"
    NUMBER = "NUMBER"
    CLINIC = "CLINIC"


@dataclass(frozen=True)
class Whereabouts:
    """The zones (IANA names) in which a patient may be; the first is the likeliest and the one to show."""

    zones: tuple[str, ...]
    source: ZoneSource

    @property
    def known(self) -> bool:
        """Whether anything of the patient's own says where she is."""
        return self.source is not ZoneSource.CLINIC


def whereabouts(zone: str | None, state: str | None, number: str, home: str) -> Whereabouts:
    """Return where a patient may be.

    zone: as she said; state: two letters; number: E.164; home: the zone of her location, else of the clinic. What
    only the number says is joined by `home`: mobiles are ported. Source: requirement Q3.
    """
    if zone is not None and zone in _names():
        return Whereabouts((zone,), ZoneSource.PATIENT)
    lives = STATE_ZONES.get((state or "").strip().upper())
    if lives is not None:
        return Whereabouts(_first(home, lives), ZoneSource.STATE)
    called = zones_of_number(number)
    if called:
        return Whereabouts(_first(home, (*called, home)), ZoneSource.NUMBER)
    return Whereabouts((home,), ZoneSource.CLINIC)


def zones_of_number(number: str) -> tuple[str, ...]:
    """Return the zones of an E.164 number, of one in North America all that its area code has; empty: it says none."""
    if not number.startswith("+"):
        return ()
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ()
    found = set(number_zones.time_zones_for_number(parsed)) - {_UNKNOWN}
    if parsed.country_code == _NORTH_AMERICA and found:
        found |= _of_area(str(parsed.national_number)[:3])
    return tuple(sorted(found)) if len(found) <= _MOST else ()


@cache
def _of_area(code: str) -> frozenset[str]:
    """Return every zone of an area code: what is registered in one corner of it may be carried to the other."""
    start = f"{_NORTH_AMERICA}{code}"
    return frozenset(zone for prefix, zones in TIMEZONE_DATA.items() if prefix.startswith(start) for zone in zones)


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def _first(home: str, zones: tuple[str, ...]) -> tuple[str, ...]:
    """Return the zones once each, the clinic's own first where it is one of them."""
    ordered = (home, *zones) if home in zones else zones
    return tuple(dict.fromkeys(ordered))
