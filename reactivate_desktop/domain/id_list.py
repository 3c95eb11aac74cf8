"""The ids of a long list in its order, 16 bytes each: a million patients are 16 MB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

_SIZE = 16


@dataclass(frozen=True, slots=True)
class IdList:
    """Ids in the order of a list, as one piece of memory; places count from 0."""

    data: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        if len(self.data) % _SIZE:
            raise ValueError(f"{len(self.data)} bytes are no whole number of ids.")

    @classmethod
    def of(cls, ids: Iterable[UUID]) -> IdList:
        """Return the list of these ids."""
        return cls(b"".join(each.bytes for each in ids))

    def __len__(self) -> int:
        return len(self.data) // _SIZE

    def __getitem__(self, place: int) -> UUID:
        size = len(self)
        at = place + size if place < 0 else place
        if not 0 <= at < size:
            raise IndexError(f"There is no place {place} in a list of {size}.")
        return UUID(bytes=self.data[at * _SIZE : (at + 1) * _SIZE])

    def __iter__(self) -> Iterator[UUID]:
        for start in range(0, len(self.data), _SIZE):
            yield UUID(bytes=self.data[start : start + _SIZE])

    def slice(self, start: int, stop: int) -> list[UUID]:
        """Return the ids from place `start` up to but without `stop`, those of them that there are."""
        first, end = max(start, 0), min(stop, len(self))
        return [UUID(bytes=self.data[at : at + _SIZE]) for at in range(first * _SIZE, end * _SIZE, _SIZE)]

    def position(self, patient_id: UUID) -> int | None:
        """Return the place of an id, None when it is not in the list."""
        wanted = patient_id.bytes
        at = self.data.find(wanted)
        # What is found across the border of two ids is none.
        while at % _SIZE and at >= 0:
            at = self.data.find(wanted, at + 1)
        return None if at < 0 else at // _SIZE

    def chunks(self, size: int) -> Iterator[list[UUID]]:
        """Yield all ids in order, at most `size` at once."""
        for start in range(0, len(self), size):
            yield self.slice(start, start + size)
