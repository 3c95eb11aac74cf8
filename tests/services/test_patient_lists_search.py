"""The search of patients: parts of names, accents, typos, numbers, birthdays, ids; the best match first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from reactivate_desktop.domain.enums import PatientSegment, UserRole
from reactivate_desktop.domain.patient_lists import ListOrder, PatientFilter, PatientSort
from reactivate_desktop.domain.patients import NewPatient
from reactivate_desktop.services.patient_lists import PatientLists
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.storage.migrate import owner_connection
from tests.factories.clinics import ClinicMaker, Person
from tests.fixtures import FrontDesk

# Last name, first name, phone, birthday, external id.
PEOPLE = [
    ("Márquez-Delgado", "Inés", "+12125550147", date(1988, 3, 2), "20417"),
    ("Marchetti", "Paolo", "+12125550148", date(1951, 7, 19), "20418"),
    ("Al-Amari", "Layla", "+12125550271", date(1988, 2, 3), "AB-104"),
    ("Kumar", "Vikram", "+13125550147", date(1983, 9, 23), "204"),
    ("Okoye-Marshall", "Chidi", "555-0199", date(1990, 12, 3), None),
    ("O’Brien", "Mary", "+442079460958", None, "mrn77"),
    ("Siobhán", "Nguyễn", "", None, None),
    ("Per%cent", "Under_score", "", None, None),
    ("Marx", "Karl", "+12125550299", date(1988, 3, 2), None),
]


@pytest.fixture(scope="module")
def person(maker: ClinicMaker) -> Person:
    return maker.person(maker.clinic(), UserRole.STAFF)


@pytest.fixture(scope="module")
def lists(person: Person) -> PatientLists:
    return PatientLists(person.begin)


@pytest.fixture(scope="module")
def ids(person: Person, maker: ClinicMaker) -> dict[str, UUID]:
    """The patients by last name; another clinic has the same ones."""
    made: dict[str, UUID] = {}
    for begin in (person.begin, maker.person(maker.clinic(), UserRole.STAFF).begin):
        for last, first, phone, born, external in reversed(PEOPLE):
            wish = NewPatient(first, last, phone, date_of_birth=born, external_patient_id=external)
            added = Patients(begin).add(wish)
            made.setdefault(last, added)
    with owner_connection(maker.clinic_db.admin) as conn:
        conn.execute("UPDATE patient SET mrn = 'M-9041' WHERE id = %s", (made["Kumar"],))
        conn.execute("UPDATE patient SET phone_second = '+12125550600' WHERE id = %s", (made["Marx"],))
    return made


def find(lists: PatientLists, ids: dict[str, UUID], text: str, **more: Any) -> list[str]:
    known = {patient: last for last, patient in ids.items()}
    return [known[row.id] for row in lists.first(PatientFilter(text, **more))]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # Begins the name, begins the second part (by that part), begins another one, stands inside: each by name.
        ("mar", ["Marchetti", "Márquez-Delgado", "Marx", "Okoye-Marshall", "O’Brien", "Al-Amari", "Kumar"]),
        ("MÁR", ["Marchetti", "Márquez-Delgado", "Marx", "Okoye-Marshall", "O’Brien", "Al-Amari", "Kumar"]),
        ("marquez del", ["Márquez-Delgado"]),
        ("ines márquez", ["Márquez-Delgado"]),
        ("obrien", ["O’Brien"]),
        ("O'Bri mary", ["O’Brien"]),
        ("nguyen", ["Siobhán"]),
        ("r%c", ["Per%cent"]),
        ("er_s", ["Per%cent"]),
        ("a r", ["Al-Amari", "Kumar", "Marchetti", "Márquez-Delgado", "Marx", "O’Brien", "Okoye-Marshall"]),
        ("p mar", ["Marchetti"]),
        ("nobody", []),
        ("m a r x k l", ["Marx"]),
    ],
)
def test_parts_of_names_the_best_match_first(
    lists: PatientLists, ids: dict[str, UUID], text: str, wanted: list[str]
) -> None:
    assert find(lists, ids, text) == wanted
    known = {patient: last for last, patient in ids.items()}
    assert [known[i] for i in lists.index(PatientFilter(text))] == wanted
    assert lists.count(PatientFilter(text)) == len(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("(212) 555-0147", ["Márquez-Delgado"]),
        ("+44 20 7946 0958", ["O’Brien"]),
        ("0147", ["Kumar", "Márquez-Delgado"]),
        ("555-01", ["Kumar", "Marchetti", "Márquez-Delgado", "Okoye-Marshall"]),
        ("5550199", ["Okoye-Marshall"]),
        ("0600", ["Marx"]),
        ("kumar 0147", ["Kumar"]),
        ("0147 inés", ["Márquez-Delgado"]),
        ("99999", []),
    ],
)
def test_any_part_of_a_number_finds_it(lists: PatientLists, ids: dict[str, UUID], text: str, wanted: list[str]) -> None:
    assert find(lists, ids, text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1988-03-02", ["Márquez-Delgado", "Marx"]),
        ("2 Mar 1988", ["Márquez-Delgado", "Marx"]),
        ("3/2/1988", ["Márquez-Delgado", "Marx", "Al-Amari"]),
        ("2.3.88", ["Márquez-Delgado", "Marx", "Al-Amari"]),
        ("marx 3/2/1988", ["Marx"]),
        ("03021988", ["Al-Amari", "Márquez-Delgado", "Marx"]),
        ("1 Jan 1900", []),
    ],
)
def test_birthdays_in_the_ways_people_type_them(
    lists: PatientLists, ids: dict[str, UUID], text: str, wanted: list[str]
) -> None:
    assert find(lists, ids, text) == wanted


def test_days_are_read_as_the_clinics_region_writes_them(
    lists: PatientLists, ids: dict[str, UUID], person: Person, maker: ClinicMaker
) -> None:
    with owner_connection(maker.clinic_db.admin) as conn:
        conn.execute(
            "INSERT INTO clinic_setting (clinic_id, id, name, value) "
            """VALUES (%s, gen_random_uuid(), 'imports', '{"region": "GB"}')""",
            (person.signed_in.clinic_id,),
        )
    assert find(lists, ids, "3/2/1988") == ["Al-Amari", "Márquez-Delgado", "Marx"]
    assert find(lists, ids, "020 7946 0958") == ["O’Brien"]
    with owner_connection(maker.clinic_db.admin) as conn:
        conn.execute("DELETE FROM clinic_setting WHERE clinic_id = %s", (person.signed_in.clinic_id,))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # The whole id before those that begin with it.
        ("204", ["Kumar", "Marchetti", "Márquez-Delgado"]),
        ("MRN 20417", ["Márquez-Delgado"]),
        ("ab-1", ["Al-Amari"]),
        ("m-90", ["Kumar"]),
        ("MRN77", ["O’Brien"]),
        ("2041", ["Marchetti", "Márquez-Delgado"]),
        ("0417", []),
    ],
)
def test_ids_are_found_whole_or_by_how_they_begin(
    lists: PatientLists, ids: dict[str, UUID], text: str, wanted: list[str]
) -> None:
    assert find(lists, ids, text) == wanted


def test_typos_are_forgiven_where_nothing_matches(lists: PatientLists, ids: dict[str, UUID]) -> None:
    for text in ("marchetty", "marcheti paolo", "marchettti"):
        found = lists.find(PatientFilter(text))
        assert [row.id for row in found.rows] == [ids["Marchetti"]], text
        assert found.wish == PatientFilter(text, only_similar=True)
        assert list(lists.index(found.wish)) == [ids["Marchetti"]]
    exact = lists.find(PatientFilter("marchetti"))
    assert (exact.wish.only_similar, len(exact.rows)) == (False, 1)
    nobody = lists.find(PatientFilter("xyzzyx"))
    assert (nobody.rows, nobody.wish) == ((), PatientFilter("xyzzyx"))


def test_names_that_only_sound_alike_are_offered_never_mixed_in(
    lists: PatientLists, ids: dict[str, UUID], person: Person, maker: ClinicMaker
) -> None:
    added = Patients(person.begin).add(NewPatient("Dee", "Kummar"))
    assert find(lists, ids, "kumar") == ["Kumar"]
    wish = PatientFilter("kumar")
    assert lists.similar(wish) == 1
    assert list(lists.index(PatientFilter("kumar", only_similar=True))) == [added]
    # Too short to be alike to anything, no name at all, nothing typed.
    assert [lists.similar(PatientFilter(text)) for text in ("mar", "0147", " ")] == [0, 0, 0]
    assert lists.similar(PatientFilter("kumar", do_not_contact=True)) == 0
    with owner_connection(maker.clinic_db.admin) as conn:
        conn.execute("DELETE FROM patient WHERE id = %s", (added,))


def test_a_typo_beside_a_birthday_or_a_number(lists: PatientLists, ids: dict[str, UUID]) -> None:
    assert [row.id for row in lists.find(PatientFilter("markuez 3/2/1988")).rows] == [ids["Márquez-Delgado"]]
    assert [row.id for row in lists.find(PatientFilter("kumaar 0147")).rows] == [ids["Kumar"]]


def test_a_text_goes_with_filters_and_orders(lists: PatientLists, ids: dict[str, UUID]) -> None:
    found = find(lists, ids, "mar", segment=PatientSegment.NEW)
    assert found[0] == "Marchetti"
    assert find(lists, ids, "mar", segment=PatientSegment.DORMANT) == []
    known = {patient: last for last, patient in ids.items()}
    by_name = lists.first(PatientFilter("mar"), ListOrder(PatientSort.NAME, ascending=False))
    assert [known[row.id] for row in by_name][:2] == ["Okoye-Marshall", "O’Brien"]
    by_birth = lists.first(PatientFilter("mar"), ListOrder(PatientSort.BIRTH))
    assert [known[row.id] for row in by_birth][:2] == ["Marchetti", "Kumar"]


def test_the_best_hits_alone_fill_a_short_list(lists: PatientLists, ids: dict[str, UUID]) -> None:
    known = {patient: last for last, patient in ids.items()}
    for limit in (1, 2, 3, 4):
        rows = lists.first(PatientFilter("mar"), limit=limit)
        assert [known[row.id] for row in rows] == find(lists, ids, "mar")[:limit]


@contextmanager
def _statements(person: Person) -> Iterator[list[str]]:
    told: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        told.append(statement)

    sa.event.listen(person.database.engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        sa.event.remove(person.database.engine, "before_cursor_execute", note)


def test_a_search_is_a_fixed_number_of_statements(lists: PatientLists, ids: dict[str, UUID], person: Person) -> None:
    for text, wanted in (("mar", 6), ("mar que", 5), ("0147", 5), ("", 3)):
        with _statements(person) as told:
            lists.first(PatientFilter(text))
        # Today and region where a text is read, best hits, hits, rows, audit. Entering goes with BEGIN.
        assert len(told) == wanted, (text, told)
        assert not [statement for statement in told if "mar" in statement.lower() and "%mar" in statement.lower()]


@pytest.mark.parametrize(
    ("typed", "meant"), [("masrhall", "Marshall"), ("jonhson", "Johnson"), ("kowlaski", "Kowalski")]
)
def test_two_letters_changed_round_still_find(front_desk: FrontDesk, typed: str, meant: str) -> None:
    wanted = Patients(front_desk.staff.begin).add(NewPatient("Sam", meant))
    found = PatientLists(front_desk.staff.begin).find(PatientFilter(typed))
    assert wanted in [row.id for row in found.rows]
    assert found.wish.only_similar
