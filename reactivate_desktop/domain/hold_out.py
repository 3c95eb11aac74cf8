"""Who is kept back from the queue at random for some weeks, so that one can see what contact adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid5

from reactivate_desktop.domain.drawing import held_out_of
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.experiments import is_held_out

MOST_PERCENT = 50.0
# As long as a return is waited for (scoring.md section 8): who is drawn on a period's first day is followed for just
# that period, and with the next one chance decides anew, so that nobody is kept back for ever.
PERIOD_DAYS = 90
FIRST_DAY = date(2020, 1, 1)
PERCENT_KEY, HISTORY_KEY = "hold_out_percent", "hold_out_history"
_SPACE = UUID("0d5b2a3e-6c0f-4b39-9a54-6f2a5cf1d7b0")
_WRONG_PERCENT = (
    'The share of patients who are kept back at random ("hold_out_percent" of the setting "scoring") must be a number '
    "from 0 to 50. Please correct it."
)
_WRONG_HISTORY = 'The "hold_out_history" of the setting "scoring" cannot be read. Please remove it from the setting.'


@dataclass(frozen=True)
class HoldOutRules:
    """How many of the patients who may be contacted are kept back at random.

    percent: 0 (nobody) to 50. history: when it was set to what, oldest first; empty: nobody noted it.
    """

    percent: float = 0.0
    history: tuple[tuple[datetime, float], ...] = ()

    @property
    def since(self) -> datetime | None:
        """When the present percent was set, as far as it is known."""
        return self.history[-1][0] if self.history else None


@dataclass(frozen=True)
class Stretch:
    """A time in which the same percent was kept back; begin None: nobody noted it, end None: until now."""

    percent: float
    begin: datetime | None
    end: datetime | None


@dataclass(frozen=True)
class Draw:
    """One drawing of who is kept back: share (0 to 0.5) from `begin` to the day before `end`.

    at: from when a prediction on record is one of this draw. id and salt make the hash another one for each period,
    each share and each clinic.
    """

    share: float
    begin: date
    end: date
    at: datetime
    id: UUID
    salt: str

    @property
    def last_day(self) -> date:
        """The last day on which who is kept back now is so by this draw."""
        return self.end - timedelta(days=1)

    def holds_out(self, patient_id: UUID) -> bool:
        """Return whether a patient is kept back: the same whenever and in whatever order it is asked."""
        return is_held_out(patient_id, self.id, self.salt, self.share)

    def held_out(self, packed: bytes) -> list[bool]:
        """Return the same of many patients; packed: their ids, 16 bytes each."""
        return held_out_of(packed, self.id, self.salt, self.share)


def hold_out_rules(kept: Mapping[str, Any]) -> HoldOutRules:
    """Return the hold-out of a clinic's setting "scoring"; without one nobody is kept back.

    Raises Invalid for a percent outside 0-50.
    """
    return HoldOutRules(_percent(kept.get(PERCENT_KEY, 0.0)), _history(kept.get(HISTORY_KEY, ())))


def with_hold_out(kept: Mapping[str, Any], percent: float, at: datetime) -> dict[str, Any]:
    """Return the setting "scoring" with another percent and a note of when it was set; the rest stays.

    at: now, with its time zone. Without the note the effect of contact could not be told across a change of the
    percent: other patients were compared. Raises Invalid for a percent outside 0-50.
    """
    before, wanted = hold_out_rules(kept), _percent(percent)
    if wanted == before.percent:
        return dict(kept)
    # Clocks are set back: the notes stay in their order.
    noted = [*before.history, (at if before.since is None else max(at, before.since), wanted)]
    return {**kept, PERCENT_KEY: wanted, HISTORY_KEY: [[when.isoformat(), share] for when, share in noted]}


def stretches(rules: HoldOutRules) -> list[Stretch]:
    """Return the times in which patients were kept back, the newest first."""
    noted = [*rules.history]
    # Somebody changed the percent past with_hold_out: when is not known, at the earliest after the last note.
    if not noted or noted[-1][1] != rules.percent:
        begin = noted[-1][0] if noted else None
        found = [Stretch(rules.percent, begin, None)]
    else:
        found = [Stretch(rules.percent, noted[-1][0], None)]
    found += [Stretch(share, begin, end) for (begin, share), (end, _) in reversed(list(pairwise(noted)))]
    return [stretch for stretch in found if stretch.percent > 0]


def draw_of(rules: HoldOutRules, salt: str, today: date, zone: tzinfo) -> Draw | None:
    """Return who is drawn at a day of the clinic's calendar; None: nobody is kept back.

    salt: the clinic's own. Periods are of 90 days, the same for all clinics. A change of the percent draws anew at
    once: else those who were kept back before it would be the ones who were not yet contacted.
    """
    if rules.percent <= 0:
        return None
    begin = period_begin(today)
    starts = datetime.combine(begin, time(), zone)
    since = rules.since
    key = f"{begin.isoformat()} {rules.percent!r} {since.isoformat() if since else ''}"
    return Draw(
        share=rules.percent / 100,
        begin=begin,
        end=begin + timedelta(days=PERIOD_DAYS),
        at=starts if since is None else max(starts, since),
        id=uuid5(_SPACE, key),
        salt=salt,
    )


def period_begin(day: date) -> date:
    """Return the first day of the period that a day lies in."""
    return day - timedelta(days=(day - FIRST_DAY).days % PERIOD_DAYS)


def _percent(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST_PERCENT:
        raise Invalid(_WRONG_PERCENT)
    return float(value)


def _history(kept: object) -> tuple[tuple[datetime, float], ...]:
    if not isinstance(kept, Sequence) or isinstance(kept, str):
        raise Invalid(_WRONG_HISTORY)
    try:
        found = [(datetime.fromisoformat(when), _percent(share)) for when, share in kept]
    except (TypeError, ValueError):
        raise Invalid(_WRONG_HISTORY) from None
    times = [when for when, _ in found]
    if any(when.tzinfo is None for when in times) or any(later < earlier for earlier, later in pairwise(times)):
        raise Invalid(_WRONG_HISTORY)
    return tuple(found)
