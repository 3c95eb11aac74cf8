"""Exports the patients of the list to a CSV file: asks where to, then writes as long work that can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from reactivate_desktop.domain.bulk import BulkTarget
from reactivate_desktop.domain.patient_lists import ListOrder
from ui import formats
from ui.context import Context
from ui.text import tr, trn

if TYPE_CHECKING:
    from reactivate_desktop.services.exports import ExportDone


class PatientExport:
    """One export: `whom` makes the list in a thread, all of it, not what is on screen."""

    def __init__(self, ctx: Context, owner: QWidget) -> None:
        self._ctx = ctx
        self._owner = owner

    def ask(self, whom: Callable[[], BulkTarget], order: ListOrder) -> None:
        """Ask for the file, then write it."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = tr("patients {day}", day=formats.today_here().isoformat())
        dialog = QFileDialog(self._owner, tr("Export patients"), folder, tr("Tables (*.csv)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(f"{name}.csv")
        # The dialog itself asks before a file is overwritten.
        dialog.fileSelected.connect(lambda file: self.write(Path(QDir.toNativeSeparators(file)), whom, order))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write(self, file: Path, whom: Callable[[], BulkTarget], order: ListOrder) -> None:
        """Write the file in the background."""
        desk = self._ctx.desk
        self._ctx.jobs.start(
            tr("Exporting patients"),
            lambda progress: desk.exports.export_patients(file, whom(), order, progress=progress, overwrite=True),
            self._owner,
            lambda done: self._ctx.notices.say(_sentence(done)),
            stopped=lambda: self._ctx.notices.say(tr("Stopped. No file was written.")),
            sentence=_sentence,
        )


def _sentence(done: ExportDone) -> str:
    file = done.path.name
    return trn("{n} patient written to {file}", "{n} patients written to {file}", done.rows, file=file)
