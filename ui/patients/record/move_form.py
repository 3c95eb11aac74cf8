"""Moves an appointment: free times as chips, or another one in words with what was understood."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame

from reactivate_desktop.domain.callback_times import read_callback_time
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.free_slots import Slot
from reactivate_desktop.domain.opening import Opening
from reactivate_desktop.domain.records import UpcomingRow
from ui import formats
from ui.context import Context
from ui.latest import Latest
from ui.text import tr
from ui.widgets.buttons import Button, Chip, Kind
from ui.widgets.fields import FormField, Labelled
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
        self._opening: Opening | None = None
        self._moment: datetime | None = None
        self._slots = FlowLayout(None, 6)
        self.field = FormField(tr("thu 9:30, 3 dec 10:00"), "")
        self._labelled = Labelled(tr("Another time"), self.field)
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
        inner.addWidget(self._labelled)
        inner.addLayout(foot)
        self.field.textChanged.connect(self._read)
        self.field.returnPressed.connect(self._wish)
        self.hide()

    def begin(self, row: UpcomingRow) -> None:
        """Ask for the new time of an appointment."""
        self.field.clear()
        clear(self._slots)
        self.save.setEnabled(False)
        self.show()
        self.field.setFocus()
        desk, minutes, provider = self.ctx.desk, row.duration_minutes, row.provider_name
        self._latest.ask(
            "slots",
            lambda: (desk.slots.opening(), desk.slots.free(None, provider, minutes, None, _OFFERED)),
            lambda found: self._offer(*found),
        )

    def complain(self, sentence: str) -> None:
        """Say why it cannot be moved there; what was typed stays."""
        self._labelled.complain(sentence)
        self.save.setEnabled(self._moment is not None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)

    def _offer(self, opening: Opening, slots: list[Slot]) -> None:
        self._opening = opening
        clear(self._slots)
        for slot in slots:
            chip = Chip(formats.moment(slot.starts_at), checkable=False)
            chip.clicked.connect(lambda _=False, at=slot.starts_at: self.wished.emit(at))
            self._slots.addWidget(chip)
        self._read()

    def _read(self) -> None:
        self._moment = None
        text = self.field.text().strip()
        if text and self._opening is not None:
            try:
                self._moment = read_callback_time(text, datetime.now(UTC), self._opening)
                self._labelled.say(formats.moment(self._moment), "accent")
            except Invalid as error:
                self._labelled.say(str(error))
        else:
            self._labelled.say("")
        self.save.setEnabled(self._moment is not None)

    def _wish(self) -> None:
        if self._moment is not None:
            self.save.setEnabled(False)
            self.wished.emit(self._moment)
