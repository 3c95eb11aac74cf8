"""Which rows of a dry run may be somebody known, or somebody in an earlier row: what an import would list to decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa

from reactivate_desktop.domain.import_checks import ComingPair, PersonLine
from reactivate_desktop.domain.names import fold, name_key
from reactivate_desktop.storage.loading import sets
from reactivate_desktop.storage.loading.duplicates import CROWD, judge, judge_namesakes
from reactivate_desktop.storage.loading.likeness import ALIKE, firsts_alike
from reactivate_desktop.storage.loading.loaded import Overlay
from reactivate_desktop.storage.loading.prepared import ReadyPatient
from reactivate_desktop.storage.unit_of_work import Transaction

# Of a larger file only so many rows are compared with each other; all are compared with the clinic's patients.
COMPARED = 200_000
_LISTED = 500
_ROWS = sets.RowSet(
    {
        "id": sets.UUID,
        "first_name": sets.TEXT,
        "name_key": sets.TEXT,
        "born": sets.DATE,
        "phone": sets.TEXT,
        "phone_second": sets.TEXT,
        "email": sets.TEXT,
    }
)
_KNOWN = sa.text(
    """
WITH n AS MATERIALIZED (
    SELECT * FROM unnest(
        CAST(:all_id AS uuid[]), CAST(:all_first_name AS text[]), CAST(:all_name_key AS text[]),
        CAST(:all_born AS date[]), CAST(:all_phone AS text[]), CAST(:all_phone_second AS text[]),
        CAST(:all_email AS text[])) AS r(id, first, name_key, born, phone, phone_second, email)),
days AS MATERIALIZED (
    SELECT d.date_of_birth FROM patient d
    WHERE d.clinic_id = :clinic AND d.date_of_birth IN (SELECT born FROM n)
    GROUP BY d.date_of_birth HAVING count(*) <= :crowd),
found AS MATERIALIZED (
    SELECT n.id, n.first, n.name_key, n.born, n.phone, n.phone_second, n.email, o.id AS other FROM n
    JOIN days ON days.date_of_birth = n.born
    JOIN patient o ON o.clinic_id = :clinic AND o.date_of_birth = n.born
    UNION
    SELECT n.id, n.first, n.name_key, n.born, n.phone, n.phone_second, n.email, o.id FROM n
    JOIN patient o ON o.clinic_id = :clinic AND o.name_key = n.name_key)
SELECT f.id, f.first, o.id AS other, o.first_name AS other_first, o.last_name AS other_last,
       o.date_of_birth AS other_born, o.phone AS other_phone,
       f.born = o.date_of_birth AS same_day, f.name_key = o.name_key AS same_key,
       similarity(f.name_key, o.name_key) AS alike,
       coalesce(f.phone <> '' AND f.phone IN (o.phone, o.phone_second)
                OR f.phone_second <> '' AND f.phone_second IN (o.phone, o.phone_second)
                OR lower(f.email COLLATE "C") = lower(o.email COLLATE "C"), false) AS shared
FROM found f JOIN patient o ON o.clinic_id = :clinic AND o.id = f.other
WHERE o.id <> f.id AND o.merged_into_id IS NULL
  AND NOT EXISTS (
    SELECT FROM duplicate_candidate c
    WHERE c.clinic_id = :clinic AND c.patient_id = least(f.id, o.id) AND c.other_id = greatest(f.id, o.id))
