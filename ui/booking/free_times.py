"""Reads when this location is open and its next free times: for everybody the same, so they are kept for a while."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from PySide6.QtCore import QElapsedTimer, QObject, Signal

from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.free_slots import Slot
from reactivate_desktop.domain.opening import Opening, usual
from ui.context import Context
from ui.latest import Latest

COUNT = 6
_FRESH_MS = 120_000


@dataclass(frozen=True)
class _Times:
    opening: Opening
    slots: list[Slot]


class FreeTimes(QObject):
    """`read`: `opening` and `slots` are as they were read last; `failed(error)`: they are older than that."""

    read = Signal()
    failed = Signal(object)

    def __init__(self, ctx: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._latest = Latest(ctx.tasks, self)
        self._age = QElapsedTimer()
        # Until the hours are read, and where they cannot be: callbacks can be promised offline, too.
        self.opening: Opening = usual(ZoneInfo(ctx.clinic.timezone))
        self.slots: list[Slot] = []

    @property
    def fresh(self) -> bool:
        """Whether they were read not long ago."""
        return self._age.isValid() and self._age.elapsed() <= _FRESH_MS and not self._latest.waits("times")

    def look(self) -> None:
        """Read them unless they were read not long ago."""
        if not self._age.isValid() or self._age.elapsed() > _FRESH_MS:
            self.again()

    def again(self) -> None:
        """Read them, as when something was booked."""
        desk = self._ctx.desk
        self._age.start()
        self._latest.ask(
            "times", lambda: _Times(desk.slots.opening(), desk.slots.free(count=COUNT)), self._keep, failed=self._fail
        )

    def _keep(self, times: _Times) -> None:
        self.opening, self.slots = times.opening, times.slots
        self.read.emit()

    def _fail(self, error: ExpectedError) -> None:
        # They are asked for again with the next patient.
        self._age.invalidate()
        self.read.emit()
        self.failed.emit(error)
