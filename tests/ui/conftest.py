"""Fixtures of the window: real services on a real Postgres, and nothing left running behind a test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from reactivate_desktop.bootstrap import Desk
from reactivate_desktop.config.secrets import MemorySecrets
from reactivate_desktop.config.settings import Settings
from tests.factories.clinics import Person as SignedInPerson
from tests.fixtures import FrontDesk, database, front_desk, maker
from ui import formats
from ui.change_board import ChangeBoard
from ui.commands import Commands
from ui.context import Clinic, Context, Person
from ui.jobs import Jobs
from ui.navigation import Navigation
from ui.notices import Notices
from ui.privacy import Privacy
from ui.tasks import Tasks
from ui.text import speak
from ui.theme import fonts
from ui.theme.theme import Theme, ThemeChoice

__all__ = ["database", "front_desk", "maker"]

# Makes the context of a signed-in person, whose window parts are children of the widget.
MakeContext = Callable[[SignedInPerson], Context]


@pytest.fixture(scope="session")
def look(qapp: QApplication) -> Theme:
    """The application as the program sets it up."""
    fonts.load()
    speak("en")
    return Theme(qapp, ThemeChoice.LIGHT)


@pytest.fixture(autouse=True)
def no_leftovers(qtbot: QtBot) -> Iterator[None]:
    """No thread of the window outlives its test."""
    before = set(threading.enumerate())
    yield

    def left() -> set[str]:
        return {t.name for t in set(threading.enumerate()) - before if t.name.startswith(("ui-", "live"))}

    qtbot.waitUntil(lambda: not left(), timeout=10_000)


@pytest.fixture
def make_context(look: Theme, qtbot: QtBot, front_desk: FrontDesk, tmp_path: Path) -> Iterator[MakeContext]:
    """Contexts on the module's clinic; `ctx.tasks` ends with the test."""
    made: list[tuple[Tasks, Desk]] = []

    def make(person: SignedInPerson) -> Context:
        window = QWidget()
        qtbot.addWidget(window)
        signed = person.signed_in
        app_dsn = front_desk.maker.clinic_db.app.url(with_password=True)
        settings = Settings(home=tmp_path, database_url=app_dsn, token=signed.token, workstation="test-desk")
        desk = Desk(settings, MemorySecrets())
        tasks = Tasks(window)
        made.append((tasks, desk))
        me = desk.staff.me()
        clinic = desk.clinics.read()
        formats.be_at(None)
        return Context(
            desk=desk,
            person=Person(me.id, me.first_name, me.last_name, me.email, me.role),
            clinic=Clinic(clinic.name, "", clinic.timezone),
            tasks=tasks,
            board=ChangeBoard(window),
            commands=Commands(me.role, window),
            notices=Notices(window),
            navigation=Navigation(window),
            privacy=Privacy(window),
            jobs=Jobs(tasks, window),
        )

    yield make
    for tasks, desk in made:
        tasks.close()
        desk.close()


@pytest.fixture
def ctx(make_context: MakeContext, front_desk: FrontDesk) -> Context:
    """The context of a receptionist."""
    return make_context(front_desk.staff)
