"""Patients from a file: new, changed, unchanged, repeated, refused; and the desk's edits that stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from reactivate_desktop.domain.enums import CommunicationChannel, PatientState
from reactivate_desktop.domain.imports import IncomingPatient, IncomingVisit, PersonRef, Rejected, RowCounts
from reactivate_desktop.domain.patients import EditPatient
from reactivate_desktop.domain.phones import read_phone
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.storage.loading.loaded import Overlay
from tests.storage.loading.loader import Loader, person

BORN = date(1980, 1, 2)


def test_a_new_patient_comes_with_standing_and_claim(loader: Loader) -> None:
    row = person(
        "7", "Zoë", "Müller-Łukasz", phone=read_phone("(212) 555-0147"), email="z@x.example", date_of_birth=BORN,
        preferred_channel=CommunicationChannel.EMAIL, language="es", postal_code="02108", state="MA", mrn="M7",
        registered_on=loader.ago(200), phone_second=read_phone("212 555 0148"))  # fmt: skip
    assert loader(row).counts == RowCounts(new=1)
    kept = loader.patient("7")
    wanted = {
        "name_key": "muller lukasz zoe", "phone": "+12125550147", "phone_raw": "(212) 555-0147", "mrn": "M7",
        "phone_quality": "VALID", "phone_second": "+12125550148", "email": "z@x.example", "date_of_birth": BORN,
        "preferred_channel": "EMAIL", "language": "es", "postal_code": "02108", "state": "MA", "segment": "DORMANT",
        "external_patient_id": "7", "visit_count": 0, "version": 1, "do_not_contact": False}  # fmt: skip
    assert {name: kept[name] for name in wanted} == wanted
    assert len(loader.rows("SELECT 1 FROM work_claim WHERE id = %s", loader.patient_id("7"))) == 1


def test_the_same_rows_again_write_nothing(loader: Loader) -> None:
    rows = [
        person("1", email="a@x.example", last_visit_on=loader.ago(30)),
        person("2", "Bob", next_appointment_at=datetime.now(UTC) + timedelta(days=9)),
    ]
    assert loader(*rows).counts == RowCounts(new=2)
    before = loader.written()
    assert len([row for row in before if row[0] in ("visit", "appointment")]) == 2
    assert loader(*rows).counts == RowCounts(unchanged=2)
    assert loader.written() == before


def test_a_file_with_fewer_columns_takes_nothing_back(loader: Loader) -> None:
    loader(person("1", email="a@x.example", mrn="M1"))
    before = loader.written()
    assert loader(person("1")).counts == RowCounts(unchanged=1)
    assert loader(person("1", mrn="M1")).counts == RowCounts(unchanged=1)
    assert loader.written() == before


def test_of_several_rows_for_one_person_the_last_counts(loader: Loader) -> None:
    rows = [person("1", "Old", row=1), person("2", row=2), person("1", "New", row=3)]
    assert loader(*rows).counts == RowCounts(new=2, repeated=1)
    assert loader.patient("1")["first_name"] == "New"
    assert loader(person("1", "Newer")).counts == RowCounts(changed=1)


def test_without_an_id_a_person_is_known_again_by_name_birthday_and_phone(loader: Loader) -> None:
    row = IncomingPatient(1, "Ann", "Lee", date_of_birth=BORN, phone=read_phone("212-555-0147"))
    same = replace(row, row=2, last_name="LÉE", phone=read_phone("+1 (212) 555-0147"))
    assert loader(row).counts == RowCounts(new=1)
    assert loader(same).counts == RowCounts(changed=1)
    assert loader(replace(row, phone=read_phone("212-555-0199"))).counts == RowCounts(new=1)
    assert loader.rows("SELECT count(*) AS n FROM patient WHERE external_patient_id IS NOT NULL AND connection_id = %s",
                       loader.scope().connection)[0]["n"] == 0  # fmt: skip


def test_what_staff_changed_stays_until_the_source_says_something_new(loader: Loader) -> None:
    row = person("1", "Ann", "Lee", email="old@x.example", phone=read_phone("212 555 0147"), language="en")
    loader(row)
    patients = Patients(loader.person.begin)
    mine = {"email": "staff@x.example", "language": "es", "phone": "212 555 0111"}
    patients.edit(EditPatient(loader.patient_id("1"), 1, mine))
    assert loader(replace(row, first_name="Anna")).counts == RowCounts(changed=1)
    kept = loader.patient("1")
    assert (kept["first_name"], kept["name_key"]) == ("Anna", "lee anna")
    assert (kept["email"], kept["language"], kept["phone"]) == ("staff@x.example", "es", "+12125550111")
    assert kept["version"] == 3
    loader(replace(row, first_name="Anna", email="new@x.example", phone=read_phone("212 555 0199")))
    kept = loader.patient("1")
    assert (kept["email"], kept["language"]) == ("new@x.example", "es")
    # The number that staff wrote down is not lost to the source's.
    assert (kept["phone"], kept["phone_second"]) == ("+12125550199", "+12125550111")


def test_an_open_form_is_only_out_of_date_when_something_on_it_moved(loader: Loader) -> None:
    row = person("1", email="a@x.example")
    loader(row)
    Patients(loader.person.begin).edit(EditPatient(loader.patient_id("1"), 1, {"email": "b@x.example"}))
    # The source comes to the same address by itself: remembered, and nothing moves.
    assert loader(replace(row, email="b@x.example")).counts == RowCounts(changed=1)
    assert loader.patient("1")["version"] == 2


def test_no_import_clears_an_opt_out(loader: Loader) -> None:
    row = person("1", do_not_contact=True)
    loader(row)
    loader(replace(row, do_not_contact=False))
    assert loader.patient("1")["do_not_contact"] is True
    loader(person("2", "Bob"))
    loader.run("UPDATE patient_standing SET queue_open = true WHERE id = %s", loader.patient_id("2"))
    loader(person("2", "Bob", do_not_contact=True))
    kept = loader.patient("2")
    assert (kept["do_not_contact"], kept["queue_open"]) == (True, False)


def test_a_state_that_staff_set_gives_way_only_to_a_death(loader: Loader) -> None:
    row = person("1", patient_state=PatientState.INACTIVE)
    loader(row)
    assert loader.patient("1")["patient_state"] == "INACTIVE"
    loader(replace(row, patient_state=PatientState.PRESENT))
    assert loader.patient("1")["patient_state"] == "PRESENT"
    version = loader.patient("1")["version"]
    Patients(loader.person.begin).edit(EditPatient(loader.patient_id("1"), version, {"patient_state": "MOVED"}))
    loader(replace(row, patient_state=PatientState.INACTIVE))
    assert loader.patient("1")["patient_state"] == "MOVED"
    loader(replace(row, patient_state=PatientState.DECEASED, deceased_on=loader.ago(3)))
    assert (loader.patient("1")["patient_state"], loader.patient("1")["deceased_on"]) == ("DECEASED", loader.ago(3))


def test_a_death_that_the_source_takes_back_is_taken_back(loader: Loader) -> None:
    row = person("1", patient_state=PatientState.DECEASED, deceased_on=loader.ago(30))
    loader(row)
    loader(replace(row, patient_state=PatientState.PRESENT, deceased_on=None))
    assert (loader.patient("1")["patient_state"], loader.patient("1")["deceased_on"]) == ("PRESENT", None)


def test_who_merged_into_another_stays_hidden_and_is_kept_up_to_date(loader: Loader) -> None:
    loader(person("1"), person("2", "Anne"))
    loader.run("UPDATE patient SET merged_into_id = %s WHERE id = %s", loader.patient_id("1"), loader.patient_id("2"))
    loader(person("2", "Annie", last_visit_on=loader.ago(5)))
    assert loader.patient("2")["first_name"] == "Annie"
    assert loader.patient("2")["merged_into_id"] == loader.patient_id("1")
    assert [v["visit_date"] for v in loader.of_patient("visit", "1")] == [loader.ago(5)]
    assert loader.patient("1")["visit_count"] == 1


def test_an_opt_out_or_a_death_of_a_merged_record_is_also_the_survivors(loader: Loader) -> None:
    loader(*(person(i, f"Ann{i}") for i in "123"))
    for gone, stays in (("1", "2"), ("2", "3")):
        ids = loader.patient_id(stays), loader.patient_id(gone)
        loader.run("UPDATE patient SET merged_into_id = %s WHERE id = %s", *ids)
    loader.run("UPDATE patient_standing SET queue_open = true WHERE id = %s", loader.patient_id("3"))
    loader(IncomingVisit(1, PersonRef("1"), loader.ago(5), "v"))
    assert loader(person("1", "Ann1", email="a@x.example")).counts == RowCounts(changed=1)
    assert loader.patient("3")["do_not_contact"] is False
    loader(person("1", "Ann1", do_not_contact=True))
    kept = loader.patient("3")
    assert (kept["do_not_contact"], kept["queue_open"], kept["version"]) == (True, False, 2)
    loader(person("2", "Ann2", patient_state=PatientState.DECEASED, deceased_on=loader.ago(30)))
    kept = loader.patient("3")
    assert (kept["patient_state"], kept["deceased_on"], kept["visit_count"]) == ("DECEASED", loader.ago(30), 0)


def test_the_last_visit_of_a_list_of_patients_becomes_a_visit(loader: Loader) -> None:
    loader(person("1", registered_on=loader.ago(900), last_visit_on=loader.ago(200)))
    assert (loader.patient("1")["segment"], loader.patient("1")["visit_count"]) == ("DORMANT", 1)
    loader(person("1", registered_on=loader.ago(900), last_visit_on=loader.ago(20)))
    kept = loader.patient("1")
    assert (kept["segment"], kept["visit_count"], kept["last_visit_on"]) == ("ACTIVE", 2, loader.ago(20))


@pytest.mark.parametrize(("days", "off"), [(20, True), (3, False)])
def test_a_later_next_appointment_takes_the_place_of_the_one_before(loader: Loader, days: int, off: bool) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    first, second = now + timedelta(days=9), now + timedelta(days=days)
    loader(person("1", next_appointment_at=first))
    assert loader.patient("1")["next_appointment_at"] == first
    loader(person("1", next_appointment_at=second))
    states = {row["appointment_datetime"]: row["status"] for row in loader.of_patient("appointment", "1")}
    assert states == {first: "CANCELLED" if off else "SCHEDULED", second: "SCHEDULED"}
    assert loader.patient("1")["next_appointment_at"] == second


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (person("1", "", ""), "needs a first or last name"),
        (person("1", "A" * 300, "B" * 300), "at most 400 letters"),
        (person("1", email="x"), "3 to 320 characters"),
        (person("1", date_of_birth=date(1066, 1, 1)), "before 1850"),
        (person("1", date_of_birth=date(2999, 1, 1)), "in the future"),
        (person("1", last_visit_on=date(2999, 1, 1)), "in the future"),
        (person("1", "A\0"), "cannot be stored"),
        (person("1", "\ud800"), "cannot be stored"),
        (person("\0"), "cannot be stored"),
        (person("1", next_appointment_at=datetime(2026, 1, 1)), "no time zone"),  # noqa: DTZ001 - that is the point
    ],
)
def test_a_bad_row_costs_itself_only(loader: Loader, row: IncomingPatient, sentence: str) -> None:
    done = loader(row, person("good"), Rejected(9, "The reader said so.", {"a": "b"}))
    assert done.counts == RowCounts(new=1, rejected=2)
    assert sentence in done.rejects[0].reason
    assert done.rejects[1].reason == "The reader said so."
    assert loader.patient("good")["first_name"] == "Ann"


def test_a_backslash_is_no_reason_to_refuse(loader: Loader) -> None:
    assert loader(person("1", "A\\u0000")).counts == RowCounts(new=1)
    assert loader.patient("1")["first_name"] == "A\\u0000"


def test_a_dry_run_writes_nothing_and_says_what_would_be(loader: Loader) -> None:
    loader(person("1"), person("2", "Bob"))
    before, overlay = loader.written(), Overlay()
    first = loader(person("1"), person("2", "Rob"), person("3"), person("3", "Anne"), overlay=overlay)
    assert first.counts == RowCounts(new=1, changed=1, unchanged=1, repeated=1)
    again = loader(person("3", "Anne"), person("2", "Rob"), person("1", "Joe"), overlay=overlay)
    assert again.counts == RowCounts(unchanged=2, changed=1)
    assert loader.written() == before


def test_equal_ids_of_two_sources_and_two_clinics_never_meet(loader: Loader, new_loader: Callable[[], Loader]) -> None:
    other_source, other_clinic = loader.of("Old program"), new_loader()
    for each, name in ((loader, "One"), (other_source, "Two"), (other_clinic, "Three")):
        assert each(person("1", name, "Same")).counts == RowCounts(new=1)
    names = [each.patient("1")["first_name"] for each in (loader, other_source, other_clinic)]
    assert names == ["One", "Two", "Three"]
    assert other_clinic(person("1", "Three", "Same")).counts == RowCounts(unchanged=1)
