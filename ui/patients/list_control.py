"""What the parts of the list page do to each other: typing, filtering, choosing views, and the answers that come."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Qt

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.patient_lists import ListOrder, PatientFilter
from reactivate_desktop.domain.saved_views import BuiltInView, ViewContent
from ui.change_board import Changed
from ui.context import Context
from ui.patients.finder import narrowed
from ui.patients.list_answers import ListAnswers
from ui.patients.parts import Parts
from ui.patients.views import View, built_in_views

LIVE = frozenset({Change.PATIENTS, Change.VISITS, Change.APPOINTMENTS, Change.QUEUE, Change.CLINIC})
_EVERYONE = str(BuiltInView.EVERYONE)


class ListControl(QObject):
    """The logic of the list page; it paints nothing."""

    def __init__(self, ctx: Context, parts: Parts, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._parts = parts
        self._view = built_in_views()[0]
        self._answers = ListAnswers(ctx, parts, self)
        self._started = False
        self._connect()

    def start(self) -> None:
        """Read the list for the first time."""
        if self._started:
            return
        self._started = True
        parts = self._parts
        parts.menu.read_columns()
        parts.view_bar.show_views(parts.views.all())
        parts.view_bar.show_chosen(self._view.key)
        parts.views.read()
        self._answers.read_names()
        self._ask()

    def search_for(self, text: str) -> None:
        """Show whom a text finds among everybody, as when another screen asks."""
        # Started just now, this question takes the place of the first one.
        self.start()
        self._parts.search.setText(text)
        self.choose(built_in_views()[0])

    def choose(self, view: View) -> None:
        """Show a view; what is typed narrows it."""
        parts = self._parts
        wish = view.wish_with(parts.search.text())
        self._view = view
        parts.view_bar.show_chosen(view.key)
        parts.filters.show_wish(wish)
        if view.content.columns:
            parts.menu.show_columns(view.content.columns)
        parts.listing.ask(wish, view.content.order)
        # Afterwards: what is asked for has this text already, so that it is not asked for twice.
        parts.search.setText(wish.text)

    def sort(self, order: ListOrder) -> None:
        """Show the same patients in another order."""
        self._parts.listing.ask(self._parts.listing.wish, order)

    def clear(self) -> None:
        """Take back what keeps everybody away: filters first, when there are any, else the text."""
        if not narrowed(self._parts.filters.wish()):
            self._parts.search.clear()
        else:
            self.choose(built_in_views()[0])
        self._parts.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def changed(self, changed: Changed) -> None:
        """Read again what others changed."""
        if not self._started:
            return
        if Change.CLINIC in changed.kinds or Change.EVERYTHING in changed.kinds or not changed.ids:
            self._answers.read_names()
            self._parts.views.read()
        if self._parts.middle.is_away():
            self._ask()
        self._parts.listing.refresh(changed)
        self._parts.views.count_later()

    def content(self) -> ViewContent:
        """Return what a view of the list as it stands would keep."""
        listing = self._parts.listing
        return ViewContent(replace(listing.wish, only_similar=False), listing.order, self._parts.menu.columns())

    # --- asking -----------------------------------------------------------------------------------

    def _connect(self) -> None:
        parts = self._parts
        parts.search.textEdited.connect(self._typed)
        parts.search.textChanged.connect(self._emptied)
        parts.filters.changed.connect(self._filtered)
        parts.view_bar.chosen.connect(self.choose)
        parts.view_bar.saved.connect(self._save_view)
        parts.view_bar.renamed.connect(self._rename_view)
        parts.view_bar.forgotten.connect(parts.views.forget)
        parts.menu.order_chosen.connect(self.sort)
        parts.view.head.order_asked.connect(self.sort)
        parts.foot.again_asked.connect(parts.listing.again)
        parts.foot.alike_asked.connect(self._ask_alike)
        parts.middle.clear_asked.connect(self.clear)
        parts.middle.again_asked.connect(self._ask)

    def _typed(self, _text: str) -> None:
        self._ask(soon=True)

    def _emptied(self, text: str) -> None:
        # Not typed: the x, Escape, or a view that has another text.
        if not text and self._parts.listing.wish.text:
            self._ask()

    def _filtered(self, wish: PatientFilter) -> None:
        if not self._view.holds(replace(wish, text=self._view.content.wish.text)):
            self._view = built_in_views()[0]
            self._parts.view_bar.show_chosen(_EVERYONE)
        self._ask()

    def _ask(self, *, soon: bool = False) -> None:
        wish = replace(self._parts.filters.wish(), text=self._parts.search.text(), only_similar=False)
        self._parts.listing.ask(wish, soon=soon)

    def _ask_alike(self, alike: bool) -> None:
        self._parts.listing.ask(replace(self._parts.listing.wish, only_similar=alike))

    def _save_view(self, name: str, shared: bool) -> None:
        self._parts.views.save(name, self.content(), self._parts.view_bar.leave_name, shared=shared)

    def _rename_view(self, view: View, name: str) -> None:
        self._parts.views.rename(view, name, self._parts.view_bar.leave_name)
