"""Who may be merged with whom, in which order merges are taken back, and what is never lost by one."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from reactivate_desktop.domain.appointments import NewAppointment
from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.errors import Conflict, Invalid, NotFound
from reactivate_desktop.domain.merges import hand_on, restored
from reactivate_desktop.domain.outreach import LogOutcome
from reactivate_desktop.domain.patients import EditPatient, NewPatient, NewVisit
from reactivate_desktop.services.appointments import Appointments
from reactivate_desktop.services.duplicates import Duplicates
from reactivate_desktop.services.merges import Merges
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.visits import Visits
from tests.factories.clinics import ClinicMaker
from tests.services.slots import in_days
from tests.services.two_records import Records, two_records


@pytest.fixture(scope="module")
def clinic_records(maker: ClinicMaker) -> Records:
    return two_records(maker)


@pytest.fixture
def records(clinic_records: Records) -> Records:
    """Two fresh records in the module's clinic."""
    known = clinic_records
    one, other = added(known, "Elizabeth"), added(known, "Liz")
    return Records(known.maker, known.desk, known.colleague, one, other)


def added(records: Records, first: str = "Bess", born: date | None = None) -> UUID:
    return Patients(records.desk.begin).add(NewPatient(first, "Stone", date_of_birth=born))


def join(records: Records, survivor: UUID, merged: UUID, *take: str, force: bool = False) -> UUID:
    patients = Patients(records.desk.begin)
    seen = patients.read(survivor).patient.version, patients.read(merged).patient.version
    return Merges(records.desk.begin).merge(survivor, merged, seen, take, force=force)


def edit(records: Records, patient: UUID, **fields: object) -> None:
    patients = Patients(records.desk.begin)
    patients.edit(EditPatient(patient, patients.read(patient).patient.version, fields))


def test_a_record_is_not_merged_with_itself_or_twice(records: Records) -> None:
    with pytest.raises(Invalid, match="one and the same record"):
        join(records, records.survivor, records.survivor)
    join(records, records.survivor, records.merged)
    third = added(records)
    for pair in ((third, records.merged), (records.merged, third)):
        with pytest.raises(Conflict, match="merged into another one already"):
            join(records, *pair)
        with pytest.raises(Conflict, match="merged into another one already"):
            Merges(records.desk.begin).preview(*pair)


def test_born_on_different_days_needs_a_word(records: Records) -> None:
    one, other = added(records, born=date(1980, 5, 17)), added(records, born=date(1980, 5, 18))
    assert "They were born on different days." in Merges(records.desk.begin).preview(one, other).warnings
    with pytest.raises(Invalid, match=r"born on different days \(1980-05-17 and 1980-05-18\)"):
        join(records, one, other)
    join(records, one, other, force=True)


@pytest.mark.parametrize("edited", [0, 1])
def test_somebody_changed_one_of_them_meanwhile(records: Records, edited: int) -> None:
    seen = records.versions()
    edit(records, (records.survivor, records.merged)[edited], postal_code="10001")
    before = records.snapshot()
    with pytest.raises(Conflict, match="Nothing was merged: please compare again"):
        Merges(records.desk.begin).merge(records.survivor, records.merged, seen)
    assert records.snapshot()["patient"] == before["patient"]


def test_only_fields_of_a_person_are_taken(records: Records) -> None:
    with pytest.raises(Invalid, match="cannot be taken from the merged record: do_not_contact, external_patient_id"):
        join(records, records.survivor, records.merged, "external_patient_id", "do_not_contact")


def test_a_chain_is_taken_back_from_its_end(records: Records) -> None:
    """C into B, then B into A: C comes back only after B did, and brings its own visit."""
    a, b, c = records.survivor, records.merged, added(records)
    visits = Visits(records.desk.begin)
    for number, patient in enumerate((a, b, c), 1):
        visits.add(NewVisit(patient, date(2024, 1, number)))
    before = records.snapshot()
    inner = join(records, b, c)
    outer = join(records, a, b)
    assert len(visits.of_patient(a)) == 3
    merges = Merges(records.desk.begin)
    with pytest.raises(Conflict, match="was merged into another record since"):
        merges.unmerge(inner)
    assert [row.id for row in merges.of_patient(b)] == [outer, inner]
    assert merges.unmerge(outer).moved == {"visit": 2}
    assert merges.unmerge(inner).moved == {"visit": 1}
    after = records.snapshot()
    for table, rows in before.items():
        assert after[table] == rows, table


