"""May we contact this patient now? A cell per channel, and the reason in words for the one that is asked about."""

from __future__ import annotations

from datetime import UTC, datetime, time
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from reactivate_desktop.domain.contact_reasons import ContactReason
from reactivate_desktop.domain.contact_strip import STRIP_CHANNELS, ContactCell, ContactStrip
from ui import formats, words
from ui.priority_queue.pane_parts import Section
from ui.privacy import veiled
from ui.text import tr
from ui.theme import icons
from ui.theme.fonts import MEDIUM, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.theme.tokens import PANE_WIDTH, RADIUS
from ui.widgets import paint
from ui.widgets.checkable import Checkable
from ui.widgets.panels import row
from ui.widgets.text import HEADING, SMALL, Label

_SHOWN = STRIP_CHANNELS[:4]
_HEIGHT, _LOW, _ICON = 40, 36, 14
# Both sides of the section, the gap in its head, and the pane's own border.
_MARGINS = 42
# What a person asked for or what cannot be healed at the desk stands out; the rest is only not possible now.
_STOPS = frozenset(
    {
        ContactReason.DECEASED,
        ContactReason.DO_NOT_CONTACT,
        ContactReason.OPTED_OUT,
        ContactReason.WRONG_NUMBER,
        ContactReason.NO_CONSENT,
    }
)


class CellButton(Checkable):
    """One channel: its name, and whether it may be used as icon and word."""

    def __init__(self, cell: ContactCell) -> None:
        super().__init__()
        self.cell = cell
        allowed = cell.decision.allowed
        self._word = _brief(cell.decision.reason)
        self._icon = "check-circle" if allowed else "prohibit" if cell.decision.reason in _STOPS else "minus-circle"
        self.setText(words.channel(cell.channel))
        self.setAccessibleName(f"{self.text()}: {self._word}")
        self.setAccessibleDescription(sentence_of(cell))
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        named = paint.width(self.text(), font(12, SEMI_BOLD))
        said = paint.width(self._word, font(12, MEDIUM)) + _ICON + 4
        return QSize(round(max(named, said)) + 16, _LOW)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, _LOW)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        allowed = self.cell.decision.allowed
        box = QRectF(self.rect())
        if self.isChecked() or self.underMouse():
            paint.rounded(painter, box.adjusted(1, 1, -1, -1), RADIUS - 1, found.selection)
        if self.hasFocus():
            paint.rounded(painter, box, RADIUS, None, found.accent, 2)
        stop = self.cell.decision.reason in _STOPS
        color = found.green.text if allowed else found.red.text if stop else found.muted
        top, bottom = box.adjusted(8, 3, -4, -box.height() / 2), box.adjusted(8, box.height() / 2, -4, -3)
        name = font(12, SEMI_BOLD if allowed else MEDIUM)
        paint.text(painter, top, self.text(), name, found.text if allowed else found.muted)
        icons.paint(painter, self._icon, bottom.x(), bottom.center().y() - _ICON / 2, _ICON, color)
        paint.text(painter, bottom.adjusted(_ICON + 4, 0, 0, 0), self._word, font(12, MEDIUM), color)


