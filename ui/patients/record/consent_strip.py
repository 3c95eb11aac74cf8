"""May we contact this patient now: local time and quiet hours, then a cell for each channel."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QLocale, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from reactivate_desktop.domain.contact_reasons import ContactReason
from reactivate_desktop.domain.contact_strip import ContactCell, ContactStrip
from reactivate_desktop.domain.enums import CommunicationChannel
from reactivate_desktop.domain.zones import ZoneSource
from ui import formats, names, words
from ui.patients.record.consent_cell import HEIGHT, Cell
from ui.text import tr
from ui.theme.theme import tokens
from ui.theme.tokens import CARD_RADIUS
from ui.widgets import paint
from ui.widgets.text import tip

_CLOSED = frozenset(
    {ContactReason.OPTED_OUT, ContactReason.DO_NOT_CONTACT, ContactReason.DECEASED, ContactReason.WRONG_NUMBER}
)
_TICK_MS = 20_000
_TWO_ROWS_BELOW = 1060
# How the width is shared: the time, then the channels in their order.
_SHARES = (22, 17, 17, 18, 21, 21, 20)


class ConsentStrip(QWidget):
    """`asked(channel or None)`: a cell was opened, or the one that was open is closed again."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.PATIENT_STRIP)
        self._strip: ContactStrip | None = None
        self._time = Cell("clock")
        self._time.setCheckable(False)
        self._time.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._cells = {channel: Cell(icon) for channel, icon in words.CHANNEL_ICONS.items()}
        # The time of another zone goes on while somebody looks.
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._show_time)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._across = 0
        self._arrange(len(_SHARES))
        for channel, cell in self._cells.items():
            cell.clicked.connect(lambda on, channel=channel: self._clicked(channel, on=on))
        self.clear()

    def clear(self) -> None:
        """Show no patient's."""
        self._strip = None
        self._time.show_words("", "")
        for channel, cell in self._cells.items():
            cell.show_words(words.channel(channel), "")
            cell.setEnabled(False)
        self._cells[CommunicationChannel.INSTAGRAM_DM].hide()
        self._share()

    def show_strip(self, strip: ContactStrip) -> None:
        """Show what may be done now."""
        self._strip = strip
        self._show_time()
        for cell in strip.cells:
            self._show_cell(self._cells[cell.channel], cell)
        # Hardly anybody writes there: its cell comes with the account.
        linked = strip.cell(CommunicationChannel.INSTAGRAM_DM).decision.reason != ContactReason.NOT_LINKED
        self._cells[CommunicationChannel.INSTAGRAM_DM].setVisible(linked)
        self._share()

    def close_cell(self) -> None:
        """Mark no cell as open."""
        for cell in self._cells.values():
            cell.setChecked(False)

    def open_cell(self, channel: CommunicationChannel) -> None:
        """Open a cell as a click does."""
        self._cells[channel].click()

    def cell_words(self, channel: CommunicationChannel) -> str:
        """Return what a cell says."""
        return self._cells[channel].accessibleName()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_time()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        paint.rounded(painter, QRectF(self.rect()), CARD_RADIUS, found.surface, found.border)
        for cell in self._cells.values():
            if cell.isVisible() and cell.x():
                painter.fillRect(QRectF(cell.x(), cell.y() + 12, 1, HEIGHT - 24), QColor(found.border))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(len(_SHARES) if self.width() >= _TWO_ROWS_BELOW else 3)

    def _arrange(self, across: int) -> None:
        """Lay the cells out in one row or, where that is too narrow for words, in several."""
        if across == self._across:
            return
        self._across = across
        for place, cell in enumerate((self._time, *self._cells.values())):
            self._grid.addWidget(cell, place // across, place % across)
        self._share()

    def _share(self) -> None:
        """Share the width out; a column whose cell is hidden gets none of it."""
        one_row = self._across == len(_SHARES)
        for place, cell in enumerate((self._time, *self._cells.values())):
            share = _SHARES[place] if one_row else int(place < self._across)
            self._grid.setColumnStretch(place, 0 if one_row and cell.isHidden() else share)

    def _clicked(self, channel: CommunicationChannel, *, on: bool) -> None:
        for other, cell in self._cells.items():
            cell.setChecked(on and other == channel)
        self.asked.emit(channel if on else None)

    def _show_cell(self, cell: Cell, facts: ContactCell) -> None:
        allowed, reason = facts.decision.allowed, facts.decision.reason
        closed = reason in _CLOSED
        tone = "green" if allowed else "red" if closed else "muted"
        mark = "check-circle" if allowed else "prohibit" if closed else "minus-circle"
        below = self._from(facts) or _explained(reason) or facts.evidence
        cell.setEnabled(True)
        cell.show_words(words.channel(facts.channel), below, words.contact_reason(reason), tone, mark)
        cell.setToolTip(tip(" ".join(part for part in (facts.sentence, facts.evidence) if part)))
        cell.setAccessibleDescription(facts.sentence)

    def _from(self, facts: ContactCell) -> str:
        """Return when quiet time ends, short enough for a cell."""
        until = facts.decision.until
        if facts.decision.reason != ContactReason.QUIET_HOURS or until is None or self._strip is None:
            return ""
        there = until.astimezone(ZoneInfo(self._strip.zone))
        day = QLocale().toString(QDate(there.year, there.month, there.day), "ddd")
        return tr("From {day} {time}", day=day, time=formats.clock(until, there.tzinfo))

    def _show_time(self) -> None:
        strip = self._strip
        if strip is None:
            return
        zone = ZoneInfo(strip.zone)
        now = formats.clock(datetime.now(UTC), zone)
        city = strip.zone.rsplit("/", 1)[-1].replace("_", " ")
        self._time.show_words(tr("{time} in {city}", time=now, city=city), _quiet(strip))
        source = {
            ZoneSource.PATIENT: tr("The time zone is in the record."),
            ZoneSource.STATE: tr("The time zone follows from the state in the record."),
            ZoneSource.NUMBER: tr("The time zone follows from the phone number."),
            ZoneSource.CLINIC: tr("It is not known where the patient lives: this is the clinic's time."),
        }[strip.zone_source]
        self._time.setToolTip(source)
        self._time.setAccessibleDescription(source)


def _quiet(strip: ContactStrip) -> str:
    if strip.quiet_from is None or strip.quiet_until is None:
        return tr("Quiet hours are not readable")
    if strip.quiet:
        return tr("Quiet until {time}", time=_clock(strip.quiet_until))
    return tr("Open until {time}, then quiet", time=_clock(strip.quiet_from))


def _explained(reason: ContactReason) -> str:
    """Return a few words where they say more than evidence; the whole sentence is the tool tip."""
    return {
        ContactReason.NEVER_WROTE: tr("Has not written yet"),
        ContactReason.NOT_LINKED: tr("Not linked to anybody"),
        ContactReason.NO_ADDRESS: tr("Please ask for one"),
        ContactReason.NO_CONSENT: tr("Please ask the patient"),
        ContactReason.ZONE_UNKNOWN: tr("State or zone is missing"),
        ContactReason.LANDLINE: tr("Please call"),
        ContactReason.INVALID_NUMBER: tr("Please check it"),
        ContactReason.WRONG_NUMBER: tr("Ask for another one"),
        ContactReason.DO_NOT_CONTACT: tr("The patient asked for it"),
        ContactReason.AWAY: tr("Nothing is sent"),
        ContactReason.MERGED: tr("See the other record"),
    }.get(reason, "")


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"
