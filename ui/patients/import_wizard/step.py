"""What the wizard asks of its steps, and the room in which each scrolls where the window is small."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from ui.patients.import_wizard.draft import Draft


class Stage(IntEnum):
    """The five steps."""

    FILE = 0
    COLUMNS = 1
    DUPLICATES = 2
    REVIEW = 3
    IMPORT = 4


class Step(QWidget):
    """One step; `refresh` shows the draft as it stands."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft

    def refresh(self) -> None:
        """Show the draft as it stands."""

    def set_low(self, low: bool) -> None:
        """Use less height where `low`."""

    def enter(self) -> None:
        """Put the cursor where the step begins."""


class Room(QScrollArea):
    """Holds a step: as large as the window allows, and scrolling below its least size."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self.setWidget(step)
        self.setWidgetResizable(True)
        # Else a square stands where the two scroll bars meet.
        self.setCornerWidget(QWidget())
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
