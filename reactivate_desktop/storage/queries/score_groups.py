"""By what groups a clinic is measured: age, language and location of its patients or appointments, in one bulk read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from psycopg import sql

from reactivate_desktop.storage.bulk_read import Packed, Places, all_packed, only_these, sorted_by_id
from reactivate_desktop.storage.unit_of_work import Transaction

# The day of birth of whom nobody wrote it down.
NOT_BORN = 2**31 - 1
_COLUMNS = (("id", "uuid"), ("born", "int4"), ("language", "int4"), ("location", "int4"))
# Languages and locations are held as places in the lists that were read before, from 1 on; 0: none.
_GROUPS = f"""coalesce(p.date_of_birth - DATE '2000-01-01', {NOT_BORN}) AS born,
       coalesce(array_position({{languages}}::text[], lower(btrim(p.language))), 0) AS language,
       coalesce(array_position({{locations}}::text[], btrim(l.name)), 0) AS location"""
_PATIENTS = Packed(
    _COLUMNS,
    "born",
    sql.SQL(
        f"""
        SELECT p.id, {_GROUPS}
        FROM patient p LEFT JOIN location l ON l.clinic_id = {{clinic}} AND l.id = p.location_id
        WHERE p.clinic_id = {{clinic}}{{only}}
        """  # noqa: S608 - made of the constants above
    ),
)
_APPOINTMENTS = Packed(
    _COLUMNS,
    "born",
    sql.SQL(
        f"""
        SELECT a.id, {_GROUPS}
        FROM appointment a
        JOIN patient p ON p.clinic_id = {{clinic}} AND p.id = a.patient_id
        LEFT JOIN location l ON l.clinic_id = {{clinic}} AND l.id = a.location_id
        WHERE a.clinic_id = {{clinic}}{{only}}
        """  # noqa: S608 - made of the constants above
    ),
)
_LANGUAGES = sa.text(
    "SELECT DISTINCT lower(btrim(language)) AS word FROM patient "
    "WHERE clinic_id = :clinic AND btrim(language) <> '' ORDER BY word"
)
_LOCATIONS = sa.text("SELECT DISTINCT btrim(name) AS word FROM location WHERE clinic_id = :clinic ORDER BY word")


@dataclass(frozen=True)
class GroupInputs:
    """Patients or appointments in the order of their ids.

    born: days since 2000-01-01 (NOT_BORN: unknown); language, location: places in the lists of names from 1 on, 0:
    none. Two sites of one name are one.
    """

    places: Places
    born: npt.NDArray[Any]
    language: npt.NDArray[Any]
    location: npt.NDArray[Any]
    languages: Sequence[str]
    locations: Sequence[str]


def of_patients(tx: Transaction) -> GroupInputs:
    """Read all patients: their language and home location."""
    return _read(tx, _PATIENTS, "p.id")


def of_appointments(tx: Transaction) -> GroupInputs:
    """Read all appointments: the patient's language, and where the appointment is."""
    return _read(tx, _APPOINTMENTS, "a.id")


def _read(tx: Transaction, packed: Packed, column: str) -> GroupInputs:
    languages, locations = _words(tx, _LANGUAGES), _words(tx, _LOCATIONS)
    found = all_packed(tx, packed, only_these(column, None), languages=languages, locations=locations)
    rows, places = sorted_by_id(found)
    born, language, location = (_plain(rows[name]) for name in ("born", "language", "location"))
    return GroupInputs(places, born, language, location, languages, locations)


def _words(tx: Transaction, statement: sa.TextClause) -> list[str]:
    return list(tx.connection.execute(statement, {"clinic": tx.clinic_id}).scalars())


def _plain(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.ascontiguousarray(column).astype(column.dtype.newbyteorder("="))
