"""Paints a call sheet on paper: a table by hand, black on white, with three empty boxes for what came of the calls."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF
from PySide6.QtGui import QColor, QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from reactivate_desktop.domain.call_sheets import CallSheet, CallSheetRow
from ui import formats, reasons, words
from ui.text import number, tr
from ui.theme.fonts import BOLD, REGULAR, SEMI_BOLD, font
from ui.widgets import paint

# All sizes are 96ths of an inch, as on a screen at 100 %.
_UNIT = 96
_BLACK, _GREY, _LINE = "#000000", "#444444", "#888888"
_HEAD, _TITLES, _ROW, _FOOT = 52.0, 24.0, 44.0, 44.0
_BOX = 92.0
_WIDTHS = (30.0, 190.0, 128.0, 0.0, 150.0)
_MARGIN_MM = 10.0


def layout() -> QPageLayout:
    """Return how the sheet lies on paper: across, with narrow margins."""
    size = QPageSize(QPageSize.PageSizeId.Letter)
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    return QPageLayout(size, QPageLayout.Orientation.Landscape, margins, QPageLayout.Unit.Millimeter)


def pdf(sheet: CallSheet) -> bytes:
    """Return the sheet as a PDF file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(tr("Call sheet"))
    writer.setResolution(_UNIT * 12)
    writer.setPageLayout(layout())
    paint_sheet(writer, writer.resolution(), sheet)
    buffer.close()
    return bytes(buffer.data().data())


def paint_sheet(device: QPagedPaintDevice, resolution: int, sheet: CallSheet) -> None:
    """Paint all pages on a device of `resolution` dots an inch."""
    painter = QPainter(device)
    scale = resolution / _UNIT
    painter.scale(scale, scale)
    page = QRectF(0, 0, painter.viewport().width() / scale, painter.viewport().height() / scale)
    each = max(1, int((page.height() - _HEAD - _TITLES - _FOOT) // _ROW))
    pages = max(1, -(-len(sheet.rows) // each))
    for at in range(pages):
        if at:
            device.newPage()
        _page(painter, page, sheet, at * each, each, (at + 1, pages))
    painter.end()


def _page(painter: QPainter, page: QRectF, sheet: CallSheet, first: int, each: int, counted: tuple[int, int]) -> None:
    _head(painter, page, sheet, counted)
    columns = _columns(page)
    titles = ("", tr("Patient"), tr("Phone"), tr("Why now"), tr("Last contact"), tr("1st call"), tr("2nd call"))
    for box, title in zip(columns, (*titles, tr("3rd call")), strict=True):
        line = QRectF(box.x() + 4, _HEAD, box.width() - 6, _TITLES)
        paint.text(painter, line, title, font(12, SEMI_BOLD), _GREY)
    top = _HEAD + _TITLES
    for place, row in enumerate(sheet.rows[first : first + each]):
        _row(painter, columns, top + place * _ROW, first + place + 1, row)
    _foot(painter, page)


def _columns(page: QRectF) -> list[QRectF]:
    """Return left edge and width of the columns; the reason takes what is left."""
    rest = page.width() - sum(_WIDTHS) - 3 * _BOX
    found, x = [], 0.0
    for wide in (*(each or rest for each in _WIDTHS), _BOX, _BOX, _BOX):
        found.append(QRectF(x, 0, wide, _ROW))
        x += wide
    return found


def _head(painter: QPainter, page: QRectF, sheet: CallSheet, counted: tuple[int, int]) -> None:
    title = f"{tr('Call sheet')} · {sheet.clinic}"
    paint.text(painter, QRectF(0, 0, page.width(), 26), title, font(18, BOLD), _BLACK)
    made = tr("{when} by {name}", when=formats.moment(sheet.made_at), name=sheet.by_name)
    day = formats.long_day(formats.day_of(sheet.made_at))
    paint.text(painter, QRectF(0, 26, page.width(), 18), f"{day} · {made}", font(12), _GREY)
    shown = tr("Page {n} of {total}", n=number(counted[0]), total=number(counted[1]))
    paint.text(painter, QRectF(0, 0, page.width(), 26), shown, font(12), _GREY, paint.RIGHT)


def _row(painter: QPainter, columns: list[QRectF], top: float, place: int, row: CallSheetRow) -> None:
    painter.setPen(QPen(QColor(_LINE), 0.6))
    right = columns[-1].right()
    painter.drawLine(QRectF(0, top, right, 0).topLeft(), QRectF(0, top, right, 0).topRight())
    age = "" if row.age is None else str(row.age)
    priority = "" if row.priority is None else words.priority_long(row.priority)
    phones = [formats.phone(phone) for phone in row.phones]
    why, rest = paint.two_lines(reasons.first(row), font(12), columns[3].width() - 10)
    cells = (
        (str(place), ""),
        (row.name, " · ".join(part for part in (age, priority) if part)),
        (phones[0] if phones else tr("No number"), phones[1] if len(phones) > 1 else ""),
        (why, rest),
        _last(row),
    )
    for column, (first, second) in enumerate(cells):
        box = columns[column].translated(0, top)
        line = QRectF(box.x() + 4, top + 4, box.width() - 8, 18)
        strong = column in (1, 2)
        paint.text(painter, line, first, font(13 if strong else 12, SEMI_BOLD if strong else REGULAR), _BLACK)
        paint.text(painter, line.translated(0, 18), second, font(12), _BLACK if column == 3 else _GREY)
    painter.setPen(QPen(QColor(_LINE), 0.8))
    for box in columns[-3:]:
        painter.drawRect(box.translated(0, top).adjusted(4, 5, -4, -5))


def _last(row: CallSheetRow) -> tuple[str, str]:
    if row.callback_at is not None:
        return tr("Call back"), formats.moment(row.callback_at)
    if row.last_outcome is not None and row.last_contact_at is not None:
        by = f" · {row.last_contact_by}" if row.last_contact_by else ""
        return words.outcome(row.last_outcome), f"{formats.short(row.last_contact_at)}{by}"
    since = tr("last visit {day}", day=formats.day(row.last_visit_on)) if row.last_visit_on else ""
    return tr("Not contacted"), since


def _foot(painter: QPainter, page: QRectF) -> None:
    keys = " · ".join(f"{key} {words.outcome(outcome)}" for key, outcome in enumerate(words.OUTCOME_KEYS, 1))
    top = page.height() - _FOOT + 8
    paint.text(painter, QRectF(0, top, page.width(), 16), keys, font(12), _GREY)
    warning = tr(
        "Names and numbers of patients: keep this sheet in sight, and shred it after its outcomes are entered."
    )
    paint.text(painter, QRectF(0, top + 17, page.width(), 16), warning, font(12), _GREY)
