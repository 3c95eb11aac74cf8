"""The patients tab with a record in tests, and words for what a person does there by keyboard."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.errors import ExpectedError
from tests.ui.records import idle
from ui.context import Context
from ui.failures import show_failure
from ui.notices import Toast
from ui.patients.record.booking_card import BookingCard
from ui.patients.record.page import RecordPage
from ui.patients.tab import PatientsTab


class Room:
    """The patients tab with a patient's record, and words for what a person does there."""

    def __init__(self, ctx: Context, qtbot: QtBot, patient: UUID) -> None:
        self.ctx, self.qtbot = ctx, qtbot
        self.tab = PatientsTab(ctx)
        qtbot.addWidget(self.tab)
        self.tab.resize(1224, 760)
        with qtbot.waitExposed(self.tab):
            self.tab.show()
        self.tab.activateWindow()
        qtbot.waitUntil(self.tab.isActiveWindow)
        ctx.tasks.on_failure = self._fail
        self.show(patient)

    def show(self, patient: UUID) -> None:
        """Show a patient's record."""
        self.ctx.navigation.open_record(patient)
        idle(self.qtbot, self.ctx)

    @property
    def page(self) -> RecordPage:
        return self.tab.pages.record()

    @property
    def card(self) -> BookingCard:
        return self.page.view.side.booking

    def press(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press keys where the keyboard is."""
        for key in keys:
            QTest.keyClick(self.focused(), key, modifier)

    def type(self, text: str) -> None:
        """Type where the keyboard is."""
        QTest.keyClicks(self.focused(), text)

    def focused(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def open(self) -> None:
        """Press B and wait for the free times."""
        self.press(Qt.Key.Key_B)
        assert self.card.isVisible()
        self.rest()

    def rest(self) -> None:
        """Wait until nothing is read or written any more."""
        self.qtbot.waitUntil(lambda: not self.ctx.tasks.busy and not self.card.panel._pause.isActive())

    def said(self) -> list[str]:
        """Return what the toasts say."""
        return [toast.accessibleName() for toast in self.ctx.notices._toasts if not toast.isHidden()]

    def toast(self) -> Toast:
        return self.ctx.notices._toasts[-1]

    def ahead(self) -> list[datetime]:
        """Return when the appointments are that the card of what lies ahead shows."""
        return [each.starts_at for each in self.page.view.side.upcoming._shown.values()]

    def caps(self) -> list[str]:
        """Return the keys that the status strip names."""
        hints = self.tab.keys()
        return [caps for caps, _ in hints]

    def _fail(self, owner: Any, error: ExpectedError) -> None:
        show_failure(owner, error, self.ctx, lambda: None)
