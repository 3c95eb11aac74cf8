"""Outcomes that were kept on this PC and then refused: log each all the same, or drop it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QWidget

from reactivate_desktop.domain.offline import KeptOutcome
from ui import formats, names, words
from ui.context import Context
from ui.priority_queue.cards import QueueCard
from ui.priority_queue.offline import Offline
from ui.privacy import veiled
from ui.text import tr
from ui.theme.tokens import GAP_SMALL
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import column, row
from ui.widgets.text import BODY, SMALL, SMALL_STRONG, Label


class KeptOutcomes(QueueCard):
    """One line per refused outcome, with the reason in words and the two answers."""

    def __init__(self, offline: Offline, ctx: Context, room: QWidget) -> None:
        super().__init__(ctx, room, names.KEPT_OUTCOMES, tr("Kept outcomes that were not logged"))
        self._offline = offline
        offline.refused.connect(self._show)
        offline.resolved.connect(self._read)
        offline.failed.connect(self.fail)

    def begin(self) -> None:
        """Open it and read what waits."""
        self.say(tr("They were typed while the database was away. Meanwhile the patients had changed."))
        self.open(self.end)
        self._read()

    def _read(self) -> None:
        desk, me = self.ctx.desk, self.ctx.person.id
        self.ctx.tasks.run(
            lambda: [kept for kept in desk.offline.waiting() if kept.by == me and kept.problem is not None],
            self,
            self._show,
            failed=self.fail,
        )

    def _show(self, refused: list[KeptOutcome]) -> None:
        self.empty()
        for kept in refused:
            self.add(self._line(kept))
        if not refused:
            self.say(tr("All is decided."))
            self.end.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refit()

    def _line(self, kept: KeptOutcome) -> QFrame:
        frame = QFrame()
        frame.setProperty("ground", "box")
        name = veiled(kept.name) if kept.name else tr("Somebody of the household")
        outcome = words.outcome(kept.wish.outcome)
        when = formats.moment(kept.wish.started_at or kept.kept_at)
        inner = column(frame, GAP_SMALL, 12)
        inner.addWidget(Label(f"{name} · {outcome} · {when}", SMALL_STRONG))
        if kept.wish.note:
            inner.addWidget(Label(kept.wish.note, BODY, wrap=True))
        inner.addWidget(Label(kept.problem or "", SMALL, "muted", wrap=True))
        answers = row(None, GAP_SMALL)
        again = Button(tr("Log it all the same"), Kind.TONAL)
        drop = Button(tr("Drop it"), Kind.PLAIN)
        again.setAccessibleName(tr("Log it all the same: {outcome} for {name}", outcome=outcome, name=name))
        drop.setAccessibleName(tr("Drop it: {outcome} for {name}", outcome=outcome, name=name))
        again.clicked.connect(partial(self._offline.log_again, kept))
        drop.clicked.connect(partial(self._offline.drop, kept))
        answers.addWidget(again)
        answers.addWidget(drop)
        answers.addStretch(1)
        inner.addLayout(answers)
        return frame
