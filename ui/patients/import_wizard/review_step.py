"""Step 4: everything that will happen, in sentences; the last moment before something is written."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout

from reactivate_desktop.domain.import_checks import ImportCheck
from reactivate_desktop.domain.imports import ImportSubject
from ui.patients.import_wizard import dry_run, words
from ui.patients.import_wizard.draft import Draft, left_out
from ui.patients.import_wizard.dry_run import DryRunCard
from ui.patients.import_wizard.step import Step
from ui.text import number, tr, trn
from ui.theme.tokens import GAP, GAP_LARGE, GAP_SMALL
from ui.widgets.fields import Labelled, LineField
from ui.widgets.panels import Card, Picture, clear, column, row
from ui.widgets.text import BODY, NAME, Label

_WIDTH, _BESIDE_FROM = 860, 900
# Icon, tone and sentence.
_Line = tuple[str, str, str]


class ReviewStep(Step):
    """The sentences, and a name under which the meaning of the columns is remembered."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self._card = Card(GAP_LARGE + 4, GAP)
        self._card.setMaximumWidth(_WIDTH)
        self._card.body.addWidget(Label(tr("This will happen"), NAME))
        self._lines = column(None, 10)
        self._card.body.addLayout(self._lines)
        self._card.body.addSpacing(GAP_SMALL)
        self.name = LineField(tr("Recall list of our record program"), tr("Name of this mapping"))
        self.name.setMaximumWidth(420)
        hint = tr("Without a name, the next file with the same header is still read the same way.")
        self._named = Labelled(tr("Remember what the columns mean as (optional)"), self.name, hint)
        self._card.body.addWidget(self._named)
        self._dry_run = DryRunCard(draft)
        self._dry_run.setMinimumHeight(280)
        left = column(None, 0)
        left.addWidget(self._card)
        left.addStretch(1)
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(GAP_LARGE)
        self._both.addLayout(left, 1)
        self._both.addWidget(self._dry_run)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE_FROM
        self._both.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self._dry_run.setMaximumWidth(dry_run.WIDTH if beside else _WIDTH)
        self._dry_run.setMinimumWidth(dry_run.WIDTH if beside else 0)

    def enter(self) -> None:
        """Leave the cursor where Enter does no harm: Ctrl+Enter imports."""
        self.name.setFocus() if self._named.isVisible() else self.setFocus()

    def refresh(self) -> None:
        """Show what will happen."""
        self._named.setVisible(not self.draft.is_fhir)
        self._dry_run.refresh()
        clear(self._lines)
        check = self.draft.check
        if check is None or not self.draft.trial.ready:
            self._add(("hourglass-medium", "muted", tr("All rows of the file are being checked.")))
            return
        for line in _sentences(self.draft, check):
            self._add(line)

    def _add(self, line: _Line) -> None:
        icon, tone, sentence = line
        beside = row(None, 10)
        beside.addWidget(Picture(icon, 18, tone))
        beside.addWidget(Label(sentence, BODY, wrap=True), 1)
        self._lines.addLayout(beside)


def _sentences(draft: Draft, check: ImportCheck) -> Iterator[_Line]:
    look = draft.look
    assert look is not None, "a file was opened"
    read = trn(
        "{n} row of {file} is read, from the source {source}.",
        "{n} rows of {file} are read, from the source {source}.",
        check.counts.read,
        file=look.name,
        source=draft.source,
    )
    yield "file-csv", "accent", read
    for report in check.reports:
        possible = check.possible if report.subject == ImportSubject.PATIENTS else 0
        yield from _of_counts(report.subject, report.counts.new, report.counts.changed, report.counts.unchanged)
        if possible:
            yield "users", "yellow", _possible(possible)
        if report.counts.parked:
            yield (
                "hourglass-medium",
                "muted",
                trn(
                    "{n} row is kept until its patient comes with another file.",
                    "{n} rows are kept until their patients come with another file.",
                    report.counts.parked,
                ),
            )
    yield from _of_rest(check)
    yield from _of_days(check)
    out = left_out(draft.columns)
    if out:
        yield (
            "minus-circle",
            "muted",
            trn(
                "{n} column is not imported: {names}.",
                "{n} columns are not imported: {names}.",
                len(out),
                names=", ".join(out),
            ),
        )
    yield from _of_numbers(check)


def _of_counts(subject: ImportSubject, new: int, changed: int, unchanged: int) -> Iterator[_Line]:
    if subject == ImportSubject.PATIENTS:
        added = trn("{n} new patient is added.", "{n} new patients are added.", new)
        updated = trn("{n} known patient is updated.", "{n} known patients are updated.", changed)
    elif subject == ImportSubject.VISITS:
        added = trn("{n} new visit is added.", "{n} new visits are added.", new)
        updated = trn("{n} known visit is updated.", "{n} known visits are updated.", changed)
    else:
        added = trn("{n} new appointment is added.", "{n} new appointments are added.", new)
        updated = trn("{n} known appointment is updated.", "{n} known appointments are updated.", changed)
    if new or not changed + unchanged:
        yield "plus", "accent", added
    if changed:
        why = tr("What your desk changed by hand stays where the file says nothing new.")
        yield "arrows-clockwise", "accent", f"{updated} {why}"
    if unchanged:
        yield "check-circle", "accent", trn("{n} row says nothing new.", "{n} rows say nothing new.", unchanged)


def _possible(count: int) -> str:
    return trn(
        "{n} of them may be somebody you know already. It is added and listed for you to decide; nothing is merged.",
        "{n} of them may be somebody you know already. They are added and listed for you to decide; nothing is merged.",
        count,
    )


def _of_rest(check: ImportCheck) -> Iterator[_Line]:
    if check.counts.rejected:
        yield (
            "prohibit",
            "red",
            trn(
                "{n} row is left out, with its reason. Save it as a file, correct it and import it again.",
                "{n} rows are left out, each with its reason. Save them as a file, correct and import them again.",
                check.counts.rejected,
            ),
        )
    if check.counts.repeated:
        yield (
            "copy-simple",
            "muted",
            trn(
                "{n} row is said again by a later row of the file: the later one counts.",
                "{n} rows are said again by later rows of the file: the later ones count.",
                check.counts.repeated,
            ),
        )


def _of_days(check: ImportCheck) -> Iterator[_Line]:
    for doubt in check.doubts:
        yield (
            "question",
            "accent",
            tr(
                "{column}: {n} days fit both ways and are read “{order}”.",
                column=doubt.column,
                n=number(doubt.count),
                order=words.order(doubt.order),
            ),
        )


def _of_numbers(check: ImportCheck) -> Iterator[_Line]:
    wrong = sum(column.wrong for column in check.columns if column.field in ("phone", "phone_second"))
    if wrong:
        yield (
            "phone-x",
            "muted",
            trn(
                "{n} phone number cannot be dialled. It is kept as it stands, for the desk to correct.",
                "{n} phone numbers cannot be dialled. They are kept as they stand, for the desk to correct.",
                wrong,
            ),
        )
