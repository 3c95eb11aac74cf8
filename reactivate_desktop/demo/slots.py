"""Which provider and which half hour: nobody is booked twice, and a family that comes together sits together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reactivate_desktop.demo.columns import Ints, Words, words
from reactivate_desktop.demo.lists import read_list
from reactivate_desktop.demo.people import People
from reactivate_desktop.demo.world import World

# Half hours from 8:00 to 11:30 and from 13:00 to 16:30, in seconds of the local day.
HALF_HOURS = np.array([*range(16, 24), *range(26, 34)], dtype=np.int64) * 1800
_LAPS = 3


@dataclass(frozen=True)
class Slots:
    """For each event: the provider's name, and when it begins (seconds since 1970)."""

    provider: Words
    start: Ints


def deal_slots(world: World, chunk: int, people: People, person: Ints, day: Ints) -> Slots:
    """Return a slot for each (person, day). Each chunk of patients has its own care team per location."""
    place = people.location[person]
    group = place * 1_000_000 + day
    order = np.lexsort((people.household[person], group))
    ranked = group[order]
    size = len(ranked)
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]]) if size else np.zeros(0, dtype=np.int64)
    counts = np.diff(np.r_[starts, size])
    rank = np.empty(size, dtype=np.int64)
    rank[order] = np.arange(size) - np.repeat(starts, counts)
    count = np.empty(size, dtype=np.int64)
    count[order] = np.repeat(counts, counts)
    most = len(HALF_HOURS)
    spread = np.where(count <= most, rank * most // np.maximum(count, 1), rank % most)
    lap = np.minimum(np.where(count <= most, 0, rank // most), _LAPS - 1)
    names = _team(chunk, len(world.location_ids))
    return Slots(names[place * _LAPS + lap], world.calendar.utc(place, day, HALF_HOURS[spread]))


def _team(chunk: int, places: int) -> Words:
    """The care team of one chunk: up to three providers for each location."""
    first = chunk * places * _LAPS
    return words(_provider(first + n) for n in range(places * _LAPS))


def _provider(number: int) -> str:
    known: list[str] = read_list("clinic")["providers"]
    if number < len(known):
        return known[number]
    surnames: list[str] = read_list("names")["cultures"][0]["last"]
    lap, place = divmod(number - len(known), len(surnames))
    title = ("Dr.", "NP", "Dr.", "PA", "Dr.")[number % 5]
    initial = f" {chr(65 + lap % 26)}." if lap else ""
    return f"{title}{initial} {surnames[place]}"
