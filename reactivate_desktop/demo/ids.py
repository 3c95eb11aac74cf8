"""Ids that depend on the arguments only, in the shape of time-ordered ids so that indexes grow at one end."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

import numpy as np

from reactivate_desktop.demo.columns import DAY, Words, day_number, words

_NAMESPACE = UUID("6f0e1a52-7c1d-5b0e-9d53-2f6f5d1f7a10")
_MASK_62 = (1 << 62) - 1


def clinic_id(patients: int, seed: int, today: date) -> UUID:
    """Return the id of the demo clinic of these arguments."""
    return uuid5(_NAMESPACE, f"demo:{patients}:{seed}:{today.isoformat()}")


def named_id(clinic: UUID, name: str) -> UUID:
    """Return the id of one of the few rows that have a name of their own."""
    return uuid5(clinic, name)


class Ids:
    """Deals out ids per table; equal calls in equal order give equal ids."""

    def __init__(self, rng: np.random.Generator, today: date) -> None:
        self._rng = rng
        self._start = (day_number(today) - 30) * DAY * 1000
        self._dealt: dict[str, int] = {}

    def take(self, table: str, size: int) -> Words:
        """Return `size` new ids of `table` as text."""
        if not size:
            return words([])
        first = self._dealt.get(table, 0)
        self._dealt[table] = first + size
        number = self._start + np.arange(first, first + size, dtype=np.uint64)
        drawn = self._rng.integers(0, 1 << 62, size=(size, 2), dtype=np.uint64)
        pair = np.empty((size, 2), dtype=">u8")
        pair[:, 0] = (number << np.uint64(16)) | np.uint64(0x7000) | (drawn[:, 0] & np.uint64(0xFFF))
        pair[:, 1] = np.uint64(1 << 63) | (drawn[:, 1] & np.uint64(_MASK_62))
        text = pair.tobytes().hex()
        return words(_dashed(text[i : i + 32]) for i in range(0, 32 * size, 32))

    def dealt(self, table: str) -> int:
        """Return how many ids of `table` were dealt so far."""
        return self._dealt.get(table, 0)


def _dashed(text: str) -> str:
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
