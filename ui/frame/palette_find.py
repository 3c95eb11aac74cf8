"""Finds patients and colleagues for the command palette: waits for a pause in typing, drops late answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from reactivate_desktop.domain.errors import ExpectedError
from ui.context import Context
from ui.frame.palette_model import PatientEntry, StaffEntry, matches, patient_entry, staff_entry
from ui.tasks import Ticket

_WAIT_MS = 120
_LEAST_LETTERS = 2
# One more than is shown as a number: "50+".
MOST = 51


class PaletteFind(QObject):
    """`changed`: other patients or colleagues were found, or `problem` says why none were."""

    changed = Signal()

    def __init__(self, ctx: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self.patients: list[PatientEntry] = []
        self.problem = ""
        self._text = ""
        self._staff: list[StaffEntry] | None = None
        self._ticket: Ticket[Any] | None = None
        self._timer = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._timer.timeout.connect(self._find)

    def forget(self) -> None:
        """Begin anew, as when the palette opens."""
        self.ask("")
        self._timer.stop()
        self.patients, self._staff = [], None

    def ask(self, text: str) -> None:
        """Find for what stands in the field now; what was found before stays until the answer is there."""
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None
        self._text = text.strip()
        if _names_patients(self._text):
            self._timer.start()
        else:
            self._timer.stop()
            self.patients = []
            if self._text.startswith("@") and self._staff is None:
                self._find_staff()

    @property
    def pending(self) -> bool:
        """Whether an answer to what was typed is still to come."""
        return self._timer.isActive() or self._ticket is not None

    def staff(self) -> list[StaffEntry]:
        """Return the colleagues whose names begin with what follows the @."""
        wished = self._text.removeprefix("@")
        return [member for member in self._staff or () if matches(member.name, wished)]

    def _find(self) -> None:
        desk, text, me = self._ctx.desk, self._text, self._ctx.person.id

        def work() -> list[PatientEntry]:
            found = desk.patients.find(text, MOST)
            held = desk.queue.holders([row.id for row in found])
            return [patient_entry(row, text, held.get(row.id), me) for row in found]

        self._ticket = self._ctx.tasks.run(work, self, self._got, failed=self._complain)

    def _find_staff(self) -> None:
        desk = self._ctx.desk

        def work() -> list[StaffEntry]:
            return [staff_entry(member) for member in desk.staff.list() if member.disabled_at is None]

        self._ticket = self._ctx.tasks.run(work, self, self._got_staff, failed=self._complain)

    def _got(self, found: Sequence[PatientEntry]) -> None:
        self._ticket, self.problem, self.patients = None, "", list(found)
        self.changed.emit()

    def _got_staff(self, found: Sequence[StaffEntry]) -> None:
        self._ticket, self.problem, self._staff = None, "", list(found)
        self.changed.emit()

    def _complain(self, error: ExpectedError) -> None:
        self._ticket, self.problem, self.patients = None, str(error), []
        self.changed.emit()


def _names_patients(text: str) -> bool:
    return len(text) >= _LEAST_LETTERS and not text.startswith((">", "@"))
