"""The head of the queue's pane: who it is, who holds her for how long, and the ways to reach her."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QPoint, QSize, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from reactivate_desktop.domain.contact_strip import ContactStrip
from reactivate_desktop.domain.enums import CommunicationChannel
from reactivate_desktop.domain.names import full_name
from reactivate_desktop.domain.outreach import QueueRow
from ui import formats, words
from ui.context import Context
from ui.privacy import veiled
from ui.text import tr
from ui.widgets.buttons import Button, Kind
from ui.widgets.key_page import by_tab_only
from ui.widgets.marks import Avatar, LongPill
from ui.widgets.panels import Picture, column, row
from ui.widgets.text import NAME, SMALL, SMALL_STRONG, Elided, Label

# Under a minute the countdown is bold and offers to keep the patient.
_SOON = 60.0


class HoldLine(QWidget):
    """Who holds the patient: I and for how long, a colleague, or nobody (then she can be taken)."""

    keep_asked = Signal()
    claim_asked = Signal()

    def __init__(self, *, may_claim: bool) -> None:
        super().__init__()
        self._may_claim = may_claim
        self._lock = Picture("lock-simple", 16, "accent")
        self._words = Label("", SMALL_STRONG, "accent")
        self._keep = Button(tr("Keep"), Kind.LINK)
        self._keep.setAccessibleName(tr("Keep this patient longer"))
        self._take = Button(tr("Take"), Kind.LINK, keys=tr("Space"))
        self._take.setAccessibleName(tr("Take this patient"))
        inner = row(self, 5)
        for part in (self._lock, self._words, self._keep, self._take):
            inner.addWidget(part)
        by_tab_only(self._keep, self._take)
        self._keep.clicked.connect(self.keep_asked)
        self._take.clicked.connect(self.claim_asked)
        self.show_free()

    def show_free(self) -> None:
        """Show that nobody holds the patient."""
        self._show("", "muted", take=self._may_claim)

    def show_mine(self, seconds: float | None) -> None:
        """Show how long this desk still holds her; None: not known yet."""
        soon = seconds is not None and seconds < _SOON
        if seconds is not None and seconds <= 0:
            self._show(tr("Your hold has ended"), "muted", take=self._may_claim)
            return
        left = "" if seconds is None else " · " + tr("{time} left", time=formats.countdown(seconds))
        self._show(tr("Held by you") + left, "text" if soon else "accent", keep=soon)

    def show_other(self, said: str) -> None:
        """Show who else holds her."""
        self._show(said, "muted")

    def _show(self, said: str, tone: str, *, keep: bool = False, take: bool = False) -> None:
        self._words.setText(said)
        self._words.set_tone("" if tone == "text" else tone)
        self._lock.show_icon("lock-simple", tone)
        self._lock.setVisible(bool(said))
        self._words.setVisible(bool(said))
        self._keep.setVisible(keep)
        self._take.setVisible(take)
        self.setAccessibleName(said)


class PaneHead(QWidget):
    """Parts 1 to 3 of the pane; it never scrolls away."""

    claim_asked = Signal()
    release_asked = Signal()
    keep_asked = Signal()
    record_asked = Signal()
    text_asked = Signal()
    book_asked = Signal()
    opt_out_asked = Signal()
    call_started = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._ctx = ctx
        self._row: QueueRow | None = None
        self._mine = False
        self._left: float | None = None
        self._reasons = {"call": "", "text": ""}
        self._avatar = Avatar(42)
        self._name = Elided("", NAME)
        self._line = Elided("", SMALL, "muted")
        self._more = Button("", Kind.QUIET, "dots-three")
        self._more.setAccessibleName(tr("More about this patient"))
        self._pill = LongPill()
        self.hold = HoldLine(may_claim=ctx.commands.allowed("claim"))
        self.call_button = Button(tr("Call"), Kind.FILLED, "phone", "C")
        self.text_button = Button(tr("Text"), Kind.PLAIN, keys="T")
        self.book_button = Button(tr("Book"), Kind.PLAIN, keys="B")
        self._inner = column(self, 9)
        self._build()
        self._connect()
        self.set_low(False)

    def _build(self) -> None:
        title = column(None, 2)
        title.addWidget(self._name)
        title.addWidget(self._line)
        first, second, third = row(None, 12), row(None, 8), row(None, 8)
        first.addWidget(self._avatar)
        first.addLayout(title, 1)
        first.addWidget(self._more)
        second.addWidget(self._pill)
        second.addStretch(1)
        second.addWidget(self.hold)
        third.addWidget(self.call_button, 1)
        third.addWidget(self.text_button)
        third.addWidget(self.book_button)
        for part in (first, second, third):
            self._inner.addLayout(part)
        for button in (self.call_button, self.text_button, self.book_button):
            button.setVisible(self._ctx.person.writes)
        by_tab_only(self.call_button, self.text_button, self.book_button, self._more)

    def _connect(self) -> None:
        self.hold.keep_asked.connect(self.keep_asked)
        self.hold.claim_asked.connect(self.claim_asked)
        self.call_button.clicked.connect(self.call)
        self.text_button.clicked.connect(self.text_asked)
        self.book_button.clicked.connect(self.book_asked)
        self._more.clicked.connect(self._open_menu)

    def show_row(self, shown: QueueRow, *, mine: bool) -> None:
        """Show a patient."""
        if self._row is None or self._row.id != shown.id:
            self._reasons = {"call": "", "text": tr("Looking whether a text is allowed.")}
            self._left = None
        self._row, self._mine = shown, mine
        first, last = shown.first_name, shown.last_name
        self._avatar.show_letters(formats.initials(first, last))
        self._name.setText(veiled(full_name(first, last)))
        number = veiled(formats.phone(shown.phone)) if shown.phone else tr("no number")
        speaks = tr("speaks {language}", language=words.spoken(shown.language.split("-")[0]))
        parts = [formats.age(shown.date_of_birth), number, speaks]
        self._line.setText(" · ".join(part for part in parts if part))
        self._pill.show_priority(shown.priority)
        self._show_hold()
        self._show_reasons()

    def show_strip(self, strip: ContactStrip) -> None:
        """Let Call and Text follow what is allowed now."""
        for key, channel in (("call", CommunicationChannel.VOICE), ("text", CommunicationChannel.SMS)):
            cell = strip.cell(channel)
            self._reasons[key] = "" if cell.decision.allowed else cell.sentence
        self._show_reasons()

    def set_left(self, seconds: float) -> None:
        """Show how long the hold lasts."""
        self._left = seconds
        if self._mine:
            self.hold.show_mine(seconds)

    def set_low(self, low: bool) -> None:
        """Use less height."""
        self._inner.setContentsMargins(16, 12 if low else 14, 16, 9 if low else 12)
        self._inner.setSpacing(8 if low else 9)

    def call_reason(self) -> str:
        """Return why nobody can be called from here now, empty: the call can be made."""
        if self._row is None:
            return tr("Nobody is open. Take the next patient first.")
        holder = self._holder()
        if holder:
            return holder
        return self._reasons["call"] or ("" if self._row.phone else tr("There is no number. Please ask for one."))

    def text_reason(self) -> str:
        """Return why no text can be written from here now."""
        return self._reasons["text"] or tr("Texting comes with the inbox.")

    def call(self) -> None:
        """Hand the number to the phone program of this PC."""
        if self._row is not None and not self.call_reason():
            QDesktopServices.openUrl(QUrl(f"tel:{self._row.phone}"))
            self.call_started.emit()

    def menu(self) -> QMenu:
        """Return what else can be done with the patient, as a menu."""
        made = QMenu(self)
        shown = self._row
        if shown is None:
            return made
        entries: list[tuple[str, Callable[[], None], bool]] = [
            (tr("Open the record"), self.record_asked.emit, True),
            (tr("Copy the number"), lambda: self._copy(shown.phone), bool(shown.phone)),
            (tr("Copy the second number"), lambda: self._copy(shown.phone_second or ""), bool(shown.phone_second)),
        ]
        if self._ctx.commands.allowed("release"):
            entries.append((tr("Let this patient go"), self.release_asked.emit, self._mine))
        if self._ctx.commands.allowed("outcome-9"):
            entries.append((tr("Asked not to be contacted…"), self.opt_out_asked.emit, True))
        for word, call, useful in entries:
            if useful:
                made.addAction(word, call)
        return made

    def sizeHint(self) -> QSize:
        return QSize(200, super().sizeHint().height())

    def _open_menu(self) -> None:
        made = self.menu()
        made.aboutToHide.connect(made.deleteLater)
        made.popup(self._more.mapToGlobal(QPoint(0, self._more.height() + 4)))

    def _copy(self, number: str) -> None:
        QGuiApplication.clipboard().setText(number)
        self._ctx.notices.say(tr("The number is copied."))

    def _holder(self) -> str:
        """Return the sentence of who else holds the patient, empty: nobody."""
        shown = self._row
        if shown is None or self._mine or shown.claimed_by is None or shown.claimed_until is None:
            return ""
        left = (shown.claimed_until - datetime.now(UTC)).total_seconds()
        if left <= 0:
            return ""
        minutes = max(1, round(left / 60))
        if shown.claimed_by == self._ctx.person.id:
            return tr("Held by you at another desk, {n} min", n=minutes)
        return tr("{name} is calling, {n} min", name=shown.claimed_by_name or tr("A colleague"), n=minutes)

    def _show_hold(self) -> None:
        holder = self._holder()
        if self._mine:
            until = None if self._row is None else self._row.claimed_until
            if self._left is None and until is not None:
                self._left = (until - datetime.now(UTC)).total_seconds()
            self.hold.show_mine(self._left)
        elif holder:
            self.hold.show_other(holder)
        else:
            self.hold.show_free()

    def _show_reasons(self) -> None:
        self.call_button.forbid(self.call_reason())
        self.text_button.forbid(self.text_reason())
        self.update()