def test_a_cycle_is_refused(records: Records) -> None:
    a, b, c = records.survivor, records.merged, added(records)
    join(records, a, b)
    join(records, c, a)
    for survivor, merged in ((a, c), (b, c), (b, a)):
        with pytest.raises(Conflict, match="merged into another one already"):
            join(records, survivor, merged)


def test_a_merge_is_taken_back_once(records: Records) -> None:
    done = join(records, records.survivor, records.merged)
    merges = Merges(records.desk.begin)
    merges.unmerge(done)
    with pytest.raises(Conflict, match="took this merge back already"):
        merges.unmerge(done)
    (row,) = merges.of_patient(records.merged)
    assert row.undone_at is not None
    with pytest.raises(NotFound, match="This merge is not in the clinic"):
        merges.unmerge(uuid4())


def test_two_merges_into_one_are_taken_back_in_any_order(records: Records) -> None:
    """Both gave their email: whichever goes first, the survivor ends with its own."""
    for first_back in (0, 1):
        a, b, c = added(records), added(records), added(records)
        for patient, email in ((a, "a@x.example"), (b, "b@x.example"), (c, "c@x.example")):
            edit(records, patient, email=email)
        done = [join(records, a, b, "email"), join(records, a, c, "email")]
        merges, patients = Merges(records.desk.begin), Patients(records.desk.begin)
        assert patients.read(a).patient.email == "c@x.example"
        merges.unmerge(done[first_back])
        assert patients.read(a).patient.email == ("c@x.example", "b@x.example")[first_back]
        merges.unmerge(done[1 - first_back])
        assert patients.read(a).patient.email == "a@x.example"


def test_an_opt_out_comes_along_and_stays_as_long_as_anybody_has_it(records: Records) -> None:
    a, b, c = records.survivor, records.merged, added(records)
    for patient in (b, c):
        edit(records, patient, do_not_contact=True)
    records.set("patient_standing", a, queue_open=True, contact_priority="RED")
    merges, patients = Merges(records.desk.begin), Patients(records.desk.begin)
    assert any("not to contact" in sentence for sentence in merges.preview(a, b).warnings)
    first, second = join(records, a, b), join(records, a, c)
    assert patients.read(a).patient.do_not_contact
    assert records.snapshot()["patient_standing"][a]["queue_open"] is False
    merges.unmerge(first)
    assert patients.read(a).patient.do_not_contact
    merges.unmerge(second)
    assert not patients.read(a).patient.do_not_contact


def test_an_opt_out_after_the_merge_is_no_part_of_it(records: Records) -> None:
    a, b = records.survivor, records.merged
    edit(records, b, do_not_contact=True)
    merge = join(records, a, b)
    with records.connect() as conn:
        row = conn.execute("SELECT version FROM patient_standing WHERE id = %s", (a,)).fetchone()
    assert row is not None
    records.desk.outreach.log_outcome(LogOutcome(a, ContactOutcome.OPT_OUT, row["version"]))
    assert "do_not_contact" in Merges(records.desk.begin).unmerge(merge).fields_kept
    assert Patients(records.desk.begin).read(a).patient.do_not_contact


def test_a_death_comes_along_and_goes_with_the_merge(records: Records) -> None:
    edit(records, records.merged, patient_state="DECEASED", deceased_on=date(2025, 2, 3))
    done = join(records, records.survivor, records.merged)
    row = records.snapshot()["patient"][records.survivor]
    assert (row["patient_state"], row["deceased_on"]) == ("DECEASED", date(2025, 2, 3))
    Merges(records.desk.begin).unmerge(done)
    row = records.snapshot()["patient"][records.survivor]
    assert (row["patient_state"], row["deceased_on"]) == ("PRESENT", None)


