"""The model card of a clinic's scorers: how good, for whom, what for, and what the weekly check found."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import ScorerKind
from reactivate_desktop.domain.model_cards import ModelCard
from ui import names
from ui.context import Context
from ui.latest import Latest
from ui.settings import card_words
from ui.settings.card_columns import GoodColumn, GroupColumn, UseColumn
from ui.settings.card_parts import StateChip, Turning
from ui.settings.full_card import FullCard
from ui.text import tr
from ui.widgets.buttons import Button, Kind
from ui.widgets.flow import FlowLayout
from ui.widgets.panels import Card, column, row
from ui.widgets.segmented import Segmented
from ui.widgets.text import SMALL, STRONG, Elided, Label, hairline

# Three columns side by side from this width on.
_BESIDE = 800
_MARGIN, _BETWEEN = 20, 12
_NO_LIMIT = 16_777_215


class ModelCardPanel(Card):
    """The card of one scorer at a time, read anew when the clinic's scorers change."""

    def __init__(self, ctx: Context, parent: QWidget | None = None) -> None:
        super().__init__(0, 0, parent)
        self.setObjectName(names.MODEL_CARD)
        self.ctx = ctx
        self.card: ModelCard | None = None
        self._latest = Latest(ctx.tasks, self)
        options = (
            (str(ScorerKind.REACTIVATION), tr("Return to the clinic")),
            (str(ScorerKind.NO_SHOW), tr("No-show")),
        )
        self.kinds = Segmented(options, tr("Model card"))
        self.chip = StateChip()
        self.version = Elided("", SMALL, "muted")
        self.full_button = Button(tr("Full card"), Kind.LINK)
        self.waiting = Label(tr("Reading the model card."), SMALL, "muted")
        self.good = GoodColumn(may_learn=ctx.commands.allowed("learn"))
        self.groups, self.use = GroupColumn(), UseColumn()
        self.columns = Turning((self.good, self.groups, self.use), _BESIDE, (28, 31, 31), 17)
        self.full = FullCard()
        self._named = QWidget()
        self._head = row(None, 12)
        self._lay_out()
        self.kinds.chosen.connect(self._other_kind)
        self.full_button.clicked.connect(self.turn_full)
        self.good.learn_asked.connect(self._learn)
        ctx.board.listen(self, (Change.CLINIC, Change.QUEUE), lambda _: self.read())
        self._show_nothing()
        self.read()

    @property
    def kind(self) -> ScorerKind:
        """The scorer that is shown."""
        return ScorerKind(self.kinds.current())

    def read(self) -> None:
        """Read the card of the chosen scorer; a late answer about the other one is dropped."""
        desk, kind = self.ctx.desk, self.kind
        self._latest.ask("card", lambda: desk.model_cards.read(kind), self.show_card)

    def show_card(self, card: ModelCard) -> None:
        """Show a card; the full one stays open where it is."""
        self.card = card
        self.waiting.hide()
        self.chip.show_state(*card_words.state(card))
        self.version.setText(card_words.version(card))
        for part in (self.good, self.groups, self.use):
            part.show_card(card)
        if not self.full.isHidden():
            self.full.show_card(card)
        for widget in (self.chip, self.version, self.columns, self.full_button):
            widget.show()
        self._fit()

    def turn_full(self) -> None:
        """Show the plots and tables, or the short card only."""
        if self.card is None:
            return
        on = self.full.isHidden()
        if on:
            self.full.show_card(self.card)
        self.full.setVisible(on)
        self._line.setVisible(on)
        word = tr("Short card") if on else tr("Full card")
        self.full_button.setText(word)
        self.full_button.setAccessibleName(word)
        self.full_button.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _lay_out(self) -> None:
        head = column(None, 4)
        head.setContentsMargins(_MARGIN, 10, _MARGIN, 10)
        title = Label(tr("Model card"), STRONG)
        title.setMinimumHeight(self.kinds.sizeHint().height())
        self._named_parts = (title, self.kinds, self.chip)
        flow = FlowLayout(self._named, _BETWEEN)
        for widget in self._named_parts:
            flow.addWidget(widget)
        link = row(None, 12)
        link.addWidget(self.version, 1)
        link.addWidget(self.full_button)
        self._head.addWidget(self._named)
        self._head.addLayout(link, 1)
        head.addLayout(self._head)
        inside = column(None, 14)
        inside.setContentsMargins(_MARGIN, 12, _MARGIN, 16)
        self._line = hairline()
        for each in (self.waiting, self.columns, self._line, self.full):
            inside.addWidget(each)
        self.body.addLayout(head)
        self.body.addWidget(hairline())
        self.body.addLayout(inside)
        self.body.addStretch(1)

    def _show_nothing(self) -> None:
        self.card = None
        for widget in (self.chip, self.version, self.columns, self.full_button, self.full, self._line):
            widget.hide()
        self.waiting.show()

    def _other_kind(self) -> None:
        opened = not self.full.isHidden()
        self._show_nothing()
        # Figures of the other scorer under this one's name would be wrong, even for a moment.
        self.full.clear()
        if opened:
            self.full.show()
            self._line.show()
        self.read()

    def _fit(self) -> None:
        self.columns.fit(self.width() - 2 * _MARGIN)
        beside = self.columns.beside
        directions = QBoxLayout.Direction
        self._head.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
        # In one line with what stands beside it; else it goes on in the next line where it must.
        shown = [part.sizeHint().width() for part in self._named_parts if not part.isHidden()]
        wide = sum(shown) + _BETWEEN * (len(shown) - 1) if beside else 0
        self._named.setMinimumWidth(wide)
        self._named.setMaximumWidth(wide or _NO_LIMIT)

    def _learn(self) -> None:
        reason = next(
            (each.reason() for each in self.ctx.commands.available() if each.action.id == "learn"),
            tr("This can be started from the command list only (Ctrl K)."),
        )
        self.good.forbid(reason)
        if not reason:
            self.ctx.commands.do_id("learn")
