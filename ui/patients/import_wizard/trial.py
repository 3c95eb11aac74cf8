"""Tries an import in the background: the first rows at once, then all of them; an outdated trial is given up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.import_checks import ImportCheck, ImportChoice
from reactivate_desktop.domain.progress import Progress, Step
from ui.context import Context
from ui.tasks import Lane, Ticket

if TYPE_CHECKING:
    from reactivate_desktop.services.imports import Imports


class Trial(QObject):
    """`moved`: the trial is further, or done; `refused(sentence)`: it cannot be made."""

    moved = Signal()
    refused = Signal(str)

    def __init__(self, ctx: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self.check: ImportCheck | None = None
        # What may still be looked at until the next answer comes: nothing flickers while a choice is tried anew.
        self.shown: ImportCheck | None = None
        # How far the trial of all rows is; None: nothing is being tried.
        self.step: Step | None = None
        self._generation = 0
        self._progress = Progress()
        self._tickets: list[Ticket[ImportCheck]] = []

    @property
    def ready(self) -> bool:
        """Whether all rows were tried."""
        return self.check is not None and not self.check.partial and self.step is None

    def try_table(self, choice: ImportChoice, rows: int) -> None:
        """Try a table: its first rows, then all of them."""
        generation = self._begin(rows, choice.path.name)
        imports = self._imports
        progress = self._follow(generation)

        def tried(check: ImportCheck) -> None:
            self._keep(generation, check)
            if check.partial and generation == self._generation:
                self._run(lambda: imports().check(choice, progress=progress), Lane.LONG, generation)

        ticket = self._ctx.tasks.run(
            lambda: imports().check(choice, first_only=True),
            self,
            tried,
            failed=lambda error: self._fail(generation, error),
        )
        self._tickets.append(ticket)

    def try_fhir(self, paths: Sequence[Path], source: str, rows: int) -> None:
        """Try FHIR files."""
        generation = self._begin(rows, paths[0].name)
        imports = self._imports
        progress = self._follow(generation)
        self._run(lambda: imports().check_fhir(paths, source, progress=progress), Lane.LONG, generation)

    def stop(self) -> None:
        """Give up the trial under way; what it found counts no longer."""
        self.give_up()
        self.check = None

    def forget(self) -> None:
        """Stop, and show nothing of it any more: the rows are of another file, or something else."""
        self.stop()
        self.shown = None

    def give_up(self) -> None:
        """Give up the trial under way and keep what it found by now."""
        self._generation += 1
        self._progress.cancel()
        for ticket in self._tickets:
            ticket.cancel()
        self._tickets.clear()
        self.step = None

    def _imports(self) -> Imports:
        return self._ctx.desk.imports

    def _begin(self, rows: int, name: str) -> int:
        self.stop()
        self.step = Step(0, rows, name)
        return self._generation

    def _follow(self, generation: int) -> Progress:
        self._progress = Progress(lambda step: self._ctx.tasks.post(lambda: self._move_on(generation, step)))
        return self._progress

    def _run(self, work: Callable[[], ImportCheck], lane: Lane, generation: int) -> None:
        ticket = self._ctx.tasks.run(
            work,
            self,
            lambda check: self._keep(generation, check),
            failed=lambda error: self._fail(generation, error),
            lane=lane,
        )
        self._tickets.append(ticket)

    def _keep(self, generation: int, check: ImportCheck) -> None:
        if generation == self._generation:
            self.check = self.shown = check
            if not check.partial:
                self.step = None
            self.moved.emit()

    def _move_on(self, generation: int, step: Step) -> None:
        if isValid(self) and generation == self._generation and self.step is not None:
            self.step = step
            self.moved.emit()

    def _fail(self, generation: int, error: ExpectedError) -> None:
        if generation == self._generation:
            self.step = None
            self.moved.emit()
            self.refused.emit(str(error))
