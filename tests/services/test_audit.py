"""The audit trail is sealed into a chain, and what does not fit is found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reactivate_desktop.domain.audit import AuditCheck, AuditFault
from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.duties import Duties
from reactivate_desktop.storage import owner
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.queries import audit as chain
from tests.factories.clinics import ClinicMaker, Person


@pytest.fixture
def admin(maker: ClinicMaker) -> Person:
    """A clinic of its own whose trail has three sealed links."""
    person = maker.person(maker.clinic(), UserRole.ADMIN)
    for number in range(3):
        with person.begin() as tx:
            tx.audit("TESTED", "thing", number, {"number": number})
        chain.seal(maker.database)
    return person


def test_an_untouched_trail_fits(admin: Person) -> None:
    with admin.begin() as tx:
        tx.audit("TESTED", "thing", 4)
    # Clinic, staff and sign-in left three rows, the fixture three more.
    assert Audit(admin.begin).verify() == AuditCheck([], 6, 1)


def test_a_program_that_ends_tells_and_seals(admin: Person, maker: ClinicMaker) -> None:
    duties = Duties(maker.database)
    duties.perform_once()
    with admin.begin() as tx:
        tx.audit("TESTED", "thing", 4)
        tx.changed(Change.VISITS)
    assert duties.perform_once() == (1, 1)
    assert duties.perform_once() == (0, 0)
    assert Audit(admin.begin).verify() == AuditCheck([], 7, 0)


def test_duties_that_cannot_be_done_are_left_to_the_next_desk(maker: ClinicMaker) -> None:
    with owner.owning(maker.clinic_db.admin) as conn:
        conn.execute("SELECT pg_advisory_xact_lock(7261, 1)")
        assert Duties(maker.database).perform_once()[1] == 0
    away = Database(replace(maker.clinic_db.app, port=1))
    assert Duties(away).perform_once() == (0, 0)


def test_rows_that_commit_late_are_sealed_later(admin: Person, maker: ClinicMaker) -> None:
    with admin.begin() as late:
        late.audit("LATE", "thing", 1)
        with admin.begin() as early:
            early.audit("EARLY", "thing", 2)
        chain.seal(maker.database)
    chain.seal(maker.database)
    assert Audit(admin.begin).verify() == AuditCheck([], 8, 0)
    with owner.owning(maker.clinic_db.admin) as conn:
        row = conn.execute("SELECT count(*) FROM audit_log WHERE seal_no IS NULL").fetchone()
    assert row == (0,)


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        ("UPDATE audit_log SET action = 'FORGED' WHERE clinic_id = %s AND seal_no = 2", "row changed"),
        ("UPDATE audit_log SET created_at = now() WHERE clinic_id = %s AND seal_no = 2", "row changed"),
        ("DELETE FROM audit_log WHERE clinic_id = %s AND seal_no = 2", "rows missing or added"),
        ("UPDATE audit_log SET seal_no = 2 WHERE clinic_id = %s AND seal_no = 3", "rows missing or added"),
        ("DELETE FROM audit_seal WHERE clinic_id = %s AND seal_no = 2", "seal missing"),
        ("UPDATE audit_seal SET previous_hash = sha256('x') WHERE clinic_id = %s AND seal_no = 2", "chain broken"),
    ],
)  # fmt: skip
def test_tampering_is_found(admin: Person, maker: ClinicMaker, tampering: str, fault: str) -> None:
    with owner.owning(maker.clinic_db.admin) as conn:
        conn.execute(tampering.encode(), (admin.signed_in.clinic_id,))
    assert AuditFault(2, fault) in Audit(admin.begin).verify().faults


def test_the_trail_holds_no_patient_text(admin: Person, maker: ClinicMaker) -> None:
    from reactivate_desktop.domain.patients import EditPatient, NewPatient
    from reactivate_desktop.services.patients import Patients

    patients = Patients(admin.begin)
    added = patients.add(NewPatient("Unmistakable", "Namesake", "212 555 0188"))
    patients.edit(EditPatient(added, 1, {"last_name": "Othername"}))
    patients.read(added)
    rows = str(Audit(admin.begin).page())
    assert "PATIENT_CHANGED" in rows
    for secret in ("Unmistakable", "Namesake", "Othername", "5550188"):
        assert secret not in rows
