"""Where in the words of a row the typed fragments stand: case, accents and signs of phone numbers do not matter."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from reactivate_desktop.domain.names import fold
from reactivate_desktop.domain.patient_search import PatientSearch, read_search

# (start, end) in the words shown.
Span = tuple[int, int]


@dataclass(frozen=True)
class Fragments:
    """What of the typed text can be marked in a row."""

    search: PatientSearch = field(default_factory=PatientSearch)

    @classmethod
    def of(cls, text: str, today: date) -> Fragments:
        """Return the fragments of what was typed."""
        return cls(read_search(text, today)) if text.strip() else cls()

    def in_name(self, shown: str) -> tuple[Span, ...]:
        """Return where the typed words stand in a name."""
        if not self.search.words:
            return ()
        folded, places = _folded(shown)
        found: set[Span] = set()
        for word in self.search.words:
            at = folded.find(word)
            while at >= 0:
                found.add((places[at], places[at + len(word) - 1] + 1))
                at = folded.find(word, at + len(word))
        return _merged(found)

    def in_phone(self, number: str, shown: str) -> tuple[Span, ...]:
        """Return where the typed digits stand in a number; `number` as it is kept, `shown` as it is written here."""
        places = [place for place, sign in enumerate(shown) if sign.isdigit()]
        if self.search.number and self.search.number == number and places:
            return ((0, len(shown)),)
        digits = "".join(shown[place] for place in places)
        for part in self.search.digits:
            at = digits.find(part)
            if at >= 0:
                return ((places[at], places[at + len(part) - 1] + 1),)
        return ()

    def is_birth(self, born: date | None) -> bool:
        """Return whether a birthday was typed and is this one."""
        return born is not None and born in (*self.search.born, *self.search.days)

    def in_id(self, shown: str | None) -> tuple[Span, ...]:
        """Return where a typed id stands in an id: it is looked for from its beginning."""
        small = (shown or "").lower()
        long = max((len(code) for code in self.search.codes if code and small.startswith(code.lower())), default=0)
        return ((0, long),) if long else ()


def moved(spans: tuple[Span, ...], by: int) -> tuple[Span, ...]:
    """Return spans for words that stand `by` letters further to the right."""
    return tuple((start + by, end + by) for start, end in spans)


def _folded(shown: str) -> tuple[str, list[int]]:
    """Return the words as they are searched, and for each letter of it the place that it came from."""
    letters: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(shown):
        bare = _bare(sign)
        if bare == " " and (not letters or letters[-1] == " "):
            continue
        letters += bare
        places += [place] * len(bare)
    return "".join(letters), places


@lru_cache(maxsize=4096)
def _bare(sign: str) -> str:
    # What separates words folds to nothing when it stands alone.
    return fold(sign) or (" " if sign in " -," else "")


def _merged(spans: set[Span]) -> tuple[Span, ...]:
    """Return spans that do not overlap, in order."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
