"""Ties the bar of bulk changes to the ticks and to what carries the changes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from ui.context import Context
from ui.patients.bulk import BulkBar
from ui.patients.bulk_flow import BulkFlow
from ui.patients.bulk_words import Plan
from ui.patients.listing import Listing
from ui.tasks import Ticket


class BulkPanel(QObject):
    """`left`: nobody is ticked any more; `export_asked`; `merge_asked(one, other)`; `tags_changed`."""

    left = Signal()
    export_asked = Signal()
    merge_asked = Signal(object, object)
    tags_changed = Signal()

    def __init__(self, ctx: Context, listing: Listing) -> None:
        super().__init__(listing)
        self._ctx = ctx
        self._listing = listing
        self._picks = listing.picks
        self._may_not: int | None = None
        self._counting: Ticket[Any] | None = None
        self._working = False
        self.bar = BulkBar(self._picks)
        self.bar.hide()
        self._flow = BulkFlow(ctx, self)
        self._picks.changed.connect(self._show)
        self._connect_bar()
        self._flow.counted.connect(self.bar.ask)
        self._flow.started.connect(self._started)
        self._flow.ended.connect(self._ended)

    def know(self, locations: Sequence[tuple[UUID, str]], tags: Sequence[tuple[UUID, str]]) -> None:
        """Offer these locations and tags."""
        self.bar.know(locations, tags)

    def clear(self) -> None:
        """Take all ticks away; while something is being done they stay."""
        if not self._working:
            self._picks.clear()

    def _connect_bar(self) -> None:
        bar = self.bar
        bar.planned.connect(self._plan)
        bar.new_tag.connect(self._name_tag)
        bar.agreed.connect(self._flow.apply)
        bar.stop_asked.connect(self._flow.stop)
        bar.all_asked.connect(self._picks.pick_all)
        bar.export_asked.connect(self.export_asked)
        bar.merge_asked.connect(self._merge)
        bar.cleared.connect(self.clear)

    def _show(self) -> None:
        picks = self._picks
        shown = picks.count > 0 or self._working
        was_shown = not self.bar.isHidden()
        self.bar.setVisible(shown)
        if not shown:
            self._flow.forget()
            self.bar.back()
            if was_shown:
                self.left.emit()
            return
        self._may_not = self._count_blocked()
        self.bar.show_picks(self._may_not)

    def _count_blocked(self) -> int | None:
        """Return how many of the ticked rows may not be contacted; of all, it is counted in a moment."""
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None
        known = self._listing.model.known()
        if not self._picks.all:
            return sum(1 for id in self._picks.single() if id in known and not known[id].may_contact)
        if self._picks.state() is True:
            desk, wish = self._ctx.desk, replace(self._listing.shown, may_contact=False)
            if self._listing.shown.may_contact is not True:
                self._counting = self._ctx.tasks.run(
                    lambda: desk.patient_lists.count(wish), self, self.bar.show_picks, failed=lambda _: None
                )
        return None

    def _plan(self, plan: Plan) -> None:
        self._flow.count(plan, self._listing.target())

    def _name_tag(self, name: str) -> None:
        self._flow.count_new_tag(name, self._listing.target())
        self.tags_changed.emit()

    def _merge(self) -> None:
        one, other = self._picks.single()
        self.merge_asked.emit(one, other)

    def _started(self) -> None:
        self._working = True
        self.bar.show_working()

    def _ended(self, done: bool) -> None:
        self._working = False
        self.bar.back()
        if done:
            self._picks.clear()
        self._show()
