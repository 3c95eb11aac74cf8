"""What stands in the place of the list when it has no rows: why, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.text import tr
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import EmptyState


class ListOrEmpty(QStackedWidget):
    """`import_asked`; `clear_asked`: no search and no filters; `again_asked`."""

    import_asked = Signal()
    clear_asked = Signal()
    again_asked = Signal()

    def __init__(self, view: QWidget, *, may_import: bool) -> None:
        super().__init__()
        self._view = view
        start = Button(tr("Import a file"), Kind.TONAL, "download-simple") if may_import else None
        self._clear = Button("", Kind.TONAL, "x")
        again = Button(tr("Try again"), Kind.TONAL, "arrows-clockwise")
        sentence = tr("Import a file from your practice system, or add the first patient.")
        if not may_import:
            sentence = tr("Somebody who may change patients adds them or imports a file.")
        self._none = EmptyState("users", tr("No patients yet"), sentence, start)
        self._nobody = EmptyState("magnifying-glass", "", "", self._clear)
        self._away = EmptyState("wifi-slash", tr("The patients cannot be read right now"), "", again)
        for page in (view, self._none, self._nobody, self._away):
            self.addWidget(page)
        if start is not None:
            start.clicked.connect(self.import_asked)
        self._clear.clicked.connect(self.clear_asked)
        again.clicked.connect(self.again_asked)

    def show_list(self) -> None:
        """Show the list."""
        self.setCurrentWidget(self._view)

    def show_none(self) -> None:
        """Say that the clinic has no patients yet."""
        self.setCurrentWidget(self._none)

    def show_nobody(self, text: str, *, filters: bool) -> None:
        """Say that nobody matches, and offer to take back what keeps them away."""
        title = tr("Nobody found for “{typed}”", typed=text) if text else tr("Nobody matches these filters")
        if text and filters:
            sentence, word = tr("Perhaps a filter hides them."), tr("Search without filters")
        elif text:
            sentence, word = tr("Check the spelling, or search by phone or birth date."), tr("Empty the search")
        else:
            sentence, word = tr("Take a filter back to see more patients."), tr("Clear the filters")
        self._nobody.say(title, sentence)
        self._clear.setText(word)
        self._clear.setAccessibleName(word)
        self._clear.updateGeometry()
        self.setCurrentWidget(self._nobody)

    def is_away(self) -> bool:
        """Return whether it says that nothing can be read."""
        return self.currentWidget() is self._away

    def show_away(self, sentence: str) -> None:
        """Say why nothing can be read."""
        self._away.say(tr("The patients cannot be read right now"), sentence)
        self.setCurrentWidget(self._away)
