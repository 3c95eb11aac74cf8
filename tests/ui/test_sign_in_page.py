"""The sign-in card: who is at this desk, what may follow the password, and what it says when it cannot."""

from __future__ import annotations

from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.errors import ConnectionLost, NoTablesYet
from reactivate_desktop.domain.people import ClinicChoice
from ui import names
from ui.frame.place_tiles import DataPlace, PlaceState
from ui.frame.sign_in import Known, SignInPage, Wish
from ui.places import Offer, Places
from ui.theme.theme import Theme

DANA = Known(uuid4(), "Dana Whitfield", "dana@x.example", "Reception", "DW")
SAM = Known(uuid4(), "Sam Reed", "sam@x.example", "Reception", "SR")
READY = Offer(DataPlace.SERVER, {DataPlace.SERVER: PlaceState("Connected", fine=True)}, "Live.")


@pytest.fixture
def page(look: Theme, qtbot: QtBot) -> SignInPage:
    made = SignInPage()
    qtbot.addWidget(made)
    made.resize(1440, 900)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    made.show_offer(READY)
    return made


def part(page: SignInPage, name: str) -> QWidget:
    found = page.findChild(QWidget, name)
    assert isinstance(found, QWidget)
    return found


def tiles(page: SignInPage) -> list[QAbstractButton]:
    return [tile for tile in page.form.people.findChildren(QAbstractButton) if not tile.isHidden()]


def test_the_newest_person_is_chosen_and_only_the_password_is_missing(page: SignInPage, qtbot: QtBot) -> None:
    page.show_people([DANA, SAM])
    assert [tile.text() for tile in tiles(page)] == ["Dana", "Sam", "Someone"]
    assert not part(page, names.SIGN_IN_EMAIL).isVisible()
    qtbot.waitUntil(part(page, names.SIGN_IN_PASSWORD).hasFocus)
    QTest.keyClicks(part(page, names.SIGN_IN_PASSWORD), "secret")
    with qtbot.waitSignal(page.form.asked) as asked:
        QTest.keyClick(part(page, names.SIGN_IN_PASSWORD), Qt.Key.Key_Return)
    assert asked.args == [Wish(DANA.email, "secret")]


def test_arrows_choose_and_enter_goes_on(page: SignInPage, qtbot: QtBot) -> None:
    page.show_people([DANA, SAM])
    QTest.keyClick(part(page, names.SIGN_IN_PASSWORD), Qt.Key.Key_Up)
    qtbot.waitUntil(tiles(page)[0].hasFocus)
    QTest.keyClick(tiles(page)[0], Qt.Key.Key_Right)
    assert page.form.people.person == SAM
    qtbot.waitUntil(tiles(page)[1].hasFocus)
    QTest.keyClick(tiles(page)[1], Qt.Key.Key_Return)
    qtbot.waitUntil(part(page, names.SIGN_IN_PASSWORD).hasFocus)
    assert page.form.wish().email == SAM.email


def test_someone_else_types_an_email(page: SignInPage, qtbot: QtBot) -> None:
    page.show_people([DANA])
    tiles(page)[1].click()
    assert part(page, names.SIGN_IN_EMAIL).isVisible()
    qtbot.waitUntil(part(page, names.SIGN_IN_EMAIL).hasFocus)
    QTest.keyClicks(part(page, names.SIGN_IN_EMAIL), " new@x.example ")
    assert page.form.wish().email == "new@x.example"


def test_without_people_there_are_no_tiles(page: SignInPage) -> None:
    page.show_people([])
    assert not page.form.people.isVisible()
    assert part(page, names.SIGN_IN_EMAIL).isVisible()


def test_signing_in_waits_for_the_database(page: SignInPage) -> None:
    page.show_offer(Places(demo=True).offer(None, ConnectionLost("It does not answer.")))
    button = part(page, names.SIGN_IN_BUTTON)
    assert not button.isEnabled()
    assert button.accessibleDescription() == "The database cannot be reached yet."
    page.ask_password()
    assert not button.isEnabled()
    page.show_offer(READY)
    assert button.isEnabled()


