"""The whole program in a test: a window on the module's clinic, opened as the user opens it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.factories.clinics import PASSWORD
from tests.fixtures import FrontDesk
from ui import names
from ui.look import Look
from ui.main_window import MainWindow
from ui.memory import Memory
from ui.program import Program
from ui.session import Session
from ui.theme.theme import Theme

MakeProgram = Callable[..., Program]


@pytest.fixture
def make_program(
    look: Theme, qtbot: QtBot, front_desk: FrontDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MakeProgram]:
    """Programs on the module's clinic, shown; they end with the test."""
    monkeypatch.setenv("DATABASE_URL", front_desk.maker.clinic_db.app.url(with_password=True))
    monkeypatch.setenv("REACTIVATE_HOME", str(tmp_path))
    monkeypatch.delenv("REACTIVATE_TOKEN", raising=False)
    monkeypatch.chdir(tmp_path)
    made: list[Program] = []

    def make(*, tour: bool = False, start: bool = True) -> Program:
        window = MainWindow()
        qtbot.addWidget(window)
        memory = Memory()
        program = Program(window, Look(look, memory, given_theme=True), memory, tour=tour)
        made.append(program)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        if start:
            program.start()
            qtbot.waitUntil(lambda: program.tasks.busy == 0, timeout=20_000)
        return program

    yield make
    for program in made:
        program.close()


def part(program: Program, name: str) -> QWidget:
    """Return the widget of a name."""
    found = program.window.findChild(QWidget, name)
    assert isinstance(found, QWidget)
    return found


def type_into(program: Program, name: str, text: str) -> None:
    """Put a text into a field."""
    field = part(program, name)
    assert isinstance(field, QLineEdit)
    field.setText(text)


def give_password(program: Program, qtbot: QtBot, password: str = PASSWORD, email: str | None = None) -> None:
    """Type a password (and an email) into the card, press the button and wait for what follows."""
    if email is not None:
        program.window.sign_in.form.people.choose_other()
        type_into(program, names.SIGN_IN_EMAIL, email)
    type_into(program, names.SIGN_IN_PASSWORD, password)
    button = part(program, names.SIGN_IN_BUTTON)
    assert isinstance(button, QAbstractButton)
    assert button.isEnabled(), button.toolTip()
    button.click()
    at_rest(program, qtbot)


def at_rest(program: Program, qtbot: QtBot) -> None:
    """Wait until nothing is being asked any more."""
    qtbot.waitUntil(lambda: program.tasks.busy == 0, timeout=20_000)


def session_of(program: Program) -> Session:
    """Return the session of who is signed in."""
    assert program.session is not None
    return program.session
