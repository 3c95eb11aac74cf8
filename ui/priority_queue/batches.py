"""One's own batches of today, to take back as a whole."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QFrame, QWidget

from reactivate_desktop.domain.outreach import BatchRow
from ui import formats, names, words
from ui.context import Context
from ui.priority_queue.cards import QueueCard
from ui.priority_queue.outcomes import Outcomes
from ui.privacy import veiled
from ui.text import tr, trn
from ui.theme.tokens import GAP_SMALL
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import column, row
from ui.widgets.text import SMALL, SMALL_STRONG, Label

_NAMED = 4


class Batches(QueueCard):
    """One line per batch: when, which outcome, for whom, and Undo."""

    def __init__(self, outcomes: Outcomes, ctx: Context, room: QWidget) -> None:
        super().__init__(ctx, room, names.BATCHES, tr("Undo a batch of outcomes"))
        self._outcomes = outcomes

    def begin(self) -> None:
        """Open it and read the batches."""
        self.say(tr("Outcomes that you logged together today."))
        self.open(self.end)
        desk = self.ctx.desk
        self.ctx.tasks.run(lambda: desk.queue.my_batches(), self, self._show, failed=self.fail)

    def _show(self, batches: list[BatchRow]) -> None:
        if not batches:
            self.say(tr("You have logged nothing together today that could be undone."))
        for batch in batches:
            self.add(self._line(batch))
        self.refit()

    def _line(self, batch: BatchRow) -> QFrame:
        frame = QFrame()
        frame.setProperty("ground", "box")
        inner = row(frame, GAP_SMALL, 12)
        said = column(None, 2)
        head = trn("{outcome} · {n} patient", "{outcome} · {n} patients", len(batch.patients), outcome=_outcome(batch))
        said.addWidget(Label(f"{head} · {formats.moment(batch.logged_at)}", SMALL_STRONG))
        named = ", ".join(veiled(name) for name in batch.patients[:_NAMED])
        more = len(batch.patients) - _NAMED
        if more > 0:
            named = trn("{names} and {n} more", "{names} and {n} more", more, names=named)
        said.addWidget(Label(named, SMALL, "muted", wrap=True))
        inner.addLayout(said, 1)
        undo = Button(tr("Undo"), Kind.TONAL, "arrow-counter-clockwise")
        undo.setAccessibleName(tr("Undo {batch}", batch=head))
        undo.clicked.connect(partial(self._undo, batch))
        inner.addWidget(undo)
        return frame

    def _undo(self, batch: BatchRow) -> None:
        self.leave()
        self._outcomes.undo_batch(batch.batch_id)


def _outcome(batch: BatchRow) -> str:
    return words.outcome(batch.outcome)