def test_a_promised_call_and_a_wait_come_along(records: Records) -> None:
    soon, later = in_days(2), in_days(5)
    waiting, promised = added(records), added(records)
    records.set("patient_standing", waiting, next_action_at=later, cool_off_until=later, contact_priority="RED")
    records.set("patient_standing", promised, next_action_at=soon, callback_at=soon, contact_priority="RED")
    a, b = records.survivor, records.merged
    for patient in (a, b):
        records.set("patient_standing", patient, queue_open=True, contact_priority="RED")

    def work(patient: UUID) -> tuple[object, ...]:
        row = records.snapshot()["patient_standing"][patient]
        return row["queue_open"], row["next_action_at"], row["callback_at"], row["cool_off_until"]

    join(records, a, waiting)
    assert work(a) == (False, later, None, later)
    join(records, a, promised)
    assert work(a) == (False, soon, soon, later)
    assert work(waiting) == work(promised) == (False, None, None, None)
    done = join(records, a, b)
    assert work(b) == (False, None, None, None)
    Merges(records.desk.begin).unmerge(done)
    assert work(b) == (True, None, None, None)


def test_who_is_not_in_the_queue_is_not_brought_back_by_the_others_wait(records: Records) -> None:
    records.set("patient_standing", records.merged, next_action_at=in_days(1), contact_priority="RED")
    join(records, records.survivor, records.merged)
    assert records.snapshot()["patient_standing"][records.survivor]["next_action_at"] is None


def test_the_merged_record_leaves_the_queue_and_frees_its_claim(records: Records) -> None:
    records.set("patient_standing", records.merged, queue_open=True, contact_priority="RED")
    records.set(
        "work_claim", records.merged, claimed_by=records.desk.id, claimed_at=in_days(0), claimed_until=in_days(1)
    )
    done = join(records, records.survivor, records.merged)
    after = records.snapshot()
    assert after["patient_standing"][records.merged]["queue_open"] is False
    assert after["work_claim"][records.merged]["claimed_by"] is None
    # A scoring run between takes the hidden record's priority: it is not opened again without one.
    records.set("patient_standing", records.merged, contact_priority=None)
    Merges(records.desk.begin).unmerge(done)
    assert records.snapshot()["patient_standing"][records.merged]["queue_open"] is False


def test_nothing_new_is_written_to_a_merged_record(records: Records) -> None:
    join(records, records.survivor, records.merged)
    with pytest.raises(Conflict, match="was merged into another one"):
        Appointments(records.desk.begin).book(records.merged, NewAppointment(in_days(1)))
    with pytest.raises(Conflict, match="was merged into another one"):
        Visits(records.desk.begin).add(NewVisit(records.merged, date(2024, 1, 1)))


def test_the_pair_on_the_review_list_follows(records: Records) -> None:
    first, second = sorted((records.survivor, records.merged))
    pair = records.insert("duplicate_candidate", patient_id=first, other_id=second, reason="Alike", likeness=0.8)

    def decided() -> tuple[object, object]:
        row = records.snapshot()["duplicate_candidate"][pair]
        return row["review_state"], row["reviewed_by"]

    done = join(records, records.survivor, records.merged)
    assert decided() == ("ACCEPTED", records.desk.id)
    with pytest.raises(Conflict, match="Somebody merged these two already"):
        Duplicates(records.desk.begin).dismiss(pair)
    Merges(records.desk.begin).unmerge(done)
    assert decided() == ("OPEN", None)


def test_a_change_is_handed_on_to_the_merge_that_built_on_it() -> None:
    later: dict[str, list[object]] = {"email": ["b", "c"], "phone": ["x", "y"]}
    own = hand_on({"email": ["a", "b"], "phone": ["1", "2"], "mrn": [None, "7"]}, [later])
    assert own == {"phone": ["1", "2"], "mrn": [None, "7"]}
    assert later == {"email": ["a", "c"], "phone": ["x", "y"]}
    assert restored(own, {"phone": "y", "mrn": "7"}) == ({"mrn": None}, ("phone",))
