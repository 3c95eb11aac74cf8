"""Views of the patients list as chips: the built-in ones, one's own and the shared ones, with counts that come late."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from reactivate_desktop.domain.patient_lists import PatientFilter
from reactivate_desktop.domain.saved_views import BUILT_IN_VIEWS, BuiltInView, SavedViewRow, ViewContent
from ui.context import Context
from ui.tasks import Ticket
from ui.text import tr

# Counts of a large clinic are not asked for again sooner than this.
_COUNT_AGAIN_S = 30.0


@dataclass(frozen=True)
class View:
    """One view: its key, its word, what it shows. id: of a saved one; shared: everybody's."""

    key: str
    word: str
    content: ViewContent
    id: UUID | None = None
    shared: bool = False

    def holds(self, wish: PatientFilter) -> bool:
        """Return whether all that the view sets is still set."""
        for each in fields(PatientFilter):
            mine = getattr(self.content.wish, each.name)
            if mine != each.default and getattr(wish, each.name) != mine:
                return False
        return True

    def wish_with(self, text: str) -> PatientFilter:
        """Return what the view shows; text that is typed already narrows it, unless it has its own."""
        return self.content.wish if self.content.wish.text else replace(self.content.wish, text=text)


def built_in_views() -> list[View]:
    """Return the views that every clinic has."""
    named = {
        BuiltInView.EVERYONE: tr("Everyone"),
        BuiltInView.DORMANT_OVER_A_YEAR: tr("Dormant over 1 year"),
        BuiltInView.NO_CONSENT: tr("No consent on file"),
        BuiltInView.MISSING_PHONE: tr("Missing phone"),
        BuiltInView.NEW_THIS_MONTH: tr("New this month"),
        BuiltInView.PROBABLE_DUPLICATES: tr("Probable duplicates"),
    }
    return [View(str(key), named[key], content) for key, content in BUILT_IN_VIEWS.items()]


def saved_views(rows: Sequence[SavedViewRow]) -> list[View]:
    """Return the views that were kept under a name."""
    return [View(str(row.id), row.name, row.content, row.id, row.shared) for row in rows]


class ViewStore(QObject):
    """Reads, keeps and counts views. `changed`: other views are there; `counted(key, count)`, one after the other."""

    changed = Signal()
    counted = Signal(str, int)

    def __init__(self, ctx: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._saved: list[View] = []
        self._waiting: list[View] = []
        self._counting: Ticket[Any] | None = None
        self._counted_at: float | None = None
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self.count)

    def all(self) -> list[View]:
        """Return all views, the built-in ones first."""
        return built_in_views() + self._saved

    def read(self) -> None:
        """Read the saved views again."""
        desk = self._ctx.desk
        self._ctx.tasks.run(lambda: desk.saved_views.all(), self, self._show)

    def save(self, name: str, content: ViewContent, done: Callable[[], None], *, shared: bool) -> None:
        """Keep a view under a name, then call `done` and show it."""
        desk = self._ctx.desk
        self._change(lambda: desk.saved_views.save(name, content, shared=shared), done)

    def rename(self, view: View, name: str, done: Callable[[], None]) -> None:
        """Give a saved view another name, then call `done`."""
        desk, id = self._ctx.desk, view.id
        assert id is not None, "only saved views are renamed"
        self._change(lambda: desk.saved_views.rename(id, name), done)

    def forget(self, view: View) -> None:
        """Forget a saved view."""
        desk, id = self._ctx.desk, view.id
        assert id is not None, "only saved views are forgotten"
        self._change(lambda: desk.saved_views.forget(id))

    def count(self) -> None:
        """Count all views, one after the other; those of a moment ago are good enough."""
        if self._counting is None and self._age() >= _COUNT_AGAIN_S:
            self._counted_at = time.monotonic()
            self._waiting = self.all()
            self._count_next()

    def count_later(self) -> None:
        """Count all views once those of a moment ago are old: rows have changed."""
        if not self._later.isActive():
            self._later.start(max(0, round((_COUNT_AGAIN_S - self._age()) * 1000)))

    def _age(self) -> float:
        """Return how old the counts are in seconds."""
        return _COUNT_AGAIN_S if self._counted_at is None else time.monotonic() - self._counted_at

    def _change(self, work: Callable[[], object], done: Callable[[], None] = lambda: None) -> None:
        def changed(_: object) -> None:
            done()
            self.read()

        self._ctx.tasks.run(work, self, changed)

    def _show(self, rows: list[SavedViewRow]) -> None:
        known = {view.id for view in self._saved}
        self._saved = saved_views(rows)
        self.changed.emit()
        new = [view for view in self._saved if view.id not in known]
        if new and self._counted_at is not None:
            self._waiting += new
            if self._counting is None:
                self._count_next()

    def _count_next(self) -> None:
        self._counting = None
        if not self._waiting:
            return
        view, desk = self._waiting.pop(0), self._ctx.desk
        self._counting = self._ctx.tasks.run(
            lambda: desk.patient_lists.count(view.content.wish),
            self,
            lambda count: self.counted.emit(view.key, count),
            # A view of an unreadable filter keeps no other from being counted; a lost database is told by the list.
            failed=lambda _: self._waiting.clear(),
            ended=self._count_next,
        )
