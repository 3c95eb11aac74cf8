"""A button with a mark that assistive tools press like everybody else: what they do to the mark is a click."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QAbstractButton, QWidget


class Checkable(QAbstractButton):
    """Base of everything painted that can be checked.

    Qt offers a checkable button to assistive tools with the action "toggle", which changes the mark and is no click:
    screens that hear `clicked` would not hear of it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told = False
        self.toggled.connect(self._look_who_toggled)

    def setChecked(self, on: bool) -> None:
        told, self._told = self._told, True
        super().setChecked(on)
        self._told = told

    def nextCheckState(self) -> None:
        told, self._told = self._told, True
        super().nextCheckState()
        self._told = told

    def _look_who_toggled(self, on: bool) -> None:
        if self._told:
            return
        group = self.group()
        # Qt's types do not say that there may be no group.
        alone = group is not None and group.exclusive()  # type: ignore[redundant-expr]
        if alone and not on:
            # Another one of the group was chosen.
            return
        if not alone:
            blocker = QSignalBlocker(self)
            self.setChecked(not on)
            blocker.unblock()
        self.click()
