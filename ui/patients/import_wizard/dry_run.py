"""What the import would do with every row: one bar, its counts in words, and why rows are left out."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QScrollArea, QWidget

from reactivate_desktop.domain.import_checks import ImportCheck, Reach
from reactivate_desktop.domain.imports import ImportReport, ImportSubject, RowCounts
from ui import names
from ui.patients.import_wizard import parts, words
from ui.patients.import_wizard.draft import Draft
from ui.text import number, tr
from ui.theme.tokens import GAP_SMALL
from ui.widgets.panels import Card, clear, column, row
from ui.widgets.text import FIRST, SMALL, SMALL_STRONG, Label, hairline

WIDTH = 392


class DryRunCard(Card):
    """Nothing is written while it is shown."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(0, 0)
        self.setObjectName(names.IMPORT_DRY_RUN)
        self._draft = draft
        self._shown: tuple[ImportCheck | None, bool] | None = None
        self._state = Label(tr("nothing is written yet"), SMALL, "muted")
        self._progress = QProgressBar(textVisible=False)
        self._progress.setAccessibleName(tr("Progress of checking all rows"))
        head = row(None, GAP_SMALL)
        head.setContentsMargins(16, 12, 16, 6)
        head.addWidget(Label(tr("Dry run"), FIRST), 1)
        head.addWidget(self._state)
        self.body.setContentsMargins(1, 1, 1, 1)
        self.body.addLayout(head)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        self._lines = column(inside, 7)
        self._lines.setContentsMargins(16, 6, 16, 14)
        scroll.setWidget(inside)
        self.body.addWidget(scroll, 1)
        foot = row(None, 0)
        foot.setContentsMargins(16, 0, 16, 12)
        foot.addWidget(self._progress)
        self.body.addLayout(foot)

    def refresh(self) -> None:
        """Show the trial as it stands."""
        trial = self._draft.trial
        step = trial.step
        self._progress.setVisible(step is not None)
        if step is not None:
            self._progress.setRange(0, step.total)
            self._progress.setValue(step.done)
            said = tr("checking row {n} of {all}", n=number(step.done), all=number(step.total))
        else:
            said = tr("nothing is written yet")
        self._state.setText(said)
        check = trial.check
        shown = (check, trial.ready)
        if shown != self._shown:
            self._shown = shown
            self._show(check, ready=trial.ready)

    def _show(self, check: ImportCheck | None, *, ready: bool) -> None:
        clear(self._lines)
        if check is None or (check.partial and not ready):
            self._lines.addWidget(Label(tr("All rows of the file are being checked."), SMALL, "muted", wrap=True))
        elif check.needs:
            for need in check.needs:
                self._lines.addWidget(Label(words.need(need), FIRST, "yellow", wrap=True))
        else:
            self._show_counts(check)
        self._lines.addStretch(1)

    def _show_counts(self, check: ImportCheck) -> None:
        several = len(check.reports) > 1
        for report in check.reports:
            possible = check.possible if report.subject == ImportSubject.PATIENTS else 0
            if several:
                self._lines.addWidget(Label(f"{report.file_name} · {words.subject(report.subject)}", SMALL_STRONG))
            self._lines.addWidget(bar_of(report.counts, possible, report.subject))
            for line in legend(report, possible):
                self._lines.addWidget(line)
        for reason in check.reasons:
            said = f"{reason.column}: {reason.words}" if reason.column else reason.words
            self._lines.addWidget(parts.plain_line(said, number(reason.count), indent=20))
        if check.reach is not None:
            self._lines.addSpacing(2)
            self._lines.addWidget(hairline())
            self._lines.addSpacing(2)
            for line in _reach(check.reach):
                self._lines.addWidget(line)


def bar_of(counts: RowCounts, possible: int, subject: ImportSubject) -> parts.StackBar:
    """Return the bar of what becomes of the rows."""
    bar = parts.StackBar()
    shares = _shares(counts, possible, subject)
    bar.show_parts(
        [(count, part) for part, _, count in shares], ", ".join(f"{w} {number(n)}" for _, w, n in shares if n)
    )
    return bar


def legend(report: ImportReport, possible: int = 0) -> Iterator[QWidget]:
    """Yield the lines of the counts; together they are the rows that were read."""
    more = {parts.POSSIBLE: tr("you decide after the import"), parts.WAITING: tr("until the patient comes")}
    always = (parts.NEW, parts.LEFT_OUT)
    for part, word, count in _shares(report.counts, possible, report.subject):
        if count or part in always:
            yield parts.legend_line(part, word, number(count), more.get(part, ""))
    if report.counts.repeated:
        yield parts.plain_line(tr("said again by a later row, which counts"), number(report.counts.repeated), indent=20)


def _shares(counts: RowCounts, possible: int, subject: ImportSubject) -> list[tuple[str, str, int]]:
    new = {
        ImportSubject.PATIENTS: (tr("New patients"), tr("Updates to known patients")),
        ImportSubject.VISITS: (tr("New visits"), tr("Updates to known visits")),
        ImportSubject.APPOINTMENTS: (tr("New appointments"), tr("Updates to known appointments")),
    }[subject]
    return [
        (parts.NEW, new[0], counts.new - possible),
        (parts.UPDATED, new[1], counts.changed),
        (parts.POSSIBLE, tr("Possible duplicates"), possible),
        (parts.KNOWN, tr("Known already, no change"), counts.unchanged),
        (parts.WAITING, tr("Kept waiting"), counts.parked),
        (parts.LEFT_OUT, tr("Left out"), counts.rejected + counts.repeated),
    ]


def _reach(reach: Reach) -> Iterator[QWidget]:
    yield Label(tr("Whom these rows let you reach"), FIRST)
    for word, count in (
        (tr("Dormant, would be scored tonight"), reach.dormant),
        (tr("With a number that can be dialled"), reach.by_phone),
        (tr("By email only"), reach.by_email_only),
        (tr("Neither number nor email"), reach.not_at_all),
        (tr("Not to be contacted"), reach.forbidden),
    ):
        yield parts.plain_line(word, number(count), strong=True)
    said = tr("Consent is not read from files: an import neither gives nor takes it.")
    yield Label(said, SMALL, "muted", wrap=True)
