"""Step 2: what each column means, what the import would do, and the rows as they will be stored."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout

from ui.context import Context
from ui.patients.import_wizard import dry_run
from ui.patients.import_wizard.draft import Draft
from ui.patients.import_wizard.dry_run import DryRunCard
from ui.patients.import_wizard.mapping import MappingCard
from ui.patients.import_wizard.preview_card import PreviewCard
from ui.patients.import_wizard.step import Step
from ui.text import tr
from ui.theme.tokens import GAP, GAP_LARGE
from ui.widgets.panels import Card, column
from ui.widgets.text import BODY, FIRST, Label

_WIDE_FROM = 1080


class ColumnsStep(Step):
    """`in_hand(column)`: the cursor is on a column."""

    in_hand = Signal(str)

    def __init__(self, ctx: Context, draft: Draft) -> None:
        super().__init__(draft)
        self.mapping = MappingCard(draft)
        self.dry_run = DryRunCard(draft)
        self.preview = PreviewCard(ctx, draft)
        self._fhir = _FhirCard()
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(GAP_LARGE)
        self._top.addWidget(self.mapping, 1)
        self._top.addWidget(self._fhir, 1)
        self._top.addWidget(self.dry_run)
        inner = column(self, GAP)
        inner.addLayout(self._top, 3)
        inner.addWidget(self.preview, 2)
        self.mapping.setMinimumHeight(230)
        self.dry_run.setMinimumHeight(230)
        self.mapping.see_asked.connect(self.preview.show_column)
        self.mapping.in_hand.connect(self.in_hand)
        draft.opened.connect(self.mapping.start)

    def enter(self) -> None:
        """Put the cursor on the first column with a problem."""
        if self.draft.is_fhir:
            self.dry_run.setFocus()
        else:
            self.mapping.focus_first()

    def refresh(self) -> None:
        """Show choice and trial as they stand."""
        fhir = self.draft.is_fhir
        self.mapping.setVisible(not fhir)
        self.preview.setVisible(not fhir)
        self._fhir.setVisible(fhir)
        self.dry_run.refresh()
        if not fhir:
            self.mapping.refresh()
            self.preview.refresh()

    def no_problem(self) -> str:
        """Return why there is no next problem to go to; empty: there is one."""
        shown = self.isVisible() and not self.draft.is_fhir
        return self.preview.no_problem() if shown else tr("Problems are shown with the columns.")

    def set_low(self, low: bool) -> None:
        """Use lower rows."""
        self.mapping.set_low(low)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= _WIDE_FROM
        self._top.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        least, most = (dry_run.WIDTH, dry_run.WIDTH) if wide else (0, 16_777_215)
        self.dry_run.setMinimumWidth(least)
        self.dry_run.setMaximumWidth(most)


class _FhirCard(Card):
    """In the place of the columns: FHIR has none to name."""

    def __init__(self) -> None:
        super().__init__()
        self.body.addWidget(Label(tr("Nothing to map"), FIRST))
        said = tr(
            "FHIR files say themselves what is what. Patients are read first, then their visits; a file that cannot "
            "be read costs only itself."
        )
        self.body.addWidget(Label(said, BODY, "muted", wrap=True))
        self.body.addStretch(1)
