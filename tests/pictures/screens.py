"""How each screen is reached: generators that yield where the window must come to rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ui import names
from ui.context import Context
from ui.program import Program


class Walk:
    """What a way to a screen uses of the window."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.window = program.window

    @property
    def ctx(self) -> Context:
        """The signed-in context."""
        assert self.program.context is not None, "somebody is signed in"
        return self.program.context

    def do(self, action: str) -> None:
        """Do a declared action."""
        self.ctx.commands.do_id(action)

    def find(self, name: str) -> QWidget:
        """Return a widget by its object name."""
        found = self.window.findChild(QWidget, name)
        assert isinstance(found, QWidget), f"nothing is called {name}"
        return found

    def type(self, name: str, words: str) -> None:
        """Type into a field."""
        field = self.find(name)
        field.setFocus()
        QTest.keyClicks(field, words)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the keyboard is."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)


def queue(walk: Walk) -> Iterator[None]:
    """The queue with a patient in hand."""
    walk.ctx.navigation.open_tab("queue")
    yield
    walk.do("next")
    yield


def queue_nobody(walk: Walk) -> Iterator[None]:
    """The queue before the first call."""
    walk.ctx.navigation.open_tab("queue")
    yield


def queue_booking(walk: Walk) -> Iterator[None]:
    """Booking from the queue."""
    yield from queue(walk)
    walk.do("book")
    yield


def queue_rules(walk: Walk) -> Iterator[None]:
    """Every rule that keeps a patient in the queue."""
    yield from queue(walk)
    walk.do("why")
    yield


def palette(walk: Walk) -> Iterator[None]:
    """The command palette with what was typed."""
    walk.ctx.navigation.open_tab("queue")
    walk.do("palette")
    yield
    walk.type(names.COMMAND_PALETTE_INPUT, "gar")
    yield


def keys(walk: Walk) -> Iterator[None]:
    """All keys."""
    walk.key(Qt.Key.Key_Escape)
    walk.key(Qt.Key.Key_Escape)
    yield
    walk.do("keys")
    yield


def patients(walk: Walk) -> Iterator[None]:
    """The patients' list."""
    walk.key(Qt.Key.Key_Escape)
    walk.ctx.navigation.open_tab("patients")
    yield


def patients_search(walk: Walk) -> Iterator[None]:
    """A search, all found selected."""
    yield from patients(walk)
    walk.type(names.PATIENTS_SEARCH, "mar")
    yield
    walk.do("select-all")
    yield


def record(walk: Walk) -> Iterator[None]:
    """A patient's record."""
    yield from patients(walk)
    walk.do("open-record")
    yield


SCREENS: dict[str, Callable[[Walk], Iterator[None]]] = {
    "queue-nobody": queue_nobody,
    "queue": queue,
    "queue-booking": queue_booking,
    "queue-rules": queue_rules,
    "palette": palette,
    "keys": keys,
    "patients": patients,
    "patients-search": patients_search,
    "record": record,
}
