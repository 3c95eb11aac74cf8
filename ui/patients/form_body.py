"""The fields of a patient's form on the screen, in groups of two columns, each checked as it is typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QWidget

from ui import formats
from ui.patients.form_fields import YES, Field, groups
from ui.patients.readings import Reading
from ui.text import tr
from ui.widgets.fields import FormField, Labelled
from ui.widgets.panels import Card, column
from ui.widgets.text import STRONG, Label

_NAMES = ("first_name", "last_name")


class FormBody(QWidget):
    """`typed`: somebody changed a field."""

    typed = Signal()

    def __init__(self, specs: Sequence[Field], *, editing: bool) -> None:
        super().__init__()
        self._specs = {spec.name: spec for spec in specs if editing or not spec.for_edit}
        self._widgets: dict[str, QWidget] = {}
        self._labelled: dict[str, Labelled] = {}
        self._before: dict[str, str] = {}
        self._loading = False
        inner = column(self, 12)
        for id, title in groups().items():
            of_group = [spec for spec in self._specs.values() if spec.group == id]
            if of_group:
                inner.addWidget(self._group(title, of_group))
        inner.addStretch(1)

    def show_stored(self, values: Mapping[str, Any]) -> None:
        """Put the stored values of a patient into the fields."""
        self._before = {name: spec.text_of(values.get(name)) for name, spec in self._specs.items()}
        self.show_texts(self._before)

    def show_texts(self, texts: Mapping[str, str]) -> None:
        """Put texts into their fields, over what is stored."""
        self._loading = True
        for name, text in texts.items():
            if name in self._widgets:
                _put(self._widgets[name], text)
        self._loading = False
        for name in self._specs:
            self._check(name, quiet=True)

    def texts(self) -> dict[str, str]:
        """Return what is in the fields."""
        return {name: _text(widget) for name, widget in self._widgets.items()}

    def readings(self) -> dict[str, Reading]:
        """Return what each field means."""
        today = formats.today_here()
        return {name: spec.read(_text(self._widgets[name]), today) for name, spec in self._specs.items()}

    def is_touched(self, name: str) -> bool:
        """Return whether a field holds another text than what is stored."""
        return _text(self._widgets[name]) != self._before.get(name, "")

    def changed(self, before: Mapping[str, Any]) -> dict[str, Reading]:
        """Return the fields whose value is another one than `before`; what nobody touched is as it was."""
        return {
            name: reading
            for name, reading in self.readings().items()
            if self.is_touched(name) and reading.value != before.get(name)
        }

    def problem(self) -> str:
        """Mark what cannot be stored, put the cursor into the first such field, and return its sentence."""
        found = [(name, reading.problem) for name, reading in self.readings().items() if reading.problem]
        # What an import brought in may stay as it is.
        found = [(name, sentence) for name, sentence in found if self.is_touched(name)]
        if not any(_text(self._widgets[name]).strip() for name in _NAMES):
            found.insert(0, ("last_name", tr("A patient needs a first or last name.")))
        for name, sentence in found:
            self._labelled[name].complain(sentence)
        if not found:
            return ""
        self._widgets[found[0][0]].setFocus()
        return found[0][1]

    def focus_first(self) -> None:
        """Put the cursor into the first field."""
        first = next(iter(self._widgets.values()))
        first.setFocus()
        if isinstance(first, QLineEdit):
            first.end(False)

    def widget(self, name: str) -> QWidget:
        """Return the widget of a field."""
        return self._widgets[name]

    def said(self, name: str) -> str:
        """Return what stands below a field."""
        return self._widgets[name].accessibleDescription()

    def hint(self, name: str, words: str, tone: str = "muted") -> None:
        """Say something below a field."""
        self._labelled[name].say(words, tone)

    def _group(self, title: str, specs: Sequence[Field]) -> QWidget:
        card = Card(16, 10)
        card.body.addWidget(Label(title, STRONG))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        place = 0
        for spec in specs:
            made = self._field(spec)
            place += place % 2 if spec.wide else 0
            grid.addWidget(made, place // 2, place % 2, 1, 2 if spec.wide else 1, Qt.AlignmentFlag.AlignTop)
            place += 2 if spec.wide else 1
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        card.body.addLayout(grid)
        return card

    def _field(self, spec: Field) -> QWidget:
        widget = _made(spec)
        self._widgets[spec.name] = widget
        widget.setObjectName(f"patient-{spec.name.replace('_', '-')}")
        if isinstance(widget, QCheckBox):
            widget.toggled.connect(lambda _, name=spec.name: self._changed(name))
            return widget
        if isinstance(widget, QComboBox):
            widget.currentIndexChanged.connect(lambda _, name=spec.name: self._changed(name))
        elif isinstance(widget, QLineEdit):
            widget.textChanged.connect(lambda _, name=spec.name: self._changed(name))
            widget.editingFinished.connect(lambda name=spec.name: self._check(name, quiet=False))
        self._labelled[spec.name] = Labelled(spec.label, widget)
        return self._labelled[spec.name]

    def _changed(self, name: str) -> None:
        if not self._loading:
            self._check(name, quiet=True)
            self.typed.emit()

    def _check(self, name: str, *, quiet: bool) -> None:
        """Say below a field how it was understood; quiet: half a date is no mistake yet."""
        labelled = self._labelled.get(name)
        if labelled is None:
            return
        reading = self._specs[name].read(_text(self._widgets[name]), formats.today_here())
        if reading.problem and not quiet:
            labelled.complain(reading.problem)
        else:
            labelled.say(reading.said or reading.problem, "muted" if reading.problem else reading.tone)


def _made(spec: Field) -> QWidget:
    if spec.tick:
        box = QCheckBox(spec.label)
        box.setAccessibleName(spec.label)
        return box
    if spec.options:
        combo = QComboBox()
        for text, words in spec.options:
            combo.addItem(words, text)
        return combo
    return FormField(spec.hint, spec.label)


def _put(widget: QWidget, text: str) -> None:
    if isinstance(widget, QLineEdit):
        widget.setText(text)
    elif isinstance(widget, QCheckBox):
        widget.setChecked(text == YES)
    elif isinstance(widget, QComboBox):
        widget.setCurrentIndex(max(0, widget.findData(text)))


def _text(widget: QWidget) -> str:
    if isinstance(widget, QLineEdit):
        return widget.text()
    if isinstance(widget, QCheckBox):
        return YES if widget.isChecked() else ""
    assert isinstance(widget, QComboBox), "a field is a line, a box or a choice"
    return str(widget.currentData() or "")
