"""Who moves: the patients whom the next run would put into another tier, with the score that does it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget

from reactivate_desktop.domain.enums import ContactPriority
from reactivate_desktop.domain.score_settings import Mover, TierPreview
from ui import names
from ui.privacy import veiled
from ui.score_points import score_of
from ui.settings import words
from ui.text import tr, trn
from ui.theme import icons
from ui.theme.fonts import MEDIUM, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.widgets import paint, pills
from ui.widgets.columns_model import Column
from ui.widgets.key_page import ENTER
from ui.widgets.row_view import SIDE, RowDelegate, RowView
from ui.widgets.rows_model import RowsModel
from ui.widgets.text import BODY, Label

_ROW = 28


@dataclass(frozen=True)
class Line:
    """A patient who moves, the head of those who move into one tier, or how many more there are."""

    id: UUID
    mover: Mover | None
    said: str
    head: bool = False


def lines_of(found: TierPreview) -> list[Line]:
    """Return the lines of a preview: each tier's head, then its patients, the best first."""
    return [line for place, tier in enumerate(ContactPriority) for line in _of_tier(found, tier, place)]


def _of_tier(found: TierPreview, tier: ContactPriority, place: int) -> Iterator[Line]:
    count = found.into[tier]
    if not count:
        return
    # Lines that are no patient have small numbers as ids.
    yield Line(UUID(int=2 * place), None, words.become(tier, count), head=True)
    named = [mover for mover in found.movers if mover.after == tier]
    for mover in named:
        yield Line(mover.id, mover, "")
    if count > len(named):
        more = trn("and {n} more", "and {n} more", count - len(named))
        yield Line(UUID(int=2 * place + 1), None, more)


class _Delegate(RowDelegate):
    def held_elsewhere(self, row: Line) -> bool:
        return row.head

    def paint_cell(self, painter: QPainter, box: QRectF, _column: int, row: Line, *, selected: bool) -> None:
        found = tokens()
        inner = box.adjusted(SIDE, 0, -SIDE, 0)
        mover = row.mover
        if mover is None:
            face = font(12, SEMI_BOLD) if row.head else font(12)
            paint.text(painter, inner, row.said, face, found.muted)
            if row.head:
                paint.text(painter, inner, tr("score"), font(12), found.muted, paint.RIGHT)
            return
        middle = box.center().y()
        if mover.before is not None:
            pills.shape(painter, mover.before, inner.x(), middle)
        icons.paint(painter, "arrow-right", inner.x() + 14, middle - 6, 12, found.muted)
        pills.shape(painter, mover.after, inner.x() + 30, middle)
        color = found.accent if selected else found.text
        paint.text(painter, inner.adjusted(48, 0, -44, 0), veiled(mover.name), font(13, MEDIUM), color)
        paint.text(painter, inner, str(_score(mover)), font(13, SEMI_BOLD), found.text, paint.RIGHT)


class _View(RowView):
    """Enter opens the current patient's record."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and self.place() >= 0:
            self.opened.emit(self.place())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.set_widths((0,), 0)


class Movers(QStackedWidget):
    """`record_asked(id)`: a patient's record is wanted."""

    record_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._none = Label("", BODY, "muted", wrap=True)
        self._none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._none.setContentsMargins(SIDE, 8, SIDE, 8)
        self.view = _View(names.SCORING_MOVERS, tr("Who moves"), _ROW)
        self.model: RowsModel[Line] = RowsModel([Column(tr("Who moves"), _words)], self.view)
        self.view.setModel(self.model)
        self.view.setItemDelegate(_Delegate(self.view))
        self.view.horizontalHeader().hide()
        self.view.setMinimumHeight(5 * _ROW)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.addWidget(self._none)
        self.addWidget(self.view)
        self.view.opened.connect(self._open)

    def show_preview(self, found: TierPreview) -> None:
        """Show who moves; where nobody does, that."""
        lines = lines_of(found)
        self.model.show_rows(lines)
        self._none.setText(_nobody(found))
        self.setCurrentWidget(self.view if lines else self._none)

    def repaint_names(self) -> None:
        """Show the names as they may be shown now."""
        self.view.viewport().update()

    def _open(self, place: int) -> None:
        line: Any = self.model.row_at(place)
        if line is not None and line.mover is not None:
            self.record_asked.emit(line.mover.id)


def _nobody(found: TierPreview) -> str:
    if found.unranked and found.unranked == found.eligible:
        return tr("Nobody was scored yet. The first scoring gives everybody a colour.")
    return tr("Nobody changes colour.")


def _words(line: Line) -> str:
    mover = line.mover
    if mover is None:
        return line.said
    return tr("{name}: {tier}, score {n}", name=veiled(mover.name), tier=words.tier(mover.after), n=_score(mover))


def _score(mover: Mover) -> int:
    return score_of(mover.score / 1000)
