"""What the no-show score reads: every appointment of the clinic as columns, in one bulk read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from reactivate_desktop.storage.bulk_read import Places, all_packed, only_these, sorted_by_id
from reactivate_desktop.storage.clinic_clock import clinic_clock
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


_EDGES = sa.text(
    "SELECT min(no_show_risk_score) FILTER (WHERE no_show_risk_level = 'HIGH')::double precision, "
    "min(no_show_risk_score) FILTER (WHERE no_show_risk_level = 'MEDIUM')::double precision FROM appointment WHERE "
    "clinic_id = :clinic AND status IN ('SCHEDULED', 'CONFIRMED') AND appointment_datetime > statement_timestamp()"
)


def read(tx: Transaction, patients: Sequence[UUID] | None = None) -> BookingInputs:
    """Read all appointments, or all of these patients: what becomes of one is told by the patient's earlier ones."""
    with clinic_clock(tx):
        rows, places = sorted_by_id(all_packed(tx, BOOKINGS, only_these("a.patient_id", patients)))
    names = [name for name, kind in BOOKINGS.columns if kind != "uuid"]
    return BookingInputs(
        places, {name: np.ascontiguousarray(rows[name]).astype(rows[name].dtype.newbyteorder("=")) for name in names}
    )


def risk_edges(tx: Transaction) -> tuple[float | None, float | None]:
    """Return the least risks (0 to 1) that are HIGH and MEDIUM among the appointments to come; None: none is."""
    high, medium = tx.connection.execute(_EDGES, {"clinic": tx.clinic_id}).one()
    return high, medium
