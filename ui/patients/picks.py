"""Which patients are ticked: single ones, or all that match, whether they are on screen or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from reactivate_desktop.domain.bulk import BulkTarget
from reactivate_desktop.domain.id_list import IdList
from reactivate_desktop.domain.patient_lists import PatientFilter
from ui.widgets.paged_model import Ids


class Picks(QObject):
    """`changed`: other patients are ticked now."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        # Ticked one by one; of all, those that were taken out again.
        self._single: dict[UUID, None] = {}
        self._all = False
        self._total = 0

    @property
    def all(self) -> bool:
        """Whether all that match are ticked, but for single ones."""
        return self._all

    @property
    def count(self) -> int:
        """How many are ticked."""
        return max(0, self._total - len(self._single)) if self._all else len(self._single)

    @property
    def total(self) -> int:
        """How many match."""
        return self._total

    def has(self, id: UUID) -> bool:
        """Return whether a patient is ticked."""
        return (id in self._single) != self._all

    def state(self) -> bool | None:
        """Return whether all are ticked, none, or (None) some."""
        count = self.count
        return None if 0 < count < self._total else count > 0

    def single(self) -> list[UUID]:
        """Return those ticked one by one; none of them when all are."""
        return [] if self._all else list(self._single)

    def set_total(self, total: int) -> None:
        """Note how many match."""
        if total != self._total:
            self._total = total
            self.changed.emit()

    def toggle(self, id: UUID) -> None:
        """Tick a patient, or take the tick away."""
        if id in self._single:
            del self._single[id]
        else:
            self._single[id] = None
        self.changed.emit()

    def put(self, ids: Iterable[UUID], *, ticked: bool) -> None:
        """Tick patients, or take their ticks away."""
        for id in ids:
            if ticked != self._all:
                self._single[id] = None
            else:
                self._single.pop(id, None)
        self.changed.emit()

    def pick_all(self) -> None:
        """Tick all that match."""
        self._single.clear()
        self._all = True
        self.changed.emit()

    def clear(self) -> None:
        """Take all ticks away."""
        if self._single or self._all:
            self._single.clear()
            self._all = False
            self.changed.emit()

    def target(self, wish: PatientFilter, index: Ids | None) -> Callable[[], BulkTarget]:
        """Return what makes the target of a bulk change; for a thread: all but a few of a million take a while.

        wish: what is listed; index: its ids, as far as they are there.
        """
        single = frozenset(self._single)
        if not self._all:
            return lambda: IdList.of(single)
        if not single or index is None:
            return lambda: wish
        return lambda: IdList.of(id for id in index.slice(0, len(index)) if id not in single)
