"""The welcome tour: four short steps beside what they speak of; it takes no focus, so the keyboard works on."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from ui import names
from ui.actions import N_
from ui.frame.overlay import shadow
from ui.text import tr
from ui.theme.theme import tokens
from ui.theme.tokens import CARD_RADIUS, GAP, GAP_SMALL
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import column, row
from ui.widgets.text import BODY, SMALL, STRONG, Label

_WIDE, _AWAY = 320, 18


@dataclass(frozen=True)
class Stop:
    """One step: the object names of what it stands beside (around all that are seen), its title and sentence."""

    anchors: tuple[str, ...]
    title: str
    sentence: str


STOPS: tuple[Stop, ...] = (
    Stop(
        (names.RAIL,),
        N_("Everything is on the left"),
        N_("Seven tabs, with how many wait in each. Ctrl 1 to Ctrl 7 open them, Ctrl K finds any patient or command."),
    ),
    Stop(
        (*map(names.tile, ("RED", "YELLOW", "GREEN", "callbacks")), names.QUEUE_LEFT),
        N_("Today's work in numbers"),
        N_("Red today, yellow this week, green can wait. Click a tile to see only those patients."),
    ),
    Stop(
        (names.QUEUE_LIST,),
        N_("Whom to contact next, and why"),
        N_("The best one is on top, with the reason in plain words. Enter takes her: nobody else can call her then."),
    ),
    Stop(
        (names.QUEUE_PANE,),
        N_("How did it go?"),
        N_("One key from 1 to 9 says it, and the next patient opens. Ctrl Z takes it back."),
    ),
)


class _Ring(QWidget):
    """A line around what is spoken of; mouse and keys go through it."""

    def __init__(self, room: QWidget) -> None:
        super().__init__(room)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens().accent), 3))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), CARD_RADIUS, CARD_RADIUS)


class _Bubble(QWidget):
    """The words of a step with Next and Skip, in a soft shadow."""

    ROOM = 30

    def __init__(self, room: QWidget) -> None:
        super().__init__(room)
        self.card = QFrame(self)
        self.card.setProperty("ground", "card")
        inner = column(self.card, GAP_SMALL, 18)
        self.title = Label("", STRONG, wrap=True)
        self.sentence = Label("", BODY, "muted", wrap=True)
        self.place = Label("", SMALL, "muted")
        self.skip = Button(tr("Skip"), Kind.QUIET, keys="Shift F1")
        self.next = Button(tr("Next"), Kind.FILLED, keys="F1")
        foot = row(None, GAP_SMALL)
        foot.addWidget(self.place, 1)
        for button in (self.skip, self.next):
            # The person goes on working: the focus stays where it is.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            foot.addWidget(button)
        for part in (self.title, self.sentence):
            inner.addWidget(part)
        inner.addSpacing(4)
        inner.addLayout(foot)

    def fit(self) -> None:
        """Take the height that the words need."""
        self.card.setFixedWidth(_WIDE)
        layout = self.card.layout()
        high = layout.heightForWidth(_WIDE) if layout is not None else 160
        self.card.setGeometry(self.ROOM, self.ROOM, _WIDE, high)
        self.resize(_WIDE + 2 * self.ROOM, high + 2 * self.ROOM)

    def paintEvent(self, _event: QPaintEvent) -> None:
        shadow(QPainter(self), QRectF(self.card.geometry()))


class Tour(QObject):
    """`ended`: all of it was seen, or skipped. F1 goes on, Shift+F1 skips the rest."""

    ended = Signal()

    def __init__(self, room: QWidget) -> None:
        super().__init__(room)
        self._room = room
        self._place = -1
        self._ring = _Ring(room)
        self._bubble = _Bubble(room)
        self._bubble.setObjectName(names.TOUR)
        self._bubble.next.clicked.connect(self.go_on)
        self._bubble.skip.clicked.connect(self.end)
        self._ring.hide()
        self._bubble.hide()
        room.installEventFilter(self)

    @property
    def running(self) -> bool:
        """Whether a step is shown."""
        return self._place >= 0

    def go_on(self) -> None:
        """Show the next step, the first one when none is shown; behind the last one it ends."""
        if self._place + 1 >= len(STOPS):
            self.end()
            return
        self._place += 1
        self._show()

    def end(self) -> None:
        """Take it away."""
        if self.running:
            self._place = -1
            self._ring.hide()
            self._bubble.hide()
            self.ended.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._room and event.type() == QEvent.Type.Resize and self.running:
            self._put()
        return super().eventFilter(watched, event)

    def _show(self) -> None:
        stop, bubble = STOPS[self._place], self._bubble
        last = self._place == len(STOPS) - 1
        bubble.title.setText(tr(stop.title))
        bubble.sentence.setText(tr(stop.sentence))
        bubble.place.setText(tr("{n} of {all}", n=self._place + 1, all=len(STOPS)))
        bubble.next.setText(tr("Done") if last else tr("Next"))
        bubble.next.setAccessibleName(bubble.next.text())
        bubble.skip.setVisible(not last)
        bubble.setAccessibleName(f"{bubble.title.text()}. {bubble.sentence.text()}")
        self._put()
        bubble.show()

    def _put(self) -> None:
        self._bubble.fit()
        target = self._target()
        self._ring.setVisible(target is not None)
        if target is not None:
            self._ring.setGeometry(target.adjusted(-4, -4, 4, 4).intersected(self._room.rect()))
            self._ring.raise_()
        self._bubble.move(_beside(target, self._bubble.size().width(), self._bubble.size().height(), self._room.rect()))
        self._bubble.raise_()

    def _target(self) -> QRect | None:
        around: QRect | None = None
        for name in STOPS[self._place].anchors:
            found = self._room.findChild(QWidget, name)
            if isinstance(found, QWidget) and found.isVisible():
                box = QRect(found.mapTo(self._room, QPoint(0, 0)), found.size())
                around = box if around is None else around.united(box)
        return around


def _beside(target: QRect | None, wide: int, high: int, room: QRect) -> QPoint:
    """Return where the bubble stands: right of the target, else left, below or above; else in the middle."""
    middle = QPoint((room.width() - wide) // 2, (room.height() - high) // 2)
    if target is None:
        return middle
    pad = _Bubble.ROOM
    right, left = target.right() + _AWAY - pad, target.left() - _AWAY - wide + pad
    below, above = target.bottom() + _AWAY - pad, target.top() - _AWAY - high + pad
    level = _within(target.top() + GAP - pad, high, room.height())
    if right + wide <= room.width():
        return QPoint(right, level)
    if left >= 0:
        return QPoint(left, level)
    across = _within(target.center().x() - wide // 2, wide, room.width())
    if below + high <= room.height():
        return QPoint(across, below)
    return QPoint(across, above) if above >= 0 else middle


def _within(start: int, size: int, room: int) -> int:
    return max(0, min(start, room - size))
