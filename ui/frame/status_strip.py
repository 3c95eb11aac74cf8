"""The strip at the foot: database and how live it is, the age of data, long work, and the keys that work here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from reactivate_desktop.domain.progress import Step
from ui import names
from ui.text import number, tr
from ui.theme.theme import tokens
from ui.theme.tokens import MARGIN
from ui.widgets import paint
from ui.widgets.buttons import Button, Kind
from ui.widgets.marks import KeyHint
from ui.widgets.panels import Picture, row
from ui.widgets.text import SMALL, SMALL_STRONG, Label

HEIGHT = 34
_LEAST = 320


class Half(QWidget):
    """A half of the strip. `pressed`: somebody wants to know more of it, by mouse or keyboard."""

    pressed = Signal()

    def __init__(self, said: str) -> None:
        super().__init__()
        self.setAccessibleName(said)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.inner = row(self, 8)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.pressed.emit()
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Enter on the strip is not "next patient".
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.setAccepted(event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter))
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.hasFocus():
            paint.rounded(QPainter(self), QRectF(self.rect()).adjusted(0, 4, 0, -4), 4, None, tokens().accent)


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
    """Always there. `cancelled`: the work shown should stop; `asked`: somebody wants to know more of the state;
    `keys_asked`: of the keys.
    """

    cancelled = Signal()
    asked = Signal()
    keys_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.STATUS_STRIP)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "surface")
        self.setFixedHeight(HEIGHT)
        # Too many hints must not make the window wider.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._picture = Picture("database", 14)
        self._where = Label("", SMALL_STRONG, "muted")
        self._state = Label("", SMALL, "muted")
        self._clock = Picture("arrows-clockwise", 14)
        self._age = Label("", SMALL, "muted")
        self._veil = Label(tr("Names are veiled · F9"), SMALL_STRONG, "yellow")
        self._work = _Work()
        self._left = Half(tr("State of the server and the data"))
        self._right = Half(tr("Keys that work here"))
        self._right.inner.setSpacing(10)
        self._hints: list[KeyHint] = []
        self._lay_out()
        self._work.cancelled.connect(self.cancelled)
        self._left.pressed.connect(self.asked)
        self._right.pressed.connect(self.keys_asked)

    def _lay_out(self) -> None:
        for part in (self._picture, self._where, self._state):
            self._left.inner.addWidget(part)
        self._left.inner.addSpacing(8)
        for late in (self._clock, self._age):
            self._left.inner.addWidget(late)
            late.hide()
        self._veil.hide()
        inner = row(self, 12)
        inner.setContentsMargins(MARGIN, 1, MARGIN - 4, 0)
        for whole in (self._left, self._veil, self._work):
            inner.addWidget(whole)
        inner.addStretch(1)
        inner.addWidget(self._right)

    def show_server(self, where: str, state: str, *, fine: bool = True) -> None:
        """Show where the data lives and in which state that is."""
        self._picture.show_icon("database" if fine else "wifi-slash", "muted" if fine else "red")
        self._where.setText(where)
        self._state.setText(f"· {state}" if state else "")
        self._state.set_tone("muted" if fine else "red")
        self._left.setAccessibleDescription(f"{where}, {state}, {self._age.text()}")
        self._fit_keys()

    def show_age(self, words: str) -> None:
        """Show how old the data is."""
        self._age.setText(words)
        for part in (self._clock, self._age):
            part.setVisible(bool(words))
        self._fit_keys()

    def show_privacy(self, on: bool) -> None:
        """Show whether names are veiled, and how to end that."""
        self._veil.setVisible(on)
        self._fit_keys()

    def show_work(self, what: str, step: Step | None) -> None:
        """Show how far long work is; None: nothing runs."""
        if step is None:
            self._work.hide()
        else:
            self._work.show_step(what, step)
        self._fit_keys()

    def show_keys(self, hints: Sequence[tuple[str, str]]) -> None:
        """Show the keys that work here as (caps, word); what has no room is left out from the right."""
        for old in self._hints:
            self._right.inner.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._hints = [KeyHint(keys, word) for keys, word in hints]
        for hint in self._hints:
            self._right.inner.addWidget(hint)
        self._fit_keys()

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_keys()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        QPainter(self).fillRect(QRectF(0, 0, self.width(), 1), QColor(tokens().border))

    def _fit_keys(self) -> None:
        shown = [part for part in (self._left, self._veil, self._work) if not part.isHidden()]
        room = self.width() - 2 * MARGIN - sum(part.sizeHint().width() + 12 for part in shown)
        for hint in self._hints:
            room -= hint.sizeHint().width() + self._right.inner.spacing()
            hint.setVisible(room >= 0)
