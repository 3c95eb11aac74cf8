"""What the reads group measures: the program's own queries beside the owner's SQL for the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from reactivate_desktop.services.patients import Patients
from reactivate_desktop.storage.queries import patients, visits
from reactivate_desktop.storage.unit_of_work import Transaction
from tests.benchmarks import owner_sql
from tests.benchmarks.owner_sql import LIMIT, OwnerSql, Values
from tests.benchmarks.place import Conn, Place

_INPUTS = 40
_Values = tuple[object, ...]


@dataclass(frozen=True)
class Case:
    """One read: the program's query and service call, the owner's SQL, and the inputs they are given in turn."""

    name: str
    bar: float
    inputs: Sequence[Values]
    product: Callable[[Transaction, Values], Sequence[object]]
    service: Callable[[Values], object]
    owner: OwnerSql
    # Searches go through a definer function that needs a sign-in: the owner writes them as plain SQL instead.
    same_statement: bool = True
    page: bool = False


@dataclass(frozen=True)
class Sample:
    """Patients of the clinic that inputs are made of."""

    keys: list[str]
    people: list[tuple[str, UUID, str]]
    regulars: list[UUID]


def sample(conn: Conn, clinic: UUID) -> Sample:
    """Return all name keys of the clinic, 40 patients evenly over the alphabet, and 40 with a full history."""
    found = conn.execute(
        "SELECT name_key, id, phone FROM patient WHERE clinic_id = %s ORDER BY name_key, id", (clinic,)
    ).fetchall()
    step = max(1, len(found) // _INPUTS)
    regulars = conn.execute(
        "SELECT patient_id FROM visit WHERE clinic_id = %s GROUP BY 1 HAVING count(*) >= %s ORDER BY 1 LIMIT %s",
        (clinic, LIMIT, _INPUTS),
    ).fetchall()
    rows = [(str(key), UUID(str(patient)), str(phone)) for key, patient, phone in found]
    return Sample([row[0] for row in rows], rows[::step][:_INPUTS], [UUID(str(row[0])) for row in regulars])


def cases(place: Place, of: Sample) -> Iterator[Case]:
    """Yield the reads; bars are those of the project's plan."""
    service = Patients(place.person.begin)
    yield from _pages(place, of, service)
    yield from _searches(place, of, service)
    yield Case(
        "phone look-up",
        4,
        [{"phone": phone} for _, _, phone in of.people],
        lambda tx, v: patients.by_phone(tx, v["phone"]),
        lambda v: service.find_by_phone(v["phone"]),
        OwnerSql(place.clinic, owner_sql.PHONE),
    )
    yield Case(
        "record, 50 visits + 50 appointments",
        4,
        [{"patient": patient} for patient in of.regulars],
        lambda tx, v: _record(tx, v["patient"]),
        lambda v: service.read(v["patient"]),
        OwnerSql(place.clinic, *owner_sql.RECORD),
    )


def _pages(place: Place, of: Sample, service: Patients) -> Iterator[Case]:
    yield Case(
        "first page",
        3,
        [{}],
        lambda tx, _: patients.page(tx, None, LIMIT),
        lambda _: service.page(),
        OwnerSql(place.clinic, owner_sql.FIRST_PAGE),
        page=True,
    )
    yield Case(
        "deep page",
        3,
        [{"key": key, "id": patient} for key, patient, _ in of.people],
        lambda tx, v: patients.page(tx, (v["key"], v["id"]), LIMIT),
        lambda v: service.page((v["key"], v["id"])),
        OwnerSql(place.clinic, owner_sql.NEXT_PAGE),
        page=True,
    )
    yield Case(
        "prefix, 3 letters",
        3,
        [{"from_key": key[:3], "to_key": key[:2] + chr(ord(key[2]) + 1)} for key, _, _ in of.people],
        lambda tx, v: patients.prefix(tx, v["from_key"], LIMIT),
        lambda v: service.find_prefix(v["from_key"]),
        OwnerSql(place.clinic, owner_sql.PREFIX),
    )


def _searches(place: Place, of: Sample, service: Patients) -> Iterator[Case]:
    def case(name: str, inputs: list[Values], text: Callable[[Values], str], statement: str) -> Case:
        return Case(
            name,
            3,
            inputs,
            lambda tx, v: patients.search(tx, text(v), LIMIT),
            lambda v: service.find(text(v)),
            OwnerSql(place.clinic, statement),
            same_statement=False,
        )

    typos = _typos(of)
    yield case("fuzzy, one word", [{"w0": word} for word, _ in typos], lambda v: str(v["w0"]), owner_sql.FUZZY_ONE)
    yield case(
        "fuzzy, two words",
        [{"w0": word, "w1": first} for word, first in typos],
        lambda v: f"{v['w0']} {v['w1']}",
        owner_sql.FUZZY_TWO,
    )
    yield case(
        "substring, 4 letters",
        [{"pattern": f"%{key[1:5]}%"} for key, _, _ in of.people if " " not in key[:5]],
        lambda v: str(v["pattern"]).strip("%"),
        owner_sql.SUBSTRING,
    )
    yield case(
        "first and last name",
        [{"one": f"%{first}%", "two": f"%{last}%"} for last, first in (key.split()[:2] for key, _, _ in of.people)],
        lambda v: f"{v['one']} {v['two']}".replace("%", ""),
        owner_sql.TWO_WORDS,
    )


def _typos(of: Sample) -> list[tuple[str, str]]:
    """Return (last name with its third letter lost, first name) that no name of the clinic contains."""
    everybody = "\n".join(of.keys)
    step = max(1, len(of.keys) // (4 * _INPUTS))
    found = []
    for key in of.keys[step // 2 :: step]:
        last, first = key.split()[:2]
        typo = last[:2] + last[3:]
        if len(last) >= 6 and typo not in everybody:
            found.append((typo, first))
    return found[:: max(1, len(found) // _INPUTS)][:_INPUTS]


def _record(tx: Transaction, patient: UUID) -> list[object]:
    """Run the statements of services.Patients.read, without its audit row."""
    row = patients.one(tx, patient)
    habits = patients.habits(tx, patient)
    return [
        row,
        habits,
        *visits.of_patient(tx, patient, LIMIT),
        *visits.appointments_of_patient(tx, patient, LIMIT),
    ]


def as_values(rows: Sequence[object]) -> list[_Values]:
    """Return rows as plain tuples, to compare the two sides column by column."""
    return [row if isinstance(row, tuple) else _columns(row) for row in rows]


def _columns(row: Any) -> _Values:
    return tuple(getattr(row, each.name) for each in fields(row))
