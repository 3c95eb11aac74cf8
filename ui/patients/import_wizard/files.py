"""The system's own dialogs for files; tests put theirs in their place."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from ui.text import tr


def ask_open(parent: QWidget) -> list[Path]:
    """Ask for files to import; none: the person thought better of it."""
    kinds = (
        tr("Tables and FHIR files") + " (*.csv *.txt *.tsv *.ndjson *.json *.jsonl *.gz);;" + tr("All files") + " (*)"
    )
    chosen, _ = QFileDialog.getOpenFileNames(parent, tr("Choose a file to import"), "", kinds)
    return [Path(name) for name in chosen]


def ask_save(parent: QWidget, name: str) -> Path | None:
    """Ask where to save a CSV file; the dialog itself asks before it overwrites one."""
    chosen, _ = QFileDialog.getSaveFileName(parent, tr("Save as"), name, tr("CSV files") + " (*.csv)")
    return Path(chosen) if chosen else None
