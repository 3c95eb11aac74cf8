"""What the no-show score reads: every appointment of the clinic as columns, in one bulk read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from reactivate_desktop.storage.bulk_read import Places, all_packed, only_these, sorted_by_id
from reactivate_desktop.storage.queries.booking_sql import BOOKINGS
from reactivate_desktop.storage.unit_of_work import Transaction

Columns = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class BookingInputs:
    """Appointments in the order of their ids; days count from 2000-01-01, words are places in their StrEnum."""

    places: Places
    columns: Columns

    def ids(self, rows: npt.NDArray[Any]) -> list[UUID]:
        """Return the ids of the appointments at these places."""
        return self.places.ids(rows)


def read(tx: Transaction) -> BookingInputs:
    """Read all appointments: what becomes of one is told by the patient's earlier ones."""
    rows, places = sorted_by_id(all_packed(tx, BOOKINGS, only_these("a.id", None)))
    names = [name for name, kind in BOOKINGS.columns if kind != "uuid"]
    return BookingInputs(
        places, {name: np.ascontiguousarray(rows[name]).astype(rows[name].dtype.newbyteorder("=")) for name in names}
    )
