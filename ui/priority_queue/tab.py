"""The priority queue's tab: head, tiles and list at the left, whoever is being called at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLayout, QScrollArea, QSizePolicy, QWidget

from ui import names
from ui.actions import BY_ID
from ui.commands import shown_keys
from ui.context import Context
from ui.frame.header import Header
from ui.priority_queue.bindings import bind
from ui.priority_queue.conductor import Conductor
from ui.priority_queue.desk_state import DeskState
from ui.priority_queue.list import QueueList
from ui.priority_queue.pane import DetailPane
from ui.priority_queue.reading import Reading
from ui.priority_queue.tiles import Tiles
from ui.tab_page import TabPage
from ui.text import tr
from ui.theme.tokens import GAP, GAP_LARGE, GAP_SMALL, MARGIN
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import column, row
from ui.widgets.search_button import SearchButton

# Where a screen has less than this, as at 200 %, the room scrolls instead of being cut.
_LEAST_WIDE, _LEAST_HIGH = 900, 460
# With less room the head leaves out what has keys and stands in the palette as well.
_ROOM_FOR_SEARCH, _ROOM_FOR_TOOLS = 760, 660
_LEAST = QSize(420, 300)


class QueueTab(TabPage):
    """The heart of the window. What happens in it is conducted by `conductor`; this is where things stand."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx, names.QUEUE_TAB)
        self.state = DeskState(ctx.person.id)
        self.reading = Reading(ctx, self)
        self.tiles = Tiles()
        self.list = QueueList(ctx, self.state, self.reading.rows)
        self.pane = DetailPane(ctx)
        self.search = SearchButton(tr(BY_ID["palette"].title), shown_keys(BY_ID["palette"]))
        self.export = Button(tr("Export"), Kind.PLAIN, "export")
        self.sheet = Button(tr("Call sheet"), Kind.PLAIN, "printer")
        self.next = Button(tr("Next patient"), Kind.FILLED, "phone-call", tr("Enter"))
        self.header = Header(tr("Priority queue"), self.search, self.export, self.sheet, self.next)
        self._name_parts()
        self._arrange()
        self.set_low(False)
        self.conductor = Conductor(self)
        bind(self)

    def keys(self) -> Sequence[tuple[str, str]]:
        if not self.ctx.person.writes:
            return (("O", tr("record")), ("W", tr("why")), ("?", tr("all keys")))
        return (
            (tr("Enter"), tr("next")),
            ("C", tr("call")),
            ("T", tr("text")),
            ("B", tr("book")),
            ("1–9", tr("outcome")),
            ("Ctrl Z", tr("undo")),
            ("?", tr("all keys")),
        )

    def set_low(self, low: bool) -> None:
        margins = (20, 13, 20, 9) if low else (MARGIN, 20, MARGIN - 4, 16)
        self.body.setContentsMargins(*margins)
        self.body.setSpacing(GAP_SMALL if low else GAP_LARGE - 2)
        self._sides.setSpacing(GAP if low else GAP_LARGE)
        self._left.setSpacing(GAP_SMALL if low else GAP)
        self.tiles.set_low(low)
        self.list.set_low(low)
        self.pane.set_low(low)

    def has_unsaved(self) -> bool:
        return self.pane.has_unsaved()

    def minimumSizeHint(self) -> QSize:
        return _LEAST

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.search.setVisible(self.width() >= _ROOM_FOR_SEARCH)
        tools = self.width() >= _ROOM_FOR_TOOLS
        self.export.setVisible(tools)
        self.sheet.setVisible(tools and self.ctx.commands.allowed("call-sheet"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.conductor.shown_again()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.conductor.hidden()

    def _name_parts(self) -> None:
        for button, name in (
            (self.search, names.QUEUE_SEARCH),
            (self.export, names.QUEUE_EXPORT),
            (self.sheet, names.QUEUE_SHEET),
            (self.next, names.QUEUE_NEXT),
        ):
            button.setObjectName(name)
        self.next.setVisible(self.ctx.commands.allowed("next"))

    def _arrange(self) -> None:
        # Its own least size counts, not that of everything in the head.
        self.body.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        room = QWidget()
        room.setMinimumSize(_LEAST_WIDE, _LEAST_HIGH)
        self._left = column(None, GAP)
        self._left.addWidget(self.tiles)
        self._left.addWidget(self.list, 1)
        self._sides = row(room, GAP_LARGE)
        self._sides.addLayout(self._left, 1)
        self._sides.addWidget(self.pane)
        scroll = QScrollArea()
        scroll.setWidget(room)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.body.addWidget(self.header)
        self.body.addWidget(self.errors)
        self.body.addWidget(scroll, 1)
        self.setFocusProxy(self.list.view)
