"""Who is kept out of the queue and why: the rules in their order, over all patients or over one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from reactivate_desktop.domain.enums import PatientState
from reactivate_desktop.domain.scores import Exclusion
from reactivate_desktop.domain.segments import AT_RISK_DAYS
from reactivate_desktop.scoring.arrays import NEVER, NO_TIME, Flags, Ints

# Patient states are held as their place in this list.
STATES = tuple(PatientState)
EXCLUSIONS = tuple(Exclusion)
NOT_EXCLUDED = -1
# Nobody who was seen since is asked to come back: the same days that make a patient AT_RISK.
SEEN_LATELY_DAYS = AT_RISK_DAYS
_WAITS = (Exclusion.CALLBACK_LATER, Exclusion.COOL_OFF, Exclusion.HELD_OUT)


@dataclass(frozen=True)
class Chance:
    """Whom chance keeps back: `arms` says it of the patients at these places.

    begun: whom the desk has contacted since she was drawn. What it began it goes on with.
    """

    arms: Callable[[Ints], Flags]
    begun: Flags


@dataclass(frozen=True)
class Facts:
    """What the rules ask about, one entry per patient; times are microseconds since 1970 (NO_TIME: none).

    addresses: numbers and addresses that could work, opted_out: how many of them may not be used; next_booked:
    day (NEVER: none); tries: attempts without an answer since the last visit; held_out: kept back by chance.
    """

    state: Ints
    do_not_contact: Flags
    addresses: Ints
    opted_out: Ints
    next_booked: Ints
    visits: Ints
    days: Ints
    callback_at: Ints
    next_action_at: Ints
    tries: Ints
    held_out: Flags


def blocked(facts: Facts, now: int, max_attempts: int) -> Mapping[Exclusion, Flags]:
    """Return for each rule, in the order in which they are asked, whom it keeps out at `now`.

    A promised call stands above the count of tries and above chance: who promised it was reached.
    """
    promised = facts.callback_at != NO_TIME
    return {
        Exclusion.DECEASED: facts.state == STATES.index(PatientState.DECEASED),
        Exclusion.MOVED: facts.state == STATES.index(PatientState.MOVED),
        Exclusion.INACTIVE: facts.state == STATES.index(PatientState.INACTIVE),
        Exclusion.DO_NOT_CONTACT: facts.do_not_contact,
        Exclusion.OPTED_OUT: (facts.addresses > 0) & (facts.opted_out >= facts.addresses),
        Exclusion.NO_ADDRESS: facts.addresses == 0,
        Exclusion.FUTURE_APPOINTMENT: facts.next_booked != NEVER,
        Exclusion.NEVER_VISITED: facts.visits == 0,
        Exclusion.SEEN_LATELY: (facts.visits > 0) & (facts.days < SEEN_LATELY_DAYS),
        Exclusion.CALLBACK_LATER: promised & (facts.callback_at > now),
        Exclusion.COOL_OFF: ~promised & (facts.next_action_at != NO_TIME) & (facts.next_action_at > now),
        Exclusion.TOO_MANY_ATTEMPTS: ~promised & (facts.tries >= max_attempts),
        Exclusion.HELD_OUT: ~promised & facts.held_out,
    }


def first_reason(rules: Mapping[Exclusion, Flags]) -> Ints:
    """Return the place in EXCLUSIONS of the first rule that keeps each patient out, else NOT_EXCLUDED."""
    table = np.stack([rules[exclusion] for exclusion in EXCLUSIONS])
    return np.where(table.any(axis=0), table.argmax(axis=0), NOT_EXCLUDED)


def waits(rules: Mapping[Exclusion, Flags]) -> Flags:
    """Return who is kept out only until a time: she keeps her priority meanwhile."""
    later = rules[Exclusion.CALLBACK_LATER] | rules[Exclusion.COOL_OFF] | rules[Exclusion.HELD_OUT]
    for exclusion in EXCLUSIONS:
        if exclusion not in _WAITS:
            later = later & ~rules[exclusion]
    return later


def drawn(rules: Mapping[Exclusion, Flags], chance: Chance | None) -> Flags:
    """Return whom chance draws to be kept back, of those whom no other of these rules keeps out for good.

    Drawn is also whoever waits for something else or is promised a call: what she was drawn for is on record before
    anybody contacts her.
    """
    held = np.zeros(len(rules[Exclusion.HELD_OUT]), dtype=np.bool_)
    if chance is not None:
        asked = np.flatnonzero((first_reason(rules) == NOT_EXCLUDED) | waits(rules))
        held[asked] = chance.arms(asked)
    return held