def test_a_refusal_keeps_what_was_typed(page: SignInPage, qtbot: QtBot) -> None:
    page.show_people([DANA])
    QTest.keyClicks(part(page, names.SIGN_IN_PASSWORD), "wrong")
    page.form.complain("They do not match.")
    assert page.form.errors.isVisible()
    assert page.form.wish().password == "wrong"
    page.forget()
    assert page.form.wish().password == ""


def test_the_lock_fixes_the_person(page: SignInPage) -> None:
    page.show_locked(DANA, "Your half-typed note is kept.")
    assert not page.form.people.isVisible()
    assert page.form.wish().email == DANA.email
    assert part(page, names.SIGN_IN_BUTTON).isEnabled()


def test_the_lock_of_the_demo_asks_for_no_password(page: SignInPage) -> None:
    page.show_locked(DANA, "", free=True)
    assert not part(page, names.SIGN_IN_PASSWORD).isVisible()


def test_the_clinic_is_chosen_from_a_list(page: SignInPage, qtbot: QtBot) -> None:
    clinics = [ClinicChoice(uuid4(), "Harbour"), ClinicChoice(uuid4(), "Riverside")]
    page.ask_clinic(clinics)
    button = next(b for b in page.clinics.findChildren(QAbstractButton) if b.text() == "Riverside")
    with qtbot.waitSignal(page.clinics.chosen) as chosen:
        button.click()
    assert chosen.args == [clinics[1].id]


def test_a_new_password_is_typed_twice_alike(page: SignInPage, qtbot: QtBot) -> None:
    page.ask_new_password()
    again = part(page, names.SIGN_IN_AGAIN)
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClicks(field, "short")
    QTest.keyClicks(again, "short")
    with qtbot.assertNotEmitted(page.new_password.given):
        QTest.keyClick(again, Qt.Key.Key_Return)
    QTest.keyClicks(field, " but now long")
    with qtbot.assertNotEmitted(page.new_password.given):
        QTest.keyClick(again, Qt.Key.Key_Return)
    QTest.keyClicks(again, " but now long")
    with qtbot.waitSignal(page.new_password.given) as given:
        QTest.keyClick(again, Qt.Key.Key_Return)
    assert given.args == ["short but now long"]


def test_help_is_one_key_away(page: SignInPage, qtbot: QtBot) -> None:
    assert not page.form.help_shown
    QTest.keyClick(page, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: page.form.help_shown)


def test_a_very_small_window_scrolls_instead_of_cutting(page: SignInPage, qtbot: QtBot) -> None:
    page.show_people([DANA, SAM])
    page.resize(683, 384)
    qtbot.waitUntil(lambda: page.width() == 683)
    button = part(page, names.SIGN_IN_BUTTON)
    assert button.width() > 300
    assert button.height() == 40
    assert all(tile.height() == 100 for tile in tiles(page))


def test_places_of_a_pc_with_a_choice(monkeypatch: pytest.MonkeyPatch, look: Theme) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://a@b/c")
    places = Places(demo=False)
    offer = places.offer(None)
    assert offer.chosen == DataPlace.SERVER
    assert offer.states[DataPlace.THIS_PC].reason == ""
    places.go_to(DataPlace.THIS_PC)
    assert places.demo
    places.go_to(DataPlace.SERVER)
    assert not places.demo


def test_problems_say_what_can_be_done(look: Theme) -> None:
    empty = NoTablesYet("The database has no tables yet. Run ...")
    assert Places(demo=True).offer(None, empty).line == "Press it to make a demo clinic here."
    lost = Places(demo=True).offer(None, ConnectionLost("It does not answer."))
    assert lost.states[DataPlace.THIS_PC].fine is False
    assert lost.line == "It does not answer. Press it to try again."


def test_everything_that_can_be_used_has_a_name(page: SignInPage) -> None:
    page.show_people([DANA, SAM])
    page.show_choices("Light", "English", languages=True)
    nameless = [w for w in page.findChildren(QAbstractButton) if w.isVisible() and not w.accessibleName()]
    assert not nameless
