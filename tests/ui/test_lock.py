"""The lock: by key and by itself, unlocking, and the change to somebody else."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from reactivate_desktop.bootstrap import Desk
from reactivate_desktop.config.settings import read_settings
from reactivate_desktop.domain.errors import SignedOut
from reactivate_desktop.domain.progress import Progress
from tests.factories.queue import QueueMaker
from tests.fixtures import FrontDesk
from tests.ui.program_room import MakeProgram, at_rest, give_password, make_program, part, session_of
from tests.ui.test_program import held_by_anyone
from ui import names
from ui.frame.lock import IdleWatch
from ui.program import Program

__all__ = ["make_program"]


@pytest.fixture
def program(make_program: MakeProgram, front_desk: FrontDesk, qtbot: QtBot) -> Program:
    """A program with a receptionist at work."""
    made = make_program()
    give_password(made, qtbot, email=front_desk.staff.email)
    return made


def test_the_lock_hides_everything_and_keeps_what_was_typed(program: Program, qtbot: QtBot) -> None:
    session = session_of(program)
    field = QLineEdit(session.workspace)
    field.show()
    field.setText("half a no")
    session.context.notices.say("Thomas Becker: no answer")
    session.context.commands.do_id("lock")
    at_rest(program, qtbot)
    assert not session.workspace.isVisible()
    assert not part(program, names.TOAST).isVisible()
    assert program.window.sign_in.isVisible()
    give_password(program, qtbot, "wrong password")
    assert program.door.shut
    give_password(program, qtbot)
    assert session_of(program) is session
    assert session.workspace.isVisible()
    assert field.text() == "half a no"
    qtbot.waitUntil(lambda: session.upkeep.state.hears is True, timeout=10_000)


def test_a_locked_desk_cannot_be_entered_by_starting_again(
    program: Program, make_program: MakeProgram, qtbot: QtBot
) -> None:
    desk = session_of(program).context.desk
    # Before: a new start goes on without a password.
    other = Desk(read_settings(), desk.secrets)
    assert other.token()
    other.close()
    session_of(program).context.commands.do_id("lock")
    at_rest(program, qtbot)
    other = Desk(read_settings(), desk.secrets)
    with pytest.raises(SignedOut):
        other.token()
    other.close()
    # What runs meanwhile still may.
    desk.staff.me()
    assert make_program().session is None


def test_the_desk_locks_by_itself(program: Program, qtbot: QtBot) -> None:
    # Qt's usual timers are 5 % exact.
    assert 9.4 * 60_000 < program.idle.left_ms < 10.6 * 60_000
    program.idle.idle.emit()
    assert program.door.shut
    assert program.idle.left_ms == -1


def test_keys_and_clicks_begin_the_count_anew(qtbot: QtBot, program: Program) -> None:
    watch = IdleWatch(program)
    handle = program.window.windowHandle()
    watch._watch(handle)
    with qtbot.waitSignal(watch.idle, timeout=2000, raising=False) as blocker:
        watch._timer.start(400)
        for _ in range(4):
            qtbot.wait(200)
            QGuiApplication.sendEvent(
                handle, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier)
            )
        assert watch.left_ms > 150
    assert blocker.signal_triggered


def test_moving_the_mouse_is_no_work(qtbot: QtBot, program: Program) -> None:
    handle = program.window.windowHandle()
    program.idle.start(5)
    QTest.qWait(30)
    before = program.idle.left_ms
    none, where = Qt.MouseButton.NoButton, QPointF(5, 5)
    move = QMouseEvent(QEvent.Type.MouseMove, where, where, none, none, Qt.KeyboardModifier.NoModifier)
    QGuiApplication.sendEvent(handle, move)
    assert program.idle.left_ms <= before


def test_somebody_else_gets_her_own_workspace_and_the_held_patient_is_free(
    program: Program, front_desk: FrontDesk, qtbot: QtBot
) -> None:
    former = session_of(program)
    patient = QueueMaker(front_desk).waiting()
    desk = former.context.desk
    desk.outreach.claim(patient)
    desk.drafts(former.signed.person.id).keep(patient, "asked for a later call")
    token = desk.token()
    former.context.commands.do_id("change-user")
    at_rest(program, qtbot)
    assert not former.workspace.isVisible()
    give_password(program, qtbot, email=front_desk.admin.email)
    assert session_of(program) is not former
    assert session_of(program).signed.person.email == front_desk.admin.email
    assert patient not in held_by_anyone(front_desk)
    assert desk.token() != token
    assert desk.drafts(former.signed.person.id).of(patient) == "asked for a later call"


def test_the_same_person_may_come_back_from_the_change(program: Program, qtbot: QtBot) -> None:
    former = session_of(program)
    former.context.commands.do_id("change-user")
    at_rest(program, qtbot)
    person = program.window.sign_in.form.people.person
    assert person is not None
    assert person.id == former.signed.person.id
    give_password(program, qtbot)
    assert session_of(program) is former
    assert former.workspace.isVisible()


def test_long_work_stops_before_somebody_else_comes_in(program: Program, front_desk: FrontDesk, qtbot: QtBot) -> None:
    ended: list[str] = []

    def work(progress: Progress) -> None:
        try:
            while True:
                progress.step(1, 2)
                pause.wait(0.01)
        finally:
            ended.append(session_of(program).signed.person.email)

    pause = threading.Event()
    former = session_of(program)
    former.context.jobs.start("Counting", work, former.workspace)
    former.context.commands.do_id("change-user")
    # Only the counting is left: the tiles are there.
    qtbot.waitUntil(lambda: program.tasks.busy == 1)
    form = program.window.sign_in.form
    form.people.choose_other()
    form._email.setText(front_desk.admin.email)
    form._password.setText("correct horse battery")
    form._ask()
    qtbot.waitUntil(lambda: program.session is not former, timeout=20_000)
    assert ended == [front_desk.staff.email]
