"""What a window that is too small for its contents would show: parts cut off, covered, or only reached sideways."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from ui.frame.rail import Rail
from ui.patients.import_wizard.preview import PreviewTable

# What somebody presses or types in; lists are looked at as areas.
_INTERACTIVE = (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit)
# Less of a list cannot be read.
_LEAST_AREA = 60


def sideways(root: QWidget) -> list[str]:
    """Return the areas whose contents are wider than they are, whether a scroll bar says so or not.

    The preview of a file is left out: its columns are the file's, and the arrows go through its cells.
    """
    return [
        _named(area)
        for area in _shown(root, QAbstractScrollArea)
        if not isinstance(area, PreviewTable | QPlainTextEdit) and area.horizontalScrollBar().maximum() > 0
    ]


def cut(root: QWidget) -> list[str]:
    """Return what can be pressed or typed in and is cut off, with what cuts it; inside of an area it may scroll."""
    return [f"{_named(each)} by {_named(by)}" for each in _pressed(root) if (by := _cut_by(each, root)) is not None]


def covered(root: QWidget) -> list[str]:
    """Return what can be pressed and lies under something else of the same parent."""
    found = []
    parts = list(_pressed(root))
    for place, one in enumerate(parts):
        for other in parts[place + 1 :]:
            if one.parentWidget() is other.parentWidget() and one.geometry().intersects(other.geometry()):
                found.append(f"{_named(one)} and {_named(other)}")
    return found


def complaints(root: QWidget) -> list[str]:
    """Return everything that is wrong."""
    low = [_named(area) for area in _areas(root) if area.viewport().height() < _LEAST_AREA]
    return [
        *(f"sideways: {each}" for each in sideways(root)),
        *(f"cut: {each}" for each in cut(root)),
        *(f"covered: {each}" for each in covered(root)),
        *(f"no room: {each}" for each in low),
    ]


def rail_foot_is_seen(rail: Rail) -> bool:
    """Return whether the whole foot of the rail can be seen, below all of its tabs."""
    foot = rail.foot
    lowest = max(each.geometry().bottom() for each in rail.findChildren(QAbstractButton))
    return lowest < foot.y() and foot.geometry().bottom() < rail.height() and foot.height() >= foot.sizeHint().height()


def _shown(root: QWidget, kind: type[QAbstractScrollArea]) -> Iterator[QAbstractScrollArea]:
    for each in root.findChildren(kind):
        if each.isVisible():
            yield each


def _areas(root: QWidget) -> Iterator[QAbstractScrollArea]:
    for area in _shown(root, QAbstractScrollArea):
        if area.verticalScrollBar().maximum() > 0 and not isinstance(area, QPlainTextEdit):
            yield area


def _pressed(root: QWidget) -> Iterator[QWidget]:
    for each in root.findChildren(QWidget):
        # A part of another widget, as the button inside of a table, is that one's business.
        inner = isinstance(each.parentWidget(), QAbstractScrollArea | QLineEdit | QComboBox)
        pressed = isinstance(each, _INTERACTIVE) and each.focusPolicy() != Qt.FocusPolicy.NoFocus
        if pressed and not inner and each.isVisible():
            yield each


def _cut_by(each: QWidget, root: QWidget) -> QWidget | None:
    """Return the ancestor that cuts it off; None: it can be seen whole, or scrolled to."""
    box = QRect(QPoint(), each.size())
    here = each
    while here is not root:
        above = here.parentWidget()
        assert above is not None, "everything looked at is inside of the window"
        box.translate(here.pos())
        area = above.parentWidget()
        if isinstance(area, QAbstractScrollArea) and area.viewport() is above:
            if box.left() < 0 or box.right() >= above.width():
                return area
            # Scrolled to, it is as high as the area at most.
            box = QRect(QPoint(), above.size())
        elif not above.rect().contains(box):
            return above
        here = above
    return None


def _named(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName() or widget.accessibleName()!r}"
