"""Histories of made-up patients, as events: written down in lists, or drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from hypothesis import strategies as st

from reactivate_desktop.domain.enums import AppointmentStatus
from reactivate_desktop.scoring.arrays import NEVER, Ints
from reactivate_desktop.scoring.events import NOWHERE, STATUSES, Dated, Events, Sites, Slots

TODAY = 9_800  # some day of 2026
# What stands for each location in a scorer, and what people call it.
CODES, NAMES = (900, 7, 55), ("Harbor", 'The "Old" Mill \\ Ünïon\n2nd floor', "Hill")


@dataclass(frozen=True)
class Slot:
    """One appointment; `status` as it stands when read."""

    day: int
    status: AppointmentStatus
    booked: int = 0
    cancelled: int = NEVER
    begun: bool = True


@dataclass(frozen=True)
class History:
    """What happened to one patient; at: the places of the first visits' locations, of the others nobody said."""

    visits: Sequence[int] = ()
    at: Sequence[int] = ()
    slots: Sequence[Slot] = ()
    replies: Sequence[int] = ()
    tries: Sequence[int] = ()
    registered: int = 0
    reachable: bool = True


@dataclass
class _Pairs:
    person: list[int] = field(default_factory=list)
    day: list[int] = field(default_factory=list)

    def add(self, person: int, days: Sequence[int]) -> None:
        self.person += [person] * len(days)
        self.day += days

    def dated(self) -> Dated:
        return Dated(np.array(self.person, dtype=np.int32), np.array(self.day, dtype=np.int32))


def events(histories: Sequence[History]) -> Events:
    """Return the events of these patients, in the order of the list."""
    visits, replies, tries = _Pairs(), _Pairs(), _Pairs()
    slots = [(person, slot) for person, history in enumerate(histories) for slot in history.slots]
    for person, history in enumerate(histories):
        visits.add(person, history.visits)
        replies.add(person, history.replies)
        tries.add(person, history.tries)
    places = [at for history in histories for at in _places(history)]
    return Events(
        size=len(histories),
        registered=np.array([h.registered for h in histories], dtype=np.int32),
        reachable=np.array([h.reachable for h in histories], dtype=np.bool_),
        visits=visits.dated(),
        slots=Slots(
            person=np.array([person for person, _ in slots], dtype=np.int32),
            day=np.array([slot.day for _, slot in slots], dtype=np.int32),
            booked=np.array([slot.booked for _, slot in slots], dtype=np.int32),
            cancelled=np.array([slot.cancelled for _, slot in slots], dtype=np.int32),
            status=np.array([STATUSES.index(slot.status) for _, slot in slots], dtype=np.int16),
            begun=np.array([slot.begun for _, slot in slots], dtype=np.bool_),
        ),
        replies=replies.dated(),
        tries=tries.dated(),
        sites=Sites(np.array(places, dtype=np.int16), np.array(CODES), NAMES),
    )


def _places(history: History) -> list[int]:
    told = list(history.at[: len(history.visits)])
    return told + [NOWHERE] * (len(history.visits) - len(told))


def until(history: History, day: int) -> History:
    """Return what had happened to her by the end of a day."""
    seen = [(on, at) for on, at in zip(history.visits, _places(history), strict=True) if on <= day]
    return replace(
        history,
        visits=[on for on, _ in seen],
        at=[at for _, at in seen],
        slots=[slot for slot in history.slots if slot.day <= day],
        replies=[on for on in history.replies if on <= day],
    )


def shuffled(of: Events, seed: int) -> Events:
    """Return the same events in another order."""
    draw = np.random.default_rng(seed)

    def mix(each: Dated) -> Dated:
        order = draw.permutation(len(each.day))
        return Dated(each.person[order], each.day[order])

    order: Ints = draw.permutation(len(of.slots.day))
    slots = Slots(*(getattr(of.slots, name)[order] for name in Slots.__dataclass_fields__))
    order = draw.permutation(len(of.visits.day))
    visits = Dated(of.visits.person[order], of.visits.day[order])
    sites = None if of.sites is None else replace(of.sites, at=of.sites.at[order])
    return replace(of, visits=visits, sites=sites, slots=slots, replies=mix(of.replies), tries=mix(of.tries))


# Days from the year 1 to 9999: files hold them all.
days = st.integers(-730_119, 2_921_939)
near = st.integers(TODAY - 900, TODAY + 60)
slots = st.builds(Slot, day=near, status=st.sampled_from(list(AppointmentStatus)), booked=near)
histories = st.builds(
    History,
    visits=st.lists(st.one_of(near, days), max_size=8),
    at=st.lists(st.integers(NOWHERE, len(CODES) - 1), max_size=8),
    slots=st.lists(slots, max_size=5),
    replies=st.lists(near, max_size=3),
    tries=st.lists(near, max_size=3),
    reachable=st.booleans(),
)
