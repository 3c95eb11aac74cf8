"""Moves an appointment: free times as chips, or another one in words with what was understood."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame

from reactivate_desktop.domain.free_slots import Slot
from reactivate_desktop.domain.opening import Opening
from reactivate_desktop.domain.records import UpcomingRow
from ui import formats
from ui.booking.time_field import TimeField
from ui.context import Context
from ui.latest import Latest
from ui.text import tr
from ui.widgets.buttons import Button, Chip, Kind
from ui.widgets.flow import FlowLayout
from ui.widgets.panels import clear, column, row
from ui.widgets.text import SMALL_STRONG, Label

_OFFERED = 4


class MoveForm(QFrame):
    """`wished(datetime)`: the new time; `closed`: it stays where it is."""

    wished = Signal(object)
    closed = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.setProperty("ground", "box")
        self.ctx = ctx
        self._latest = Latest(ctx.tasks, self)
        self._slots = FlowLayout(None, 6)
        self.time = TimeField(tr("Another day and time"), tr("Another time, such as “mon 9” or “3 dec 10:30”"))
        self.save = Button(tr("Move"), Kind.TONAL)
        self.save.clicked.connect(self._wish)
        stay = Button(tr("Leave it"), Kind.PLAIN, keys="Esc")
        stay.clicked.connect(self.closed)
        foot = row(None)
        foot.addWidget(self.save)
        foot.addWidget(stay)
        foot.addStretch(1)
        inner = column(self, 8)
        inner.setContentsMargins(12, 10, 12, 10)
        inner.addWidget(Label(tr("Free times"), SMALL_STRONG))
        inner.addLayout(self._slots)
        inner.addWidget(self.time)
        inner.addLayout(foot)
        self.time.changed.connect(self._offer_save)
        self.time.field.returnPressed.connect(self._wish)
        self.hide()

    def begin(self, row: UpcomingRow) -> None:
        """Ask for the new time of an appointment."""
        self.time.field.clear()
        self._offer_save()
        clear(self._slots)
        self.show()
        self.time.setFocus()
        desk, minutes, provider = self.ctx.desk, row.duration_minutes, row.provider_name
        self._latest.ask(
            "slots",
            lambda: (desk.slots.opening(), desk.slots.free(None, provider, minutes, None, _OFFERED)),
            lambda found: self._offer(*found),
        )

    def complain(self, sentence: str) -> None:
        """Say why it cannot be moved there; what was typed stays."""
        self.time.complain(sentence)
        self._offer_save()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)

    def _offer(self, opening: Opening, slots: list[Slot]) -> None:
        clear(self._slots)
        for slot in slots:
            chip = Chip(formats.moment(slot.starts_at), checkable=False)
            chip.clicked.connect(lambda _=False, at=slot.starts_at: self.wished.emit(at))
            self._slots.addWidget(chip)
        self.time.show_opening(opening)

    def _offer_save(self) -> None:
        self.save.setEnabled(self.time.moment() is not None)

    def _wish(self) -> None:
        at = self.time.moment()
        if at is not None:
            self.save.setEnabled(False)
            self.wished.emit(at)
        elif self.time.text():
            self.time.complain()
