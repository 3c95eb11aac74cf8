"""The list behind the patients tab: what is asked for, what is shown of it, and what has changed since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from reactivate_desktop.domain.bulk import BulkTarget
from reactivate_desktop.domain.id_list import IdList
from reactivate_desktop.domain.patient_lists import BEST_FIRST, EVERYBODY, ListOrder, PatientFilter
from ui.change_board import Changed
from ui.context import Context
from ui.patients.finder import Answer, Finder
from ui.patients.picks import Picks
from ui.patients.rows import ShownRow
from ui.patients.view import PatientView
from ui.widgets.paged_model import PagedModel

# Changes in a row are counted once.
_COUNT_MS = 1000


class Listing(QObject):
    """`asked`; `answered(Answer)`: first rows are shown; `total_known`: all are; `alike(count)`; `failed(error)`;
    `grown(count)`: so many more match now than are shown.
    """

    asked = Signal()
    answered = Signal(object)
    total_known = Signal()
    alike = Signal(int)
    failed = Signal(object)
    grown = Signal(int)

    def __init__(self, ctx: Context, view: PatientView, picks: Picks) -> None:
        super().__init__(view)
        self._ctx = ctx
        self._view = view
        self.picks = picks
        self.wish = EVERYBODY
        self.order = BEST_FIRST
        # For whom the rows stand that are shown: perhaps only for those who sound alike.
        self.shown = EVERYBODY
        self.total = 0
        self.counted = False
        self.finder = Finder(ctx, self)
        self.model: PagedModel[ShownRow] = PagedModel(ctx.tasks, view.columns(picks), self.finder.read, view)
        view.show_model(self.model)
        self._ids: IdList | None = None
        self._growth = QTimer(self, singleShot=True, interval=_COUNT_MS)
        self._growth.timeout.connect(self._count)
        self.finder.asked.connect(self._asked)
        self.finder.first.connect(self._show_first)
        self.finder.all.connect(self._show_all)
        self.finder.alike.connect(self.alike)
        self.finder.failed.connect(self.failed)
        view.ticked.connect(self.tick)

    def ask(self, wish: PatientFilter, order: ListOrder | None = None, *, soon: bool = False) -> None:
        """List others, or the same in another order; soon: once nothing more is typed for a moment."""
        if replace(wish, only_similar=False) != replace(self.wish, only_similar=False):
            # What is done to all must never touch those whom nobody sees any more.
            self.picks.clear()
        self.wish, self.order = wish, order or self.order
        if soon:
            self.finder.ask_soon(self.wish, self.order)
        else:
            self.finder.ask(self.wish, self.order)

    def again(self) -> None:
        """Read the list anew; the current row and the place stay."""
        if self._ids is None:
            self.ask(self.wish)
            return
        desk, shown, order = self._ctx.desk, self.shown, self.order
        self._ctx.tasks.run(lambda: desk.patient_lists.index(shown, order), self, self._show_again)

    def refresh(self, changed: Changed) -> None:
        """Read rows again that others changed, in place, and count whether more match now."""
        self.model.refresh(changed.ids)
        self._growth.start()

    def current(self) -> tuple[UUID, int] | None:
        """Return the current patient and her place."""
        place = self._view.place()
        id = self.model.id_at(place) if place >= 0 else None
        return None if id is None else (id, place)

    def beside(self, step: int) -> UUID | None:
        """Make the neighbour of the current row the current one and return who that is; None: there is none."""
        found = self.current()
        if found is None or not 0 <= found[1] + step < self.total_shown():
            return None
        self._view.go_to(found[1] + step)
        return self.model.id_at(found[1] + step)

    def total_shown(self) -> int:
        """Return how many rows can be scrolled to."""
        return self.model.rowCount()

    def go_to(self, id: UUID) -> None:
        """Make a patient the current row, where she is in the list."""
        place = self.model.place_of(id)
        if place is None:
            self._view.clearSelection()
            self._view.setCurrentIndex(self.model.index(-1, -1))
        else:
            self._view.go_to(place)

    def tick(self, place: int, up_to: bool = False) -> None:
        """Tick a row, or take its tick away; up_to: all rows from the current one, as this one."""
        id = self.model.id_at(place)
        if id is None:
            return
        start = self._view.place()
        if not up_to or start < 0:
            self.picks.toggle(id)
            return
        first, last = sorted((start, place))
        ids = [each for each in map(self.model.id_at, range(first, last + 1)) if each is not None]
        self.picks.put(ids, ticked=not self.picks.has(id))

    def target(self) -> Callable[[], BulkTarget]:
        """Return what makes the target of a change of those who are ticked, in a thread."""
        return self.picks.target(self.shown, self._ids)

    # --- answers ----------------------------------------------------------------------------------

    def _asked(self) -> None:
        self._view.wait_for_rows(self.model.rowCount() == 0)
        self.asked.emit()

    def _show_first(self, answer: Answer) -> None:
        same = answer.wish == self.shown
        self.shown = answer.wish
        self.total, self.counted = len(answer.rows), answer.whole
        self._ids = answer.ids() if answer.whole else None
        keep = self.current() if same else None
        self.model.show_first(answer.rows)
        if self._ids is not None:
            self.model.show_index(self._ids)
        self._view.wait_for_rows(False)
        self._view.scrollToTop()
        if keep is not None:
            self.go_to(keep[0])
        self.answered.emit(answer)
        self._total_known()

    def _show_all(self, ids: IdList) -> None:
        place, top = self._view.place(), self._view.verticalScrollBar().value()
        self._ids = ids
        self.total, self.counted = len(ids), True
        self.model.show_index(ids)
        self._view.go_to(place)
        self._view.verticalScrollBar().setValue(top)
        self._total_known()

    def _show_again(self, ids: IdList) -> None:
        found = self.current()
        self._show_all(ids)
        if found is not None:
            self.go_to(found[0])
        self.model.refresh()
        self.grown.emit(0)

    def _total_known(self) -> None:
        if self.counted:
            self.picks.set_total(self.total)
        self.total_known.emit()

    def _count(self) -> None:
        if not self.counted:
            return
        desk, shown, before = self._ctx.desk, self.shown, self._ids
        self._ctx.tasks.run(lambda: desk.patient_lists.count(shown), self, lambda count: self._counted(before, count))

    def _counted(self, before: IdList | None, count: int) -> None:
        if before is not self._ids:
            return
        if self.total == 0 and count:
            # Nobody is reading anything that could jump.
            self.ask(self.wish)
        else:
            self.grown.emit(count - self.total)
