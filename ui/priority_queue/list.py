"""The list of the queue: whole rows on a card, its foot, and what is said when nobody waits."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from reactivate_desktop.domain.outreach import QueueFilter
from ui import names
from ui.context import Context
from ui.priority_queue import sentences
from ui.priority_queue.cells import BEST, CONTACT, PATIENT, PRIORITY, SIDE, QueueDelegate
from ui.priority_queue.desk_state import DeskState
from ui.priority_queue.lines import Line
from ui.priority_queue.list_parts import HEAD, ROW, ROW_LOW, QueueView, Skeleton, columns
from ui.text import number, tr
from ui.widgets.buttons import Button, Kind
from ui.widgets.paged_model import SKELETON_MS, Ids, PagedModel
from ui.widgets.panels import Card, EmptyState, row
from ui.widgets.row_head import RowHead
from ui.widgets.text import SMALL, Elided

_TOP, _HEAD, _FOOT = 5, HEAD, 30
_WIDTHS, _WIDTHS_LOW = (126, 190, 0, 124, 90), (126, 204, 0, 124, 90)
# Below these the best channel, then the contact make way for the reason, which is why the list is read. What presses
# of the contact is then said below the name.
_ROOM_FOR_BEST, _ROOM_FOR_CONTACT = 640, 560
_SHOW_MS = 70


@dataclass(frozen=True)
class _Anchor:
    """A row that stays where it is while the order around it changes, and how far below the top it was painted."""

    id: UUID
    top: int


class QueueList(Card):
    """`chosen(Line | None)`: the person went to another row; `opened(Line)`: a double click."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, ctx: Context, desk: DeskState, read: Callable[[list[UUID]], list[Line]]) -> None:
        super().__init__(0, 0)
        self._desk = desk
        self._wish = QueueFilter()
        self._ids: Ids | None = None
        self._quiet = False
        self._wanted: UUID | None = None
        self.view = QueueView(names.QUEUE_LIST, tr("Patients to contact, most urgent first"))
        self.model: PagedModel[Line] = PagedModel(ctx.tasks, columns(desk), read, self)
        self.score = Button(tr("Score now"), Kind.TONAL, "arrows-clockwise")
        self.nobody = EmptyState("users-three", "", "", self.score)
        self.why_not = Button(tr("Why is someone not here?"), Kind.LINK)
        self.why_not.setObjectName(names.QUEUE_WHY_NOT)
        self._skeleton = Skeleton(self)
        self._skeleton.hide()
        self._patience = QTimer(self, singleShot=True, interval=SKELETON_MS)
        self._patience.timeout.connect(self._lose_patience)
        self._settle = QTimer(self, singleShot=True, interval=_SHOW_MS)
        self._settle.timeout.connect(self._tell_current)
        self._said = Elided("", SMALL, "muted")
        self._arrange()
        self._patience.start()
        ctx.privacy.changed.connect(self.view.viewport().update)

    def _arrange(self) -> None:
        view = self.view
        head = RowHead(_HEAD, SIDE, PRIORITY, view)
        view.setHorizontalHeader(head)
        view.setModel(self.model)
        view.setItemDelegate(QueueDelegate(view, self._desk))
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        foot = self._foot = QWidget()
        inner = row(foot, 12)
        inner.setContentsMargins(SIDE, 0, SIDE, 0)
        inner.addWidget(self._said, 1)
        inner.addWidget(self.why_not)
        self.body.setContentsMargins(0, _TOP, 0, 0)
        self.body.addWidget(view)
        self.body.addWidget(self.nobody, 1)
        self.body.addWidget(foot, 1)
        foot.setMinimumHeight(_FOOT)
        self.nobody.hide()
        self.score.hide()
        view.moved.connect(self._moved)
        view.opened.connect(self._open)
        view.verticalScrollBar().valueChanged.connect(self._say_place)
        self.model.dataChanged.connect(self._read)

    # --- what the tab says ------------------------------------------------------------------------

    def show_first(self, wish: QueueFilter, lines: Sequence[Line]) -> None:
        """Show the first rows of a list at once; its index follows."""
        self._wish, self._ids = wish, None
        self._change(lambda: self.model.show_first(lines), keep=False)

    def show_index(self, wish: QueueFilter, ids: Ids) -> None:
        """Show the whole list; the current row stays where it is on the screen, rows that are known stay painted."""
        if self._ids is not None and wish == self._wish and ids == self._ids:
            return
        keep = wish == self._wish
        self._wish, self._ids = wish, ids
        self._change(lambda: self.model.show_index(ids), keep=keep)

    def select(self, id: UUID | None) -> None:
        """Make a patient the current row without telling of it; one who is not in the list is so once it has her."""
        self._wanted = None
        place = None if id is None else self.model.place_of(id)
        if id is not None and place is None:
            self._wanted = id
        self._quiet = True
        if place is None:
            self.view.clearSelection()
            self.view.setCurrentIndex(QModelIndex())
        else:
            self.view.go_to(place)
        self._quiet = False

    def go_below(self, id: UUID, without: Container[UUID]) -> None:
        """Go to the first row below a patient who is not among `without`, as the person would with the arrows."""
        place = self.model.place_of(id)
        for below in range(0 if place is None else place + 1, self.model.rowCount()):
            if self.model.id_at(below) not in without:
                self.view.go_to(below)
                return

    def current(self) -> Line | None:
        """Return the current row, when it has been read."""
        place = self.view.place()
        return None if place < 0 else self.model.row_at(place)

    def set_low(self, low: bool) -> None:
        """Use lower rows."""
        self.view.set_row_height(ROW_LOW if low else ROW)
        self._fit()

    def repaint_times(self) -> None:
        """Paint again what counts minutes and seconds."""
        self.view.viewport().update()

    # --- inside -----------------------------------------------------------------------------------

    def _change(self, change: Callable[[], None], *, keep: bool) -> None:
        """Give the model another list and bring current row and scroll place back."""
        self._patience.stop()
        self._skeleton.hide()
        view, bar = self.view, self.view.verticalScrollBar()
        here = self.model.id_at(view.place())
        anchor, scrolled = (self._anchor(), bar.value()) if keep else (None, 0)
        self._quiet = True
        change()
        wanted = self._wanted or here
        place = None if wanted is None else self.model.place_of(wanted)
        if place is not None:
            self._wanted = None
            view.setCurrentIndex(self.model.index(place, 0))
        self._quiet = False
        empty = self.model.rowCount() == 0
        self.nobody.setVisible(empty)
        self.body.setStretchFactor(self._foot, 0 if empty else 1)
        self._fit()
        view.updateGeometries()
        stays = None if anchor is None else self.model.place_of(anchor.id)
        if anchor is not None and stays is not None:
            scrolled = stays * view.verticalHeader().defaultSectionSize() - anchor.top
        bar.setValue(scrolled)
        self._say_place()
        if place is None and here is not None and self._wanted is None:
            self.chosen.emit(None)

    def _anchor(self) -> _Anchor | None:
        """Return the current row where it can be seen, else the first one that can; none at the top of the list."""
        view, high = self.view, self.view.verticalHeader().defaultSectionSize()
        top = view.verticalScrollBar().value()
        place = view.place()
        if not (place >= 0 and top - high < place * high < top + view.viewport().height()):
            if top == 0:
                return None
            place = top // high
        id = self.model.id_at(place)
        return None if id is None else _Anchor(id, place * high - top)

    def _moved(self, place: int) -> None:
        if not self._quiet and place >= 0 and self.view.selectionModel().hasSelection():
            self._wanted = None
            self._settle.start()

    def _tell_current(self) -> None:
        line = self.current()
        if line is not None:
            self.chosen.emit(line)

    def _read(self, first: QModelIndex, last: QModelIndex) -> None:
        self._say_place()
        if first.row() <= self.view.place() <= last.row() and self._settle.isActive():
            self._settle.start()

    def _open(self, place: int) -> None:
        line = self.model.row_at(place)
        if line is not None:
            self.opened.emit(line)

    def _lose_patience(self) -> None:
        self._skeleton.setGeometry(1, _TOP + 1, self.width() - 2, self.height() - _TOP - _FOOT)
        self._skeleton.show()

    def _say_place(self) -> None:
        rows = self.model.rowCount()
        if not rows:
            self._said.setText("")
            return
        high = self.view.verticalHeader().defaultSectionSize()
        first = self.view.verticalScrollBar().value() // high + 1
        last = min(rows, first + max(1, self.view.viewport().height() // high) - 1)
        total = rows if self._ids is not None else None
        shown = f"{number(first)}–{number(last)}"
        if total is None:
            self._said.setText(f"{shown} · {sentences.order(self._wish)}")
        else:
            of = tr("{shown} of {total}", shown=shown, total=number(total))
            self._said.setText(f"{of} · {sentences.order(self._wish)}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Make the view a whole number of rows high and give the columns their widths."""
        high = self.view.verticalHeader().defaultSectionSize()
        room = self.height() - _TOP - _HEAD - _FOOT - 2
        # Without rows its head stays: a list that went away would take the focus, and with it the keys.
        rows = max(2, room // high) if self.nobody.isHidden() else 0
        self.view.setFixedHeight(_HEAD + rows * high)
        best, contact = self.width() >= _ROOM_FOR_BEST, self.width() >= _ROOM_FOR_CONTACT
        self.view.setColumnHidden(BEST, not best)
        self.view.setColumnHidden(CONTACT, not contact)
        widths = list(_WIDTHS_LOW if high == ROW_LOW else _WIDTHS)
        if not best:
            widths[PATIENT], widths[CONTACT], widths[BEST] = 140, 132, 0
        if not contact:
            widths[PATIENT], widths[CONTACT] = 160, 0
        self.view.share_width(widths)
        self._say_place()
