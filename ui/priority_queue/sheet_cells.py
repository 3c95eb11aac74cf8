"""The list of a call sheet whose outcomes are entered: patient, number, outcome, and what became of it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize
from PySide6.QtGui import QHelpEvent, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QToolTip, QWidget

from ui import formats, words
from ui.priority_queue.sheet_lines import NEEDS_TIME, Became, SheetLine
from ui.privacy import veiled
from ui.text import tr
from ui.theme.fonts import MEDIUM, REGULAR, font
from ui.theme.theme import tokens
from ui.widgets import paint
from ui.widgets.columns_model import ROW_ROLE, Column
from ui.widgets.row_head import RowHead
from ui.widgets.row_view import SIDE, RowDelegate, RowView
from ui.widgets.rows_model import RowsModel
from ui.widgets.text import tip

_ROW = 34
_WIDTHS = (190, 130, 200, 0)


class EntryView(RowView):
    """`rows` holds the lines."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("sheet-lines", tr("Patients of the call sheet"), _ROW)
        self.rows: RowsModel[SheetLine] = RowsModel(_columns(), parent)
        self.setHorizontalHeader(RowHead(30, SIDE, parent=self))
        self.setModel(self.rows)
        self.setItemDelegate(_Cells(self))
        self.setMinimumHeight(8 * _ROW)

    def current(self) -> SheetLine | None:
        """Return the current line."""
        return self.rows.row_at(self.place())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Digits are the card's: they choose an outcome.
        if event.text().isdigit():
            event.ignore()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(600, 10 * _ROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.set_widths(_WIDTHS, 3)


class _Cells(RowDelegate):
    def held_elsewhere(self, row: SheetLine) -> bool:
        return not row.open

    def paint_cell(self, painter: QPainter, box: QRectF, column: int, row: SheetLine, *, selected: bool) -> None:
        found = tokens()
        inner = box.adjusted(SIDE if column == 0 else 0, 0, -10, 0)
        refused = row.became is Became.REFUSED and column == 3
        color = found.muted if not row.open else found.red.text if refused else found.text
        face = font(13, MEDIUM if column in (0, 2) else REGULAR)
        paint.text(painter, inner, _WORDS[column](row), face, color)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        line = index.data(ROW_ROLE)
        said = line.said if line is not None and index.column() == 3 else ""
        QToolTip.showText(event.globalPos(), tip(said), view)
        return True


def _outcome(line: SheetLine) -> str:
    if line.outcome is None:
        return ""
    word = words.outcome(line.outcome)
    if line.outcome not in NEEDS_TIME:
        return word
    return f"{word} · {formats.moment(line.at) if line.at is not None else tr('when?')}"


def _became(line: SheetLine) -> str:
    words_ = {Became.OPEN: "", Became.LOGGED: tr("Logged"), Became.KEPT: tr("Kept on this PC")}
    return words_.get(line.became, line.said)


def _phone(line: SheetLine) -> str:
    return veiled(formats.phone(line.row.phones[0])) if line.row.phones else tr("No number")


def _name(line: SheetLine) -> str:
    return veiled(line.row.name)


_WORDS = (_name, _phone, _outcome, _became)


def _columns() -> tuple[Column[SheetLine], ...]:
    titles = (tr("Patient"), tr("Phone"), tr("Outcome"), tr("What became of it"))
    return tuple(Column(title, words_) for title, words_ in zip(titles, _WORDS, strict=True))
