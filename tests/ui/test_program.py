"""The program from its first picture to its end: opening, signing in, the look, failing, closing."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import ConnectionLost, NotFound, SignedOut
from reactivate_desktop.domain.preferences import Theme as KeptTheme
from reactivate_desktop.storage.migrate import owner_connection
from tests.factories.clinics import PASSWORD
from tests.factories.queue import QueueMaker
from tests.fixtures import FrontDesk
from tests.ui.program_room import MakeProgram, at_rest, give_password, make_program, part, session_of
from ui import liking, names
from ui.closing import let_go
from ui.frame.people_tiles import Known
from ui.theme.choice import ThemeChoice
from ui.theme.theme import Theme

__all__ = ["make_program"]


def held_by_anyone(front_desk: FrontDesk) -> list[UUID]:
    with owner_connection(front_desk.maker.clinic_db.admin) as conn:
        return [
            UUID(str(row[0]))
            for row in conn.execute("SELECT id FROM work_claim WHERE claimed_until > now()").fetchall()
        ]


def test_signing_in_opens_the_queue(make_program: MakeProgram, front_desk: FrontDesk, qtbot: QtBot) -> None:
    program = make_program()
    assert program.session is None
    assert part(program, names.SIGN_IN_EMAIL).isVisible()
    with qtbot.waitSignal(program.entered, timeout=20_000):
        give_password(program, qtbot, email=front_desk.staff.email)
    session = session_of(program)
    assert session.signed.person.email == front_desk.staff.email
    assert session.workspace.tab() == "queue"
    assert session.workspace.isVisible()
    qtbot.waitUntil(lambda: session.upkeep.state.hears is True, timeout=10_000)
    at_rest(program, qtbot)
    assert session.upkeep.state.words.startswith("live")


def test_who_signed_in_is_offered_as_a_tile(
    make_program: MakeProgram, front_desk: FrontDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    program = make_program()
    give_password(program, qtbot, email=front_desk.staff.email)
    assert (tmp_path / "recent_people.json").exists()
    desk = session_of(program).context.desk
    desk.forget_token(desk.token())
    second = make_program()
    assert second.session is None
    person = second.window.sign_in.form.people.person
    assert isinstance(person, Known)
    assert person.email == front_desk.staff.email
    give_password(second, qtbot)
    assert second.session is not None


def test_a_wrong_password_is_told_and_kept(make_program: MakeProgram, front_desk: FrontDesk, qtbot: QtBot) -> None:
    program = make_program()
    give_password(program, qtbot, "not the password", email=front_desk.viewer.email)
    form = program.window.sign_in.form
    assert program.session is None
    assert form.errors.isVisible()
    assert "do not match" in form.errors.accessibleName()
    assert form.wish().password == "not the password"
    assert part(program, names.SIGN_IN_BUTTON).isEnabled()


def test_a_first_password_is_changed_before_anything_is_shown(
    make_program: MakeProgram, front_desk: FrontDesk, qtbot: QtBot
) -> None:
    email = f"new-{uuid4().hex[:6]}@harbour.example"
    front_desk.maker.staff(front_desk.staff.signed_in.clinic_id, UserRole.STAFF, email, must_change=True)
    program = make_program()
    give_password(program, qtbot, email=email)
    assert program.session is None
    step = program.window.sign_in.new_password
    assert step.isVisible()
    step.given.emit(PASSWORD)
    at_rest(program, qtbot)
    assert "the old one" in step.errors.accessibleName()
    step.given.emit("a password of my own")
    at_rest(program, qtbot)
    assert session_of(program).signed.person.email == email


def test_who_works_for_several_clinics_chooses_one(
    make_program: MakeProgram, front_desk: FrontDesk, qtbot: QtBot
) -> None:
    email = f"both-{uuid4().hex[:6]}@harbour.example"
    front_desk.maker.staff(front_desk.staff.signed_in.clinic_id, UserRole.STAFF, email)
    front_desk.maker.staff(front_desk.maker.clinic("Riverside Dental"), UserRole.STAFF, email)
    program = make_program()
    give_password(program, qtbot, email=email)
    step = program.window.sign_in.clinics
    assert step.isVisible()
    next(b for b in step.findChildren(QAbstractButton) if b.text() == "Riverside Dental").click()
    at_rest(program, qtbot)
    assert session_of(program).signed.clinic.name == "Riverside Dental"


def test_a_kept_sign_in_goes_on_with_the_last_tab(
    make_program: MakeProgram, front_desk: FrontDesk, qtbot: QtBot
) -> None:
    program = make_program()
    give_password(program, qtbot, email=front_desk.staff.email)
    session_of(program).context.navigation.open_tab("schedule")
    assert program.memory.word("tab") == "schedule"
    assert session_of(make_program()).signed.person.email == front_desk.staff.email


def test_an_older_program_says_so_politely(make_program: MakeProgram, front_desk: FrontDesk, qtbot: QtBot) -> None:
    with owner_connection(front_desk.maker.clinic_db.admin) as conn:
        before = conn.execute("SELECT min_client FROM schema_info").fetchone()
        assert before is not None
        conn.execute("UPDATE schema_info SET min_client = '99.0.0'")
    try:
        program = make_program()
        assert program.session is None
        shown = [label.text() for label in program.window.findChildren(QLabel) if label.isVisible()]
        assert any("99.0.0" in words for words in shown)
    finally:
        with owner_connection(front_desk.maker.clinic_db.admin) as conn:
            conn.execute("UPDATE schema_info SET min_client = %s", before)
    program.window.again_asked.emit()
    at_rest(program, qtbot)
    assert part(program, names.SIGN_IN_EMAIL).isVisible()


def test_a_server_that_is_away_shows_at_the_sign_in(
    make_program: MakeProgram, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://a:b@127.0.0.1:9/none")
    program = make_program()
    form = program.window.sign_in.form
    assert form.isVisible()
    button = part(program, names.SIGN_IN_BUTTON)
    assert not button.isEnabled()
    assert button.accessibleDescription() == "The database cannot be reached yet."


def test_the_theme_is_the_persons(make_program: MakeProgram, front_desk: FrontDesk, qtbot: QtBot, look: Theme) -> None:
    program = make_program()
    give_password(program, qtbot, email=front_desk.staff.email)
    session = session_of(program)
    before = look.choice
    try:
        session.context.commands.do_id("theme")
        assert look.choice != before
        at_rest(program, qtbot)
        kept = session.context.desk.preferences.read().theme
        assert liking.choice_of(kept) == look.choice
        assert [liking.next_choice(c) for c in ThemeChoice] != list(ThemeChoice)
        assert {liking.theme_of(liking.choice_of(word)) for word in KeptTheme} == set(KeptTheme)
    finally:
        look.choose(before)


def test_another_language_rebuilds_and_keeps_the_tab(
    make_program: MakeProgram, front_desk: FrontDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = make_program()
    give_password(program, qtbot, email=front_desk.staff.email)
    former = session_of(program)
    former.context.navigation.open_tab("schedule")
    monkeypatch.setattr("ui.look.Look.next_language", lambda _: "en")
    monkeypatch.setattr("ui.frame.window_commands.languages", lambda: ["en", "es"])
    former.context.commands.do_id("language")
    assert session_of(program) is not former
    assert session_of(program).workspace.tab() == "schedule"
    at_rest(program, qtbot)
    assert session_of(program).context.desk.preferences.read().language == "en"
    assert program.window.sign_in.isHidden()


def test_only_one_language_says_why(make_program: MakeProgram, front_desk: FrontDesk, qtbot: QtBot) -> None:
    program = make_program()
    give_password(program, qtbot, email=front_desk.staff.email)
    command = next(c for c in session_of(program).context.commands.available() if c.action.id == "language")
    assert command.reason() == ("" if len(liking.languages()) > 1 else "Only English is shipped.")


def test_an_expected_error_shows_in_the_tabs_bar(
    make_program: MakeProgram, front_desk: FrontDesk, qtbot: QtBot
) -> None:
    program = make_program()
    give_password(program, qtbot, email=front_desk.staff.email)
    session = session_of(program)
    session.context.navigation.open_tab("schedule")
    page = session.workspace.page("schedule")
    assert page is not None

    def lost() -> None:
        raise ConnectionLost("The database does not answer.")

    program.tasks.run(lost, page)
    at_rest(program, qtbot)
    assert page.errors.accessibleName() == "The database does not answer."

    def gone() -> None:
        raise NotFound("It is gone.")

    program.tasks.run(gone, session.workspace)
    at_rest(program, qtbot)
    assert part(program, names.TOAST).accessibleName() == "It is gone."


def test_a_sign_in_that_ended_locks_and_keeps_the_workspace(
    make_program: MakeProgram, front_desk: FrontDesk, qtbot: QtBot
) -> None:
    program = make_program()
    give_password(program, qtbot, email=front_desk.staff.email)
    session = session_of(program)

    def ended() -> None:
        raise SignedOut("Your sign-in has ended.")

    program.tasks.run(ended, session.workspace)
    qtbot.waitUntil(lambda: program.door.shut)
    at_rest(program, qtbot)
    assert not session.workspace.isVisible()
    assert program.window.sign_in.form.errors.isVisible()
    give_password(program, qtbot)
    assert session_of(program) is session
    assert session.workspace.isVisible()


def test_closing_asks_only_when_something_typed_would_be_lost(
    make_program: MakeProgram, front_desk: FrontDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = make_program()
    give_password(program, qtbot, email=front_desk.staff.email)
    monkeypatch.setattr(session_of(program).workspace, "unsaved", lambda: True)
    program.window.close()
    assert program.window.isVisible()
    question = part(program, names.QUESTION)
    assert question.isVisible()
    next(b for b in question.findChildren(QAbstractButton) if b.text() == "Close").click()
    assert not program.window.isVisible()


def test_the_end_lets_the_held_patient_go(make_program: MakeProgram, front_desk: FrontDesk, qtbot: QtBot) -> None:
    program = make_program()
    give_password(program, qtbot, email=front_desk.staff.email)
    patient = QueueMaker(front_desk).waiting()
    desk = session_of(program).context.desk
    desk.outreach.claim(patient)
    assert patient in held_by_anyone(front_desk)
    let_go(desk)
    assert patient not in held_by_anyone(front_desk)
