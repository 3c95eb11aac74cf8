"""The pages that take the place of the patients list: made when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.context import Context

if TYPE_CHECKING:
    from ui.patients.form import PatientForm
    from ui.patients.record.page import RecordPage


class Pages(QObject):
    """Their signals, whichever page sends them: `closed(page)`, `saved(id)`, `imported`, `merged`,
    `merge_asked(survivor, merged)`, `duplicates_asked`, `stepped(by)` to a neighbour in the list, `keys_changed`.
    """

    closed = Signal(object)
    saved = Signal(object)
    imported = Signal()
    merged = Signal()
    merge_asked = Signal(object, object)
    duplicates_asked = Signal()
    stepped = Signal(int)
    keys_changed = Signal()

    def __init__(self, ctx: Context, stack: QStackedWidget) -> None:
        super().__init__(stack)
        self._ctx = ctx
        self._stack = stack
        self._made: dict[str, Any] = {}
        self._low = False

    def record(self) -> RecordPage:
        """Return the record page."""
        from ui.patients.record.page import RecordPage

        page: RecordPage = self._page("record", lambda: RecordPage(self._ctx))
        return page

    def form(self) -> PatientForm:
        """Return the form of a new patient."""
        from ui.patients.form import PatientForm

        page: PatientForm = self._page("form", lambda: PatientForm(self._ctx))
        return page

    def wizard(self) -> QWidget:
        """Return the import wizard."""
        from ui.patients.import_wizard.page import ImportWizard

        page: QWidget = self._page("wizard", lambda: ImportWizard(self._ctx))
        return page

    def duplicates(self) -> QWidget:
        """Return the review of possible duplicates."""
        from ui.patients.duplicates import DuplicatesPage

        page: QWidget = self._page("duplicates", lambda: DuplicatesPage(self._ctx))
        return page

    def merge(self, survivor: UUID, merged: UUID) -> QWidget:
        """Return a new comparison of two records that may be one person; the former one ends."""
        from ui.patients.merge import MergePanel

        old = self._made.pop("merge", None)
        if old is not None:
            self._stack.removeWidget(old)
            old.deleteLater()
        page: QWidget = self._page("merge", lambda: MergePanel(self._ctx, survivor, merged))
        return page

    def made(self, name: str) -> Any:
        """Return a page that was asked for before; None: it was not."""
        return self._made.get(name)

    def keys(self, page: QWidget | None) -> Sequence[tuple[str, str]] | None:
        """Return the hints of a page; None: it has none."""
        if page is not None and page is self._made.get("form"):
            from ui.patients.form_view import form_keys

            return form_keys()
        keys = getattr(page, "keys", None)
        found: Sequence[tuple[str, str]] | None = None if keys is None else keys()
        return found

    def has_unsaved(self) -> bool:
        """Return whether something typed on any page would be lost by closing."""
        return any(page.has_unsaved() for page in self._made.values() if hasattr(page, "has_unsaved"))

    def set_low(self, low: bool) -> None:
        """Use less height where a page can."""
        self._low = low
        for page in self._made.values():
            if hasattr(page, "set_low"):
                page.set_low(low)

    def _page(self, name: str, make: Callable[[], QWidget]) -> Any:
        page = self._made.get(name)
        if page is None:
            page = self._made[name] = make()
            self._stack.addWidget(page)
            self._pass_on(page)
            self.set_low(self._low)
        return page

    def _pass_on(self, page: Any) -> None:
        page.closed.connect(lambda: self.closed.emit(page))
        for name in ("saved", "imported", "merged", "merge_asked", "duplicates_asked", "keys_changed"):
            if hasattr(page, name):
                getattr(page, name).connect(getattr(self, name))
        if hasattr(page, "next_asked"):
            page.next_asked.connect(lambda: self.stepped.emit(1))
            page.previous_asked.connect(lambda: self.stepped.emit(-1))
