"""When to call back: a few offers, or a time in words."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from reactivate_desktop.domain.callback_times import callback_choices
from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.opening import Opening
from ui import names
from ui.booking.time_field import TimeField, choice_words
from ui.priority_queue.asks import Ask
from ui.priority_queue.wishes import OutcomeWish
from ui.text import tr
from ui.widgets.buttons import Button, Chip, Kind
from ui.widgets.key_page import by_tab_only

_PER_ROW = 3
_STEPS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}


class CallbackAsk(Ask):
    """Arrows and Enter choose an offer; whatever else is typed goes into the field."""

    def __init__(self) -> None:
        super().__init__(ContactOutcome.CALL_BACK)
        self.setObjectName(names.QUEUE_CALLBACK)
        self.time = TimeField(
            tr("When to call back"),
            tr("Another time, in words"),
            examples=tr("Such as “mon 9”, “tomorrow 15:30” or “in 2 weeks”"),
        )
        self._chips: list[Chip] = []
        self._times = QGridLayout()
        self._times.setContentsMargins(0, 0, 0, 0)
        self._times.setSpacing(6)
        self._times.setColumnStretch(_PER_ROW, 1)
        self._yes = Button(tr("Call back then"), Kind.TONAL, keys=tr("Enter"))
        self._yes.clicked.connect(self.go)
        self.say(tr("When shall we call back?"), "")
        self.body.insertLayout(1, self._times)
        self.body.insertWidget(2, self.time)
        self.offer(self._yes)

    def show_opening(self, opening: Opening) -> None:
        """Offer the times at which the clinic is open."""
        self.time.show_opening(opening)
        while (item := self._times.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._chips = []
        for place, choice in enumerate(callback_choices(datetime.now(UTC), opening)):
            chip = Chip(choice_words(choice), checkable=False)
            by_tab_only(chip)
            chip.clicked.connect(partial(self._answer, choice.at))
            self._times.addWidget(chip, place // _PER_ROW, place % _PER_ROW)
            self._chips.append(chip)

    def chips(self) -> list[Chip]:
        """Return the offers."""
        return self._chips

    def first_focus(self) -> QWidget:
        return self._chips[0] if self._chips and not self.time.text() else self.time.field

    def forget(self) -> None:
        """Empty the field: another patient."""
        self.time.field.clear()

    def go(self) -> None:
        """Take the time that is typed, or say what is missing."""
        at = self.time.moment()
        if at is not None:
            self._answer(at)
        else:
            self.time.complain("" if self.time.text() else tr("When shall we call back? Pick a time, or type one."))
            self.time.field.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = QApplication.focusWidget()
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None and focused in self._chips:
            place = self._chips.index(focused) + step
            if 0 <= place < len(self._chips):
                self._chips[place].setFocus(Qt.FocusReason.TabFocusReason)
            return
        if event.text().strip().isalnum() and not self.time.field.hasFocus():
            self.time.field.setFocus()
            self.time.field.insert(event.text())
            return
        super().keyPressEvent(event)

    def _answer(self, at: datetime) -> None:
        self.answered.emit(OutcomeWish(ContactOutcome.CALL_BACK, next_action_at=at))
