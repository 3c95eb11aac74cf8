"""The strip at the foot: database and how live it is, the age of data, long work, and the keys that work here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from reactivate_desktop.domain.progress import Step
from ui import names
from ui.text import number, tr
from ui.theme.theme import tokens
from ui.theme.tokens import MARGIN
from ui.widgets.buttons import Button, Kind
from ui.widgets.marks import KeyHint
from ui.widgets.panels import Picture, row
from ui.widgets.text import SMALL, SMALL_STRONG, Label

HEIGHT = 34


class _Work(QWidget):
    """One piece of long work: what it does, how far it is, and Cancel."""

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        inner = row(self, 8)
        self._words = Label("", SMALL, "muted")
        self._bar = QProgressBar(textVisible=False)
        self._bar.setFixedWidth(96)
        self._bar.setAccessibleName(tr("Progress"))
        stop = Button(tr("Cancel"), Kind.LINK)
        stop.clicked.connect(self.cancelled)
        for part in (Picture("arrows-clockwise", 14), self._words, self._bar, stop):
            inner.addWidget(part)
        self.hide()

    def show_step(self, what: str, step: Step) -> None:
        """Show how far it is; without a total the bar runs."""
        self._bar.setRange(0, step.total)
        self._bar.setValue(step.done)
        far = f" · {number(step.done)}" if step.done else ""
        self._words.setText(f"{what}{far}")
        self.show()


class StatusStrip(QWidget):
    """Always there. `cancelled`: the work shown should stop; `asked`: somebody wants to know more of the state."""

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.STATUS_STRIP)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "surface")
        self.setFixedHeight(HEIGHT)
        inner = row(self, 8)
        inner.setContentsMargins(MARGIN, 0, MARGIN - 4, 0)
        self._picture = Picture("database", 14)
        self._where = Label("", SMALL_STRONG, "muted")
        self._state = Label("", SMALL, "muted")
        self._age = Label("", SMALL, "muted")
        self._work = _Work()
        self._work.cancelled.connect(self.cancelled)
        self._keys: QHBoxLayout = row(None, 10)
        for part in (self._picture, self._where, self._state):
            inner.addWidget(part)
        inner.addSpacing(12)
        inner.addWidget(self._age)
        inner.addSpacing(12)
        inner.addWidget(self._work)
        inner.addStretch(1)
        inner.addLayout(self._keys)

    def show_server(self, where: str, state: str, *, fine: bool = True) -> None:
        """Show where the data lives and in which state that is."""
        self._picture.show_icon("database" if fine else "wifi-slash", "muted" if fine else "red")
        self._where.setText(where)
        self._state.setText(f"· {state}" if state else "")
        self._state.set_tone("muted" if fine else "red")

    def show_age(self, words: str) -> None:
        """Show how old the data is."""
        self._age.setText(words)

    def show_work(self, what: str, step: Step | None) -> None:
        """Show how far long work is; None: nothing runs."""
        if step is None:
            self._work.hide()
        else:
            self._work.show_step(what, step)

    def show_keys(self, hints: Sequence[tuple[str, str]]) -> None:
        """Show the keys that work here as (caps, word); what has no room is left out from the right."""
        while (item := self._keys.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for keys, word in hints:
            self._keys.addWidget(KeyHint(keys, word))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        QPainter(self).fillRect(QRectF(0, 0, self.width(), 1), QColor(tokens().border))
