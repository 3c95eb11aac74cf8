"""Makes a call sheet: how many, of whom, on paper or as a PDF, and kept on this PC for a time without the database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIntValidator
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QCheckBox, QDialog

from reactivate_desktop.domain.call_sheets import CallSheet
from reactivate_desktop.domain.enums import ContactPriority
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.outreach import QueueFilter
from ui import formats, names, words
from ui.priority_queue.cards import QueueCard
from ui.priority_queue.export import ask_file, native
from ui.priority_queue.sheet_paper import layout, paint_sheet, pdf
from ui.text import tr, trn
from ui.widgets.buttons import Button, Kind
from ui.widgets.choice import Choice
from ui.widgets.fields import Labelled, LineField
from ui.widgets.panels import row

if TYPE_CHECKING:
    from ui.priority_queue.tab import QueueTab

_MOST, _USUAL = 500, 50
_FILTERS = {str(word): QueueFilter(priority=word) for word in ContactPriority}
_FILTERS |= {"all": QueueFilter(), "callbacks": QueueFilter(callbacks=True)}


class CallSheetCard(QueueCard):
    """The card of Ctrl+P. The sheet is in the audit trail once it is made, not while somebody thinks about it."""

    def __init__(self, page: QueueTab) -> None:
        super().__init__(page.ctx, page.window(), names.CALL_SHEET, tr("Call sheet"))
        self._page = page
        self.count = LineField("", tr("How many patients"))
        options = [("all", tr("Everybody")), *((str(word), words.priority(word)) for word in ContactPriority)]
        self.whom = Choice((*options, ("callbacks", tr("Callbacks"))))
        self.keep = QCheckBox(tr("Also keep it on this PC for a day, encrypted, in case the database goes away"))
        self.keep.setChecked(True)
        self.enter = Button(tr("Enter outcomes of the kept sheet"), Kind.LINK)
        self.save = Button(tr("Save as PDF"), Kind.PLAIN, "download-simple")
        self.print = Button(tr("Print"), Kind.FILLED, "printer")
        self.count.setText(str(_USUAL))
        self.count.setValidator(QIntValidator(1, _MOST, self.count))
        self.count.setFixedWidth(112)
        for label, field in ((tr("How many patients"), self.count), (tr("Whom"), self.whom)):
            at_left = row(None, 0)
            at_left.addWidget(Labelled(label, field))
            at_left.addStretch(1)
            self.lines.addLayout(at_left)
        self.lines.addWidget(self.keep)
        self.lines.addWidget(self.enter, alignment=Qt.AlignmentFlag.AlignLeft)
        self.foot.addWidget(self.save)
        self.foot.addWidget(self.print)
        self.enter.clicked.connect(self._enter)
        self.save.clicked.connect(self._ask_file)
        self.print.clicked.connect(self._ask_printer)

    def begin(self) -> None:
        """Open it."""
        self.say(tr("The top of the queue with numbers, reasons and three empty boxes for what came of the calls."))
        self.print.forbid(self._page.conductor.taking.away())
        self.save.forbid(self._page.conductor.taking.away())
        self.open(self.count)
        self.count.selectAll()

    def make(self, done: Callable[[CallSheet], None]) -> None:
        """Make the sheet as it was chosen, keep it where that was wished, and hand it on."""
        desk, count, keep = self.ctx.desk, int(self.count.text() or _USUAL), self.keep.isChecked()
        wish = _FILTERS[self.whom.chosen()]

        def work() -> CallSheet:
            sheet = desk.call_sheets.make(count, wish)
            if keep:
                desk.call_sheets.keep(sheet)
            return sheet

        self.ctx.tasks.run(work, self, done, failed=self.fail)

    def write(self, file: Path, sheet: CallSheet) -> None:
        """Write the sheet as a PDF file."""
        content = pdf(sheet)

        def work() -> None:
            try:
                file.write_bytes(content)
            except OSError as error:
                raise Invalid(tr("The file cannot be written there. Please choose another folder.")) from error

        self.ctx.tasks.run(work, self, lambda _: self._told(sheet, str(file)), failed=self.fail)

    def _ask_file(self) -> None:
        name = tr("call sheet {day}", day=formats.today_here().isoformat())
        dialog = ask_file(self, tr("Save the call sheet"), name, tr("PDF files (*.pdf)"), "pdf")
        dialog.fileSelected.connect(lambda file: self.make(lambda sheet: self.write(native(file), sheet)))

    def _ask_printer(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageLayout(layout())
        printer.setDocName(tr("Call sheet"))
        dialog = QPrintDialog(printer, self)
        dialog.accepted.connect(lambda: self.make(lambda sheet: self._on_paper(printer, sheet)))
        dialog.finished.connect(dialog.deleteLater)
        # Its own `open` wants a slot by name.
        QDialog.open(dialog)

    def _on_paper(self, printer: QPrinter, sheet: CallSheet) -> None:
        paint_sheet(printer, printer.resolution(), sheet)
        self._told(sheet, printer.printerName())

    def _told(self, sheet: CallSheet, where: str) -> None:
        said = trn(
            "Call sheet of {n} patient: {where}", "Call sheet of {n} patients: {where}", len(sheet.rows), where=where
        )
        self.ctx.notices.say(said)
        self.leave()

    def _enter(self) -> None:
        self.leave()
        self.ctx.commands.do_id("enter-sheet")
