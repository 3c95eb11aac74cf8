"""The rail at the left: the tabs with their counts, then where and who; narrow on small screens."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QSpacerItem, QWidget

from ui import names
from ui.actions import N_
from ui.text import tr
from ui.theme import icons
from ui.theme.fonts import BOLD, MEDIUM, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.theme.tokens import RADIUS, RAIL_NARROW, RAIL_WIDTH
from ui.widgets import paint
from ui.widgets.panels import column
from ui.widgets.text import tip

# The least height of a narrow entry with its word.
_WORDY = 50
_TOP, _BOTTOM, _BETWEEN = 8, 10, 2


@dataclass(frozen=True)
class _Measure:
    """Heights of the mark above the tabs, of an entry and of the foot."""

    mark: int
    entry: int
    foot: int

    @property
    def whole(self) -> int:
        """The height of a rail with these."""
        return _TOP + self.mark + len(TABS) * self.entry + (len(TABS) + 1) * _BETWEEN + self.foot + _BOTTOM


# The first that has room is taken, so that the foot is never cut: at 200 % first words, then the mark make way.
_WIDE_MEASURES = (_Measure(56, 38, 116), _Measure(56, 36, 48), _Measure(0, 34, 44))
_NARROW_MEASURES = (
    _Measure(56, 55, 84),
    _Measure(52, _WORDY, 84),
    _Measure(52, 40, 84),
    _Measure(44, 36, 44),
    _Measure(0, 34, 40),
)


@dataclass(frozen=True)
class Tab:
    """One entry of the rail: its name, title, the short title of the narrow rail, and its icon."""

    id: str
    title: str
    short: str
    icon: str


TABS: tuple[Tab, ...] = (
    Tab("queue", N_("Priority queue"), N_("Queue"), "queue"),
    Tab("patients", N_("Patients"), N_("Patients"), "users"),
    Tab("inbox", N_("Inbox"), N_("Inbox"), "chats"),
    Tab("campaigns", N_("Campaigns"), N_("Campaigns"), "megaphone-simple"),
    Tab("schedule", N_("Schedule"), N_("Schedule"), "calendar-blank"),
    Tab("insights", N_("Insights"), N_("Insights"), "chart-bar"),
    Tab("settings", N_("Settings"), N_("Settings"), "gear"),
)


class _Entry(QAbstractButton):
    def __init__(self, tab: Tab) -> None:
        super().__init__()
        self.tab = tab
        self.narrow = False
        self.high = 38
        self._count = 0
        self.setCheckable(True)
        self.setObjectName(names.tab(tab.id))
        self.setText(tr(tab.title))
        self.setAccessibleName(tr(tab.title))
        self.setToolTip(tr(tab.title))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_count(self, count: int) -> None:
        """Show how many wait; none is shown for 0."""
        self._count = count
        self.setAccessibleDescription(str(count) if count else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(68 if self.narrow else 190, self.high)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        box = QRectF(self.rect())
        fill = found.selection if self.isChecked() else found.sub_surface if self.underMouse() else None
        if fill or self.hasFocus():
            paint.rounded(painter, box, RADIUS, fill, found.accent if self.hasFocus() else None, 2)
        color = found.accent if self.isChecked() else found.muted
        if self.narrow:
            self._paint_narrow(painter, box, color)
            return
        icons.paint(painter, self.tab.icon, 13, box.center().y() - 9, 18, color)
        face = font(13, SEMI_BOLD if self.isChecked() else MEDIUM)
        paint.text(painter, box.adjusted(42, 0, -40, 0), self.text(), face, color)
        if self._count:
            paint.text(painter, box.adjusted(0, 0, -13, 0), str(self._count), font(12, SEMI_BOLD), color, paint.RIGHT)

    def _paint_narrow(self, painter: QPainter, box: QRectF, color: str) -> None:
        # In a very low window, as at 200 %, there is no room for the word; the tool tip says it.
        wordy = box.height() >= _WORDY
        icons.paint(painter, self.tab.icon, box.center().x() - 10, 9 if wordy else box.center().y() - 10, 20, color)
        face = font(12, SEMI_BOLD if self.isChecked() else MEDIUM)
        if wordy:
            paint.text(painter, QRectF(0, 32, box.width(), 18), tr(self.tab.short), face, color, paint.CENTER)
        if self._count:
            words = str(self._count)
            wide = max(18.0, paint.width(words, font(12, BOLD)) + 10)
            badge = QRectF(min(box.right() - wide, box.center().x() + 6), 4, wide, 17)
            on = self.isChecked()
            paint.rounded(painter, badge, 8.5, tokens().accent if on else tokens().track)
            paint.text(painter, badge, words, font(12, BOLD), tokens().on_accent if on else tokens().text, paint.CENTER)


class _Foot(QWidget):
    """Where this desk is and who sits at it."""

    def __init__(self) -> None:
        super().__init__()
        self.narrow = False
        self.high = 116
        self._lines = ("", "", "", "")
        self._letters = ""

    def show_words(self, location: str, clinic: str, name: str, role: str, letters: str) -> None:
        """Show location and clinic, name and role."""
        self._lines, self._letters = (location, clinic, name, role), letters
        self.setAccessibleName(f"{name}, {role}, {location}, {clinic}")
        # Where there is no room for all of it.
        self.setToolTip(tip(f"{name} · {role} · {location} · {clinic}"))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(68 if self.narrow else 190, self.high)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        location, clinic, name, role = self._lines
        if self.narrow:
            top = min(6.0, (self.height() - 34) / 2)
            paint.avatar(painter, QRectF(self.width() / 2 - 17, top, 34, 34), self._letters)
            if self.height() < 78:
                return
            first = name.split(" ")[0]
            paint.text(painter, QRectF(0, 42, self.width(), 18), first, font(12, SEMI_BOLD), found.text, paint.CENTER)
            paint.text(painter, QRectF(0, 59, self.width(), 18), location, font(12), found.muted, paint.CENTER)
            return
        painter.fillRect(QRectF(9, 4, self.width() - 18, 1), QColor(found.hairline))
        where, who = (14, "map-pin", location, clinic), (62, "user-circle", name, role)
        for top, icon, first, second in (where, who) if self.height() >= 100 else ((6, *who[1:]),):
            icons.paint(painter, icon, 11, top + 9, 18, found.muted)
            paint.text(painter, QRectF(42, top, self.width() - 44, 18), first, font(13, SEMI_BOLD), found.text)
            paint.text(painter, QRectF(42, top + 18, self.width() - 44, 18), second, font(12), found.muted)


class Rail(QWidget):
    """`chosen(id)`: another tab was asked for."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.RAIL)
        self.setAccessibleName(tr("Tabs"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "surface")
        self._narrow = False
        self._has_mark = True
        self._group = QButtonGroup(self)
        self._entries = {tab.id: _Entry(tab) for tab in TABS}
        self.foot = _Foot()
        self._inner = column(self, _BETWEEN)
        self._mark = QSpacerItem(0, 56)
        self._inner.addItem(self._mark)
        for entry in self._entries.values():
            self._group.addButton(entry)
            self._inner.addWidget(entry)
            # Screen readers toggle a checkable button, which is no click.
            entry.toggled.connect(partial(self._toggled, entry.tab.id))
        self._inner.addStretch(1)
        self._inner.addWidget(self.foot)
        self.set_narrow(False)

    def set_narrow(self, narrow: bool) -> None:
        """Use the narrow form for small screens."""
        self._narrow = narrow
        for entry in self._entries.values():
            entry.narrow = narrow
        self.foot.narrow = narrow
        side = 8 if narrow else 12
        self._inner.setContentsMargins(side, _TOP, side, _BOTTOM)
        self.setFixedWidth(RAIL_NARROW if narrow else RAIL_WIDTH)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Take the heights for which there is room."""
        measures = _NARROW_MEASURES if self._narrow else _WIDE_MEASURES
        found = next((each for each in measures if each.whole <= self.height()), measures[-1])
        self._has_mark = bool(found.mark)
        self._mark.changeSize(0, found.mark)
        self.foot.high = found.foot
        self.foot.updateGeometry()
        for entry in self._entries.values():
            entry.high = found.entry
            entry.updateGeometry()
        self._inner.invalidate()
        self.update()

    def _toggled(self, id: str, on: bool) -> None:
        if on:
            self.chosen.emit(id)

    def show_tab(self, id: str) -> None:
        """Mark a tab as the open one; nobody chose it by that."""
        entry = self._entries[id]
        entry.blockSignals(True)
        entry.setChecked(True)
        entry.blockSignals(False)
        entry.update()

    def set_count(self, id: str, count: int) -> None:
        """Show how many wait in a tab."""
        self._entries[id].set_count(count)

    def show_person(self, location: str, clinic: str, name: str, role: str, letters: str) -> None:
        """Show where and who at the foot."""
        self.foot.show_words(location, clinic, name, role, letters)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        found = tokens()
        painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), QColor(found.border))
        if not self._has_mark:
            return
        if self._narrow:
            icons.paint(painter, "heartbeat", self.width() / 2 - 11, 22, 22, found.accent)
            return
        icons.paint(painter, "heartbeat", 22, 24, 20, found.accent)
        paint.text(painter, QRectF(49, 22, self.width() - 50, 24), "ReactivateAI", font(16, BOLD), found.text)
