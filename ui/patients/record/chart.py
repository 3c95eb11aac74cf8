"""The time line on paper, for the chart: plain text, page by page, on a printer or into a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QFont, QPagedPaintDevice, QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from reactivate_desktop.domain.names import full_name
from reactivate_desktop.domain.records import RecordHead
from reactivate_desktop.domain.time_line import TimeLineEntry
from ui import formats
from ui.patients.record.entry_words import joined, said
from ui.patients.record.line_rows import Rhythm, line_rows
from ui.text import tr
from ui.theme.fonts import font

# More than anybody reads on paper; the time line itself has no end.
MOST = 1000
_MARGIN_MM = 18


def chart_text(head: RecordHead, entries: Sequence[TimeLineEntry], *, by: str, clinic: str) -> str:
    """Return the whole chart as plain text: who this is, then the entries, the newest first."""
    patient = head.patient
    born = formats.birth_date(patient.date_of_birth)
    lines = [
        full_name(patient.first_name, patient.last_name),
        joined(tr("born {day}", day=born) if born else None, tr("MRN {number}", number=head.mrn) if head.mrn else None),
        tr("{clinic} · printed {day} {time} by {name}", clinic=clinic, day=_today(), time=_now(), name=by),
        "",
    ]
    rhythm = Rhythm(head.usual_gap_days, patient.visit_count)
    for row in line_rows(entries, rhythm, formats.today_here()):
        when = f"{row.day} {row.clock}".strip()
        lines.append(joined(when, row.title, row.tag, row.actor))
        whole = said(row.entry).whole if row.entry is not None else ""
        lines += [f"    {line}" for line in (whole or row.detail).splitlines() if line.strip()]
    if len(entries) >= MOST:
        lines += ["", tr("Older entries are in the program.")]
    return "\n".join(lines)


def write_pdf(text: str, title: str, file: Path) -> bool:
    """Write a chart as a PDF; False when the file cannot be written."""
    writer = QPdfWriter(str(file))
    writer.setTitle(title)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.Letter))
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    _put(text, writer)
    return file.exists() and file.stat().st_size > 0


def ask_and_print(text: str, title: str, parent: QWidget) -> bool:
    """Ask for a printer and print; False when the person changed her mind."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    if QPrintDialog(printer, parent).exec() == 0:
        return False
    _put(text, printer)
    return True


def _put(text: str, device: QPagedPaintDevice) -> None:
    document = QTextDocument()
    # A copy: the fonts of the look are shared.
    face = QFont(font(13))
    face.setPointSizeF(9.5)
    document.setDefaultFont(face)
    document.setPlainText(text)
    document.print_(device)


def _today() -> str:
    return formats.long_day(formats.today_here())


def _now() -> str:
    return formats.clock(formats.now_here())