class _Strip(QWidget):
    """The cells in one box. `asked(CellButton)`: one was pressed."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(_HEIGHT + 2)
        self._inner = row(self, 1, 1)
        self.cells: list[CellButton] = []

    def show_cells(self, cells: list[ContactCell]) -> None:
        """Show other cells."""
        for old in self.cells:
            self._inner.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.cells = [CellButton(cell) for cell in cells]
        for button in self.cells:
            self._inner.addWidget(button, button.sizeHint().width())
            button.clicked.connect(partial(self.asked.emit, button))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        paint.rounded(painter, QRectF(self.rect()), RADIUS, found.sub_surface, found.border)
        for button in self.cells[1:]:
            painter.fillRect(QRectF(button.x() - 1, 1, 1, self.height() - 2), found.border)


class ContactSection(Section):
    """The strip of the pane, with the time where the patient lives."""

    def __init__(self) -> None:
        super().__init__()
        self._side.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._strip = _Strip()
        self._reason = Label("", SMALL, "muted", wrap=True)
        self._shown: ContactStrip | None = None
        self._written = ""
        self.body.addWidget(self._strip)
        self.body.addWidget(self._reason)
        self._strip.asked.connect(self._explain)

    @property
    def cells(self) -> list[CellButton]:
        """The cells, for tests and assistive tools."""
        return self._strip.cells

    def show_strip(self, strip: ContactStrip, name: str) -> None:
        """Show what is allowed now."""
        self._shown = strip
        self.name(tr("May we contact {name} now?", name=veiled(name)))
        cells = [strip.cell(channel) for channel in _SHOWN]
        self._strip.show_cells(cells)
        # One reason for all of them needs no click.
        same = not cells[0].decision.allowed and len({cell.decision.reason for cell in cells}) == 1
        self._reason.setText(sentence_of(cells[0]) if same else "")
        self._reason.setVisible(same)
        self._written = ""
        self.tick()

    def set_low(self, low: bool) -> None:
        """Use less height."""
        super().set_low(low)
        self._strip.setFixedHeight((_LOW if low else _HEIGHT) + 2)

    def tick(self) -> None:
        """Show what time it is there now."""
        if self._shown is None:
            return
        local = datetime.now(UTC).astimezone(self._shown.local_time.tzinfo)
        said = _there(local, self._shown)
        room = PANE_WIDTH - _MARGINS - paint.width(self._title.text(), font(*HEADING))
        if paint.width(said, font(*SMALL)) > room:
            said = tr("{time} there", time=formats.clock(local, local.tzinfo))
        if said != self._written:
            self._written = said
            self._side.setText(said)

    def reason(self) -> str:
        """Return the sentence that is shown below the cells."""
        return self._reason.text() if not self._reason.isHidden() else ""

    def _explain(self, asked: CellButton) -> None:
        """Show the reason of the cell that was clicked, or hide it when it was clicked again."""
        for button in self._strip.cells:
            if button is not asked:
                button.setChecked(False)
        chosen = next((button for button in self._strip.cells if button.isChecked()), None)
        self._reason.setText("" if chosen is None else sentence_of(chosen.cell))
        self._reason.setVisible(chosen is not None)


def _brief(reason: ContactReason) -> str:
    """Return the word of a cell: four of them stand beside each other, so the long ones are shorter here."""
    shorter = {
        ContactReason.ALLOWED: tr("Yes"),
        ContactReason.QUIET_HOURS: tr("Quiet"),
        ContactReason.NO_ADDRESS: tr("None"),
        ContactReason.DO_NOT_CONTACT: tr("Stopped"),
        ContactReason.WRONG_NUMBER: tr("Wrong"),
        ContactReason.INVALID_NUMBER: tr("Check"),
        ContactReason.DAILY_CAP: tr("Enough"),
        ContactReason.WEEKLY_CAP: tr("Enough"),
    }
    return shorter.get(reason) or words.contact_reason(reason)


def sentence_of(cell: ContactCell) -> str:
    """Return the reason of a cell with what proves it."""
    return f"{cell.sentence} {cell.evidence}." if cell.evidence else cell.sentence


def _there(local: datetime, strip: ContactStrip) -> str:
    now = formats.clock(local, local.tzinfo)
    if strip.quiet_from is None or strip.quiet_until is None:
        return tr("{time} there", time=now)
    if strip.quiet:
        return tr("{time} there, quiet", time=now)
    return tr("{time} there, until {end}", time=now, end=_clock(local, strip.quiet_from))


def _clock(local: datetime, at: time) -> str:
    return formats.clock(datetime.combine(local.date(), at, local.tzinfo), local.tzinfo)
