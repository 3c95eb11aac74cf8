"""The import wizard: five steps over one draft. Nothing is written before the last, and going back loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui import names
from ui.context import Context
from ui.frame.header import Header
from ui.patients.import_wizard import words
from ui.patients.import_wizard.columns_step import ColumnsStep
from ui.patients.import_wizard.draft import Draft
from ui.patients.import_wizard.duplicates_step import DuplicatesStep
from ui.patients.import_wizard.ending import Ending
from ui.patients.import_wizard.file_step import FileStep, facts
from ui.patients.import_wizard.foot import Foot
from ui.patients.import_wizard.import_step import ImportStep
from ui.patients.import_wizard.parts import StepBar
from ui.patients.import_wizard.profiles import ProfileMenu
from ui.patients.import_wizard.review_step import ReviewStep
from ui.patients.import_wizard.step import Room, Stage, Step
from ui.patients.import_wizard.way import question_of, reason_of, word_of
from ui.text import tr
from ui.theme.tokens import GAP, LOW_BELOW, MARGIN
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import ErrorBar, column


class ImportWizard(QWidget):
    """`closed`: the person is through with it; `imported`: rows were written; `duplicates_asked`: show the pairs.

    A page with margins of its own.
    """

    closed = Signal()
    imported = Signal()
    duplicates_asked = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self.setObjectName(names.IMPORT_WIZARD)
        self.stage = Stage.FILE
        self.draft = Draft(ctx, self)
        self._in_hand = ""
        self._build(ctx)
        self.ending = Ending(ctx, self.draft, self.last, self)
        self._connect()
        self._bind()
        self._refresh()

    def keys(self) -> Sequence[tuple[str, str]]:
        """Return the hints for the status strip."""
        hints = [(tr("Alt ←"), tr("back"))] if Stage.FILE < self.stage < Stage.IMPORT else []
        if self.stage == Stage.COLUMNS:
            hints.append(("F8", tr("next problem")))
        return [*hints, (tr("Ctrl Enter"), tr("continue"))]

    def set_low(self, low: bool) -> None:
        """Use less height, as on a small office screen."""
        for step in self.steps:
            step.set_low(low)

    def has_unsaved(self) -> bool:
        """Return whether an import is under way: closing the window stops it after the rows in hand."""
        return self.ending.run.running

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.set_low(self.window().height() < LOW_BELOW)

    def open(self, paths: Sequence[Path]) -> None:
        """Begin with these files, as when they were dropped elsewhere."""
        self._go(Stage.FILE)
        self.draft.open(paths)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.steps[self.stage].enter()

    # --- building ---------------------------------------------------------------------------------

    def _build(self, ctx: Context) -> None:
        self.profiles = ProfileMenu(ctx, self.draft)
        self.cancel = Button(tr("Cancel import"), Kind.PLAIN)
        self.header = Header(words.title(self.draft.subject), self.profiles, self.cancel)
        titles = (tr("File"), tr("Columns"), tr("Duplicates"), tr("Review"), tr("Import"))
        self.bar = StepBar(titles)
        self.errors = ErrorBar()
        self.file = FileStep(ctx, self.draft)
        self.columns = ColumnsStep(ctx, self.draft)
        self.duplicates = DuplicatesStep(ctx, self.draft)
        self.review = ReviewStep(self.draft)
        self.last = ImportStep(self.draft)
        self.steps: tuple[Step, ...] = (self.file, self.columns, self.duplicates, self.review, self.last)
        self._stack = QStackedWidget()
        for step in self.steps:
            self._stack.addWidget(Room(step))
        self.foot = Foot()
        whole = column(self, 0)
        upper = column(None, GAP)
        upper.setContentsMargins(MARGIN, 20, MARGIN - 4, GAP)
        for part in (self.header, self.bar, self.errors):
            upper.addWidget(part)
        upper.addWidget(self._stack, 1)
        whole.addLayout(upper, 1)
        whole.addWidget(self.foot)

    def _connect(self) -> None:
        self.draft.changed.connect(self._refresh)
        self.draft.opened.connect(self.errors.hide)
        self.draft.refused.connect(self.errors.say)
        self.bar.asked.connect(lambda place: self._go(Stage(place)))
        self.cancel.clicked.connect(self._close)
        self.file.resumed.connect(self._start)
        self.columns.in_hand.connect(self._take_in_hand)
        self.foot.back.clicked.connect(self._back)
        self.foot.on.clicked.connect(self._on)
        self.foot.save.clicked.connect(self._save_problems)
        self.foot.question.answered.connect(self.draft.choose_order)
        self.last.again_asked.connect(self._start)
        self.last.pairs_asked.connect(self.duplicates_asked)
        self.ending.failed.connect(self.errors.say)
        self.ending.imported.connect(self.imported)
        self.ending.ended.connect(self._refresh)

    def _bind(self) -> None:
        bind = self.ctx.commands.bind
        bind(
            "import-back", self, self._back, lambda: "" if self.foot.back.isVisible() else tr("There is no step back.")
        )
        bind("import-on", self, self._on, self._reason)
        bind("import-problem", self, self.columns.preview.next_problem, self.columns.no_problem)

    # --- going through the steps ------------------------------------------------------------------

    def _reason(self) -> str:
        return reason_of(self.stage, self.draft, running=self.ending.run.running)

    def _back(self) -> None:
        if Stage.FILE < self.stage < Stage.IMPORT:
            self._go(Stage(self.stage - 1))

    def _on(self) -> None:
        if self._reason():
            return
        if self.stage == Stage.REVIEW:
            self._start()
        elif self.stage == Stage.IMPORT:
            self._finish()
        else:
            self._go(Stage(self.stage + 1))

    def _go(self, stage: Stage) -> None:
        self.stage = stage
        self._stack.setCurrentIndex(stage)
        self._refresh()
        self.steps[stage].enter()

    def _close(self) -> None:
        if self.ending.run.running:
            self.ending.stop()
        else:
            # The choice stays for a second thought; who comes back begins with the file.
            self._go(Stage.FILE)
            self.closed.emit()

    def _finish(self) -> None:
        """Leave an import that has ended; the next one begins anew."""
        self.draft.forget()
        self.review.name.clear()
        self.file.start()
        self._go(Stage.FILE)
        self.closed.emit()

    def _take_in_hand(self, name: str) -> None:
        self._in_hand = name
        self.foot.question.ask(question_of(self.stage, self.draft, name))

    def _refresh(self) -> None:
        stage, draft = self.stage, self.draft
        self.header.set_title(words.title(draft.subject))
        line = " · ".join(part for part in (draft.look.name if draft.look else "", facts(draft)) if part)
        self.header.say(line or tr("Nothing is written before the last step"))
        self.profiles.setVisible(stage == Stage.COLUMNS and not draft.is_fhir)
        self.cancel.setVisible(stage != Stage.IMPORT)
        self.bar.show_step(stage, frozen=stage == Stage.IMPORT)
        self.steps[stage].refresh()
        self.foot.back.setVisible(Stage.FILE < stage < Stage.IMPORT)
        self.foot.question.ask(question_of(stage, draft, self._in_hand))
        rejects = stage == Stage.COLUMNS and draft.trial.ready and bool(draft.check and draft.check.counts.rejected)
        self.foot.save.setVisible(rejects)
        self.foot.show_on(word_of(stage, draft), self._reason())

    def _start(self) -> None:
        self.errors.hide()
        self.ending.start(self.review.name.text().strip())
        self._go(Stage.IMPORT)

    def _save_problems(self) -> None:
        check = self.draft.check
        if check is not None and check.reports:
            self.ending.save(check.reports)
