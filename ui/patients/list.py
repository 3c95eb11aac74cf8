"""The columns of the patients list, and how their cells are painted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRectF

from reactivate_desktop.domain.patient_lists import PatientSort
from ui import words
from ui.actions import N_
from ui.patients.picks import Picks
from ui.patients.rows import Marked, ShownRow
from ui.privacy import veiled
from ui.text import tr
from ui.theme.fonts import MEDIUM, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.widgets import paint, pills
from ui.widgets.columns_model import Column
from ui.widgets.row_view import SIDE, RowDelegate, RowView

_LINE = 18
_GAP = 12
_PILL_WIDTH = 96
_VEILED = "•" * 16


@dataclass(frozen=True)
class Field:
    """One column: its name as preferences keep it, its title, width, and by what a click on the title sorts."""

    name: str
    title: str
    width: int
    words: Callable[[ShownRow], str]
    sort: PatientSort | None = None
    # Of a first click: the best or latest first.
    ascending: bool = True


def _two(first: str, second: str) -> str:
    return f"{first}, {second}" if second else first


SELECT = "select"
PATIENT = "patient"
FIELDS: tuple[Field, ...] = (
    Field(SELECT, "", 43, lambda _: ""),
    Field(PATIENT, N_("Patient"), 260, lambda row: _two(row.name.words, row.born.words), PatientSort.NAME),
    Field("phone", N_("Phone"), 146, lambda row: _two(row.phone.words or tr("No phone"), row.phone_state)),
    Field("segment", N_("Segment"), 100, lambda row: row.segment),
    Field("priority", N_("Priority"), 128, lambda row: _priority(row), PatientSort.SCORE, ascending=False),
    Field("last_visit", N_("Last visit"), 114, lambda row: _two(*row.last), PatientSort.LAST_VISIT, ascending=False),
    Field("next_visit", N_("Next visit"), 120, lambda row: _two(*row.next), PatientSort.NEXT_VISIT),
    Field("best_by", N_("Best by"), 100, lambda row: row.best.word),
    Field("note", N_("Note"), 160, lambda row: row.note.word if row.note else ""),
)
BY_NAME = {field.name: field for field in FIELDS}
# What a person may hide.
OPTIONAL = tuple(field.name for field in FIELDS if field.name not in (SELECT, PATIENT))


def _priority(row: ShownRow) -> str:
    if row.priority is None:
        return tr("Not scored")
    return f"{words.priority_long(row.priority)}, {row.score}"


def columns(fields: tuple[Field, ...], picks: Picks) -> list[Column[ShownRow]]:
    """Return the model's columns."""
    return [Column(tr(field.title) if field.title else "", _said(field, picks)) for field in fields]


def _said(field: Field, picks: Picks) -> Callable[[ShownRow], str]:
    if field.name == SELECT:
        return lambda row: tr("Selected") if picks.has(row.id) else tr("Not selected")
    return field.words


class PatientDelegate(RowDelegate):
    """Paints rows from words that are ready; fragments, pill and check box are all it draws itself."""

    def __init__(self, view: RowView, fields: tuple[Field, ...], picks: Picks) -> None:
        super().__init__(view)
        self._fields = fields
        self._picks = picks
        self._paints: dict[str, Callable[..., None]] = {
            SELECT: self._select,
            PATIENT: self._patient,
            "phone": self._phone,
            "segment": self._segment,
            "priority": self._priority,
            "last_visit": lambda painter, box, row, **_: _lines(painter, box, *row.last),
            "next_visit": lambda painter, box, row, **_: _lines(painter, box, *row.next),
            "best_by": lambda painter, box, row, **_: _sign(painter, box, row.best, font(13)),
            "note": self._note,
        }

    def paint_cell(self, painter: Any, box: QRectF, column: int, row: Any, *, selected: bool) -> None:
        field = self._fields[column]
        # Without check boxes the first words keep off the accent bar.
        left = SIDE if column == 0 and field.name != SELECT else 0
        inner = box if field.name == SELECT else box.adjusted(left, 0, -_GAP, 0)
        self._paints[field.name](painter, inner, row, selected=selected)

    def _select(self, painter: Any, box: QRectF, row: ShownRow, **_: bool) -> None:
        # Level with the middle of the header's box, right of the accent bar.
        paint.check_box(painter, box.adjusted(2, 0, 0, 0), self._picks.has(row.id))

    def _patient(self, painter: Any, box: QRectF, row: ShownRow, **_: bool) -> None:
        top, bottom = _halves(box)
        _marked(painter, top, row.name, font(14, SEMI_BOLD), tokens().text)
        line = row.born
        if veiled(line.words) != line.words:
            # A birthday and a record number name a person as well as her name does.
            line = Marked(_VEILED)
        paint.marked_text(painter, bottom, line.words, line.marks, font(12), tokens().muted)

    def _phone(self, painter: Any, box: QRectF, row: ShownRow, **_: bool) -> None:
        if not row.phone.words:
            paint.text(painter, box, tr("No phone"), font(13), tokens().muted)
        elif row.phone_state:
            top, bottom = _halves(box)
            _marked(painter, top, row.phone, font(13), tokens().text)
            paint.text(painter, bottom, row.phone_state, font(12), tokens().muted)
        else:
            _marked(painter, box, row.phone, font(13), tokens().text)

    def _segment(self, painter: Any, box: QRectF, row: ShownRow, **_: bool) -> None:
        paint.tag(painter, box.x(), box.center().y(), row.segment)

    def _priority(self, painter: Any, box: QRectF, row: ShownRow, *, selected: bool) -> None:
        if row.priority is None:
            paint.text(painter, box, tr("Not scored"), font(12), tokens().muted)
            return
        pill = QRectF(box.x(), round(box.center().y()) - 12, _PILL_WIDTH, pills.PILL_HEIGHT)
        pills.pill(painter, pill, row.priority, row.score, selected=selected)

    def _note(self, painter: Any, box: QRectF, row: ShownRow, **_: bool) -> None:
        if row.note is not None:
            _sign(painter, box, row.note, font(12, MEDIUM))


def _halves(box: QRectF) -> tuple[QRectF, QRectF]:
    """Return the boxes of the two lines of a row."""
    top = box.center().y() - _LINE
    return QRectF(box.x(), top, box.width(), _LINE), QRectF(box.x(), top + _LINE, box.width(), _LINE)


def _marked(painter: Any, box: QRectF, line: Marked, face: Any, color: str) -> None:
    shown = veiled(line.words)
    paint.marked_text(painter, box, shown, line.marks if shown == line.words else (), face, color)


def _lines(painter: Any, box: QRectF, first: str, second: str) -> None:
    if not second:
        paint.text(painter, box, first, font(13), tokens().muted)
        return
    top, bottom = _halves(box)
    paint.text(painter, top, first, font(13), tokens().text)
    paint.text(painter, bottom, second, font(12), tokens().muted)


def _sign(painter: Any, box: QRectF, sign: Any, face: Any) -> None:
    color = getattr(tokens(), sign.tone)
    shown = getattr(color, "text", color)
    paint.icon_and_text(painter, box, sign.icon, sign.word, face, shown)
