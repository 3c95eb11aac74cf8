"""What is being imported, as the person has chosen it so far; every choice is tried at once in the background."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.import_checks import FileKind, FileLook, ImportCheck, ImportChoice
from reactivate_desktop.domain.imports import ImportSubject, ProfileRow
from ui.context import Context
from ui.patients.import_wizard.trial import Trial

CSV_FILES, FHIR_FILES = "CSV files", "FHIR files"


def left_out(columns: Mapping[str, str]) -> list[str]:
    """Return the columns that are not imported."""
    return [column for column, field in columns.items() if not field]


class Draft(QObject):
    """`opened`: another file; `changed`: another choice, or its trial is further; `refused(sentence)`."""

    opened = Signal()
    changed = Signal()
    refused = Signal(str)

    def __init__(self, ctx: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self.trial = Trial(ctx, self)
        self.trial.moved.connect(self.changed)
        self.trial.refused.connect(self.refused)
        self.look: FileLook | None = None
        self.subject = ImportSubject.PATIENTS
        self.source = CSV_FILES
        self.columns: dict[str, str] = {}
        self.dates: dict[str, str] = {}
        self.profile: str | None = None
        self.opening = False
        self._looks = 0

    @property
    def check(self) -> ImportCheck | None:
        """What the choice would do; of the first rows only while all are being tried."""
        return self.trial.check

    @property
    def is_fhir(self) -> bool:
        """Whether the file says itself what is what."""
        return self.look is not None and self.look.kind == FileKind.FHIR

    def choice(self) -> ImportChoice:
        """Return what is chosen, as services take it; the days as the trial read them."""
        assert self.look is not None, "a file was opened"
        found = self.check.dates if self.check is not None else None
        dates = self.dates if found is None else found
        return ImportChoice(self.subject, self.look.paths[0], self.source, dict(self.columns), dict(dates))

    def open(self, paths: Sequence[Path]) -> None:
        """Look at files; one that cannot be used is refused with the reader's sentence, the former one stays."""
        wanted = list(paths)
        self.opening = True
        self._looks += 1
        looks = self._looks
        self.changed.emit()
        self._ctx.tasks.run(
            lambda: self._ctx.desk.imports.look(wanted),
            self,
            lambda look: self._opened(looks, look),
            failed=lambda error: self._not_opened(looks, error),
        )

    def forget(self) -> None:
        """Begin anew, without a file."""
        self._looks += 1
        self.trial.forget()
        self.look, self.opening, self.profile = None, False, None
        self.columns, self.dates = {}, {}
        self.changed.emit()

    def choose_subject(self, subject: ImportSubject) -> None:
        """Read the rows as something else; the columns are guessed anew."""
        if subject != self.subject:
            self.subject = subject
            self._guess()
            self.try_again()

    def choose_source(self, source: str) -> None:
        """Say where the file comes from: ids of two sources never meet."""
        if source and source != self.source:
            self.source = source
            self.try_again()

    def choose_field(self, column: str, field: str) -> None:
        """Say what a column means ("": nothing); a field has one column only."""
        if self.columns.get(column) == field:
            return
        for other, meaning in self.columns.items():
            if field and meaning == field:
                self.columns[other] = ""
        self.columns[column] = field
        self.dates.pop(column, None)
        self.try_again()

    def choose_order(self, column: str, order: str) -> None:
        """Say in which order a column writes its days."""
        if self.dates.get(column) != order:
            self.dates[column] = order
            self.try_again()

    def use_profile(self, row: ProfileRow) -> int:
        """Use a remembered meaning and return how many of its columns this file does not have."""
        columns, dates = dict(row.mapping.get("columns", {})), dict(row.mapping.get("orders", {}))
        self.columns = {column: columns.get(column, "") for column in self.columns}
        self.dates = {column: order for column, order in dates.items() if column in self.columns}
        self.profile = row.name
        self.try_again()
        return len(set(columns) - set(self.columns))

    def use_earlier(self) -> None:
        """Choose what the run of this file that was cut off had chosen: only so it goes on where it stood."""
        assert self.look is not None
        assert self.look.earlier is not None
        earlier = self.look.earlier
        self.subject, self.source = earlier.subject, earlier.source
        if not self.is_fhir:
            self.columns = {column.name: earlier.columns.get(column.name, "") for column in self.look.columns}
            self.dates = dict(earlier.dates)
        self.trial.stop()
        self.changed.emit()

    def try_again(self) -> None:
        """Try what is chosen now; a trial under way is given up."""
        look = self.look
        if look is None:
            return
        if self.is_fhir:
            self.trial.try_fhir(look.paths, self.source, look.rows)
        else:
            choice = ImportChoice(self.subject, look.paths[0], self.source, dict(self.columns), dict(self.dates))
            self.trial.try_table(choice, look.rows)
        self.changed.emit()

    def _opened(self, looks: int, look: FileLook) -> None:
        if looks != self._looks:
            return
        self.opening = False
        self.look, self.subject = look, look.subject
        self.source = FHIR_FILES if look.kind == FileKind.FHIR else CSV_FILES
        self._guess()
        self.opened.emit()
        self.try_again()

    def _not_opened(self, looks: int, error: ExpectedError) -> None:
        if looks == self._looks:
            self.opening = False
            self.changed.emit()
            self.refused.emit(str(error))

    def _guess(self) -> None:
        self.trial.forget()
        guess = self.look.guesses[self.subject] if self.look and self.look.guesses else None
        self.columns = dict(guess.columns) if guess else {}
        self.dates = dict(guess.dates) if guess else {}
        self.profile = guess.profile if guess else None
