"""Finding, reading, adding and changing patients; visits and the standing that follows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from reactivate_desktop.domain.enums import PatientSegment, PhoneQuality, UserRole
from reactivate_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from reactivate_desktop.domain.patients import EditPatient, NewPatient, NewVisit
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.visits import Visits
from tests.factories.clinics import ClinicMaker
from tests.fixtures import FrontDesk


def _today() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)  # a day that is over in every zone west of here


@pytest.fixture(scope="module")
def patients(front_desk: FrontDesk) -> Patients:
    return Patients(front_desk.staff.begin)


@pytest.fixture(scope="module")
def visits(front_desk: FrontDesk) -> Visits:
    return Visits(front_desk.staff.begin)


def test_a_new_patient_is_read_back_with_number_key_and_standing(patients: Patients) -> None:
    added = patients.add(NewPatient("  Zoë ", "Müller-Łukasz", "(212) 555-0147"))
    row = patients.read(added).patient
    assert (row.first_name, row.last_name) == ("Zoë", "Müller-Łukasz")
    assert row.name_key == "muller lukasz zoe"
    assert row.phone == "+12125550147"
    assert row.phone_quality == PhoneQuality.VALID
    assert row.segment == PatientSegment.NEW
    assert row.visit_count == 0


def test_an_invalid_number_is_kept_and_marked_not_refused(patients: Patients) -> None:
    row = patients.read(patients.add(NewPatient("Ann", "Odd", "1.23E+09"))).patient
    assert row.phone == "1.23E+09"
    assert row.phone_quality == PhoneQuality.INVALID


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (NewPatient(" ", ""), "needs a first or last name"),
        (NewPatient("A", "B", email="no address"), "is not an email address"),
        (NewPatient("A", "B", date_of_birth=date(1066, 1, 1)), "before 1850"),
        (NewPatient("A", "B", date_of_birth=date(2999, 1, 1)), "in the future"),
        (NewPatient("A" * 300, "B" * 300), "at most 400 letters"),
    ],
)
def test_bad_input_gets_a_sentence(patients: Patients, wish: NewPatient, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        patients.add(wish)


def test_a_viewer_reads_and_may_not_write(front_desk: FrontDesk, patients: Patients) -> None:
    added = patients.add(NewPatient("View", "Only"))
    viewer = Patients(front_desk.viewer.begin)
    assert viewer.read(added).patient.first_name == "View"
    with pytest.raises(NotAllowed, match="needs the role STAFF"):
        viewer.add(NewPatient("No", "Way"))


def test_search_forgives_accents_order_and_typos(patients: Patients) -> None:
    added = patients.add(NewPatient("Siobhán", "O'Callaghan-Nguyễn"))
    for text in ("callag", "ocall", "siobhan nguyen", "NGUYEN", "Siobhán", "siobahn ocalaghan"):
        assert added in [row.id for row in patients.find(text)], text
    assert added in [row.id for row in patients.find_prefix("O’Call")]
    assert added not in [row.id for row in patients.find_prefix("Callaghan")]


def test_marks_of_like_patterns_mean_themselves(patients: Patients) -> None:
    added = patients.add(NewPatient("Per%cent", "Under_score"))
    assert [row.id for row in patients.find("r%c")] == [added]
    assert [row.id for row in patients.find("er_s")] == [added]


def test_a_number_finds_everybody_who_shares_it(patients: Patients) -> None:
    family = {patients.add(NewPatient(first, "Sharing", "+1 212 555 0177")) for first in ("Mum", "Kid")}
    assert {row.id for row in patients.find("(212) 555-0177")} == family
    assert {row.id for row in patients.find_by_phone("2125550177")} == family


def test_pages_follow_each_other_without_gap_or_double(patients: Patients) -> None:
    for number in range(7):
        patients.add(NewPatient(f"Page{number % 2}", "Same"))
    seen, after = [], None
    while rows := patients.page(after, limit=3):
        seen += [row.id for row in rows]
        after = (rows[-1].name_key, rows[-1].id)
    everything = [row.id for row in patients.page(limit=1000)]
    assert seen == everything
    assert len(set(seen)) == len(seen)


def test_two_desks_edit_one_patient_and_the_second_is_told(front_desk: FrontDesk, patients: Patients) -> None:
    added = patients.add(NewPatient("Two", "Desks"))
    other = Patients(front_desk.admin.begin)
    seen = patients.read(added).patient.version
    after = other.edit(EditPatient(added, seen, {"last_name": "Désks", "phone": "212 555 0112"}))
    assert (after.name_key, after.phone, after.version) == ("desks two", "+12125550112", seen + 1)
    with pytest.raises(Conflict, match="Somebody changed Two Désks while you were editing"):
        patients.edit(EditPatient(added, seen, {"email": "mine@x.example"}))
    assert patients.read(added).patient.email is None


def test_only_known_fields_are_edited(patients: Patients) -> None:
    with pytest.raises(Invalid, match="cannot be edited: merged_into_id"):
        patients.edit(EditPatient(uuid4(), 1, {"merged_into_id": uuid4()}))


def test_an_unknown_patient_is_not_found(patients: Patients, visits: Visits) -> None:
    with pytest.raises(NotFound):
        patients.read(uuid4())
    with pytest.raises(NotFound):
        patients.edit(EditPatient(uuid4(), 1, {"email": None}))
    with pytest.raises(NotFound):
        visits.add(NewVisit(uuid4(), _today()))


def test_reading_a_record_is_in_the_audit_trail(front_desk: FrontDesk, patients: Patients) -> None:
    added = patients.add(NewPatient("Who", "Looked"))
    Patients(front_desk.viewer.begin).read(added)
    rows = Audit(front_desk.admin.begin).page(str(added))
    assert [(row.action, row.user_id) for row in rows] == [
        ("PATIENT_READ", front_desk.viewer.id),
        ("PATIENT_ADDED", front_desk.staff.id),
    ]
    with pytest.raises(NotAllowed):
        Audit(front_desk.staff.begin).page()


def test_visits_move_the_standing(patients: Patients, visits: Visits) -> None:
    added = patients.add(NewPatient("Often", "Here"))
    newest = [visits.add(NewVisit(added, _today() - timedelta(days=ago))) for ago in (400, 200, 100)][-1]
    row = patients.read(added).patient
    assert (row.visit_count, row.last_visit_on) == (3, _today() - timedelta(days=100))
    assert row.segment == PatientSegment.AT_RISK
    visits.remove(newest)
    row = patients.read(added).patient
    assert (row.visit_count, row.segment) == (2, PatientSegment.DORMANT)
    visits.edit(visits.of_patient(added)[0].id, 1, {"visit_date": _today()})
    assert patients.read(added).patient.segment == PatientSegment.ACTIVE


def test_two_visits_of_one_day_count_once(patients: Patients, visits: Visits) -> None:
    added = patients.add(NewPatient("Same", "Day"))
    for _ in range(2):
        visits.add(NewVisit(added, _today()))
    assert patients.read(added).patient.visit_count == 1
    assert len(patients.read(added).visits) == 2


def test_a_visit_edited_meanwhile_is_a_conflict(patients: Patients, visits: Visits) -> None:
    visit = visits.add(NewVisit(patients.add(NewPatient("Edited", "Twice")), _today()))
    visits.edit(visit, 1, {"visit_type": "Checkup"})
    with pytest.raises(Conflict, match="changed this visit"):
        visits.edit(visit, 1, {"visit_type": "Cleaning"})


def test_a_visit_lies_in_the_past(patients: Patients, visits: Visits) -> None:
    added = patients.add(NewPatient("Future", "Visit"))
    with pytest.raises(Invalid, match="Please check the date"):
        visits.add(NewVisit(added, _today() + timedelta(days=9)))


def test_visits_recorded_at_once_are_all_counted(patients: Patients, visits: Visits) -> None:
    """Without the lock before the recount, a desk's snapshot misses the other's visit."""
    added = patients.add(NewPatient("Many", "Desks"))
    days = [_today() - timedelta(days=n) for n in range(24)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda day: visits.add(NewVisit(added, day)), days))
    assert patients.read(added).patient.visit_count == len(days)


def test_segments_are_counted_all_of_them_named(maker: ClinicMaker) -> None:
    person = maker.person(maker.clinic(), UserRole.STAFF)
    mine = Patients(person.begin)
    assert mine.count_by_segment() == dict.fromkeys(PatientSegment, 0)
    old = mine.add(NewPatient("Long", "Away"))
    Visits(person.begin).add(NewVisit(old, _today() - timedelta(days=300)))
    mine.add(NewPatient("Just", "Here"))
    counts = mine.count_by_segment()
    assert counts == dict.fromkeys(PatientSegment, 0) | {PatientSegment.DORMANT: 1, PatientSegment.NEW: 1}
