"""Settings, Scoring: what the desks can do, what the queue becomes by that, who moves, and the model card."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QWidget

from reactivate_desktop.domain.score_settings import TierPreview
from ui.context import Context
from ui.settings.capacity import Capacity
from ui.settings.control import ScoringControl
from ui.settings.model_card import ModelCardPanel
from ui.settings.movers import Movers
from ui.settings.preview import QueueAfter
from ui.settings.steadiness import Steadiness
from ui.text import tr
from ui.theme.tokens import GAP, GAP_SMALL
from ui.widgets.panels import Card, Follow, column, scrolled
from ui.widgets.text import SMALL, STRONG, Label, hairline

_MOVERS_WIDE, _BESIDE, _LIST_HIGH = 348, 880, 300


class _Inside(QWidget):
    """The contents of the page; it may be as narrow as the window."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())


class ScoringPage(QWidget):
    """Shows what `control` knows and tells it what is changed."""

    def __init__(self, ctx: Context, control: ScoringControl) -> None:
        super().__init__()
        self._writes = ctx.commands.allowed("settings-save")
        self._control = control
        self.capacity = Capacity()
        self.after = QueueAfter()
        self.movers = Movers()
        self.steadiness = Steadiness()
        self._drawn = Label("", SMALL, "yellow", wrap=True)
        self._inside = _Inside()
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.inner = column(self._inside, GAP)
        self.area: QScrollArea = scrolled(self._inside, tr("Scoring"))
        Follow(self.area)
        self._build(ModelCardPanel(ctx, self._inside))
        column(self, 0).addWidget(self.area)
        self._connect()
        ctx.privacy.changed.connect(self.movers.repaint_names)
        self.movers.record_asked.connect(ctx.navigation.open_record)
        self.after.say(tr("Reading the patients"), "muted")

    def focus_first(self) -> None:
        """Put the keyboard on the first number."""
        (self.capacity.calls.slider if self._writes else self.area).setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE
        ways = QBoxLayout.Direction
        self._top.setDirection(ways.LeftToRight if beside else ways.TopToBottom)
        for size in (self._movers.setMinimumWidth, self._movers.setMaximumWidth):
            size(_MOVERS_WIDE if beside else (0 if size == self._movers.setMinimumWidth else 16_777_215))
        self.movers.setMinimumHeight(140 if beside else _LIST_HIGH)

    def _build(self, card: QWidget) -> None:
        left = Card(0, 0)
        for part, line in ((self.capacity, True), (self.after, False)):
            holder = column(None, 0)
            holder.setContentsMargins(20, 16, 20, 16)
            holder.addWidget(part)
            left.body.addLayout(holder)
            if line:
                left.body.addWidget(hairline())
        left.body.addStretch(1)
        self._movers = Card(0, 0)
        title = Label(tr("Who moves"), STRONG)
        title.setContentsMargins(14, 16, 14, 10)
        below = column(None, 10)
        below.setContentsMargins(14, 12, 14, 16)
        below.addWidget(self.steadiness)
        below.addWidget(self._drawn)
        self._movers.body.addWidget(title)
        self._movers.body.addWidget(self.movers, 1)
        self._movers.body.addWidget(hairline())
        self._movers.body.addLayout(below)
        self._top.setContentsMargins(0, 0, 0, 0)
        self._top.setSpacing(GAP)
        self._top.addWidget(left, 1)
        self._top.addWidget(self._movers)
        self.inner.addLayout(self._top)
        self.inner.addWidget(card)
        self.inner.addStretch(1)
        self.inner.setContentsMargins(0, 0, 0, GAP_SMALL)

    def _connect(self) -> None:
        control = self._control
        self.capacity.calls_changed.connect(lambda value: control.change(calls=value))
        self.capacity.messages_changed.connect(lambda value: control.change(messages=value))
        self.steadiness.steady_changed.connect(lambda value: control.change(hysteresis=value))
        self.steadiness.kept_back_changed.connect(lambda value: control.change(kept_back=value))
        control.loaded.connect(self._show_setup)
        control.edited.connect(self._show_draft)
        control.counted.connect(self._show_preview)

    def _show_setup(self) -> None:
        setup = self._control.setup
        assert setup is not None, "told when it was read"
        self.capacity.show_setup(setup, writes=self._writes)
        self.steadiness.show_rules(setup.rules.hysteresis, writes=self._writes)

    def _show_draft(self) -> None:
        setup, draft = self._control.setup, self._control.draft
        if setup is None or draft is None:
            return
        self.capacity.show_draft(setup, draft)
        self.steadiness.show_draft(draft)
        redrawn = draft.kept_back != setup.hold_out_percent
        self._drawn.setText(
            tr("Chance decides at the next scoring who is kept back: the numbers here do not count that yet.")
        )
        self._drawn.setVisible(redrawn)

    def _show_preview(self, found: TierPreview) -> None:
        self.after.show_preview(found)
        self.movers.show_preview(found)
        self.after.say("● " + tr("Updates while you drag") if self._writes else "", "green")
