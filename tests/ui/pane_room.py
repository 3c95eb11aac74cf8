"""The queue's pane beside something that has the focus as the list has it, with its keys bound."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.outreach import LogOutcome, QueueRow
from ui import names
from ui.context import Context
from ui.priority_queue.pane import DetailPane
from ui.priority_queue.wishes import OutcomeWish
from ui.tab_page import TabPage
from ui.widgets.panels import row
from ui.widgets.text import Label


@dataclass(eq=False)
class PaneRoom:
    """One pane in a window of its own, and what it wished for."""

    ctx: Context
    qtbot: QtBot
    page: TabPage
    listing: QWidget
    pane: DetailPane
    wishes: list[OutcomeWish] = field(default_factory=list)

    def show(self, patient: UUID, *, mine: bool = True) -> QueueRow:
        """Show a patient and wait for what is read of her."""
        found = self.row(patient)
        self.pane.show_patient(found, mine=mine)
        self.settle()
        return found

    def row(self, patient: UUID) -> QueueRow:
        """Return a patient as the list knows her."""
        return next(each for each in self.ctx.desk.queue.page(limit=500) if each.id == patient)

    def settle(self) -> None:
        """Wait until nothing is being read or written any more."""
        timers = (self.pane.reader._pause, self.pane.drafts._timer, self.pane.card.body.booking._pause)
        self.qtbot.waitUntil(lambda: not self.ctx.tasks.busy and not any(each.isActive() for each in timers))

    def says(self, widget: QWidget, *words: str) -> None:
        """Wait until a widget says these: what is new in a layout is shown a moment later."""
        self.qtbot.waitUntil(lambda: set(words) <= set(texts(widget)))

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(self.focused(), key, modifier)

    def type(self, text: str) -> None:
        """Type where the focus is."""
        for letter in text:
            if letter.isascii():
                QTest.keyClick(self.focused(), letter)  # type: ignore[call-overload]
            else:
                # QTest knows ASCII only.
                pressed = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter)
                QApplication.sendEvent(self.focused(), pressed)

    def focused(self) -> QWidget:
        """Return what has the focus."""
        found = QApplication.focusWidget()
        assert found is not None
        return found

    @property
    def wish(self) -> OutcomeWish:
        """The only wish so far."""
        assert len(self.wishes) == 1, self.wishes
        return self.wishes[0]

    def asked(self) -> QWidget:
        """Return what the dock shows below the note."""
        return self.pane.card.dock.open_page

    def log(self, shown: QueueRow) -> None:
        """Log the only wish by the service, as the tab does."""
        wish = self.wish
        self.ctx.desk.outreach.log_outcome(
            LogOutcome(
                shown.id,
                wish.outcome,
                shown.version,
                note=wish.note,
                channel=wish.channel,
                next_action_at=wish.next_action_at,
                booking=wish.booking,
                number=wish.number,
                means=wish.means,
            )
        )


def open_room(ctx: Context, qtbot: QtBot) -> PaneRoom:
    """Open a pane in a window of its own."""
    page = TabPage(ctx, names.QUEUE_TAB)
    qtbot.addWidget(page)
    inner = row(None, 0)
    page.body.addLayout(inner)
    listing = QWidget()
    listing.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    listing.setAccessibleName("list")
    pane = DetailPane(ctx)
    inner.addWidget(listing, 1)
    inner.addWidget(pane)
    pane.bind_keys(page)
    page.resize(700, 780)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    listing.setFocus()
    room = PaneRoom(ctx, qtbot, page, listing, pane)
    pane.wished.connect(room.wishes.append)
    room.settle()
    return room


def texts(widget: QWidget) -> list[str]:
    """Return what the labels of a widget say."""
    return [label.text() for label in widget.findChildren(Label) if not label.isHidden()]


# Outcomes that need nothing but their key.
AT_ONCE = (
    (Qt.Key.Key_2, ContactOutcome.LEFT_MESSAGE),
    (Qt.Key.Key_3, ContactOutcome.NO_ANSWER),
    (Qt.Key.Key_5, ContactOutcome.DECLINED),
    (Qt.Key.Key_7, ContactOutcome.MOVED),
)
