"""Times as people type them: on the clinic's clock, refused where that clock shows them twice or never."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from reactivate_desktop.domain.errors import Invalid


def read_time(text: str, zone: ZoneInfo) -> datetime:
    """Return the instant that `text` names on the clock of `zone`, or with an offset of its own.

    Raises Invalid for what is no time, for one that is left out when the clock is set forward, and for one that comes
    twice when it is set back: there the offset must be said.
    """
    try:
        typed = datetime.fromisoformat(text.strip())
    except ValueError:
        typed = None
    # A date alone would silently mean midnight, and a year far off has no place on every clock.
    if typed is None or ":" not in text or not 1900 <= typed.year <= 2200:
        raise Invalid(f'"{text}" is not a time. Please write it such as "2026-12-01 09:30".')
    if typed.tzinfo is not None:
        return typed.astimezone(UTC)
    first, second = (typed.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) != typed:
        raise Invalid(f"{text} does not exist in {zone.key}: the clock is set forward there. Please pick another time.")
    if first != second:
        offset = first.astimezone(zone).isoformat(timespec="minutes", sep=" ")
        raise Invalid(f'{text} comes twice in {zone.key}: the clock is set back. Please say which, such as "{offset}".')
    return first


def show_time(instant: datetime, zone: ZoneInfo) -> str:
    """Return an instant as the clock of `zone` shows it."""
    return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M")
