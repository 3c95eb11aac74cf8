"""Step 5: the import itself, how far it is, and what became of every row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar

from reactivate_desktop.domain.imports import ImportReport
from reactivate_desktop.domain.progress import Step as Progressed
from ui import names
from ui.patients.import_wizard.draft import Draft
from ui.patients.import_wizard.dry_run import bar_of, legend
from ui.patients.import_wizard.step import Step
from ui.text import number, tr, trn
from ui.theme.tokens import GAP, GAP_LARGE, GAP_SMALL
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import Card, Picture, clear, column, row
from ui.widgets.text import BODY, NAME, SMALL_STRONG, Label, hairline

_WIDTH = 720


class ImportStep(Step):
    """`stop_asked`, `again_asked`, `save_asked` (the rows left out), `pairs_asked` (the possible duplicates)."""

    stop_asked = Signal()
    again_asked = Signal()
    save_asked = Signal()
    pairs_asked = Signal()

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self._card = Card(GAP_LARGE + 4, GAP)
        self._card.setMaximumWidth(_WIDTH)
        self._card.setObjectName(names.IMPORT_RESULT)
        self._icon = Picture("upload-simple", 22, "accent")
        self._title = Label("", NAME, wrap=True)
        self._said = Label("", BODY, "muted", wrap=True)
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName(tr("Progress of the import"))
        head = row(None, 10)
        head.addWidget(self._icon)
        head.addWidget(self._title, 1)
        self._card.body.addLayout(head)
        self._card.body.addWidget(self._said)
        self._card.body.addWidget(self._bar)
        self._lines = column(None, GAP_SMALL)
        self._card.body.addLayout(self._lines)
        self._card.body.addLayout(self._buttons())
        whole = column(self, 0)
        whole.addWidget(self._card)
        whole.addStretch(1)

    def enter(self) -> None:
        """Put the cursor on the way to stop."""
        self.stop.setFocus()

    def _buttons(self) -> QHBoxLayout:
        self.stop = Button(tr("Stop the import"), Kind.PLAIN, "stop")
        self.again = Button(tr("Go on"), Kind.FILLED, "arrow-right")
        self.save = Button(tr("Save the rows left out"), Kind.PLAIN, "download-simple")
        self.pairs = Button("", Kind.TONAL, "copy-simple")
        line = row(None, GAP_SMALL)
        for button, asked in (
            (self.stop, self.stop_asked),
            (self.again, self.again_asked),
            (self.save, self.save_asked),
            (self.pairs, self.pairs_asked),
        ):
            line.addWidget(button)
            button.clicked.connect(asked)
        line.addStretch(1)
        return line

    def show_running(self) -> None:
        """Show that it has begun."""
        self._state("upload-simple", "accent", tr("Importing"), "")
        self._bar.setRange(0, 0)
        self._offer(self.stop)
        self._bar.show()

    def show_step(self, step: Progressed) -> None:
        """Show how far it is."""
        self._bar.setRange(0, step.total)
        self._bar.setValue(step.done)
        if step.total:
            self._said.show()
            self._said.setText(tr("Row {n} of {all}", n=number(step.done), all=number(step.total)))

    def show_stopping(self) -> None:
        """Show that the rows in hand are still written."""
        self._said.show()
        self._said.setText(tr("Stopping after the rows in hand."))
        self.stop.forbid(tr("It is stopping already."))

    def show_stopped(self, title: str, sentence: str) -> None:
        """Show that it ended before its end; what is written stays, and it can go on."""
        self._state("warning", "yellow", title, sentence)
        self._offer(self.again)
        self.again.setFocus()

    def show_done(self, reports: Sequence[ImportReport], *, may_save: bool) -> None:
        """Show what became of every row."""
        rows = sum(report.counts.read for report in reports)
        self._state(
            "check-circle",
            "green",
            trn("{n} row read, every one accounted for", "{n} rows read, every one accounted for", rows),
            "",
        )
        for report in reports:
            self._show_report(report, several=len(reports) > 1)
        pairs = sum(report.duplicates for report in reports)
        word = trn("Review {n} possible duplicate", "Review {n} possible duplicates", pairs)
        self.pairs.setText(word)
        self.pairs.setAccessibleName(word)
        offered = [self.save] * may_save + [self.pairs] * bool(pairs)
        self._offer(*offered)

    def _show_report(self, report: ImportReport, *, several: bool) -> None:
        if several:
            self._lines.addWidget(hairline())
            self._lines.addWidget(Label(report.file_name, SMALL_STRONG))
        if report.refused:
            self._lines.addWidget(Label(report.refused, BODY, "red", wrap=True))
            return
        self._lines.addWidget(bar_of(report.counts, 0, report.subject))
        for line in legend(report):
            self._lines.addWidget(line)
        for sentence in _more(report):
            self._lines.addWidget(Label(sentence, BODY, "muted", wrap=True))

    def _state(self, icon: str, tone: str, title: str, sentence: str) -> None:
        clear(self._lines)
        self._icon.show_icon(icon, tone)
        self._title.setText(title)
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))
        self._bar.hide()

    def _offer(self, *buttons: Button) -> None:
        for button in (self.stop, self.again, self.save, self.pairs):
            button.setVisible(button in buttons)
            button.forbid("")


def _more(report: ImportReport) -> list[str]:
    found = list(report.warnings)
    if report.resumed_at:
        found.append(tr("An earlier import of this file was taken up after row {n}.", n=number(report.resumed_at)))
    if report.released:
        found.append(
            trn(
                "{n} row that had waited for its patient was taken up.",
                "{n} rows that had waited for their patients were taken up.",
                report.released,
            )
        )
    return found
