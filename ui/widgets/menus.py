"""Menus that open below a button and are gone when they close."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget


def plain(name: str) -> str:
    """Return a name for a line of a menu, where & would mark a key."""
    return name.replace("&", "&&")


def open_below(menu: QMenu, button: QWidget) -> None:
    """Open a menu below a button; it ends when it closes."""
    open_at(menu, button.mapToGlobal(QPoint(0, button.height() + 2)))


def open_at(menu: QMenu, at: QPoint) -> None:
    """Open a menu at a point of the screen; it ends when it closes."""
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(at)


def below(button: QWidget) -> QPoint:
    """Return the point of the screen below a button."""
    return button.mapToGlobal(QPoint(0, button.height() + 2))
