"""The room of a signed-in person: rail, the open tab, status strip."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui import formats, names, words
from ui.context import Context
from ui.frame.rail import TABS, Rail
from ui.frame.status_strip import StatusStrip
from ui.tab_page import TabPage
from ui.tabs import make_page
from ui.theme.tokens import LOW_BELOW, NARROW_BELOW
from ui.widgets.panels import column, row


class Workspace(QWidget):
    """`opened(id)`: another tab is shown; `offline_told(n)`: so many outcomes wait on this PC."""

    opened = Signal(str)
    offline_told = Signal(int)

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self.rail = Rail()
        self.strip = StatusStrip()
        self._stack = QStackedWidget()
        self._stack.setObjectName(names.PAGES)
        self._pages: dict[str, TabPage] = {}
        self._low = False
        right = column(None, 0)
        right.addWidget(self._stack, 1)
        right.addWidget(self.strip)
        inner = row(self, 0)
        inner.addWidget(self.rail)
        inner.addLayout(right, 1)
        self.rail.chosen.connect(self.open_tab)
        self._show_person()
        ctx.navigation.tab_asked.connect(self.open_tab)
        for tab in TABS:
            ctx.commands.bind(f"go-{tab.id}", self, partial(self.open_tab, tab.id))

    def open_tab(self, id: str) -> None:
        """Show a tab, made now when it was not open before; the open one may ask something first."""
        page = self._pages.get(id)
        former = self._stack.currentWidget()
        if isinstance(former, TabPage) and former is not page and former.holds(partial(self.open_tab, id)):
            self.rail.show_tab(self.tab())
            return
        if page is None:
            page = make_page(self.ctx, id)
            page.counted.connect(partial(self.rail.set_count, id))
            page.offline_counted.connect(self.show_offline)
            page.keys_changed.connect(partial(self._show_keys, page))
            page.set_low(self._low)
            self._pages[id] = page
            self._stack.addWidget(page)
        # Qt gives a page that never had the focus its first button, not what it wants to have it.
        fresh = page.focusWidget() is None
        self._stack.setCurrentWidget(page)
        self.rail.show_tab(id)
        self._show_keys(page)
        # Qt's types do not say that nothing may have the focus.
        if fresh or not page.isAncestorOf(page.window().focusWidget() or self):  # type: ignore[truthy-bool]
            page.setFocus(Qt.FocusReason.OtherFocusReason)
        self.opened.emit(id)

    def _show_keys(self, page: TabPage) -> None:
        if page is self._stack.currentWidget():
            self.strip.show_keys(page.keys())

    def page(self, id: str) -> TabPage | None:
        """Return a tab that has been opened."""
        return self._pages.get(id)

    def tab(self) -> str:
        """Return which tab is open; empty: none yet."""
        return next((id for id, page in self._pages.items() if page is self._stack.currentWidget()), "")

    def unsaved(self) -> bool:
        """Return whether something typed would be lost if this workspace went."""
        return any(page.has_unsaved() for page in self._pages.values())

    def show_offline(self, count: int) -> None:
        """Say in the strip how many outcomes are kept on this PC; 0: all are sent."""
        self.offline_told.emit(count)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.set_narrow(self.width() < NARROW_BELOW)
        low = self.height() < LOW_BELOW
        if low != self._low:
            self._low = low
            for page in self._pages.values():
                page.set_low(low)

    def _show_person(self) -> None:
        person, clinic = self.ctx.person, self.ctx.clinic
        self.rail.show_person(
            clinic.location,
            clinic.name,
            person.name,
            words.role(person.role),
            formats.initials(person.first_name, person.last_name),
        )
