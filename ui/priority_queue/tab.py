"""The priority queue's tab: head, tiles and list at the left, whoever is being called at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLayout, QScrollArea, QSizePolicy

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
from ui.priority_queue.sides import Sides
from ui.priority_queue.tiles import Tiles
from ui.tab_page import TabPage
from ui.text import tr
from ui.theme.tokens import GAP_LARGE, GAP_SMALL, MARGIN
from ui.widgets.buttons import Button, Kind
from ui.widgets.search_button import SearchButton

# With less room the head leaves out what has keys and stands in the palette as well.
_ROOM_FOR_SEARCH, _ROOM_FOR_TOOLS = 900, 700
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
        self.sides = Sides(self.tiles, self.list, self.pane)
        self.search = SearchButton(tr(BY_ID["palette"].title), shown_keys(BY_ID["palette"]))
        self.export = Button(tr("Export"), Kind.PLAIN, "export")
        self.sheet = Button(tr("Call sheet"), Kind.PLAIN, "printer")
        self.next = Button(tr("Next patient"), Kind.FILLED, "phone-call", tr("Enter"))
        self.other = Button("", Kind.PLAIN, "list-checks", shown_keys(BY_ID["show-other"]))
        self.header = Header(tr("Priority queue"), self.search, self.export, self.sheet, self.other, self.next)
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
        self.sides.set_low(low)
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
        margins = self.body.contentsMargins()
        self.sides.fit(self.width() - margins.left() - margins.right())

    def show_sides(self) -> None:
        """Offer the other one where list or pane is shown alone."""
        self.setFocusProxy(self.sides.home())
        self.other.setVisible(self.sides.one_only and (self.pane.row is not None or self.sides.pane_shown()))
        word = tr("List") if self.sides.pane_shown() else tr("Patient")
        self.other.setText(word)
        self.other.setAccessibleName(tr(BY_ID["show-other"].title))
        self.other.set_icon("queue" if self.sides.pane_shown() else "user-circle")
        self.other.updateGeometry()

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
            (self.other, names.QUEUE_OTHER),
            (self.next, names.QUEUE_NEXT),
        ):
            button.setObjectName(name)
        self.next.setVisible(self.ctx.commands.allowed("next"))

    def _arrange(self) -> None:
        # Its own least size counts, not that of everything in the head.
        self.body.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        scroll = QScrollArea()
        scroll.setWidget(self.sides)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.body.addWidget(self.header)
        self.body.addWidget(self.errors)
        self.body.addWidget(scroll, 1)
        self.sides.changed.connect(self.show_sides)
        self.show_sides()
