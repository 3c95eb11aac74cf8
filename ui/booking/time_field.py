"""A time in words, such as "mon 9" or "mañana 15:30", with what was understood shown while it is typed."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QDate, QLocale, Signal
from PySide6.QtWidgets import QWidget

from reactivate_desktop.domain.callback_times import CallbackChoice, CallbackWord, read_callback_time
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.opening import Opening
from ui import formats
from ui.text import tr
from ui.widgets.fields import FormField
from ui.widgets.panels import column
from ui.widgets.text import SMALL, Label


def spoken(at: datetime) -> str:
    """Return "Today 15:00" or "Mon 30 Nov 9:00" on the clock of `at` itself."""
    written = formats.moment(at, at.tzinfo)
    return tr("Today {time}", time=written) if written == formats.clock(at, at.tzinfo) else written


def short(at: datetime) -> str:
    """Return "Mon 9:00" on the clock of `at` itself."""
    weekday = QLocale().toString(QDate(at.year, at.month, at.day), "ddd")
    return f"{weekday} {formats.clock(at, at.tzinfo)}"


def choice_words(choice: CallbackChoice) -> str:
    """Return what the chip of an offered time says."""
    if choice.word == CallbackWord.TODAY:
        return tr("Today {time}", time=formats.clock(choice.at, choice.at.tzinfo))
    if choice.word == CallbackWord.IN_A_WEEK:
        return tr("In a week")
    return short(choice.at)


class TimeField(QWidget):
    """`changed`: another text. `moment()` is what it means, at the clinic; None: nothing or not understood.

    examples: stand below the field while nothing is typed.
    """

    changed = Signal()

    def __init__(self, name: str, hint: str, *, examples: str = "") -> None:
        super().__init__()
        self._examples = examples
        self.field = FormField(hint, name, "clock")
        self._said = Label("", SMALL, "muted", wrap=True)
        self._opening: Opening | None = None
        self._moment: datetime | None = None
        self._reason = ""
        self.setFocusProxy(self.field)
        inner = column(self, 2)
        inner.addWidget(self.field)
        inner.addWidget(self._said)
        self.field.textChanged.connect(self._read)
        self._read()

    def show_opening(self, opening: Opening) -> None:
        """Read against these hours from now on."""
        self._opening = opening
        self._read()

    def text(self) -> str:
        """Return what is typed."""
        return self.field.text().strip()

    def moment(self) -> datetime | None:
        """Return what was understood."""
        return self._moment

    def complain(self, reason: str = "") -> None:
        """Mark the field with the sentence of why it cannot be used."""
        said = reason or self._reason
        self._mark("true")
        self._say(said, "red")

    def said(self) -> str:
        """Return the line below the field."""
        return self._said.text()

    def _read(self) -> None:
        self._moment, self._reason = None, ""
        self._mark("false")
        if not self.text() or self._opening is None:
            self._say(self._examples, "muted")
        else:
            self._understand(self._opening)
        self.changed.emit()

    def _understand(self, opening: Opening) -> None:
        try:
            self._moment = read_callback_time(self.text(), datetime.now(UTC), opening)
            self._say(spoken(self._moment), "accent")
        except Invalid as error:
            self._reason = str(error)
            self._say(self._reason, "muted")

    def _say(self, words: str, tone: str) -> None:
        self._said.setText(words)
        self._said.setVisible(bool(words))
        self._said.set_tone(tone)
        self.field.setAccessibleDescription(words)

    def _mark(self, wrong: str) -> None:
        if self.field.property("wrong") != wrong:
            self.field.setProperty("wrong", wrong)
            self.field.style().unpolish(self.field)
            self.field.style().polish(self.field)
