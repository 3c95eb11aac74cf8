"""What generation hands over: blocks of rows as columns of text, in the order in which they can be stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

Cells = Sequence[str | None]


@dataclass(frozen=True)
class Block:
    """Some rows of one table: each cell in the database's text form, None for NULL."""

    table: str
    columns: Mapping[str, Cells]

    @property
    def size(self) -> int:
        return len(next(iter(self.columns.values())))


@dataclass(frozen=True)
class StaffMember:
    """A member of staff; `key` is the 32-byte slow key that the caller derived from the password."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    role: str
    location_id: UUID | None
    key: bytes


@dataclass(frozen=True)
class DemoClinic:
    """One demo clinic: first `before_staff`, then `staff`, then what `blocks()` makes, chunk by chunk.

    `blocks()` starts from the beginning at each call and yields equal rows each time.
    """

    clinic_id: UUID
    name: str
    patients: int
    opened_at: datetime
    before_staff: tuple[Block, ...]
    staff: tuple[StaffMember, ...]
    blocks: Callable[[], Iterator[Block]]
