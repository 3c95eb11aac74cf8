"""Exports the queue to a CSV file: asks where to, then writes as long work that can be stopped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from ui import formats
from ui.context import Context
from ui.text import tr, trn

if TYPE_CHECKING:
    from reactivate_desktop.services.exports import ExportDone


def ask_file(owner: QWidget, title: str, name: str, kinds: str, suffix: str) -> QFileDialog:
    """Ask where to write a file; connect to `fileSelected` of the dialog, which asks before it overwrites."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    dialog = QFileDialog(owner, title, folder, kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.selectFile(f"{name}.{suffix}")
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def native(file: str) -> Path:
    """Return a file of a dialog as the system names it."""
    return Path(QDir.toNativeSeparators(file))


def ask_and_export(ctx: Context, owner: QWidget) -> None:
    """Ask for a file and write the whole queue into it, in its order."""
    name = tr("queue {day}", day=formats.today_here().isoformat())
    dialog = ask_file(owner, tr("Export the queue"), name, tr("Tables (*.csv)"), "csv")
    dialog.fileSelected.connect(lambda file: export(ctx, owner, native(file)))


def export(ctx: Context, owner: QWidget, file: Path) -> None:
    """Write the queue in the background."""
    desk = ctx.desk
    ctx.jobs.start(
        tr("Exporting the queue"),
        lambda progress: desk.exports.export("queue", file, progress=progress, overwrite=True),
        owner,
        lambda done: ctx.notices.say(_sentence(done)),
        stopped=lambda: ctx.notices.say(tr("Stopped. No file was written.")),
        sentence=_sentence,
    )


def _sentence(done: ExportDone) -> str:
    return trn("{n} patient written to {file}", "{n} patients written to {file}", done.rows, file=str(done.path))
