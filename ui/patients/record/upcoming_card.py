"""What lies ahead of a patient: each appointment with its risk, the reason, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QDate, QLocale, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from reactivate_desktop.domain.appointments import NewTime
from reactivate_desktop.domain.enums import AppointmentStatus, RiskLevel
from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.records import UpcomingRow
from ui import formats, names, reasons, words
from ui.context import Context
from ui.patients.record.ask_bar import AskBar
from ui.patients.record.entry_words import joined
from ui.patients.record.move_form import MoveForm
from ui.text import number, tr
from ui.theme.fonts import BOLD, MEDIUM, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.theme.tokens import RADIUS, TAG_RADIUS
from ui.widgets import paint
from ui.widgets.buttons import Button, Kind
from ui.widgets.marks import Mark
from ui.widgets.panels import Card, clear, column, row
from ui.widgets.text import SMALL, STRONG, Elided, Label, hairline

_TITLE = (13, SEMI_BOLD)
_RISK_TONES = {RiskLevel.LOW: "green", RiskLevel.MEDIUM: "yellow", RiskLevel.HIGH: "red"}
# More of them are cut off in the card.
_REASONS = 2
_BARS = {RiskLevel.LOW: 1, RiskLevel.MEDIUM: 2, RiskLevel.HIGH: 3}


class RiskTag(Mark):
    """How likely it is that she stays away: three rising bars, a word and per cent."""

    def __init__(self, level: RiskLevel, said: str) -> None:
        self._level = level
        super().__init__(round(paint.width(said, font(12, MEDIUM))) + 38, 22)
        self.setAccessibleName(said)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        pair = getattr(tokens(), _RISK_TONES[self._level])
        box = QRectF(self.rect())
        paint.rounded(painter, box, TAG_RADIUS, pair.fill)
        for place in range(3):
            high = 4 + 3 * place
            full = place < _BARS[self._level]
            painter.setOpacity(1.0 if full else 0.35)
            paint.rounded(painter, QRectF(9 + place * 5, 16 - high, 4, high), 1, pair.text)
        painter.setOpacity(1.0)
        paint.text(painter, box.adjusted(29, 0, -6, 0), self.accessibleName(), font(12, MEDIUM), pair.text)


class DateBlock(Mark):
    """A day and its month on a square."""

    def __init__(self, at: datetime) -> None:
        super().__init__(46, 48)
        on = formats.day_of(at)
        self._day = str(on.day)
        self._month = QLocale().toString(QDate(on.year, on.month, on.day), "MMM")
        self.setAccessibleName(f"{self._day} {self._month}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        paint.rounded(painter, QRectF(self.rect()), RADIUS, found.background)
        paint.text(painter, QRectF(0, 5, 46, 22), self._day, font(18, BOLD), found.text, paint.CENTER)
        paint.text(painter, QRectF(0, 26, 46, 16), self._month, font(12), found.muted, paint.CENTER)


class UpcomingCard(Card):
    """`book_asked`; `changed`: an appointment was confirmed, moved or cancelled."""

    book_asked = Signal()
    changed = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__(0, 0)
        self.setObjectName(names.PATIENT_UPCOMING)
        self.ctx = ctx
        self._shown: dict[UUID, UpcomingRow] = {}
        self._moving: UUID | None = None
        self.another = Button(tr("Book another"), Kind.LINK)
        self.another.clicked.connect(self.book_asked)
        self._rows = column(None, 0)
        self.ask = AskBar()
        self.move_form = MoveForm(ctx)
        self.move_form.wished.connect(self._move)
        self.move_form.closed.connect(self.move_form.hide)
        head = row(None)
        head.setContentsMargins(16, 12, 14, 8)
        head.addWidget(Label(tr("Upcoming"), STRONG), 1)
        head.addWidget(self.another)
        forms = column(None, 8)
        forms.setContentsMargins(10, 0, 10, 0)
        forms.addWidget(self.ask)
        forms.addWidget(self.move_form)
        self.body.setContentsMargins(1, 1, 1, 8)
        self.body.addLayout(head)
        self.body.addLayout(self._rows)
        self.body.addLayout(forms)
        self.another.setVisible(ctx.commands.allowed("record-book"))

    def clear(self) -> None:
        """Show nobody's."""
        clear(self._rows)
        self.ask.leave()
        self.move_form.hide()

    def show_rows(self, rows: Sequence[UpcomingRow]) -> None:
        """Show the appointments ahead; a question or a form that is open stays."""
        self._shown = {each.id: each for each in rows}
        clear(self._rows)
        for each in rows:
            self._rows.addWidget(hairline())
            self._rows.addWidget(self._slot(each))
        if not rows:
            none = Label(tr("Nothing is booked."), SMALL, "muted")
            none.setContentsMargins(16, 0, 16, 6)
            self._rows.addWidget(none)

    def _slot(self, slot: UpcomingRow) -> QWidget:
        made = QWidget()
        line = row(made, 14)
        line.setContentsMargins(15, 10, 14, 8)
        line.addWidget(DateBlock(slot.starts_at), alignment=Qt.AlignmentFlag.AlignTop)
        words_ = column(None, 1)
        first = row(None, 8)
        what = slot.appointment_type or tr("Appointment")
        first.addWidget(Elided(f"{what}, {formats.clock(slot.starts_at)}", _TITLE), 1)
        if slot.risk_level is not None:
            first.addWidget(RiskTag(slot.risk_level, _risk(slot)))
        words_.addLayout(first)
        length = tr("{n} min", n=slot.duration_minutes)
        state = words.status(slot.status).lower()
        words_.addWidget(Elided(joined(slot.provider_name, length, state, slot.location), SMALL, "muted"))
        if slot.risk is not None:
            words_.addWidget(Elided(_chance(slot), SMALL, "muted"))
        if slot.factors:
            words_.addWidget(Elided(joined(*(reasons.factor(each) for each in slot.factors[:_REASONS])), SMALL))
        if self.ctx.person.writes:
            words_.addLayout(self._deeds(slot))
        line.addLayout(words_, 1)
        return made

    def _deeds(self, slot: UpcomingRow) -> QHBoxLayout:
        line = row(None, 16)
        confirmed = slot.status == AppointmentStatus.CONFIRMED
        pairs: list[tuple[str, Callable[[UpcomingRow], None]]] = [
            (tr("Take the confirmation back"), self._unconfirm) if confirmed else (tr("Confirm"), self._confirm),
            (tr("Move"), self._begin_move),
            (tr("Cancel"), self._ask_cancel),
        ]
        when = formats.moment(slot.starts_at)
        for word, call in pairs:
            button = Button(word, Kind.LINK)
            button.setAccessibleName(f"{word}: {when}")
            button.clicked.connect(lambda _=False, call=call: call(slot))
            line.addWidget(button)
        line.addStretch(1)
        return line

    # --- what can be done -------------------------------------------------------------------------

    def _confirm(self, slot: UpcomingRow) -> None:
        desk = self.ctx.desk

        def undo() -> None:
            self._run(lambda: desk.appointments.unconfirm(slot.id, slot.version + 1))

        said = tr("Confirmed: {when}", when=formats.moment(slot.starts_at))
        self._run(lambda: desk.appointments.confirm(slot.id, slot.version), lambda: self.ctx.notices.say(said, undo))

    def _unconfirm(self, slot: UpcomingRow) -> None:
        desk = self.ctx.desk
        self._run(lambda: desk.appointments.unconfirm(slot.id, slot.version))

    def _ask_cancel(self, slot: UpcomingRow) -> None:
        desk = self.ctx.desk
        when = formats.moment(slot.starts_at)

        def answer(reason: str) -> None:
            self._run(
                lambda: desk.appointments.cancel(slot.id, self._version(slot), reason or None),
                lambda: self.ctx.notices.say(tr("Cancelled: {when}", when=when)),
            )

        self.ask.ask(tr("Cancel {when}?", when=when), tr("Cancel it"), answer, tr("Reason, if there is one"))

    def _begin_move(self, slot: UpcomingRow) -> None:
        self._moving = slot.id
        self.move_form.begin(slot)

    def _move(self, at: datetime) -> None:
        slot, desk = self._shown.get(self._moving) if self._moving else None, self.ctx.desk
        if slot is None:
            return
        said = tr("Moved to {when}, not confirmed yet", when=formats.moment(at))
        self._run(
            lambda: desk.appointments.move(slot.id, slot.version, NewTime(at)), lambda: self.ctx.notices.say(said)
        )

    def _version(self, slot: UpcomingRow) -> int:
        """Return the version that is shown now: after a conflict the next answer is about what was shown then."""
        return self._shown.get(slot.id, slot).version

    def _run(self, work: Callable[[], object], then: Callable[[], None] = lambda: None) -> None:
        def done(_: object) -> None:
            self.ask.leave()
            self.move_form.hide()
            then()
            self.changed.emit()

        self.ctx.tasks.run(work, self, done, failed=self._refused)

    def _refused(self, error: ExpectedError) -> None:
        if not self.move_form.isHidden():
            self.move_form.complain(str(error))
        elif not self.ask.isHidden():
            self.ask.complain(str(error))
        else:
            self.ctx.tasks.on_failure(self, error)
        # Somebody else may have changed it: what is shown now is what can be answered.
        self.changed.emit()


def _chance(slot: UpcomingRow) -> str:
    assert slot.risk is not None, "shown only where it is known"
    said = reasons.missing(slot.risk, slot.usual)
    return said[:1].upper() + said[1:]


def _risk(slot: UpcomingRow) -> str:
    assert slot.risk_level is not None, "shown only where it is known"
    word = words.risk(slot.risk_level)
    return word if slot.risk is None else tr("{word} {n} %", word=word, n=number(round(slot.risk * 100)))
