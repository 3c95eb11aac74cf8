"""The pairs to decide and the pair in hand; what is decided leaves the list and the next one is in hand."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QVBoxLayout, QWidget

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.merges import DuplicatePair
from ui.change_board import Changed
from ui.context import Context
from ui.frame.header import Header
from ui.patients import person_words
from ui.patients.duplicates_list import PAGE, PairList
from ui.patients.duplicates_pair import PairCard
from ui.patients.merge_history import MergeHistory
from ui.tasks import Ticket
from ui.text import number, tr, trn
from ui.theme.tokens import GAP, GAP_LARGE, MARGIN
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import Card, EmptyState, ErrorBar, column
from ui.widgets.text import FIRST, Label

_LIST_WIDTH, _BESIDE_FROM = 400, 860


class PairReview(QWidget):
    """`merge_asked(pair)`: compare the two for a merge; `closed`: back to the list of patients."""

    merge_asked = Signal(object)
    closed = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._ctx = ctx
        self._ticket: Ticket[list[DuplicatePair]] | None = None
        self._more_there = False
        self._known = False
        self._build()
        bind = ctx.commands.bind
        bind("pair-merge", self, self.merge, self._no_pair)
        bind("pair-dismiss", self, self.dismiss, self._no_pair)
        bind("pair-back", self, self.closed.emit)
        ctx.board.listen(self, {Change.PATIENTS}, self._changed)
        ctx.privacy.changed.connect(self._repaint)
        self.read()

    # --- building ---------------------------------------------------------------------------------

    def _build(self) -> None:
        back = Button(tr("Back to the list"), Kind.PLAIN, "arrow-left")
        back.clicked.connect(self.closed)
        self._header = Header(tr("Possible duplicates"), back)
        self.errors = ErrorBar()
        inside = QWidget()
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, inside)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(GAP_LARGE)
        self._both.addWidget(self._list(), 2)
        self._both.addLayout(self._right(), 5)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        whole = column(self, GAP)
        whole.setContentsMargins(MARGIN, 20, MARGIN - 4, 16)
        whole.addWidget(self._header)
        whole.addWidget(self.errors)
        whole.addWidget(scroll, 1)
        self.table.moved.connect(self._show_pair)
        self.table.opened.connect(self._opened)
        self.card.merge_asked.connect(self.merge)
        self.card.dismiss_asked.connect(self.dismiss)
        self.history.undone.connect(self.read)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE_FROM
        self._both.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self._left.setMaximumWidth(_LIST_WIDTH if beside else 16_777_215)

    def _list(self) -> QWidget:
        self._left = Card(0, 0)
        self._left.setMinimumHeight(170)
        self._left.body.setContentsMargins(1, 6, 1, 8)
        self.table = PairList()
        self.more = Button(tr("Show more"), Kind.LINK)
        self.more.clicked.connect(self._read_more)
        self.more.hide()
        self._left.body.addWidget(self.table, 1)
        self._left.body.addWidget(self.more, 0, Qt.AlignmentFlag.AlignHCenter)
        return self._left

    def _right(self) -> QVBoxLayout:
        self.card = PairCard(self._ctx)
        self._none = EmptyState(
            "check-circle",
            tr("No pair is left to decide"),
            tr("Imports and new patients are compared by name, birth date, phone and email. Pairs appear here."),
        )
        self._none.hide()
        self.history = MergeHistory(self._ctx)
        lately = Card(GAP_LARGE, GAP)
        lately.body.addWidget(Label(tr("Merged lately"), FIRST))
        lately.body.addWidget(self.history, 1)
        lately.setMinimumHeight(130)
        lately.setMaximumHeight(220)
        right = column(None, GAP)
        right.addWidget(self.card, 3)
        right.addWidget(self._none, 3)
        right.addWidget(lately, 1)
        return right

    # --- reading ----------------------------------------------------------------------------------

    def read(self) -> None:
        """Read from the likest pair on, as many as were shown."""
        self._ask(max(PAGE, len(self.table.rows_model.rows)), None, self._show)
        self.history.reload()

    def _read_more(self) -> None:
        rows = self.table.rows_model.rows
        if rows:
            self._ask(PAGE, (rows[-1].likeness, rows[-1].id), self.table.rows_model.add_rows)

    def _ask(self, limit: int, after: tuple[Decimal, UUID] | None, show: Callable[[list[DuplicatePair]], None]) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        desk = self._ctx.desk

        def keep(pairs: list[DuplicatePair]) -> None:
            self._more_there = len(pairs) > limit
            show(pairs[:limit])
            self.more.setVisible(self._more_there)
            self._say()

        self._ticket = self._ctx.tasks.run(lambda: desk.duplicates.open(limit + 1, after), self, keep)

    def _show(self, pairs: list[DuplicatePair]) -> None:
        first = not self._known
        self._known = True
        self.table.show_pairs(pairs)
        self._show_pair(self.table.place())
        if first:
            self.table.setFocus()

    def _changed(self, _changed: Changed) -> None:
        self.read()

    def _repaint(self) -> None:
        self.table.viewport().update()
        self._show_pair(self.table.place())

    def _say(self) -> None:
        count = len(self.table.rows_model.rows)
        shown = trn("{n} pair to decide", "{n} pairs to decide", count)
        if self._more_there:
            shown = tr("the {n} likest pairs", n=number(count))
        self._header.say(f"{shown} · {tr('decided one by one, an import never merges')}")

    # --- deciding ---------------------------------------------------------------------------------

    def _show_pair(self, place: int) -> None:
        pair = self.table.rows_model.row_at(place)
        self.card.setVisible(pair is not None)
        self._left.setVisible(pair is not None)
        self._none.setVisible(pair is None and self._known)
        if pair is not None:
            self.card.show_pair(pair)

    def _no_pair(self) -> str:
        return "" if self.table.pair() is not None else tr("There is no pair to decide.")

    def _opened(self, _place: int) -> None:
        self.merge()

    def merge(self) -> None:
        """Compare the two records of the pair in hand."""
        pair = self.table.pair()
        if pair is not None and self._ctx.commands.allowed("pair-merge"):
            self.merge_asked.emit(pair)

    def dismiss(self) -> None:
        """Say that the pair in hand are two people; a toast takes it back."""
        pair, desk = self.table.pair(), self._ctx.desk
        if pair is None or not self._ctx.commands.allowed("pair-dismiss"):
            return
        self._ctx.tasks.run(
            lambda: desk.duplicates.dismiss(pair.id),
            self,
            lambda _: self._dismissed(pair),
            failed=self._not_decided,
        )

    def _dismissed(self, pair: DuplicatePair) -> None:
        one, other = person_words.name(pair.one), person_words.name(pair.other)
        self._ctx.notices.say(
            tr("{one} and {other}: two people", one=one, other=other), lambda: take_back(self._ctx, pair.id)
        )
        self.read()

    def _not_decided(self, error: ExpectedError) -> None:
        self.errors.say(str(error))
        self.read()


def take_back(ctx: Context, pair_id: UUID) -> None:
    """Put a dismissed pair on the list again; whoever shows the list hears of it."""
    ctx.tasks.run(
        lambda: ctx.desk.duplicates.reopen(pair_id),
        ctx.notices,
        lambda _: ctx.board.tell_kinds(Change.PATIENTS),
        failed=lambda error: ctx.notices.say(str(error)),
    )
