"""The right half of the sign-in card: who, the password, and where the data lives; also as the lock of a desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui import formats, names
from ui.frame.people_tiles import Known, PeopleTiles
from ui.frame.place_tiles import DataPlace, PlaceState, PlaceTiles
from ui.frame.sign_in_steps import form_column
from ui.text import tr
from ui.theme.tokens import GAP, GAP_SMALL
from ui.widgets.buttons import Button, Kind
from ui.widgets.fields import Labelled, LineField
from ui.widgets.marks import Avatar
from ui.widgets.panels import ErrorBar, column, row
from ui.widgets.text import BODY, SMALL, SMALL_STRONG, STRONG, TITLE, Label


@dataclass(frozen=True)
class Wish:
    """Email and password as typed."""

    email: str
    password: str


class _Password(LineField):
    """The password with an eye that shows it; the arrow up goes to the tiles (`up`)."""

    up = Signal()

    def __init__(self) -> None:
        super().__init__("", tr("Password"))
        self.setObjectName(names.SIGN_IN_PASSWORD)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        # The style sheet's height of fields wins over setMinimumHeight; its borders come on top.
        self.setStyleSheet("min-height: 36px;")
        self.setTextMargins(0, 0, 34, 0)
        self._eye = Button("", Kind.QUIET, "eye", parent=self)
        self._eye.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._eye.setAccessibleName(tr("Show the password"))
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self._show)

    def hide_letters(self) -> None:
        """Show dots again."""
        self._eye.setChecked(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Up:
            self.up.emit()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._eye.setGeometry(self.width() - 40, (self.height() - 34) // 2, 34, 34)

    def _show(self, on: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)
        self._eye.set_icon("eye-slash" if on else "eye")


class _Fixed(QWidget):
    """The person who locked this desk."""

    def __init__(self) -> None:
        super().__init__()
        inner = row(self, GAP)
        inner.setContentsMargins(0, 8, 0, 8)
        self._avatar = Avatar(42)
        self._name = Label("", STRONG)
        self._role = Label("", SMALL, "muted")
        lines = column(None, 2)
        lines.addWidget(self._name)
        lines.addWidget(self._role)
        self.other = Button(tr("Somebody else"), Kind.LINK)
        inner.addWidget(self._avatar)
        inner.addLayout(lines, 1)
        inner.addWidget(self.other)

    def show_person(self, person: Known) -> None:
        """Show who it is."""
        self._avatar.show_letters(person.letters)
        self._name.setText(person.name)
        self._role.setText(person.role)


class SignInForm(QWidget):
    """`asked(Wish)`: sign in or unlock; `other_asked`: somebody else at a locked desk; `place_asked(DataPlace)`."""

    asked = Signal(object)
    other_asked = Signal()
    place_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._fixed: Known | None = None
        self._open = False
        self._ready = False
        self.greeting = Label("", TITLE)
        self.line = Label("", BODY, "muted", wrap=True)
        self._who = Label(tr("Who is at this desk?"), SMALL_STRONG)
        self.people = PeopleTiles()
        self._person = _Fixed()
        self._email = LineField("", tr("Email"))
        self._email.setObjectName(names.SIGN_IN_EMAIL)
        self._email_row = Labelled(tr("Email"), self._email)
        self.errors = ErrorBar()
        self._password = _Password()
        self._forgotten = Button(tr("Forgotten?"), Kind.LINK)
        self._help = Label(_help(), SMALL, "muted", wrap=True)
        self._button = Button(tr("Sign in"), Kind.FILLED, keys=tr("Enter"))
        self._button.setObjectName(names.SIGN_IN_BUTTON)
        self._button.set_height(40)
        self._places = PlaceTiles()
        self._place_line = Label("", SMALL, "muted", wrap=True)
        self._lay_out()
        self._connect()
        self.be_fresh([])

    def _lay_out(self) -> None:
        inner: QVBoxLayout = form_column(self)
        part: QWidget
        for part in (self.greeting, self.line):
            inner.addWidget(part)
        inner.addSpacing(GAP)
        for part in (self._who, self.people, self._person, self._email_row):
            inner.addWidget(part)
        inner.addSpacing(2)
        inner.addWidget(self.errors)
        self._password_name = Label(tr("Password"), SMALL_STRONG)
        self._password_name.setBuddy(self._password)
        head: QHBoxLayout = row(None, GAP_SMALL)
        head.addWidget(self._password_name)
        head.addStretch(1)
        head.addWidget(self._forgotten)
        inner.addLayout(head)
        for part in (self._password, self._help, self._button):
            inner.addWidget(part)
        inner.addSpacing(GAP_SMALL)
        self._where = Label(tr("Where the data lives"), SMALL_STRONG)
        for part in (self._where, self._places, self._place_line):
            inner.addWidget(part)
        inner.addStretch(1)
        # From the address straight to the password: "Forgotten?" stands before it on the screen only.
        in_order: tuple[QWidget, ...] = (self._email, self._password, self._button, self._forgotten)
        for before, after in pairwise(in_order):
            self.setTabOrder(before, after)

    def _connect(self) -> None:
        self.people.chosen.connect(self._choose)
        self.people.taken.connect(self.focus_first)
        self._person.other.clicked.connect(self.other_asked)
        self._email.returnPressed.connect(self._password.setFocus)
        self._password.returnPressed.connect(self._ask)
        self._password.up.connect(self.people.focus_tile)
        self._button.clicked.connect(self._ask)
        self._forgotten.clicked.connect(self.show_help)
        self._places.asked.connect(self.place_asked)

    # --- what the program says --------------------------------------------------------------------

    def be_fresh(self, people: Sequence[Known], line: str = "") -> None:
        """Ask who it is: tiles of these people, or the email when there are none."""
        self._fixed, self._open = None, False
        self.greet(
            _greeting(), line or f"{formats.long_day(formats.today_here())}, {formats.clock(formats.now_here())}"
        )
        self._button.setText(tr("Sign in"))
        self._show_parts()
        self.people.show_people(people)
        self._who.setVisible(bool(people))

    def be_locked(self, person: Known, line: str, *, free: bool = False) -> None:
        """Ask only for the password of `person`; `free`: not even for that, as in the demo clinic."""
        self._fixed, self._open = person, free
        self.greet(tr("This desk is locked"), line)
        self._person.show_person(person)
        self._button.setText(tr("Go on") if free else tr("Unlock"))
        self._show_parts()

    def show_places(self, chosen: DataPlace, states: dict[DataPlace, PlaceState], line: str) -> None:
        """Show where the data lives; signing in waits until that place answers."""
        self._places.show_states(chosen, states)
        self._place_line.setText(line)
        self._ready = states[chosen].fine is True
        self.show_busy(False)

    def show_busy(self, busy: bool) -> None:
        """Show that a sign-in is being checked."""
        ready = self._ready or self._fixed is not None
        reason = "" if ready else tr("The database cannot be reached yet.")
        self._button.forbid(tr("Checking...") if busy else reason)

    def complain(self, sentence: str) -> None:
        """Show why the sign-in was refused; what was typed stays."""
        self.errors.say(sentence)
        self._password.selectAll()
        self._password.setFocus()

    def greet(self, title: str, line: str) -> None:
        """Show the title and the line below it."""
        self.greeting.setText(title)
        self.line.setText(line)

    def show_help(self) -> None:
        """Show or hide what to do without a password."""
        self._help.setVisible(self._help.isHidden())

    @property
    def help_shown(self) -> bool:
        """Whether it says what to do without a password."""
        return not self._help.isHidden()

    def forget(self) -> None:
        """Empty the password, as after signing in."""
        self._password.clear()
        self._password.hide_letters()
        self.errors.hide()

    def focus_first(self) -> None:
        """Put the cursor where typing goes on."""
        if self._open:
            self._button.setFocus()
        elif self._fixed is None and self.people.person is None and not self._email.text():
            self._email.setFocus()
        else:
            self._password.setFocus()

    # --- what the person does ---------------------------------------------------------------------

    def _show_parts(self) -> None:
        locked = self._fixed is not None
        part: QWidget
        self._person.setVisible(locked)
        for part in (self._who, self.people, self._where, self._places, self._place_line):
            part.setVisible(not locked)
        self._email_row.setVisible(not locked and self.people.person is None)
        for part in (self._password_name, self._password, self._forgotten):
            part.setVisible(not self._open)
        self._help.hide()
        self.forget()

    def _choose(self, person: Known | None) -> None:
        self._email_row.setVisible(person is None and self._fixed is None)
        self._email.clear()

    def wish(self) -> Wish:
        """Return what is typed and chosen."""
        person = self._fixed or self.people.person
        email = self._email.text().strip() if person is None else person.email
        return Wish(email, self._password.text())

    def _ask(self) -> None:
        if self._button.isEnabled():
            self.errors.hide()
            self.asked.emit(self.wish())


def _help() -> str:
    return tr(
        "Sign in with your work email and your password. If you have forgotten it, a manager gives you a new first "
        "password in Settings, Staff; IT can do it too. After too many wrong ones the address is locked for 15 minutes."
    )


def _greeting() -> str:
    hour = formats.now_here().hour
    return tr("Good morning") if hour < 12 else tr("Good afternoon") if hour < 18 else tr("Good evening")
