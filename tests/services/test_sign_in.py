"""Signing in, choosing a clinic, locks, expiry, password change."""

from __future__ import annotations

import pytest

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Invalid, NotAllowed, SignedOut
from reactivate_desktop.domain.people import ChooseClinic
from reactivate_desktop.services.clinics import Clinics
from reactivate_desktop.services.sign_in import SignIn
from reactivate_desktop.services.staff import Staff
from reactivate_desktop.storage import owner
from reactivate_desktop.storage.database import Database
from tests.factories.clinics import PASSWORD, ClinicMaker, Person


@pytest.fixture
def sign_in(database: Database) -> SignIn:
    return SignIn(database, "desk-1")


def test_a_right_pair_opens_transactions_of_that_clinic(maker: ClinicMaker, sign_in: SignIn) -> None:
    clinic = maker.clinic("Alpha")
    person = maker.person(clinic, UserRole.STAFF, "alpha@x.example")
    assert person.signed_in.clinic_id == clinic
    assert person.signed_in.role is UserRole.STAFF
    assert Clinics(person.begin).read().name == "Alpha"


def test_case_and_blanks_of_the_address_do_not_matter(maker: ClinicMaker, sign_in: SignIn) -> None:
    maker.staff(maker.clinic(), UserRole.STAFF, "Mixed.Case@X.example")
    assert sign_in.sign_in("  mixed.case@x.EXAMPLE ", PASSWORD).role is UserRole.STAFF


def test_a_wrong_password_and_an_unknown_address_get_the_same_sentence(maker: ClinicMaker, sign_in: SignIn) -> None:
    maker.staff(maker.clinic(), UserRole.STAFF, "known@x.example")
    sentences = set()
    for email in ("known@x.example", "unknown@x.example"):
        with pytest.raises(NotAllowed) as refused:
            sign_in.sign_in(email, "not the password")
        sentences.add(str(refused.value))
    assert sentences == {"This email and password do not match. Please check both and try again."}


def test_what_cannot_be_an_address_is_said_before_anything_is_asked(sign_in: SignIn) -> None:
    with pytest.raises(Invalid, match="is not an email address"):
        sign_in.sign_in("front desk", PASSWORD)


def test_ten_wrong_passwords_lock_and_an_admin_unlocks(maker: ClinicMaker, sign_in: SignIn, database: Database) -> None:
    clinic = maker.clinic()
    admin = maker.person(clinic, UserRole.ADMIN, "boss@lock.example")
    staff_id = maker.staff(clinic, UserRole.STAFF, "locked@x.example")
    for _ in range(10):
        with pytest.raises(NotAllowed):
            sign_in.sign_in("locked@x.example", "wrong wrong wrong")
    with pytest.raises(NotAllowed, match="locked for 15 minutes"):
        sign_in.sign_in("locked@x.example", PASSWORD)
    Staff(database, admin.begin).unlock(staff_id)
    assert sign_in.sign_in("locked@x.example", PASSWORD).user_id == staff_id


def test_someone_of_two_clinics_is_asked_which(maker: ClinicMaker, sign_in: SignIn) -> None:
    first, second = maker.clinic("North"), maker.clinic("South")
    for clinic in (first, second):
        maker.staff(clinic, UserRole.STAFF, "both@x.example")
    with pytest.raises(ChooseClinic, match="North, South") as choice:
        sign_in.sign_in("both@x.example", PASSWORD)
    assert [c.id for c in choice.value.clinics] == [first, second]
    assert sign_in.choose(choice.value, second).clinic_id == second
    assert sign_in.sign_in("both@x.example", PASSWORD, first).clinic_id == first


def test_choosing_the_clinic_is_no_wrong_password(maker: ClinicMaker, sign_in: SignIn) -> None:
    clinics = maker.clinic("East"), maker.clinic("West")
    for clinic in clinics:
        maker.staff(clinic, UserRole.STAFF, "often@x.example")
    for _ in range(12):
        with pytest.raises(ChooseClinic) as choice:
            sign_in.sign_in("often@x.example", PASSWORD)
        assert sign_in.choose(choice.value, clinics[1]).clinic_id == clinics[1]


def test_a_first_password_opens_nothing_but_its_change(maker: ClinicMaker, sign_in: SignIn) -> None:
    clinic = maker.clinic()
    maker.staff(clinic, UserRole.ADMIN, "first@x.example", must_change=True)
    signed_in = sign_in.sign_in("first@x.example", PASSWORD)
    person = Person(maker.database, "first@x.example", signed_in)
    with pytest.raises(NotAllowed, match="change your first password"), person.begin():
        pass
    with pytest.raises(Invalid, match="is the old one"):
        sign_in.change_password(signed_in.token, "first@x.example", PASSWORD, PASSWORD)
    sign_in.change_password(signed_in.token, "first@x.example", PASSWORD, "my own long sentence")
    with person.begin() as tx:
        assert tx.role is UserRole.ADMIN


def test_signing_out_ends_the_token(maker: ClinicMaker, sign_in: SignIn) -> None:
    person = maker.person(maker.clinic(), UserRole.STAFF, "leaver@x.example")
    sign_in.sign_out(person.begin)
    with pytest.raises(SignedOut, match="sign in again"), person.begin():
        pass


def test_an_expired_session_is_signed_out(maker: ClinicMaker) -> None:
    person = maker.person(maker.clinic(), UserRole.STAFF, "late@x.example")
    with owner.owning(maker.clinic_db.admin) as conn:
        conn.execute("UPDATE staff_session SET expires_at = now() WHERE user_id = %s", (person.id,))
    with pytest.raises(SignedOut), person.begin():
        pass


def test_disabling_ends_open_sessions_at_once(maker: ClinicMaker, database: Database) -> None:
    clinic = maker.clinic()
    admin = maker.person(clinic, UserRole.ADMIN, "boss@dis.example")
    person = maker.person(clinic, UserRole.STAFF, "gone@x.example")
    Staff(database, admin.begin).disable(person.id)
    with pytest.raises(SignedOut), person.begin():
        pass


def _changed(maker: ClinicMaker, sign_in: SignIn, email: str) -> tuple[Person, Person]:
    clinic = maker.clinic()
    person = maker.person(clinic, UserRole.VIEWER, email)
    elsewhere = Person(maker.database, email, sign_in.sign_in(email, PASSWORD))
    sign_in.change_password(person.signed_in.token, email, PASSWORD, "a wholly new sentence")
    return person, elsewhere


def test_changing_the_password_ends_the_other_sessions_but_not_this_one(maker: ClinicMaker, sign_in: SignIn) -> None:
    person, elsewhere = _changed(maker, sign_in, "changer@x.example")
    with person.begin() as tx:
        assert tx.role is UserRole.VIEWER
    with pytest.raises(SignedOut), elsewhere.begin():
        pass
    assert sign_in.sign_in("changer@x.example", "a wholly new sentence").user_id == person.id
    with pytest.raises(NotAllowed):
        sign_in.sign_in("changer@x.example", PASSWORD)


def test_the_old_password_must_be_right_and_the_new_one_long(maker: ClinicMaker, sign_in: SignIn) -> None:
    person = maker.person(maker.clinic(), UserRole.STAFF, "careful@x.example")
    with pytest.raises(NotAllowed, match="do not match"):
        sign_in.change_password(person.signed_in.token, person.email, "not the old one", "a wholly new sentence")
    with pytest.raises(Invalid, match="at least 10 characters"):
        sign_in.change_password(person.signed_in.token, person.email, PASSWORD, "short")
