"""What contacting patients added: those who were contacted against those who were held out at random."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from reactivate_desktop.domain.experiments import HELD_OUT
from reactivate_desktop.domain.proportions import SPLIT_ALARM, Arm, Interval, newcombe, percent, split_p

RETURN_DAYS = 90


@dataclass(frozen=True)
class Followed:
    """One patient from her assignment on.

    assigned: the day, before anybody contacted her; visited: her first counted visit after that day; booked: she booked
    after a contact. Whether anybody ever reached her is not asked: she counts where she was assigned.
    """

    patient_id: UUID
    held_out: bool
    assigned: date
    visited: date | None = None
    booked: bool = False


@dataclass(frozen=True)
class Effect:
    """What contacting added, by intention to treat, with the patient as unit.

    lift: contacted minus held out, share of returns within `days`; None where an arm is empty. extra: about so many
    visits, from and to. waiting: patients who cannot be counted yet. booked: a count, not an effect.
    """

    contacted: Arm
    held_out: Arm
    days: int
    waiting: int
    booked: int
    lift: float | None
    interval: Interval
    extra: tuple[int, int, int] | None
    split_p: float
    sentence: str


def first_assignments(people: Iterable[Followed]) -> list[Followed]:
    """Return each patient once, by her first assignment (scoring.md section 8: first exposure), oldest first.

    Of two on one day the contacted one counts: it may have changed what she did.
    """
    found: dict[UUID, Followed] = {}
    for one in sorted(people, key=lambda p: (p.assigned, p.held_out, p.patient_id)):
        found.setdefault(one.patient_id, one)
    return list(found.values())


def measure(people: Iterable[Followed], today: date, share: float = HELD_OUT, days: int = RETURN_DAYS) -> Effect:
    """Return what contacting added among those whose `days` are over; a visit counts from the day after assignment.

    people: of one campaign, or of several that held out the same share (others may not be pooled: their arms would
    hold other patients). Source: scoring.md section 8, Newcombe's interval at 95 %.
    """
    window = timedelta(days=days)
    everybody = first_assignments(people)
    counted = [one for one in everybody if one.assigned + window < today]
    arms = [
        Arm(name, len(group), sum(_returned(one, window) for one in group))
        for name, group in (
            ("contacted", [one for one in counted if not one.held_out]),
            ("held out", [one for one in counted if one.held_out]),
        )
    ]
    booked = sum(one.booked and not one.held_out for one in counted)
    return effect(arms[0], arms[1], share, days, len(everybody) - len(counted), booked)


def effect(
    contacted: Arm,
    held_out: Arm,
    share: float = HELD_OUT,
    days: int = RETURN_DAYS,
    waiting: int = 0,
    booked: int = 0,
) -> Effect:
    """Return what contacting added, from the counts of both arms; share: the one that was to be held out."""
    odd = split_p((contacted.patients, held_out.patients), (1.0 - share, share)) if 0.0 < share < 1.0 else 1.0
    interval = newcombe(held_out, contacted)
    both = contacted.patients and held_out.patients
    lift = contacted.rate - held_out.rate if both else None
    size = contacted.patients
    extra = None if lift is None else (round(lift * size), round(interval.low * size), round(interval.high * size))
    words = _words(contacted, held_out, days, odd, interval, extra)
    if booked:
        words += f" {booked:,} booked after a contact; that is a count, not what contact added."
    return Effect(contacted, held_out, days, waiting, booked, lift, interval, extra, odd, words)


def _returned(one: Followed, window: timedelta) -> bool:
    return one.visited is not None and one.assigned < one.visited <= one.assigned + window


def _words(
    contacted: Arm, held_out: Arm, days: int, odd: float, interval: Interval, extra: tuple[int, int, int] | None
) -> str:
    if extra is None:
        missing = "was held out" if contacted.patients else "could be contacted"
        return f"What contact added cannot be told yet: nobody who {missing} has been followed for {days} days."
    if odd < SPLIT_ALARM:
        return (
            f"What contact added cannot be told: {contacted.patients:,} patients could be contacted and "
            f"{held_out.patients:,} were held out, which is not the planned split. Please report it."
        )
    words = (
        f"Of {contacted.patients:,} patients to be contacted {percent(contacted.rate)} came back within {days} days, "
        f"of {held_out.patients:,} held out {percent(held_out.rate)}"
    )
    middle, low, high = extra
    if interval.low > 0.0:
        return f"{words}: contact brought about {middle:,} patients back (between {low:,} and {high:,})."
    points = f"{100 * interval.low:+.1f} to {100 * interval.high:+.1f} points"
    if interval.high < 0.0:
        return f"{words}: fewer came back with contact than without ({points}). Please look at how they are contacted."
    return f"{words}. That may be chance: contact may have added anything from {points}."
