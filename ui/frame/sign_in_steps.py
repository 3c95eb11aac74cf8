"""The two steps that may follow the password: which clinic, and a password of one's own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from reactivate_desktop.domain.people import MIN_PASSWORD, ClinicChoice
from ui import names
from ui.text import tr
from ui.theme.tokens import GAP, GAP_SMALL
from ui.widgets.buttons import Button, Kind
from ui.widgets.fields import Labelled, LineField
from ui.widgets.panels import ErrorBar, column
from ui.widgets.text import BODY, TITLE, Label


def form_column(whole: QWidget) -> QVBoxLayout:
    """Return the column of the card's right half."""
    inner = column(whole, GAP_SMALL)
    inner.setContentsMargins(56, 34, 50, 26)
    return inner


def password_field(name: str) -> LineField:
    """Return a field whose letters do not show."""
    made = LineField("", name)
    made.setEchoMode(QLineEdit.EchoMode.Password)
    # The style sheet's height of fields wins over setMinimumHeight; its borders come on top.
    made.setStyleSheet("min-height: 36px;")
    return made


class ClinicStep(QWidget):
    """`chosen(clinic id)`: which of her clinics the person means; `left`: back to the password."""

    chosen = Signal(object)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.SIGN_IN_CLINICS)
        inner = form_column(self)
        inner.addWidget(Label(tr("Which clinic today?"), TITLE))
        inner.addWidget(Label(tr("You work for several with this email and password."), BODY, "muted", wrap=True))
        inner.addSpacing(GAP)
        self._buttons: list[Button] = []
        self._list = column(None, GAP_SMALL)
        inner.addLayout(self._list)
        back = Button(tr("Back"), Kind.LINK)
        back.clicked.connect(self.left)
        inner.addSpacing(GAP_SMALL)
        inner.addWidget(back, alignment=Qt.AlignmentFlag.AlignLeft)
        inner.addStretch(1)

    def show_clinics(self, clinics: Sequence[ClinicChoice]) -> None:
        """Offer these clinics; the first has the focus."""
        for old in self._buttons:
            self._list.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._buttons = [Button(clinic.name, Kind.PLAIN, "house-line") for clinic in clinics]
        for button, clinic in zip(self._buttons, clinics, strict=True):
            button.set_height(44)
            button.clicked.connect(lambda _=False, id=clinic.id: self.chosen.emit(id))
            self._list.addWidget(button)
            button.show()
        self._buttons[0].setFocus()


class NewPasswordStep(QWidget):
    """`given(password)`: the person's own password, typed twice alike."""

    given = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.SIGN_IN_NEW_PASSWORD)
        inner = form_column(self)
        inner.addWidget(Label(tr("A password of your own"), TITLE))
        sentence = tr(
            "The first one was given to you. From now on only you know it: {n} characters or more.", n=MIN_PASSWORD
        )
        inner.addWidget(Label(sentence, BODY, "muted", wrap=True))
        inner.addSpacing(GAP)
        self.errors = ErrorBar()
        inner.addWidget(self.errors)
        self._first = password_field(tr("New password"))
        self._again = password_field(tr("The same again"))
        self._again.setObjectName(names.SIGN_IN_AGAIN)
        self._twice = Labelled(tr("The same again"), self._again)
        self._long = Labelled(tr("New password"), self._first, tr("A short sentence works well."))
        self._button = Button(tr("Keep it and sign in"), Kind.FILLED, keys=tr("Enter"))
        self._button.set_height(40)
        for part in (self._long, self._twice, self._button):
            inner.addWidget(part)
        inner.addStretch(1)
        self._first.returnPressed.connect(self._again.setFocus)
        self._again.returnPressed.connect(self._give)
        self._button.clicked.connect(self._give)

    def begin(self) -> None:
        """Ask anew."""
        self.forget()
        self._first.setFocus()

    def forget(self) -> None:
        """Empty the fields."""
        self._first.clear()
        self._again.clear()
        self._long.complain("")
        self._twice.complain("")
        self.errors.hide()

    def show_busy(self, busy: bool) -> None:
        """Show that the new password is being kept."""
        self._button.forbid(tr("Checking...") if busy else "")

    def _give(self) -> None:
        short = len(self._first.text()) < MIN_PASSWORD
        other = self._first.text() != self._again.text()
        self._long.complain(tr("Please use at least {n} characters.", n=MIN_PASSWORD) if short else "")
        self._twice.complain(tr("This is not the same as above.") if other and not short else "")
        if self._button.isEnabled() and not short and not other:
            self.errors.hide()
            self.given.emit(self._first.text())
