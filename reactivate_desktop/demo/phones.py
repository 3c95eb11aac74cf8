"""Fictional phone numbers that are valid by the numbering plan and belong to nobody.

Each household draws numbers of its own. First 555-0101 to 555-0199 (kept for fiction) in the area codes of
the location's region, the city's own codes before the others; about 34,000 in all. A larger clinic goes on
with 555-0200 to 555-9999, which has had no subscribers since the 555 line numbers were given back
(555-1212 and 555-4334, in use, are left out).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reactivate_desktop.demo.columns import Ints, Words, words

_OWN_WEIGHT = 40.0
_LATER_LINES = [line for line in range(200, 10_000) if line not in (1212, 4334)]


class PhoneBook:
    """Deals out numbers per location, none twice."""

    def __init__(self, rng: np.random.Generator, areas: Sequence[Sequence[str]], own: Sequence[Sequence[str]]) -> None:
        self._areas = [list(group) for group in areas]
        self._first = [_shuffled(rng, group, mine) for group, mine in zip(areas, own, strict=True)]
        self._dealt = [0] * len(areas)

    def take(self, location: Ints) -> Words:
        """Return a new number (E.164) for each entry of `location`."""
        found = words([""] * len(location))
        for place in range(len(self._areas)):
            here = np.flatnonzero(location == place)
            start = self._dealt[place]
            self._dealt[place] = start + len(here)
            found[here] = words(self._number(place, n) for n in range(start, start + len(here)))
        return found

    def _number(self, place: int, n: int) -> str:
        first = self._first[place]
        if n < len(first):
            return first[n]
        lap, area = divmod(n - len(first), len(self._areas[place]))
        return f"+1{self._areas[place][area]}555{_LATER_LINES[lap]:04d}"


def _shuffled(rng: np.random.Generator, group: Sequence[str], own: Sequence[str]) -> list[str]:
    numbers = [f"+1{area}555{line:04d}" for area in group for line in range(101, 200)]
    weight = np.repeat([_OWN_WEIGHT if area in own else 1.0 for area in group], 99)
    order = np.argsort(-(rng.random(len(numbers)) ** (1.0 / weight)))
    return [numbers[i] for i in order.tolist()]


def typed(number: str, style: int) -> str:
    """Return an E.164 number as people write it."""
    area, office, line = number[2:5], number[5:8], number[8:]
    return (f"({area}) {office}-{line}", f"{area}-{office}-{line}", f"{area}.{office}.{line}", number)[style]
