"""Who is kept out of the queue: each rule, their order, and who only waits."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from reactivate_desktop.domain.enums import PatientState
from reactivate_desktop.domain.scores import Exclusion
from reactivate_desktop.scoring.arrays import NEVER, NO_TIME, Flags, Ints
from reactivate_desktop.scoring.eligibility import (
    EXCLUSIONS,
    STATES,
    Chance,
    Facts,
    blocked,
    drawn,
    first_reason,
    waits,
)

NOW = 1_000_000
_ONE = {
    "state": STATES.index(PatientState.PRESENT),
    "do_not_contact": False,
    "addresses": 2,
    "opted_out": 0,
    "next_booked": NEVER,
    "visits": 3,
    "days": 200,
    "callback_at": NO_TIME,
    "next_action_at": NO_TIME,
    "tries": 0,
    "held_out": False,
}
# For each rule, what makes it the first that keeps a patient out.
_BREAKS: dict[Exclusion, dict[str, int | bool]] = {
    Exclusion.DECEASED: {"state": STATES.index(PatientState.DECEASED)},
    Exclusion.MOVED: {"state": STATES.index(PatientState.MOVED)},
    Exclusion.INACTIVE: {"state": STATES.index(PatientState.INACTIVE)},
    Exclusion.DO_NOT_CONTACT: {"do_not_contact": True},
    Exclusion.OPTED_OUT: {"opted_out": 2},
    Exclusion.NO_ADDRESS: {"addresses": 0},
    Exclusion.FUTURE_APPOINTMENT: {"next_booked": 9000},
    Exclusion.NEVER_VISITED: {"visits": 0, "days": 0},
    Exclusion.SEEN_LATELY: {"days": 89},
    Exclusion.CALLBACK_LATER: {"callback_at": NOW + 1},
    Exclusion.COOL_OFF: {"next_action_at": NOW + 1},
    Exclusion.TOO_MANY_ATTEMPTS: {"tries": 4},
    Exclusion.HELD_OUT: {"held_out": True},
}


def facts(**changes: int | bool) -> Facts:
    return Facts(**{name: np.array([value]) for name, value in (_ONE | changes).items()})


def reason(of: Facts) -> Exclusion | None:
    place = int(first_reason(blocked(of, NOW, 4))[0])
    return EXCLUSIONS[place] if place >= 0 else None


def test_every_rule_is_asked_in_its_order() -> None:
    assert tuple(blocked(facts(), NOW, 4)) == EXCLUSIONS == tuple(Exclusion) == tuple(_BREAKS)


def test_nothing_keeps_out_a_patient_who_may_be_called() -> None:
    assert reason(facts()) is None
    for edge in ({"days": 90}, {"opted_out": 1}, {"tries": 3}, {"callback_at": NOW}, {"next_action_at": NOW}):
        assert reason(facts(**edge)) is None, edge


@pytest.mark.parametrize("exclusion", list(Exclusion))
def test_each_rule_keeps_out_alone(exclusion: Exclusion) -> None:
    hit = blocked(facts(**_BREAKS[exclusion]), NOW, 4)
    assert [rule for rule, flags in hit.items() if flags[0]] == [exclusion]


def test_the_first_rule_is_the_reason() -> None:
    # A patient of whom everything is true: taking away the first reason shows the next one.
    state = {Exclusion.DECEASED, Exclusion.MOVED, Exclusion.INACTIVE}
    left = [rule for rule in Exclusion if rule not in state | {Exclusion.NO_ADDRESS, Exclusion.NEVER_VISITED}]
    while left:
        of = facts()
        for rule in reversed(left):
            of = replace(of, **{name: np.array([value]) for name, value in _BREAKS[rule].items()})
        assert reason(of) is left[0]
        left.pop(0)


def test_a_promised_call_stands_above_cool_off_tries_and_chance() -> None:
    later = facts(callback_at=NOW + 5, next_action_at=NOW + 5, tries=9, held_out=True)
    assert reason(later) is Exclusion.CALLBACK_LATER
    assert waits(blocked(later, NOW, 4))[0]
    assert reason(facts(callback_at=NOW - 5, next_action_at=NOW - 5, tries=9, held_out=True)) is None


def test_only_who_comes_back_by_herself_waits() -> None:
    waiting = {rule for rule, broken in _BREAKS.items() if waits(blocked(facts(**broken), NOW, 4))[0]}
    assert waiting == {Exclusion.CALLBACK_LATER, Exclusion.COOL_OFF, Exclusion.HELD_OUT}
    # Tried too often, the last time yesterday: when her time has come she must not be opened again.
    tired = facts(next_action_at=NOW + 5, tries=4)
    assert reason(tired) is Exclusion.COOL_OFF
    assert not waits(blocked(tired, NOW, 4))[0]


def test_only_who_may_be_contacted_now_or_later_is_drawn() -> None:
    asked: list[int] = []

    def arms(rows: Ints) -> Flags:
        asked.extend(rows.tolist())
        return np.ones(len(rows), dtype=np.bool_)

    people = [facts(), *(facts(**broken) for broken in _BREAKS.values())]
    together = Facts(*(np.concatenate([getattr(one, f.name) for one in people]) for f in fields(Facts)))
    rules = blocked(together, NOW, 4)
    held = drawn(rules, Chance(arms, np.zeros(len(people), dtype=np.bool_)))
    waiting = [rule for rule, flag in zip(_BREAKS, held[1:], strict=True) if flag]
    # A promised call is drawn, too, though never kept back: what she was drawn for must not hang on the promise.
    assert waiting == [Exclusion.CALLBACK_LATER, Exclusion.COOL_OFF, Exclusion.HELD_OUT]
    assert held[0]
    assert asked == np.flatnonzero(held).tolist()
    assert not drawn(rules, None).any()


def test_one_patient_and_many_get_the_same_answers() -> None:
    each = [facts(**broken) for broken in _BREAKS.values()]
    together = Facts(*(np.concatenate([getattr(one, f.name) for one in each]) for f in fields(Facts)))
    assert [EXCLUSIONS[place] for place in first_reason(blocked(together, NOW, 4))] == list(Exclusion)
    assert len(first_reason(blocked(Facts(*(getattr(together, f.name)[:0] for f in fields(Facts))), NOW, 4))) == 0
