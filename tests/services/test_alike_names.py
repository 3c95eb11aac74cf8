"""A mistyped word finds the names that are alike, the likest first: the first rows are the beginning of all."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.patient_lists import PatientFilter
from reactivate_desktop.domain.patients import EditPatient, NewPatient
from reactivate_desktop.services.patient_lists import PatientLists
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.storage.migrate import owner_connection
from reactivate_desktop.storage.queries import patients
from tests.factories.clinics import ClinicMaker, Person
from tests.factories.demo import demo_person

TYPED = ("jonhson", "garzia", "rodrigez", "mullr", "alise", "elisabet", "petrovv", "zzzz", "per%cnt", "nguien")
# Each patient of the clinic by the likest of her words, as one reads the rule; no index, no list of words.
_PLAIN = """
WITH worded AS (
    SELECT p.id, p.name_key, w.word, (1000 - 1000 * similarity(%(typed)s, w.word))::integer AS place
    FROM patient p, regexp_split_to_table(p.name_key, ' ') w(word)
    WHERE p.clinic_id = %(clinic)s AND p.merged_into_id IS NULL AND position(%(typed)s IN p.name_key) = 0)
SELECT id FROM worded
WHERE similarity(%(typed)s, word) >= 0.3 OR EXISTS (
    SELECT 1 FROM generate_series(1, length(%(typed)s) - 1) i
    WHERE position(left(%(typed)s, i - 1) || reverse(substr(%(typed)s, i, 2)) || substr(%(typed)s, i + 2) IN word) > 0)
GROUP BY id, name_key ORDER BY min(place), name_key, id
"""
_LONG = ("Garzya de la Vega Rodrigues", "Ana Elizabeth Jonson Muller")


@pytest.fixture(scope="module")
def person(maker: ClinicMaker) -> Person:
    found = demo_person(maker, 1_500, datetime.now(UTC).date(), UserRole.STAFF)
    for last in _LONG:
        Patients(found.begin).add(NewPatient("Alisa", last))
    return found


def alike(person: Person, typed: str) -> list[UUID]:
    return list(PatientLists(person.begin).index(PatientFilter(typed, only_similar=True)))


def _plain(maker: ClinicMaker, person: Person, typed: str) -> list[UUID]:
    with owner_connection(maker.clinic_db.admin) as conn:
        rows = conn.execute(_PLAIN, {"typed": typed, "clinic": person.signed_in.clinic_id}).fetchall()
    return [UUID(str(each)) for (each,) in rows]


@pytest.mark.parametrize("typed", TYPED)
def test_all_are_those_of_the_rule_in_its_order(maker: ClinicMaker, person: Person, typed: str) -> None:
    assert alike(person, typed) == _plain(maker, person, typed)


def test_each_word_of_a_long_name_counts(person: Person) -> None:
    wishes = {typed: PatientFilter(typed, only_similar=True) for typed in TYPED}
    found = {typed: {row.last_name for row in PatientLists(person.begin).first(wishes[typed])} for typed in TYPED}
    assert found["zzzz"] == set()
    assert all(_LONG[0] in found[typed] for typed in ("garzia", "rodrigez", "alise"))
    assert all(_LONG[1] in found[typed] for typed in ("jonhson", "mullr", "alise", "elisabet"))


@pytest.mark.parametrize("typed", TYPED)
def test_the_first_rows_are_the_beginning_of_all(person: Person, typed: str) -> None:
    wish, all_of_them = PatientFilter(typed, only_similar=True), alike(person, typed)
    for limit in (1, 2, 7, 24, 400):
        rows = PatientLists(person.begin).first(wish, limit=limit)
        assert [row.id for row in rows] == all_of_them[:limit]


def test_a_name_that_changed_is_found_by_its_new_words_only(person: Person) -> None:
    desk = Patients(person.begin)
    added = desk.add(NewPatient("Quasimodo", "Xylander"))
    assert alike(person, "xylandre") == [added]
    with person.begin() as tx:
        row = patients.one(tx, added)
    assert row is not None
    desk.edit(EditPatient(added, row.version, {"last_name": "Wojciechowski Zbygniew"}))
    assert alike(person, "xylandre") == []
    assert alike(person, "wojcehowski") == alike(person, "zbigniew") == alike(person, "quasimoto") == [added]


def test_each_word_is_kept_once_and_other_clinics_find_nobody_by_it(maker: ClinicMaker, person: Person) -> None:
    desk = Patients(person.begin)
    for _ in range(2):
        desk.add(NewPatient("Twice", "Brzeczyszczykiewicz"))
    with owner_connection(maker.clinic_db.admin) as conn:
        kept = conn.execute("SELECT count(*) FROM name_word WHERE word = 'brzeczyszczykiewicz'").fetchone()
    assert kept == (1,)
    stranger = maker.person(maker.clinic(), UserRole.STAFF)
    assert alike(stranger, "brzeczyszczykiewics") == []
    assert len(alike(person, "brzeczyszczykiewics")) == 2
