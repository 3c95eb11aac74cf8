"""The sign-in page: its card, what may follow the password, and the foot. No patient data on it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QStackedWidget, QWidget

from reactivate_desktop import __version__
from reactivate_desktop.domain.people import ClinicChoice
from ui import names
from ui.frame.overlay import shadow
from ui.frame.people_tiles import Known
from ui.frame.sign_in_form import SignInForm, Wish
from ui.frame.sign_in_pulse import WIDTH as PULSE_WIDTH
from ui.frame.sign_in_pulse import Pulse
from ui.frame.sign_in_steps import ClinicStep, NewPasswordStep
from ui.places import Offer
from ui.text import tr
from ui.theme.tokens import GAP, GAP_LARGE
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import column, row
from ui.widgets.text import SMALL, Label

__all__ = ["Known", "SignInPage", "Wish"]

_WIDE, _HIGH = 940, 544


class _Stack(QStackedWidget):
    """As high as the step that is shown, not as the highest one."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(self._fit)

    def _fit(self) -> None:
        for at, step in enumerate(self._steps()):
            policy = QSizePolicy.Policy.Preferred if at == self.currentIndex() else QSizePolicy.Policy.Ignored
            step.setSizePolicy(QSizePolicy.Policy.Preferred, policy)

    def _steps(self) -> list[QWidget]:
        return [step for at in range(self.count()) if (step := self.widget(at)) is not None]


class _Ground(QWidget):
    """The card in the middle, slightly above, with its shadow and the note below it."""

    def __init__(self, card: QFrame, note: Label) -> None:
        super().__init__()
        self._card = card
        inner = column(self, GAP_LARGE, 20)
        inner.addStretch(7)
        # In a row of its own the card is asked how high it is at its own width, not at that of the window.
        middle = row(None, 0)
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        inner.addLayout(middle)
        inner.addSpacing(GAP)
        inner.addWidget(note, alignment=Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch(3)

    def paintEvent(self, _event: QPaintEvent) -> None:
        shadow(QPainter(self), QRectF(self._card.geometry()))


class SignInPage(QWidget):
    """Signals and words of its parts: `form`, `clinics`, `new_password`; `theme_asked`, `language_asked`: the foot."""

    theme_asked = Signal()
    language_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.SIGN_IN)
        self.form, self.clinics, self.new_password = SignInForm(), ClinicStep(), NewPasswordStep()
        self._pulse = Pulse()
        self._steps = _Stack()
        for step in (self.form, self.clinics, self.new_password):
            self._steps.addWidget(step)
        self._steps.setCurrentWidget(self.form)
        card = QFrame()
        card.setProperty("ground", "card")
        card.setMinimumHeight(_HIGH)
        inner = row(card, 0)
        inner.addWidget(self._pulse)
        inner.addWidget(self._steps, 1)
        self._card = card
        self._note = Label("", SMALL, "muted", wrap=True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(_Ground(card, self._note))
        whole = column(self, 0)
        whole.addWidget(self._area, 1)
        whole.addLayout(self._foot())
        self.clinics.left.connect(self.ask_password)
        self.set_lock_minutes(10)

    def _foot(self) -> QHBoxLayout:
        foot = row(None, GAP_LARGE)
        foot.setContentsMargins(24, 4, 24, 12)
        self._theme = Button("", Kind.QUIET, "sun")
        self._language = Button("", Kind.QUIET, "translate")
        self._help = Button(tr("Help"), Kind.QUIET, keys="F1")
        self._theme.clicked.connect(self.theme_asked)
        self._language.clicked.connect(self.language_asked)
        self._help.clicked.connect(self.form.show_help)
        self._help.setShortcut("F1")
        foot.addWidget(Label(tr("Version {version}", version=__version__), SMALL, "muted"))
        foot.addStretch(1)
        for button in (self._help, self._theme, self._language):
            foot.addWidget(button)
        return foot

    # --- what the program says --------------------------------------------------------------------

    def show_people(self, people: Sequence[Known], line: str = "") -> None:
        """Ask who is at this desk; the newest is chosen already."""
        self.form.be_fresh(people, line)
        self.ask_password()

    def show_locked(self, person: Known, line: str, *, free: bool = False) -> None:
        """Show the same card as the lock of `person`."""
        self.form.be_locked(person, line, free=free)
        self.ask_password()

    def show_where(self, clinic: str, location: str) -> None:
        """Show the site of this desk."""
        self._pulse.show_where(clinic, location)

    def show_offer(self, offer: Offer) -> None:
        """Show where the data lives; signing in waits until that place answers."""
        self.form.show_places(offer.chosen, offer.states, offer.line)

    def show_choices(self, theme: str, language: str, *, languages: bool) -> None:
        """Show theme and language in the foot; `languages`: whether there is more than one."""
        for button, words in ((self._theme, theme), (self._language, language)):
            button.setText(words)
            button.setAccessibleName(words)
            button.updateGeometry()
        self._language.setVisible(languages)

    def set_lock_minutes(self, minutes: int) -> None:
        """Say after how long the desk locks by itself."""
        self._note.setText(
            tr(
                "Every sign-in is recorded · locks by itself after {n} minutes and keeps your half-typed note",
                n=minutes,
            )
            if minutes
            else tr("Every sign-in is recorded")
        )

    # --- steps ------------------------------------------------------------------------------------

    def ask_password(self) -> None:
        """Show who and the password."""
        self.new_password.forget()
        self._steps.setCurrentWidget(self.form)
        self.form.show_busy(False)
        self.form.focus_first()

    def ask_clinic(self, clinics: Sequence[ClinicChoice]) -> None:
        """Ask for the clinic."""
        self._steps.setCurrentWidget(self.clinics)
        self.clinics.show_clinics(clinics)

    def ask_new_password(self) -> None:
        """Ask for a password of one's own."""
        self._steps.setCurrentWidget(self.new_password)
        self.new_password.begin()

    def forget(self) -> None:
        """Empty every password, as after signing in."""
        self.form.forget()
        self.new_password.forget()
        self.ask_password()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - 40
        self._pulse.setVisible(room >= _WIDE)
        wide = min(room, _WIDE if room >= _WIDE else _WIDE - PULSE_WIDTH)
        self._card.setFixedWidth(wide)
        self._note.setFixedWidth(wide)
