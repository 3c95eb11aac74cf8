"""Names of many scripts, shared within families."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from reactivate_desktop.demo.columns import Flags, Floats, Ints, Words, pick, words
from reactivate_desktop.demo.lists import read_list

ENGLISH = 0
_SPANISH = "spanish"
_INITIALS = words(f" {letter}." for letter in "ABCDEFGHJKLMNPRSTVW")


@dataclass(frozen=True)
class NameDraws:
    """What a family shares: culture, own script or Latin letters, and where in the list its surname is."""

    culture: Ints
    native: Flags
    surname: Floats
    second_surname: Floats


class NameBook:
    """Draws first and last names by culture and sex; frequent names come first in each list."""

    def __init__(self) -> None:
        lists = read_list("names")
        self._cultures: list[dict[str, Any]] = lists["cultures"]
        self._special_first = words(lists["special"]["first"])
        self._special_last = words(lists["special"]["last"])
        self.languages = words(c["language"] for c in self._cultures)
        self.speaks = np.array([c["speaks"] for c in self._cultures])
        self.shares = [float(c["share"]) for c in self._cultures]

    def draw(self, rng: np.random.Generator, draws: NameDraws, female: Flags) -> tuple[Words, Words]:
        """Return first and last names of people (arrays of one length)."""
        size = len(female)
        first, last = words([""] * size), words([""] * size)
        place = rng.random(size)
        for number, culture in enumerate(self._cultures):
            for native in (True, False):
                lists = culture if native else culture.get("latin", culture)
                for woman in (True, False):
                    here = np.flatnonzero((draws.culture == number) & (draws.native == native) & (female == woman))
                    if not len(here):
                        continue
                    surnames = lists.get("last_female", lists["last"]) if woman else lists["last"]
                    first[here] = _at(lists["female" if woman else "male"], place[here])
                    last[here] = _at(surnames, draws.surname[here])
                    if culture["code"] == _SPANISH:
                        self._add_second(last, here, _at(surnames, draws.second_surname[here]), draws)
        self._vary(rng, draws, first, last)
        return first, last

    def _add_second(self, last: Words, here: Ints, second: Words, draws: NameDraws) -> None:
        """Give a third of the Spanish-named families both surnames."""
        both = (draws.second_surname[here] * 1000 % 1 < 0.35) & (second != last[here])
        last[here[both]] = last[here[both]] + " " + second[both]

    def _vary(self, rng: np.random.Generator, draws: NameDraws, first: Words, last: Words) -> None:
        """Add middle initials, hyphenated surnames and the odd names that break programs."""
        size = len(first)
        chance = rng.random(size)
        english = draws.culture == ENGLISH
        initial = np.flatnonzero(english & (chance < 0.12))
        first[initial] = first[initial] + _INITIALS[pick(rng, [1] * len(_INITIALS), len(initial))]
        surnames = self._cultures[ENGLISH]["last"]
        joined = np.flatnonzero(english & (draws.second_surname < 0.035))
        last[joined] = last[joined] + "-" + _at(surnames, draws.second_surname[joined] / 0.035)
        odd = np.flatnonzero(english & (chance > 0.985))
        last[odd] = _at(list(self._special_last), rng.random(len(odd)))
        odd = np.flatnonzero(english & (chance > 0.993))
        first[odd] = _at(list(self._special_first), rng.random(len(odd)))


def _at(items: list[str], place: Floats) -> Words:
    """Return the item at each place in 0..1, earlier ones being more frequent."""
    weight = 1.0 / (np.arange(len(items)) + 12.0)
    edges = np.cumsum(weight)
    index = np.searchsorted(edges, place * edges[-1], side="right")
    found: Words = words(items)[np.minimum(index, len(items) - 1)]
    return found
