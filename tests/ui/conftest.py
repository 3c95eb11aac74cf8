"""Fixtures of the window: real services on a real Postgres, and nothing left running behind a test."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.factories.clinics import Person as SignedInPerson
from tests.factories.queue import QueueMaker
from tests.factories.windows import close_context, open_context
from tests.fixtures import FrontDesk, database, front_desk, maker
from ui import formats
from ui.context import Context
from ui.text import speak
from ui.theme import fonts
from ui.theme.choice import ThemeChoice
from ui.theme.theme import Theme

__all__ = ["database", "front_desk", "maker"]

# Makes the context of a signed-in person, whose window parts are children of the widget.
MakeContext = Callable[[SignedInPerson], Context]


@pytest.fixture(scope="session")
def look(qapp: QApplication) -> Theme:
    """The application as the program sets it up."""
    fonts.load()
    speak("en")
    return Theme(qapp, ThemeChoice.LIGHT)


@pytest.fixture(scope="module", autouse=True)
def collected_in_this_thread() -> Iterator[None]:
    """Widgets of a module's tests die in the UI thread, as ui/garbage.py sees to in the program."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


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
    made: list[Context] = []

    def make(person: SignedInPerson) -> Context:
        window = QWidget()
        qtbot.addWidget(window)
        formats.be_at(None)
        made.append(open_context(window, tmp_path, front_desk.maker.clinic_db.app, person.signed_in.token))
        return made[-1]

    yield make
    for ctx in made:
        close_context(ctx)


@pytest.fixture
def ctx(make_context: MakeContext, front_desk: FrontDesk) -> Context:
    """The context of a receptionist."""
    return make_context(front_desk.staff)


@pytest.fixture
def queue(front_desk: FrontDesk) -> QueueMaker:
    """The clinic's queue, with nobody in it yet."""
    made = QueueMaker(front_desk)
    made.empty()
    return made
