"""Clinic, locations and staff that two desks edit; and addresses with blanks around them."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from reactivate_desktop.domain.people import NewClinic, NewStaff
from reactivate_desktop.services.administration import Administration
from reactivate_desktop.services.clinics import Clinics
from reactivate_desktop.services.sign_in import SignIn
from reactivate_desktop.services.staff import Staff
from tests.factories.clinics import PASSWORD, ClinicMaker
from tests.fixtures import FrontDesk


@pytest.fixture
def staff(front_desk: FrontDesk) -> Staff:
    return Staff(front_desk.admin.database, front_desk.admin.begin)


def test_the_second_edit_of_the_clinic_is_a_conflict(front_desk: FrontDesk) -> None:
    clinics = Clinics(front_desk.admin.begin)
    seen = clinics.read()
    after = clinics.edit(seen.version, name="First", email=seen.email, timezone=seen.timezone)
    assert (after.name, after.version) == ("First", seen.version + 1)
    with pytest.raises(Conflict, match="Somebody changed the clinic"):
        clinics.edit(seen.version, name="Second", email=seen.email, timezone=seen.timezone)
    assert clinics.read() == after


def test_the_second_edit_of_a_location_is_a_conflict(front_desk: FrontDesk) -> None:
    clinics = Clinics(front_desk.admin.begin)
    added = clinics.add_location("East", "America/Denver")
    seen = next(row for row in clinics.locations() if row.id == added)
    clinics.edit_location(replace(seen, name="East Side"))
    with pytest.raises(Conflict, match="Somebody changed this location"):
        clinics.edit_location(replace(seen, name="Far East"))
    assert [r.name for r in clinics.locations() if r.id == added] == ["East Side"]
    with pytest.raises(NotFound):
        clinics.edit_location(replace(seen, id=uuid4()))


def test_an_admin_edits_staff_as_seen(front_desk: FrontDesk, staff: Staff) -> None:
    added = staff.add(NewStaff("edit@x.example", "Old", "Name", UserRole.STAFF), PASSWORD)
    main = Clinics(front_desk.admin.begin).locations()[0].id
    row = staff.edit(added, 1, {"first_name": " New ", "location_id": main, "language": "es"})
    assert (row.first_name, row.last_name, row.location_id, row.language, row.version) == ("New", "Name", main, "es", 2)
    with pytest.raises(Conflict, match="Somebody changed New Name"):
        staff.edit(added, 1, {"last_name": "Lost"})
    for fields, sentence in (({"role": "ADMIN"}, "cannot be edited: role"), ({"last_name": " "}, "The last name must")):
        with pytest.raises(Invalid, match=sentence):
            staff.edit(added, 2, fields)
    with pytest.raises(NotFound):
        staff.edit(uuid4(), 1, {"last_name": "Nobody"})
    with pytest.raises(NotAllowed, match="needs the role ADMIN"):
        Staff(front_desk.staff.database, front_desk.staff.begin).edit(added, 2, {"last_name": "Mine"})


def test_a_reset_needs_no_email_and_signs_in(front_desk: FrontDesk, staff: Staff) -> None:
    added = staff.add(NewStaff("reset@x.example", "A", "B", UserRole.STAFF), PASSWORD)
    staff.reset_password(added, "another first password")
    signed_in = SignIn(front_desk.admin.database, "d").sign_in("reset@x.example", "another first password")
    assert (signed_in.user_id, signed_in.must_change_password) == (added, True)
    with pytest.raises(NotFound):
        staff.reset_password(uuid4(), "another first password")


def test_blanks_around_what_the_console_was_given_are_not_stored(maker: ClinicMaker) -> None:
    rescue = Administration(lambda: maker.clinic_db.admin)
    admin = NewStaff(" boss@blank.example ", " The ", " Boss ", UserRole.ADMIN)
    clinic = rescue.add_clinic(
        NewClinic(" Blank  Clinic ", " c@blank.example ", "America/Denver", " Main "), admin, PASSWORD
    )
    rescue.add_staff(clinic, NewStaff(" desk@blank.example ", " A ", " B ", UserRole.STAFF), PASSWORD)
    for email in ("boss@blank.example", "desk@blank.example"):
        assert SignIn(maker.database, "d").sign_in(email, PASSWORD).clinic_id == clinic
    names = {c.id: c.name for c in rescue.clinics()}
    assert names[clinic] == "Blank Clinic"
    with pytest.raises(Invalid, match="Each part of a name"):
        rescue.add_staff(clinic, NewStaff("x@blank.example", " ", "B", UserRole.STAFF), PASSWORD)
    with pytest.raises(Invalid, match="location needs a name"):
        rescue.add_clinic(NewClinic("N", "c@blank.example", "America/Denver", " "), admin, PASSWORD)
