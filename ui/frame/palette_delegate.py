"""Paints the rows of the command palette: headings, patients, commands and staff."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.frame.palette_model import ENTRY_ROLE, DoEntry, Entry, Heading, PatientEntry, StaffEntry
from ui.privacy import veiled
from ui.text import tr
from ui.theme import icons
from ui.theme.fonts import MEDIUM, REGULAR, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.widgets import paint, pills

PATIENT_HEIGHT, DO_HEIGHT, HEADING_HEIGHT = 52, 40, 36
_PICTURE, _WORDS, _PILL, _STATE = 22, 66, 300, 416
_SIDE = 25
# Below this width the state of a patient has no room.
_FULL = 620


def height_of(entry: Entry) -> int:
    """Return how high the row of an entry is."""
    if isinstance(entry, Heading):
        return HEADING_HEIGHT
    return DO_HEIGHT if isinstance(entry, DoEntry) else PATIENT_HEIGHT


class PaletteDelegate(QStyledItemDelegate):
    """Paints what PaletteModel lists; the chosen row says what Enter does."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(QRectF(option.rect).size().toSize().width(), height_of(index.data(ENTRY_ROLE)))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: Entry = index.data(ENTRY_ROLE)
        box = QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if isinstance(entry, Heading):
            _heading(painter, box, entry, first=index.row() == 0)
        else:
            _ground(painter, box, chosen=chosen)
            if isinstance(entry, PatientEntry):
                _patient(painter, box, entry, chosen=chosen)
            elif isinstance(entry, StaffEntry):
                _staff(painter, box, entry)
            else:
                _do(painter, box, entry)
        painter.restore()


def _heading(painter: QPainter, box: QRectF, entry: Heading, *, first: bool) -> None:
    if not first:
        painter.fillRect(QRectF(box.x() + 20, box.y() + 2, box.width() - 40, 1), QColor(tokens().hairline))
    paint.text(painter, box.adjusted(20, 6, -20, 0), entry.title, font(12, SEMI_BOLD), tokens().muted)


def _ground(painter: QPainter, box: QRectF, *, chosen: bool) -> None:
    if chosen:
        inner = box.adjusted(8, 0, -8, 0)
        paint.rounded(painter, inner, 8, tokens().selection)
        painter.fillRect(QRectF(inner.x(), inner.y() + 6, 3, inner.height() - 12), QColor(tokens().accent))


def _patient(painter: QPainter, box: QRectF, entry: PatientEntry, *, chosen: bool) -> None:
    found = tokens()
    middle = box.center().y()
    wide = box.width() >= _FULL
    pill = box.x() + (_PILL if wide else max(_WORDS + 80, box.width() - 130))
    disc = QRectF(box.x() + _PICTURE, middle - 16, 32, 32)
    paint.rounded(painter, disc, 16, found.surface if chosen else found.selection)
    paint.text(painter, disc, entry.letters, font(12, SEMI_BOLD), found.accent, paint.CENTER)
    line = QRectF(box.x() + _WORDS, middle - 19, pill - box.x() - _WORDS - 12, 19)
    name = veiled(entry.name)
    paint.marked_text(painter, line, name, entry.marks if name == entry.name else (), font(14, SEMI_BOLD), found.text)
    paint.text(painter, line.translated(0, 19), entry.second, font(12), found.muted)
    if entry.priority is not None:
        pills.pill(painter, QRectF(pill, middle - 12, 96, 24), entry.priority, entry.score, selected=chosen)
    else:
        paint.tag(painter, pill, middle, entry.segment)
    if wide:
        room = _opens(painter, box, chosen=chosen) - 10
        state = QRectF(box.x() + _STATE, middle - 19, room - box.x() - _STATE, 19)
        paint.text(painter, state, entry.state, font(13, MEDIUM), found.accent if entry.mine else found.text)
        paint.text(painter, state.translated(0, 19), entry.state_second, font(12), found.muted)


def _opens(painter: QPainter, box: QRectF, *, chosen: bool) -> float:
    """Paint what Enter does at the right of the chosen row and return where it begins."""
    right = box.right() - _SIDE
    if not chosen:
        return right
    left = paint.key_cap(painter, right, box.center().y(), tr("Enter"))
    words = QRectF(box.x(), box.y(), left - box.x() - 9, box.height())
    paint.text(painter, words, tr("Open"), font(12, MEDIUM), tokens().accent, paint.RIGHT)
    return words.right() - paint.width(tr("Open"), font(12, MEDIUM))


def _staff(painter: QPainter, box: QRectF, entry: StaffEntry) -> None:
    found = tokens()
    middle = box.center().y()
    paint.avatar(painter, QRectF(box.x() + _PICTURE, middle - 16, 32, 32), entry.letters, muted=True)
    line = QRectF(box.x() + _WORDS, middle - 19, box.width() - _WORDS - _SIDE, 19)
    paint.text(painter, line, entry.name, font(14, SEMI_BOLD), found.text)
    paint.text(painter, line.translated(0, 19), f"{entry.role} · {entry.email}", font(12), found.muted)


def _do(painter: QPainter, box: QRectF, entry: DoEntry) -> None:
    found = tokens()
    color = found.muted if entry.reason else found.text
    middle = box.center().y()
    if entry.icon:
        icons.paint(painter, entry.icon, box.x() + _PICTURE + 8, middle - 8, 16, found.muted)
    right = box.right() - _SIDE
    if entry.keys:
        right = paint.key_cap(painter, right, middle, entry.keys) - 12
    line = QRectF(box.x() + _WORDS, box.y(), right - box.x() - _WORDS, box.height())
    paint.text(painter, line, entry.title, font(13, REGULAR if entry.reason else MEDIUM), color)
    if entry.reason:
        after = paint.width(entry.title, font(13)) + 12
        paint.text(painter, line.adjusted(after, 0, 0, 0), entry.reason, font(12), found.muted, paint.RIGHT)
