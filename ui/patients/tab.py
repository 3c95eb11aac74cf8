"""The patients tab: the list, and in its place the record, the form, the import and the review of duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui import names
from ui.context import Context
from ui.patients.list_page import ListPage
from ui.tab_page import TabPage
from ui.text import tr
from ui.theme.tokens import GAP_SMALL, MARGIN
from ui.widgets.panels import column

if TYPE_CHECKING:
    from ui.patients.record.page import RecordPage


class PatientsTab(TabPage):
    """Pages beside the list are made when they are first asked for; back from them, the list is as it was."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx, names.PATIENTS_TAB)
        self.list = ListPage(ctx)
        self._pages: dict[str, Any] = {}
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self.body.setSpacing(0)
        self._bar = column(None, 0)
        self._bar.addWidget(self.errors)
        self.body.addLayout(self._bar)
        self.errors.installEventFilter(self)
        self.body.addWidget(self._stack, 1)
        self.setFocusProxy(self.list)
        self._connect()

    def keys(self) -> Sequence[tuple[str, str]]:
        page = self._stack.currentWidget()
        if page is not self.list and hasattr(page, "keys"):
            others: Sequence[tuple[str, str]] = page.keys()
            return others
        found = [("/", tr("search"))]
        if self.ctx.commands.allowed("select"):
            found += [("Space", tr("select")), ("Ctrl A", tr("all matching"))]
        return [*found, (tr("Enter"), tr("open")), ("?", tr("all keys"))]

    def set_low(self, low: bool) -> None:
        self.list.set_low(low)

    def has_unsaved(self) -> bool:
        return any(page.has_unsaved() for page in self._pages.values() if hasattr(page, "has_unsaved"))

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
        self.setFocusProxy(self.list)
        self._stack.setCurrentWidget(self.list)
        self.list.focus_list()

    def show_record(self, id: UUID) -> None:
        """Show a patient's record; opened from elsewhere, she becomes the current row when she is in the list."""
        found = self.list.parts.listing.current()
        if found is None or found[0] != id:
            self.list.parts.listing.go_to(id)
        page = self._record()
        page.show_patient(id, self.list.place_text())
        self._show(page)

    def show_form(self) -> None:
        """Show the form of a new patient."""
        from ui.patients.form import PatientForm

        page = self._page("form", lambda: PatientForm(self.ctx))
        page.start_new()
        self._show(page)

    def show_import(self) -> None:
        """Show the import wizard."""
        from ui.patients.import_wizard.page import ImportWizard

        self._show(self._page("import", lambda: ImportWizard(self.ctx)))

    def show_duplicates(self) -> None:
        """Show the review of possible duplicates."""
        from ui.patients.duplicates import DuplicatesPage

        self._show(self._page("duplicates", lambda: DuplicatesPage(self.ctx)))

    def show_merge(self, survivor: UUID, merged: UUID) -> None:
        """Show two records that may be one person."""
        from ui.patients.merge import MergePanel

        old = self._pages.pop("merge", None)
        if old is not None:
            self._stack.removeWidget(old)
            old.deleteLater()
        self._show(self._page("merge", lambda: MergePanel(self.ctx, survivor, merged)))

    def _connect(self) -> None:
        page = self.list
        page.record_asked.connect(self.show_record)
        page.add_asked.connect(self.show_form)
        page.import_asked.connect(self.show_import)
        page.duplicates_asked.connect(self.show_duplicates)
        page.merge_asked.connect(self.show_merge)
        self.ctx.navigation.record_asked.connect(self.show_record)
        self.ctx.navigation.search_asked.connect(self._search)

    def _record(self) -> RecordPage:
        from ui.patients.record.page import RecordPage

        def make() -> RecordPage:
            page = RecordPage(self.ctx)
            page.next_asked.connect(lambda: self._beside(1))
            page.previous_asked.connect(lambda: self._beside(-1))
            return page

        made: RecordPage = self._page("record", make)
        return made

    def _page(self, name: str, make: Any) -> Any:
        """Return a page, made now when it was not there before, with the signals that all of them have."""
        page = self._pages.get(name)
        if page is None:
            page = self._pages[name] = make()
            self._stack.addWidget(page)
            page.closed.connect(self.show_list)
            for signal, then in (
                ("saved", self._saved),
                ("imported", self._listed_anew),
                ("merged", self._merged),
                ("merge_asked", self.show_merge),
                ("duplicates_asked", self.show_duplicates),
            ):
                if hasattr(page, signal):
                    getattr(page, signal).connect(then)
        return page

    def _show(self, page: QWidget) -> None:
        self._stack.setCurrentWidget(page)
        self.setFocusProxy(page)
        page.setFocus(Qt.FocusReason.OtherFocusReason)

    def _beside(self, step: int) -> None:
        id = self.list.parts.listing.beside(step)
        if id is not None:
            self.show_record(id)

    def _saved(self, id: UUID) -> None:
        self.show_record(id)

    def _listed_anew(self) -> None:
        self.list.parts.listing.again()

    def _merged(self) -> None:
        self.list.parts.listing.picks.clear()
        self._listed_anew()
        self.show_list()

    def _search(self, text: str) -> None:
        self.show_list()
        self.list.control.search_for(text)
