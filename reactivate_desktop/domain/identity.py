"""Ids that programs make: time-ordered for new rows, derived for imported ones."""

from __future__ import annotations

import secrets
import time
from uuid import UUID, uuid5


def uuid7() -> UUID:
    """Return a new time-ordered id (RFC 9562 version 7); Python has none before 3.14."""
    stamp = time.time_ns() // 1_000_000
    value = (stamp & 0xFFFFFFFFFFFF) << 80 | 0x7 << 76
    value |= secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return UUID(int=value)


def imported_id(clinic: UUID, connection: UUID, external_id: str) -> UUID:
    """Return the id of an imported row: equal for equal input, so that a repeated load gives equal rows."""
    return uuid5(clinic, f"{connection}:{external_id}")
