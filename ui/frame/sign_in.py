"""The sign-in card: who is at this desk, the password, and where the data lives. No patient data on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from reactivate_desktop.domain.enums import ContactPriority
from ui import formats, names
from ui.text import tr
from ui.theme import icons
from ui.theme.fonts import BOLD, MEDIUM, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.theme.tokens import CARD_RADIUS, GAP, GAP_SMALL
from ui.widgets import paint
from ui.widgets.buttons import Button, Kind
from ui.widgets.fields import Labelled, LineField
from ui.widgets.panels import ErrorBar, Picture, column, row
from ui.widgets.text import BODY, SMALL, SMALL_STRONG, TITLE, Label

CARD = QSize(940, 544)
_LEFT = 384


@dataclass(frozen=True)
class Known:
    """Somebody who used this desk: shown as a tile."""

    id: UUID
    name: str
    email: str
    role: str
    letters: str


@dataclass(frozen=True)
class Wish:
    """Email, password and, where the person works for several, the clinic."""

    email: str
    password: str
    clinic: UUID | None = None


class _Tile(QAbstractButton):
    """A person, or "Someone else"."""

    def __init__(self, first: str, second: str, letters: str = "") -> None:
        super().__init__()
        self._second, self._letters = second, letters
        self.setText(first)
        self.setAccessibleName(f"{first} {second}")
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(96, 100)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        on = self.isChecked()
        box = QRectF(self.rect())
        line = found.accent if on or self.hasFocus() else found.border
        paint.rounded(painter, box, 10, found.selection if on else found.surface, line, 2 if on else 1)
        disc = QRectF(box.center().x() - 18, 15, 36, 36)
        paint.rounded(painter, disc, 18, found.accent if on else found.track)
        if self._letters:
            color = found.on_accent if on else found.text
            paint.text(painter, disc, self._letters, font(13, BOLD), color, paint.CENTER)
        else:
            icons.paint(painter, "user-plus", disc.center().x() - 9, disc.center().y() - 9, 18, found.muted)
        color = found.accent if on else found.text
        paint.text(painter, QRectF(4, 57, box.width() - 8, 18), self.text(), font(13, MEDIUM), color, paint.CENTER)
        paint.text(painter, QRectF(4, 75, box.width() - 8, 18), self._second, font(12), found.muted, paint.CENTER)


class _Pulse(QWidget):
    """The left half: what the program is for, with its pulse line."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(_LEFT)
        self._where = ("", "")
        self.setAccessibleName(tr("Know whom to call next, and why."))

    def show_where(self, first: str, second: str) -> None:
        """Show the site at the foot."""
        self._where = (first, second)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint.rounded(painter, QRectF(0, 0, self.width() + CARD_RADIUS, self.height()), CARD_RADIUS, found.selection)
        icons.paint(painter, "heartbeat", 32, 33, 24, found.accent)
        paint.text(painter, QRectF(63, 32, 260, 26), "ReactivateAI", font(18, BOLD), found.text)
        paint.text(painter, QRectF(32, 84, 320, 26), tr("Know whom to call next,"), font(18, SEMI_BOLD), found.text)
        paint.text(painter, QRectF(32, 109, 320, 26), tr("and why."), font(18, SEMI_BOLD), found.text)
        self._paint_rings(painter)
        if self._where[0]:
            icons.paint(painter, "map-pin", 32, self.height() - 66, 18, found.accent)
            line = QRectF(62, self.height() - 74, 290, 18)
            paint.text(painter, line, self._where[0], font(13, SEMI_BOLD), found.text)
            paint.text(painter, line.translated(0, 19), self._where[1], font(12), found.muted)

    def _paint_rings(self, painter: QPainter) -> None:
        found = tokens()
        middle = QPointF(self.width() / 2, 294)
        ring = QColor(found.accent)
        ring.setAlphaF(0.16)
        painter.setPen(QPen(ring, 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for radius in (68, 104, 140):
            painter.drawEllipse(middle, radius, radius)
        ring.setAlphaF(0.35)
        painter.setPen(QPen(ring, 2.5))
        painter.drawLine(QPointF(0, middle.y()), QPointF(self.width(), middle.y()))
        painter.setPen(QPen(QColor(found.accent), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        steps = [(-93, 0), (-61, 0), (-43, -30), (-16, 46), (11, -62), (37, 20), (51, 0), (92, 0)]
        painter.drawPolyline(QPolygonF([middle + QPointF(x, y) for x, y in steps]))
        for priority, x, y in (
            (ContactPriority.RED, 64, -123),
            (ContactPriority.YELLOW, 109, 92),
            (ContactPriority.GREEN, -125, 66),
        ):
            disc = QRectF(middle.x() + x - 17, middle.y() + y - 17, 34, 34)
            paint.rounded(painter, disc, 17, found.surface)
            paint.shape(painter, priority, disc.center().x() - 6.5, disc.center().y(), 13)


class SignInPage(QWidget):
    """`asked(Wish)`: somebody wants to sign in; `retried`: look for the database again."""

    asked = Signal(object)
    retried = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.SIGN_IN)
        self._choices: dict[str, UUID] = {}
        self._clinic: UUID | None = None
        self._known: list[Known] = []
        self._card = QFrame()
        self._card.setProperty("ground", "card")
        self._card.setFixedSize(CARD)
        self._pulse = _Pulse()
        inner = row(self._card, 0)
        inner.addWidget(self._pulse)
        inner.addWidget(self._form(), 1)
        whole = column(self, GAP)
        whole.addStretch(4)
        whole.addWidget(self._card, alignment=Qt.AlignmentFlag.AlignHCenter)
        note = Label(
            tr("Every sign-in is recorded · locks by itself after 10 minutes and keeps your half-typed note"),
            SMALL,
            "muted",
        )
        whole.addWidget(note, alignment=Qt.AlignmentFlag.AlignHCenter)
        whole.addStretch(5)
        self.show_people([])
        self.set_ready(False)

    def _form(self) -> QWidget:
        form = QWidget()
        inner: QVBoxLayout = column(form, GAP_SMALL)
        inner.setContentsMargins(56, 34, 50, 26)
        self._greeting = Label(_greeting(), TITLE)
        inner.addWidget(self._greeting)
        inner.addWidget(
            Label(f"{formats.long_day(formats.today_here())}, {formats.clock(formats.now_here())}", BODY, "muted")
        )
        inner.addSpacing(GAP)
        self._who = Label(tr("Who is at this desk?"), SMALL_STRONG)
        inner.addWidget(self._who)
        self._tiles: QHBoxLayout = row(None, 10)
        self._people = QButtonGroup(self)
        self._people.idClicked.connect(self._choose)
        inner.addLayout(self._tiles)
        self._email = LineField("", tr("Email"))
        self._email.setObjectName(names.SIGN_IN_EMAIL)
        self._email_row = Labelled(tr("Email"), self._email)
        inner.addWidget(self._email_row)
        inner.addSpacing(4)
        self.errors = ErrorBar()
        inner.addWidget(self.errors)
        self._password = LineField("", tr("Password"))
        self._password.setObjectName(names.SIGN_IN_PASSWORD)
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        inner.addWidget(Labelled(tr("Password"), self._password))
        self._button = Button(tr("Sign in"), Kind.FILLED, keys=tr("Enter"))
        self._button.setObjectName(names.SIGN_IN_BUTTON)
        self._button.set_height(40)
        inner.addSpacing(4)
        inner.addWidget(self._button)
        inner.addSpacing(GAP_SMALL)
        inner.addLayout(self._server())
        inner.addStretch(1)
        self._button.clicked.connect(self._ask)
        self._password.returnPressed.connect(self._ask)
        self._email.returnPressed.connect(self._password.setFocus)
        return form

    def _server(self) -> QHBoxLayout:
        line = row(None, GAP_SMALL)
        self._server_picture = Picture("hard-drives", 18)
        self._server_name = Label("", SMALL_STRONG)
        self._server_state = Label("", SMALL, "muted", wrap=True)
        words = column(None, 2)
        words.addWidget(self._server_name)
        words.addWidget(self._server_state)
        self._retry = Button(tr("Try again"), Kind.LINK)
        self._retry.clicked.connect(self.retried)
        line.addWidget(self._server_picture)
        line.addLayout(words, 1)
        line.addWidget(self._retry)
        return line

    # --- what the program says --------------------------------------------------------------------

    def show_people(self, people: Sequence[Known]) -> None:
        """Show who used this desk lately as tiles; without any, the email field stands open."""
        self._known = list(people[:3])
        while (item := self._tiles.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                self._people.removeButton(old)  # type: ignore[arg-type] # only tiles are in this row
                old.deleteLater()
        self._who.setVisible(bool(self._known))
        for place, person in enumerate(self._known):
            self._add_tile(_Tile(person.name.split(" ")[0], person.role, person.letters), place)
        if self._known:
            self._add_tile(_Tile(tr("Someone"), tr("else")), len(self._known))
            self._people.button(0).setChecked(True)
        self._choose(0)

    def show_where(self, clinic: str, location: str) -> None:
        """Show the site of this desk."""
        self._pulse.show_where(clinic, location)

    def show_server(self, name: str, state: str, *, fine: bool | None) -> None:
        """Show where the data lives; `fine` None: still looking."""
        self._server_name.setText(name)
        self._server_state.setText(state)
        self._server_state.set_tone("muted" if fine is None else "green" if fine else "red")
        self._server_picture.show_icon("hard-drives" if fine is not False else "wifi-slash", "muted")
        self._retry.setVisible(fine is False)
        self.set_ready(fine is True)

    def set_ready(self, ready: bool) -> None:
        """Allow signing in, or not yet."""
        self._button.forbid("" if ready else tr("The database cannot be reached yet."))

    def show_busy(self, busy: bool) -> None:
        """Show that a sign-in is being checked."""
        self._button.forbid(tr("Checking...") if busy else "")

    def complain(self, sentence: str) -> None:
        """Show why the sign-in was refused; what was typed stays."""
        self.errors.say(sentence)
        self._password.selectAll()
        self._password.setFocus()

    def focus_first(self) -> None:
        """Put the cursor where typing goes on."""
        (self._password if self._known else self._email).setFocus()

    # --- what the person does ---------------------------------------------------------------------

    def _add_tile(self, tile: _Tile, place: int) -> None:
        self._people.addButton(tile, place)
        self._tiles.addWidget(tile)

    def _choose(self, place: int) -> None:
        person = self._known[place] if place < len(self._known) else None
        self._email_row.setVisible(person is None)
        self._email.setText(person.email if person else "")
        self.focus_first() if person else self._email.setFocus()

    def _ask(self) -> None:
        if self._button.isEnabled():
            self.errors.hide()
            self.asked.emit(Wish(self._email.text().strip(), self._password.text(), self._clinic))

    def forget(self) -> None:
        """Empty the password, as after signing in."""
        self._password.clear()
        self.errors.hide()


def _greeting() -> str:
    hour = formats.now_here().hour
    return tr("Good morning") if hour < 12 else tr("Good afternoon") if hour < 18 else tr("Good evening")
