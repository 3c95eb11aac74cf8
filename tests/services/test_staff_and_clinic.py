"""Staff, roles, the clinic and its locations."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Conflict, ExpectedError, Invalid, NotAllowed, NotFound, SignedOut
from reactivate_desktop.domain.people import LocationRow, NewStaff
from reactivate_desktop.services.administration import Administration
from reactivate_desktop.services.clinics import Clinics
from reactivate_desktop.services.sign_in import SignIn
from reactivate_desktop.services.staff import Staff
from tests.factories.clinics import PASSWORD, ClinicMaker
from tests.fixtures import FrontDesk


@pytest.fixture
def staff(front_desk: FrontDesk) -> Staff:
    return Staff(front_desk.admin.database, front_desk.admin.begin)


def test_an_admin_adds_staff_who_must_change_the_password(front_desk: FrontDesk, staff: Staff) -> None:
    added = staff.add(NewStaff("new@x.example", "New", "Person", UserRole.STAFF), "first password here")
    signed_in = SignIn(front_desk.admin.database, "desk-2").sign_in("new@x.example", "first password here")
    assert (signed_in.user_id, signed_in.must_change_password) == (added, True)
    assert added in [row.id for row in staff.list()]


def test_an_email_is_once_in_a_clinic_whatever_its_case(staff: Staff) -> None:
    staff.add(NewStaff("once@x.example", "A", "B", UserRole.STAFF), PASSWORD)
    with pytest.raises(Conflict, match="already in the clinic"):
        staff.add(NewStaff("ONCE@x.example", "A", "B", UserRole.STAFF), PASSWORD)


def test_bad_input_for_staff_gets_a_sentence(staff: Staff) -> None:
    with pytest.raises(Invalid, match="at least 10 characters"):
        staff.add(NewStaff("short@x.example", "A", "B", UserRole.STAFF), "short")
    with pytest.raises(Invalid, match="not an email"):
        staff.add(NewStaff("nobody", "A", "B", UserRole.STAFF), PASSWORD)
    with pytest.raises(NotFound):
        staff.set_role(uuid4(), UserRole.STAFF)


def test_staff_and_viewer_may_not_touch_staff(front_desk: FrontDesk) -> None:
    for person in (front_desk.staff, front_desk.viewer):
        own = Staff(person.database, person.begin)
        assert len(own.list()) >= 3
        with pytest.raises(NotAllowed, match="needs the role ADMIN"):
            own.set_role(person.id, UserRole.ADMIN)


def test_another_role_ends_the_sessions(maker: ClinicMaker) -> None:
    clinic = maker.clinic()
    admin = maker.person(clinic, UserRole.ADMIN)
    person = maker.person(clinic, UserRole.STAFF)
    Staff(maker.database, admin.begin).set_role(person.id, UserRole.VIEWER)
    with pytest.raises(SignedOut), person.begin():
        pass
    assert SignIn(maker.database, "d").sign_in(person.email, PASSWORD, clinic).role is UserRole.VIEWER


def test_the_last_admin_stays(maker: ClinicMaker) -> None:
    clinic = maker.clinic()
    admin = maker.person(clinic, UserRole.ADMIN)
    own = Staff(maker.database, admin.begin)
    with pytest.raises(Invalid, match="without an ADMIN"):
        own.disable(admin.id)
    with pytest.raises(Invalid, match="without an ADMIN"):
        own.set_role(admin.id, UserRole.STAFF)


def test_two_admins_who_demote_each_other_leave_one(maker: ClinicMaker) -> None:
    clinic = maker.clinic()
    one = maker.person(clinic, UserRole.ADMIN, f"one-{clinic.hex[-6:]}@x.example")
    two = maker.person(clinic, UserRole.ADMIN, f"two-{clinic.hex[-6:]}@x.example")

    def demote(pair: tuple[Staff, UUID]) -> str:
        try:
            pair[0].set_role(pair[1], UserRole.STAFF)
        except ExpectedError as error:
            return type(error).__name__
        return "done"

    pairs = [(Staff(maker.database, a.begin), b.id) for a, b in ((one, two), (two, one))]
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(demote, pairs)) in (["Invalid", "done"], ["SignedOut", "done"], ["NotAllowed", "done"])


def test_a_lost_admin_is_rescued_from_the_console(maker: ClinicMaker) -> None:
    clinic = maker.clinic()
    admin = maker.person(clinic, UserRole.ADMIN, "lost@rescue.example")
    rescue = Administration(lambda: maker.clinic_db.admin)
    rescue.reset("LOST@rescue.example", None, "a rescue password")
    with pytest.raises(SignedOut), admin.begin():
        pass
    assert SignIn(maker.database, "d").sign_in("lost@rescue.example", "a rescue password").must_change_password
    rescue.unlock("lost@rescue.example", clinic)
    with pytest.raises(NotFound, match="Nobody on the staff"):
        rescue.unlock("nobody@rescue.example", None)


def test_the_clinic_and_its_sites_are_an_admins(front_desk: FrontDesk) -> None:
    clinics = Clinics(front_desk.admin.begin)
    seen = clinics.read().version
    clinics.edit(seen, name="Harbour Dental", email="desk@harbour.example", timezone="America/Chicago")
    assert clinics.read().timezone == "America/Chicago"
    added = clinics.add_location("North", "America/Denver", "303 555 0101", "1 Main St")
    clinics.edit_location(LocationRow(added, "North Side", "", "", "America/Denver", 1))
    assert "North Side" in [row.name for row in clinics.locations()]
    with pytest.raises(Invalid, match="is not a time zone"):
        clinics.edit(seen + 1, name="X", email="desk@harbour.example", timezone="Mars/Olympus")
    with pytest.raises(NotAllowed):
        Clinics(front_desk.staff.begin).add_location("Mine", "America/Denver")
