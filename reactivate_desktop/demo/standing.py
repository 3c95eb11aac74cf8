"""Where each patient stands, computed from the rows just made: the rules of data-model.md."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reactivate_desktop.demo.bookings import CONFIRMED, NO_SHOW, SCHEDULED, Bookings
from reactivate_desktop.demo.columns import (
    Flags,
    Ints,
    Words,
    dates,
    numbers,
    only,
    same,
    stamps,
    take,
    words,
)
from reactivate_desktop.demo.outreach import CALL_BACK, Attempts
from reactivate_desktop.demo.tables import Block
from reactivate_desktop.demo.world import World
from reactivate_desktop.domain.segments import AT_RISK_DAYS, DORMANT_DAYS, NEW_DAYS

SEGMENTS = words(["ACTIVE", "AT_RISK", "DORMANT", "NEW"])
_ACTIVE, _AT_RISK, _DORMANT, _NEW = range(4)
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class VisitFacts:
    """Per person: counted visits, first and last day (0: none), lower median of the gaps (0: none)."""

    count: Ints
    first: Ints
    last: Ints
    gap: Ints


def visit_facts(size: int, person: Ints, day: Ints, counted: Flags) -> VisitFacts:
    """Return the facts of counted visits; (person, day) are sorted and no day occurs twice for a person."""
    person, day = person[counted], day[counted]
    count = np.bincount(person, minlength=size).astype(np.int64)
    first = np.full(size, _NEVER, dtype=np.int64)
    last = np.zeros(size, dtype=np.int64)
    np.minimum.at(first, person, day)
    np.maximum.at(last, person, day)
    same_person = person[1:] == person[:-1]
    whose, gaps = person[1:][same_person], np.diff(day)[same_person]
    order = np.lexsort((gaps, whose))
    gap = np.zeros(size, dtype=np.int64)
    many = np.bincount(whose, minlength=size)
    begins = np.cumsum(many) - many
    has = many > 0
    # The lower median, as percentile_disc(0.5) gives it.
    gap[has] = gaps[order][begins[has] + (many[has] - 1) // 2]
    return VisitFacts(count, np.where(count > 0, first, 0), last, gap)


def segments(today: int, facts: VisitFacts, registered: Ints, ahead: Flags) -> Ints:
    """Return each person's segment; first match wins."""
    seen = facts.count > 0
    away = today - facts.last
    known = today - np.where(seen, np.minimum(registered, facts.last), registered)
    dormant = np.where(seen, away >= DORMANT_DAYS, known >= DORMANT_DAYS)
    new = (facts.count <= 1) & (known < NEW_DAYS)
    at_risk = seen & (away >= AT_RISK_DAYS) & ~ahead
    return np.select([dormant, new, at_risk], [_DORMANT, _NEW, _AT_RISK], default=_ACTIVE).astype(np.int64)


def standing_blocks(
    world: World,
    ids: Words,
    facts: VisitFacts,
    registered: Ints,
    bookings: Bookings,
    start: Ints,
    attempts: Attempts,
) -> list[Block]:
    """Return the rows of patient_standing and work_claim: one each per patient."""
    size = len(ids)
    missed = np.bincount(bookings.person[bookings.status == NO_SHOW], minlength=size).astype(np.int64)
    next_at = np.full(size, _NEVER, dtype=np.int64)
    ahead = np.isin(bookings.status, (SCHEDULED, CONFIRMED)) & (start > world.morning)
    np.minimum.at(next_at, bookings.person[ahead], start[ahead])
    booked = next_at != _NEVER
    segment = segments(world.today, facts, registered, booked)
    acted, act_at, promised = _next_actions(size, attempts)
    base = {
        "clinic_id": same(str(world.clinic), size),
        "id": take(ids, np.arange(size)),
        "created_at": stamps(registered * 86_400 + 54_000),
        "updated_at": stamps(np.full(size, world.morning)),
    }
    standing = Block(
        "patient_standing",
        {
            **base,
            "segment": take(SEGMENTS, segment),
            "visit_count": numbers(facts.count),
            "first_visit_on": only(dates(facts.first), facts.count > 0),
            "last_visit_on": only(dates(facts.last), facts.count > 0),
            "usual_gap_days": only(numbers(facts.gap), facts.gap > 0),
            "no_show_count": numbers(missed),
            "next_appointment_at": only(stamps(np.where(booked, next_at, 0)), booked),
            "next_action_at": only(stamps(act_at), acted),
            "callback_at": only(stamps(act_at), promised),
        },
    )
    return [standing, Block("work_claim", base)]


def _next_actions(size: int, attempts: Attempts) -> tuple[Flags, Ints, Flags]:
    """Return whether and when to act next, and whether a call was promised: what each person's latest attempt says."""
    at = np.zeros(size, dtype=np.int64)
    promised = np.zeros(size, dtype=np.bool_)
    order = np.argsort(attempts.start, kind="stable")
    at[attempts.person[order]] = attempts.next_at[order]
    promised[attempts.person[order]] = (attempts.outcome == CALL_BACK)[order]
    return at > 0, at, promised & (at > 0)
