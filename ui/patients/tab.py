"""The patients tab: the list, and in its place the record, the form, the import and the review of duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui import names
from ui.context import Context
from ui.patients.list_page import ListPage
from ui.patients.pages import Pages
from ui.tab_page import TabPage
from ui.text import tr
from ui.theme.tokens import GAP_SMALL, MARGIN
from ui.widgets.panels import column


class PatientsTab(TabPage):
    """Back from any other page the list is as it was."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx, names.PATIENTS_TAB)
        self.list = ListPage(ctx)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self.pages = Pages(ctx, self._stack)
        # From where two records were compared: there the way leads back.
        self._compared_from: QWidget = self.list
        self.body.setSpacing(0)
        self._bar = column(None, 0)
        self._bar.addWidget(self.errors)
        self.body.addLayout(self._bar)
        self.errors.installEventFilter(self)
        self.body.addWidget(self._stack, 1)
        self.setFocusProxy(self.list)
        self._connect()

    def keys(self) -> Sequence[tuple[str, str]]:
        others = self.pages.keys(self._stack.currentWidget())
        if others is not None:
            return others
        found = [("/", tr("search"))]
        if self.ctx.commands.allowed("select"):
            found += [(tr("Space"), tr("select")), ("Ctrl A", tr("all matching"))]
        return [*found, (tr("Enter"), tr("open")), ("?", tr("all keys"))]

    def set_low(self, low: bool) -> None:
        self.list.set_low(low)
        self.pages.set_low(low)

    def has_unsaved(self) -> bool:
        return self.pages.has_unsaved()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.list.control.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Without a message its margins would push everything down.
        if watched is self.errors and event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            shown = event.type() == QEvent.Type.ShowToParent
            self._bar.setContentsMargins(MARGIN, GAP_SMALL if shown else 0, MARGIN - 4, 0)
        return super().eventFilter(watched, event)

    # --- pages ------------------------------------------------------------------------------------

    def show_list(self) -> None:
        """Go back to the list: same search, same ticks, same place."""
        self._stack.setCurrentWidget(self.list)
        self.setFocusProxy(self.list)
        self.list.focus_list()
        self.keys_changed.emit()

    def show_record(self, id: UUID) -> None:
        """Show a patient's record; opened from elsewhere, she becomes the current row when she is in the list."""
        found = self.list.parts.listing.current()
        if found is None or found[0] != id:
            self.list.parts.listing.go_to(id)
        page = self.pages.record()
        self._show(page)
        page.show_patient(id, self.list.place_text())

    def show_booking(self, id: UUID) -> None:
        """Show a patient's record with the booking panel open."""
        self.show_record(id)
        self.pages.record().book()

    def show_form(self) -> None:
        """Show the form of a new patient."""
        page = self.pages.form()
        self._show(page)
        page.start_new()

    def show_merge(self, survivor: UUID, merged: UUID) -> None:
        """Show two records that may be one person."""
        self._compared_from = self._stack.currentWidget() or self.list
        self._show(self.pages.merge(survivor, merged))

    def _show(self, page: QWidget) -> None:
        self._stack.setCurrentWidget(page)
        self.setFocusProxy(page)
        page.setFocus(Qt.FocusReason.OtherFocusReason)
        self.keys_changed.emit()

    def _connect(self) -> None:
        notices = self.ctx.notices
        self.ctx.commands.bind("undo", self, notices.take_back, notices.why_no_way_back)
        pages = self.pages
        self.list.record_asked.connect(self.show_record)
        self.list.add_asked.connect(self.show_form)
        self.list.import_asked.connect(lambda: self._show(pages.wizard()))
        self.list.duplicates_asked.connect(lambda: self._show(pages.duplicates()))
        self.list.merge_asked.connect(self.show_merge)
        pages.closed.connect(self._close)
        pages.saved.connect(self.show_record)
        pages.imported.connect(self.list.parts.listing.again)
        pages.merged.connect(self._merged)
        pages.merge_asked.connect(self.show_merge)
        pages.duplicates_asked.connect(lambda: self._show(pages.duplicates()))
        pages.stepped.connect(self._step)
        pages.keys_changed.connect(self.keys_changed)
        self.ctx.navigation.record_asked.connect(self.show_record)
        self.ctx.navigation.booking_asked.connect(self.show_booking)
        self.ctx.navigation.search_asked.connect(self._search)

    def _step(self, by: int) -> None:
        """Show the record of a neighbour in the list."""
        id = self.list.parts.listing.beside(by)
        if id is not None:
            self.show_record(id)

    def _close(self, page: QWidget) -> None:
        if page is self.pages.made("merge") and self._compared_from is not self.list:
            self._show(self._compared_from)
        else:
            self.show_list()

    def _merged(self) -> None:
        self.list.parts.listing.picks.clear()
        self.list.parts.listing.again()
        self._close(self.pages.made("merge"))

    def _search(self, text: str) -> None:
        self.show_list()
        self.list.control.search_for(text)
