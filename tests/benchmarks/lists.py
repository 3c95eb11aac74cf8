"""The list of patients in the largest clinic: the first rows, the ids of all, rows by id, and what people type."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from reactivate_desktop.domain.patient_lists import ListOrder, PatientFilter, PatientSort
from reactivate_desktop.services.patient_lists import FIRST, PatientLists
from tests.benchmarks.load import fill
from tests.benchmarks.place import Conn, Place, Scale, durable_server, signed_in
from tests.benchmarks.rows import Row, timed
from tests.benchmarks.timing import once, share

_GROUP = "lists"
# A person who types does not notice less (milliseconds).
_GOAL = 100.0
_INPUTS = 30


def run(place: Place, rounds: int = 10) -> list[Row]:
    """Return the rows; each is a whole service call (enter, read, audit, commit)."""
    return _run(place, rounds, "")


def alone(folder: Path, patients: int = 200_000) -> list[Row]:
    """Run in one clinic that has a server to itself."""
    with durable_server(folder) as clinic_db:
        clinic, rows = fill(clinic_db, Scale(patients, 1))
        with signed_in(clinic_db, clinic) as place:
            return [*rows, *_run(place, 10, f"one clinic of {patients:,}: ")]


def _run(place: Place, rounds: int, where: str) -> list[Row]:
    lists = PatientLists(place.person.begin)
    with place.owner() as conn:
        inputs = typed_texts(conn, place)
    ids = lists.index()
    chosen = random.Random(7).sample(range(len(ids)), min(FIRST, len(ids)))
    some = [ids[each] for each in chosen]
    by_visit = ListOrder(PatientSort.LAST_VISIT, ascending=False)
    cases: dict[str, Callable[[], object]] = {
        f"first {FIRST} by name": lists.first,
        f"first {FIRST} by last visit": lambda: lists.first(order=by_visit),
        "ids of everybody by name": lists.index,
        "ids of everybody by last visit": lambda: lists.index(order=by_visit),
        f"{len(some)} rows by id": lambda: lists.rows(some),
        "count everybody": lists.count,
    }
    found = [timed(_GROUP, where + name, _times(do, rounds)) for name, do in cases.items()]
    note = f"{len(ids):,} patients"
    return [*found, _searches(lists, inputs, rounds, where, note), *_each(lists, inputs, rounds, where)]


def _times(do: Callable[[], object], rounds: int) -> list[float]:
    do()
    return [once(do) for _ in range(rounds)]


def _searches(lists: PatientLists, inputs: Sequence[str], rounds: int, where: str, note: str) -> Row:
    """Return the row of all inputs together: typed one after the other, as a person never types the same twice."""
    for text in inputs:
        lists.find(PatientFilter(text))
    seconds = [once(lambda text=text: lists.find(PatientFilter(text))) for _ in range(rounds) for text in inputs]  # type: ignore[misc]
    slowest = share(seconds, 0.95) * 1000
    return timed(
        _GROUP,
        f"{where}search up to {FIRST} rows, p95 of {len(inputs)} inputs",
        seconds,
        ratio=slowest / _GOAL,
        bar=1,
        note=f"p95 {slowest:.1f} ms, goal {_GOAL:.0f} ms; {note}",
    )


def _each(lists: PatientLists, inputs: Sequence[str], rounds: int, where: str) -> list[Row]:
    """Return the three slowest inputs, so that a bad one is seen."""
    middle = {
        text: statistics.median(once(lambda text=text: lists.find(PatientFilter(text))) for _ in range(rounds))  # type: ignore[misc]
        for text in inputs
    }
    slow = sorted(middle, key=lambda text: -middle[text])[:3]
    return [timed(_GROUP, f'{where}search "{text}"', [middle[text]], note="one of the slowest") for text in slow]


def typed_texts(conn: Conn, place: Place) -> list[str]:
    """Return what people type, made of patients of the clinic: parts of names, typos, numbers, birthdays, ids."""
    rows = conn.execute(
        "SELECT name_key, phone, date_of_birth, external_patient_id FROM patient "
        "WHERE clinic_id = %s AND external_patient_id IS NOT NULL ORDER BY hashtext(id::text) LIMIT 10",
        (place.clinic,),
    ).fetchall()
    texts: list[str] = []
    for number, (key, phone, born, external) in enumerate(rows):
        last, first = str(key).split()[:2]
        assert isinstance(born, date), "a column of days"
        ways = [
            last[:3],
            last[: 3 + number % 4],
            first[:4],
            f"{first} {last}",
            f"{last[:4]} {first[:2]}",
            last[2:6],
            last[:2] + last[3:],
            f"{last[:3]}{last[2:]} {first}",
            str(phone)[-4:],
            f"({str(phone)[2:5]}) {str(phone)[5:8]}-{str(phone)[8:]}",
            f"{born:%m/%d/%Y}",
            f"{last} {born:%d %b %Y}",
            str(external)[:6],
            str(external),
            str(phone)[5:9],
        ]
        texts += [ways[(number * 3 + step) % len(ways)] for step in range(3)]
    return texts[:_INPUTS]