"""
).bindparams(sa.bindparam("crowd", CROWD, type_=sets.INTEGER))


@dataclass(slots=True)
class _Coming:
    """What two rows are compared by."""

    id: UUID
    row: int
    first: str
    last: str
    # The first name as `firsts_alike` takes it.
    folded: str
    key: str
    born: date | None
    phone: str
    phone_second: str
    email: str
    new: bool

    @classmethod
    def of(cls, ready: ReadyPatient, *, new: bool) -> _Coming:
        row = ready.row
        return cls(
            ready.id,
            row.row,
            row.first_name,
            row.last_name,
            fold(row.first_name),
            name_key(row.first_name, row.last_name),
            row.date_of_birth,
            row.phone.number if row.phone else "",
            row.phone_second.number if row.phone_second else "",
            (row.email or "").lower(),
            new,
        )

    def line(self) -> PersonLine:
        return PersonLine(self.first, self.last, self.born, self.phone)

    def shares(self, other: _Coming) -> bool:
        """Return whether the two have a number or an address in common."""
        theirs = (other.phone, other.phone_second)
        return (
            (self.phone != "" and self.phone in theirs)
            or (self.phone_second != "" and self.phone_second in theirs)
            or (self.email != "" and self.email == other.email)
        )


@dataclass(frozen=True)
class _Compared:
    """Two rows as `judge` asks for them."""

    first: str
    other_first: str
    same_key: bool
    alike: float
    shared: bool


@dataclass
class PairingOverlay(Overlay):
    """The overlay of a dry run that also looks for records that may be one person, by the rules of the import."""

    pairs: dict[tuple[UUID, UUID], ComingPair] = field(default_factory=dict)
    possible: set[UUID] = field(default_factory=set)
    possible_rows: set[int] = field(default_factory=set)
    _seen: set[tuple[UUID, UUID]] = field(default_factory=set)
    _coming: list[_Coming] = field(default_factory=list)

    def remember_patients(self, tx: Transaction, new: Sequence[ReadyPatient], changed: Sequence[ReadyPatient]) -> None:
        super().remember_patients(tx, new, changed)
        coming = [*(_Coming.of(c, new=True) for c in new), *(_Coming.of(c, new=False) for c in changed)]
        self._coming += coming[: max(0, COMPARED - len(self._coming))]
        for one, row, reason in _known(tx, coming):
            person = PersonLine(row.other_first, row.other_last, row.other_born, row.other_phone)
            self._add(one, person, row.other, reason, known_id=row.other)

    @property
    def pair_count(self) -> int:
        """How many pairs were found; only some of them are kept in `pairs`."""
        return len(self._seen)

    def compare_rows(self) -> None:
        """Compare the rows of the file with each other; once, after the last row."""
        for one, other, reason in _among(self._coming):
            late, early = (one, other) if one.row > other.row else (other, one)
            self._add(late, early.line(), early.id, reason, other_row=early.row)

    def _add(self, one: _Coming, person: PersonLine, other: UUID, reason: str, **where: Any) -> None:
        key = (one.id, other) if one.id < other else (other, one.id)
        if key in self._seen:
            return
        self._seen.add(key)
        if one.new:
            self.possible.add(one.id)
            self.possible_rows.add(one.row)
        if len(self.pairs) < _LISTED:
            pair_id = uuid5(key[0], f"pair:{key[1]}")
            self.pairs[key] = ComingPair(pair_id, one.row, one.line(), person, reason, **where)


def _known(tx: Transaction, coming: Sequence[_Coming]) -> Iterator[tuple[_Coming, Any, str]]:
    """Yield the rows that may be somebody in the tables, with the record and why."""
    if not coming:
        return
    by_id = {c.id: c for c in coming}
    rows = [
        {
            "id": c.id,
            "first_name": c.first,
            "name_key": c.key,
            "born": c.born,
            "phone": c.phone,
            "phone_second": c.phone_second,
            "email": c.email or None,
        }
        for c in coming
    ]
    for row in tx.connection.execute(_KNOWN, {**_ROWS.values(rows), "clinic": tx.clinic_id}):
        same_day = bool(row.same_day)
        if same_day and (judged := judge(row)):
            yield by_id[row.id], row, judged[0]
        elif row.same_key and not same_day and _unknown_day(by_id[row.id].born, row.other_born) and row.shared:
            yield by_id[row.id], row, judge_namesakes(same_day=False)[0]


def _among(coming: Sequence[_Coming]) -> Iterator[tuple[_Coming, _Coming, str]]:
    """Yield the rows that may be one person."""
    for group in _groups(coming, lambda c: c.born):
        for one, other in _two_each(group):
            same_key, shared = one.key == other.key, one.shares(other)
            # Cheap questions first: most of those born on one day are not even called alike.
            alike = likeness(one.key, other.key) if not same_key and firsts_alike(one.folded, other.folded) else 0.0
            if (same_key or shared or alike >= ALIKE) and (
                judged := judge(_Compared(one.first, other.first, same_key, alike, shared))
            ):
                yield one, other, judged[0]
    for group in _groups(coming, lambda c: c.key):
        for one, other in _two_each(group):
            if _unknown_day(one.born, other.born) and one.shares(other):
                yield one, other, judge_namesakes(same_day=False)[0]


def _groups(coming: Iterable[_Coming], of: Any) -> Iterator[list[_Coming]]:
    found: dict[Any, list[_Coming]] = defaultdict(list)
    for each in coming:
        if of(each):
            found[of(each)].append(each)
    return (group for group in found.values() if 1 < len(group) <= CROWD)


def _two_each(group: Sequence[_Coming]) -> Iterator[tuple[_Coming, _Coming]]:
    return ((one, other) for place, one in enumerate(group) for other in group[place + 1 :] if one.id != other.id)


def _unknown_day(one: date | None, other: date | None) -> bool:
    return one is None or other is None


def likeness(one: str, other: str) -> float:
    """Return the share of trigrams that two folded names have in common, as pg_trgm counts them."""
    mine, theirs = _trigrams(one), _trigrams(other)
    common = len(mine & theirs)
    return common / (len(mine) + len(theirs) - common) if common else 0.0


def _trigrams(text: str) -> set[str]:
    words = "".join(c if c.isalnum() else " " for c in text).split()
    return {f"  {word} "[at : at + 3] for word in words for at in range(len(word) + 1)}
