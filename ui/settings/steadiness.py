"""Two rules behind the colours: patients stay put near an edge, and some are kept back at random."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import names
from ui.settings import words
from ui.settings.draft import STEADY, Draft
from ui.text import tr
from ui.widgets.number_field import NumberField
from ui.widgets.panels import column, row
from ui.widgets.switch import Switch
from ui.widgets.text import HEADING, SMALL, Label

_MOST_KEPT_BACK = 50


class Steadiness(QWidget):
    """`steady_changed(percent)`, `kept_back_changed(percent)`."""

    steady_changed = Signal(float)
    kept_back_changed = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._percent = STEADY
        self._steady_words = Label("", SMALL, "muted", wrap=True)
        self.steady = Switch(tr("Keep patients steady"))
        self.steady.setObjectName(names.SCORING_STEADY)
        self.kept_back = NumberField(tr("Kept back at random"), 0, _MOST_KEPT_BACK, "%")
        self.kept_back.setObjectName(names.SCORING_KEPT_BACK)
        self.kept_back.setFixedWidth(72)
        why = tr("Not contacted, to see what contact adds.")
        self.kept_back.setAccessibleDescription(why)
        inner = column(self, 14)
        inner.addLayout(_line(tr("Keep patients steady"), self._steady_words, self.steady))
        inner.addLayout(_line(tr("Kept back at random"), Label(why, SMALL, "muted", wrap=True), self.kept_back))
        self.steady.toggled.connect(self._switched)
        self.kept_back.valueChanged.connect(self._typed)

    def show_rules(self, percent: float, *, writes: bool) -> None:
        """Show by how much colours are steady in force, and let it be changed or not."""
        self._percent = percent or STEADY
        self._steady_words.setText(tr("Colour changes only {n} points past the edge.", n=words.percent(self._percent)))
        self.steady.setAccessibleDescription(self._steady_words.text())
        self.steady.setEnabled(writes)
        self.kept_back.setEnabled(writes)

    def show_draft(self, draft: Draft) -> None:
        """Show both as they are being changed; nobody changed them by that."""
        for each in (self.steady, self.kept_back):
            each.blockSignals(True)
        self.steady.setChecked(draft.hysteresis > 0)
        self.kept_back.setValue(round(draft.kept_back))
        for each in (self.steady, self.kept_back):
            each.blockSignals(False)
        self.steady.update()

    def _switched(self, on: bool) -> None:
        self.steady_changed.emit(self._percent if on else 0.0)

    def _typed(self, percent: int) -> None:
        self.kept_back_changed.emit(float(percent))


def _line(title: str, sentence: Label, control: QWidget) -> QHBoxLayout:
    words_ = column(None, 1)
    words_.addWidget(Label(title, HEADING))
    words_.addWidget(sentence)
    made = row(None, 12)
    made.addLayout(words_, 1)
    made.addWidget(control, alignment=Qt.AlignmentFlag.AlignVCenter)
    return made
