"""Merging two records of one person: what both say, which value stays, what moves over; nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QWidget

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.merges import MergePreview, Unmerged
from ui import names
from ui.context import Context
from ui.frame.header import Header
from ui.patients import person_words
from ui.patients.merge_history import MergeHistory, sentence_of
from ui.patients.merge_parts import Comparison, MovesCard
from ui.text import tr
from ui.theme.tokens import GAP, GAP_LARGE, MARGIN
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import Card, ErrorBar, column, row
from ui.widgets.text import FIRST, SMALL, Elided, Label

_SIDE, _BESIDE_FROM = 392, 940


@dataclass(frozen=True)
class _Seen:
    """What the panel asks for: the preview, and the names of the clinic's locations by id."""

    preview: MergePreview
    locations: Mapping[str, str]


class MergePanel(QWidget):
    """`merged`: the two are one now (a toast takes it back); `closed`: the person is through with it.

    A page with margins of its own. The first record stays, the second one is merged into it.
    """

    merged = Signal()
    closed = Signal()

    def __init__(self, ctx: Context, survivor_id: UUID, merged_id: UUID) -> None:
        super().__init__()
        self.setObjectName(names.MERGE)
        self._ctx = ctx
        self._survivor, self._merged = survivor_id, merged_id
        self._seen: MergePreview | None = None
        self._busy = False
        self._build()
        bind = ctx.commands.bind
        bind("merge-apply", self, self._merge, self._reason)
        bind("merge-swap", self, self._swap, lambda: tr("The two are being compared.") if self._busy else "")
        bind("merge-back", self, self.closed.emit)
        self._read()

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the hints for the status strip."""
        return (("Esc", tr("back")), ("X", tr("keep the other")), (tr("Ctrl Enter"), tr("merge")))

    # --- building ---------------------------------------------------------------------------------

    def _build(self) -> None:
        self.swap = Button(tr("Keep the other record"), Kind.PLAIN, "arrows-clockwise", keys="X")
        self.back = Button(tr("Do not merge"), Kind.PLAIN)
        self.apply = Button(tr("Merge"), Kind.FILLED, "git-merge", keys=tr("Ctrl Enter"))
        self.apply.setObjectName(names.MERGE_APPLY)
        self._header = Header(tr("Merge two records of one person"))
        self._header.say(tr("Choose which values stay. A merge can be taken back."))
        self.errors = ErrorBar()
        self.comparison = Comparison()
        self._moves = MovesCard()
        self._history = MergeHistory(self._ctx, self._survivor)
        earlier = Card(GAP_LARGE, GAP)
        earlier.body.addWidget(Label(tr("Earlier merges of this record"), FIRST))
        earlier.body.addWidget(self._history, 1)
        earlier.setMinimumHeight(150)
        self._side = QWidget()
        below = column(self._side, GAP)
        below.addWidget(self._moves)
        below.addWidget(earlier, 1)
        inside = QWidget()
        self._beside = QBoxLayout(QBoxLayout.Direction.LeftToRight, inside)
        self._beside.setContentsMargins(0, 0, 0, 0)
        self._beside.setSpacing(GAP_LARGE)
        self._beside.addWidget(self.comparison, 1)
        self._beside.addWidget(self._side)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        upper = column(None, GAP)
        upper.setContentsMargins(MARGIN, 20, MARGIN - 4, GAP)
        for part in (self._header, self.errors):
            upper.addWidget(part)
        upper.addWidget(scroll, 1)
        whole = column(self, 0)
        whole.addLayout(upper, 1)
        whole.addWidget(self._foot())
        self.apply.clicked.connect(self._merge)
        self.swap.clicked.connect(self._swap)
        self.back.clicked.connect(self.closed)
        self._moves.changed.connect(self._show_way)
        self._history.undone.connect(self._taken_back)
        self._ctx.privacy.changed.connect(self._repaint)

    def _foot(self) -> QWidget:
        foot = QFrame()
        foot.setProperty("ground", "surface")
        foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._why = Elided("", SMALL, "muted")
        self._why.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        inner = row(foot, GAP)
        inner.setContentsMargins(MARGIN, GAP, MARGIN - 4, GAP)
        inner.addWidget(self.back)
        inner.addWidget(self._why, 1)
        inner.addWidget(self.swap)
        inner.addWidget(self.apply)
        return foot

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= _BESIDE_FROM
        self._beside.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self._side.setMinimumWidth(_SIDE if wide else 0)
        self._side.setMaximumWidth(_SIDE if wide else 16_777_215)

    # --- comparing --------------------------------------------------------------------------------

    def _read(self) -> None:
        survivor, merged, desk = self._survivor, self._merged, self._ctx.desk
        self._busy = True
        self._show_way()

        def work() -> _Seen:
            preview = desk.merges.preview(survivor, merged)
            return _Seen(preview, {str(place.id): place.name for place in desk.clinics.locations()})

        self._ctx.tasks.run(work, self, self._show, failed=self._not_read)
        self._history.reload()

    def _show(self, seen: _Seen) -> None:
        self._busy = False
        self._seen = seen.preview
        self.comparison.show_preview(seen.preview, seen.locations)
        self._moves.show_preview(seen.preview)
        self._show_way()
        self.comparison.enter()

    def _not_read(self, error: ExpectedError) -> None:
        self._busy = False
        self._seen = None
        self._show_way()
        self.errors.say(str(error), tr("Compare again"), self._read)

    def _repaint(self) -> None:
        if self._seen is not None:
            self.comparison.repaint_words()

    def _swap(self) -> None:
        self._survivor, self._merged = self._merged, self._survivor
        self._history.set_patient(self._survivor)
        self._read()

    def _reason(self) -> str:
        if self._busy:
            return tr("The two are being compared.")
        if self._seen is None:
            return tr("These two cannot be merged.")
        return self._moves.reason()

    def _show_way(self) -> None:
        reason = self._reason()
        self.apply.forbid(reason)
        self._why.setText(reason)
        self.swap.forbid(tr("The two are being compared.") if self._busy else "")

    # --- merging ----------------------------------------------------------------------------------

    def _merge(self) -> None:
        seen = self._seen
        if seen is None or self._reason():
            return
        versions = (seen.survivor.version, seen.merged.version)
        take, force, desk = self.comparison.taken(), self._moves.forced(), self._ctx.desk
        survivor, merged = seen.survivor.id, seen.merged.id
        self._busy = True
        self._show_way()
        self._ctx.tasks.run(
            lambda: desk.merges.merge(survivor, merged, versions, take, force=force),
            self,
            self._done,
            failed=self._not_merged,
        )

    def _done(self, merge_id: UUID) -> None:
        seen, ctx = self._seen, self._ctx
        assert seen is not None, "it was just compared"

        def undo() -> None:
            # The panel is gone by then: the window's own helper is the owner.
            ctx.tasks.run(
                lambda: ctx.desk.merges.unmerge(merge_id),
                ctx.notices,
                lambda done: _say_undone(ctx, done),
                failed=lambda error: ctx.notices.say(str(error)),
            )

        said = tr(
            "{merged} is merged into {survivor}",
            merged=person_words.name(seen.merged),
            survivor=person_words.name(seen.survivor),
        )
        ctx.notices.say(said, undo)
        ctx.board.tell_kinds(Change.PATIENTS, Change.QUEUE)
        self.merged.emit()

    def _not_merged(self, error: ExpectedError) -> None:
        self._busy = False
        self._show_way()
        self.errors.say(str(error), tr("Compare again"), self._read)

    def _taken_back(self) -> None:
        self._ctx.board.tell_kinds(Change.PATIENTS, Change.QUEUE)
        self._read()


def _say_undone(ctx: Context, done: Unmerged) -> None:
    ctx.board.tell_kinds(Change.PATIENTS, Change.QUEUE)
    ctx.notices.say(sentence_of(done))
