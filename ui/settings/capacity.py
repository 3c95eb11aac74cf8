"""How much the desks can do: calls and messages a week, each as a slider with a field and what it costs in time."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSignalBlocker, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from reactivate_desktop.domain.enums import ContactPriority
from reactivate_desktop.domain.score_settings import ScoreSetup
from ui import names
from ui.settings import words
from ui.settings.draft import Draft
from ui.settings.slider import CapacitySlider, scale_for
from ui.text import number, tr
from ui.theme.tokens import GAP
from ui.widgets import pills
from ui.widgets.marks import Mark
from ui.widgets.number_field import NumberField
from ui.widgets.panels import column, row
from ui.widgets.text import FIRST, SMALL, STRONG, Label

_MOST = 100_000
_FIELD = 84


class Shape(Mark):
    """The shape of a priority beside its words."""

    def __init__(self, priority: ContactPriority) -> None:
        super().__init__(14, 16)
        self._priority = priority

    def paintEvent(self, _event: QPaintEvent) -> None:
        box = QRectF(self.rect())
        pills.shape(QPainter(self), self._priority, 0, box.center().y(), 12)


class CapacityField(QWidget):
    """One number: `changed(value)` when somebody moves the slider or types."""

    changed = Signal(int)

    def __init__(self, priority: ContactPriority, title: str, name: str) -> None:
        super().__init__()
        self.slider = CapacitySlider(title)
        self.slider.setObjectName(name)
        self.field = NumberField(title, 0, _MOST)
        self.field.setObjectName(f"{name}-field")
        self.field.setFixedWidth(_FIELD)
        self._was = Label("", SMALL, "muted")
        self.cost = Label("", SMALL, "muted", wrap=True)
        head = row(None, 8)
        head.addWidget(Shape(priority))
        head.addWidget(Label(title, FIRST))
        head.addStretch(1)
        head.addWidget(self._was)
        head.addSpacing(4)
        head.addWidget(self.field)
        inner = column(self, 4)
        # Tab goes along in this order: first the slider, then the field above it.
        inner.addWidget(self.slider)
        inner.insertLayout(0, head)
        inner.addWidget(self.cost)
        self.slider.valueChanged.connect(self._take)
        self.field.valueChanged.connect(self._take)

    def show_former(self, value: int) -> None:
        """Say which value is in force."""
        self._was.setText(tr("was {n}", n=number(value)))
        self.slider.show_former(value)
        self.slider.set_step(scale_for(value))

    def show_value(self, value: int, cost: str) -> None:
        """Show a value and its cost; nobody changed it by that."""
        for each in (self.slider, self.field):
            blocker = QSignalBlocker(each)
            if each is self.slider and value > self.slider.maximum():
                self.slider.set_step(scale_for(value))
            each.setValue(value)
            blocker.unblock()
        self.slider.update()
        self.cost.setText(cost)
        self.slider.setAccessibleDescription(cost)

    def set_former_shown(self, *, shown: bool) -> None:
        """Say what it was only where it is something else now."""
        self._was.setVisible(shown)

    def _take(self, value: int) -> None:
        self.changed.emit(value)


class Capacity(QWidget):
    """The two numbers of the desks. `calls_changed(n)`, `messages_changed(n)`."""

    calls_changed = Signal(int)
    messages_changed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.calls = CapacityField(ContactPriority.RED, tr("Calls a week"), names.SCORING_CALLS)
        self.messages = CapacityField(ContactPriority.YELLOW, tr("Messages a week"), names.SCORING_MESSAGES)
        self._note = Label("", SMALL, "muted", wrap=True)
        self._rule = Label(tr("Preview only, nobody moves until you save"), SMALL, "muted", wrap=True)
        head = row(None, GAP)
        head.addWidget(Label(tr("How much can your desks do?"), STRONG))
        head.addWidget(self._rule, 1)
        self._rule.setAlignment(self._rule.alignment().AlignRight | self._rule.alignment().AlignVCenter)
        inner = column(self, 14)
        inner.addLayout(head)
        inner.addWidget(self.calls)
        inner.addWidget(self.messages)
        inner.addWidget(self._note)
        self.calls.changed.connect(self.calls_changed)
        self.messages.changed.connect(self.messages_changed)

    def show_setup(self, setup: ScoreSetup, *, writes: bool) -> None:
        """Show what is in force, and let it be changed or not."""
        self.calls.show_former(setup.calls)
        self.messages.show_former(setup.messages)
        self._note.setText(words.shares(setup))
        self._note.setVisible(setup.by_shares)
        self._rule.setVisible(writes)
        for each in (self.calls, self.messages):
            each.slider.setEnabled(writes)
            each.field.setEnabled(writes)

    def show_draft(self, setup: ScoreSetup, draft: Draft) -> None:
        """Show the numbers as they are being changed."""
        self.calls.show_value(draft.calls, words.calls_cost(setup, draft.calls))
        self.messages.show_value(draft.messages, words.messages_cost(setup, draft.messages))
        self.calls.set_former_shown(shown=draft.calls != setup.calls)
        self.messages.set_former_shown(shown=draft.messages != setup.messages)
