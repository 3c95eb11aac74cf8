"""The priority queue's tab."""

from __future__ import annotations

from ui import names
from ui.context import Context
from ui.frame.header import Header
from ui.tab_page import TabPage
from ui.text import tr
from ui.theme.tokens import MARGIN


class QueueTab(TabPage):
    """Tiles, list and detail pane."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx, names.QUEUE_TAB)
        self.body.setContentsMargins(MARGIN, 20, MARGIN - 4, 16)
        self.body.addWidget(Header(tr("Priority queue")))
        self.body.addStretch(1)
