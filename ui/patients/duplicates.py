"""Possible duplicates: pairs that may be one person, decided one by one by a person, never by an import."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from reactivate_desktop.domain.merges import DuplicatePair, PersonCard
from ui import names
from ui.context import Context
from ui.patients.duplicates_review import PairReview
from ui.patients.merge import MergePanel
from ui.text import tr
from ui.widgets.panels import column


class DuplicatesPage(QWidget):
    """`closed`: back to the list of patients; `keys_changed`: other keys work here now. A page with its own margins."""

    closed = Signal()
    keys_changed = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.setObjectName(names.DUPLICATES)
        self.ctx = ctx
        self.panel: MergePanel | None = None
        self.review = PairReview(ctx)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.review)
        column(self, 0).addWidget(self._stack)
        self.review.merge_asked.connect(self._compare)
        self.review.closed.connect(self.closed)
        self.setFocusProxy(self.review.table)

    def keys(self) -> Sequence[tuple[str, str]]:
        """Return the hints for the status strip."""
        if self.panel is not None:
            return self.panel.keys()
        decide = [(tr("Enter"), tr("merge")), ("N", tr("not the same"))] if self.ctx.person.writes else []
        return [("J K", tr("next, previous")), *decide, ("Esc", tr("back"))]

    def set_low(self, low: bool) -> None:
        """The list scrolls; nothing has to be lower."""

    def _compare(self, pair: DuplicatePair) -> None:
        survivor, merged = survivor_first(pair)
        self.panel = MergePanel(self.ctx, survivor.id, merged.id)
        self.panel.closed.connect(self._end)
        self.panel.merged.connect(self._end)
        self._stack.addWidget(self.panel)
        self._stack.setCurrentWidget(self.panel)
        self.keys_changed.emit()

    def _end(self) -> None:
        panel, self.panel = self.panel, None
        if panel is None:
            return
        self._stack.setCurrentWidget(self.review)
        self._stack.removeWidget(panel)
        panel.deleteLater()
        self.review.read()
        self.review.table.setFocus()
        self.keys_changed.emit()


def survivor_first(pair: DuplicatePair) -> tuple[PersonCard, PersonCard]:
    """Return the record that should rather stay, and the other: more visits, then known to a record program."""

    def weight(card: PersonCard) -> tuple[int, bool]:
        return card.visit_count, card.external_patient_id is not None

    return (pair.other, pair.one) if weight(pair.other) > weight(pair.one) else (pair.one, pair.other)
