"""The row of views above the patients list: chips, what has no room behind one more, and saving in line."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QMenu, QSizePolicy, QWidget

from reactivate_desktop.domain.enums import UserRole
from ui import names
from ui.context import Context
from ui.patients.views import View
from ui.text import number, tr, trn
from ui.theme.tokens import GAP_SMALL
from ui.widgets.buttons import Button, Chip, Kind
from ui.widgets.fields import LineField
from ui.widgets.menus import open_at, open_below, plain
from ui.widgets.panels import row
from ui.widgets.text import SMALL_STRONG, Label

# Room for the chip that stands for those that have none.
_OTHERS_WIDE = 90
_LONGEST = 28
_HIGH = 28


class _ViewChip(Chip):
    """`menu_asked(point)`: what else can be done with the view."""

    menu_asked = Signal(QPoint)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())


class NameRow(QWidget):
    """A name typed in line. `named(name, shared)`, `left`."""

    named = Signal(str, bool)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.field = LineField(tr("Name of this view"), tr("Name of this view"))
        self.field.setObjectName(names.PATIENTS_VIEW_NAME)
        # As high as the chips beside it: nothing below jumps.
        self.field.setStyleSheet("min-height: 24px;")
        self.field.setFixedSize(200, _HIGH)
        self._shared = QCheckBox(tr("For everybody"))
        self._keep = Button(tr("Save"), Kind.TONAL)
        leave = Button(tr("Cancel"), Kind.QUIET)
        for button in (self._keep, leave):
            button.set_height(_HIGH)
        inner = row(self, GAP_SMALL)
        for part in (self.field, self._shared, self._keep, leave):
            inner.addWidget(part)
        self.field.returnPressed.connect(self._done)
        self._keep.clicked.connect(self._done)
        self.field.left.connect(self.left)
        leave.clicked.connect(self.left)

    def start(self, name: str, *, may_share: bool) -> None:
        """Begin with a name, all of it marked."""
        self._shared.setChecked(False)
        self._shared.setVisible(may_share)
        self.field.setText(name)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def _done(self) -> None:
        if self.field.text().strip():
            self.named.emit(self.field.text(), self._shared.isChecked())


class ViewBar(QWidget):
    """`chosen(View)`; `saved(name, shared)`; `renamed(View, name)`; `forgotten(View)`."""

    chosen = Signal(object)
    saved = Signal(str, bool)
    renamed = Signal(object, str)
    forgotten = Signal(object)

    def __init__(self, ctx: Context, *tools: QWidget) -> None:
        super().__init__()
        self._ctx = ctx
        self._may_share = ctx.person.role == UserRole.ADMIN
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._views: list[View] = []
        self._chips: dict[str, _ViewChip] = {}
        self._counts: dict[str, int] = {}
        self._key = ""
        self._renaming: View | None = None
        # What Tab reaches before the chips, which are made anew now and then.
        self.tab_after: QWidget | None = None
        self._word = Label(tr("Views"), SMALL_STRONG, "muted")
        self._others = Chip("", checkable=False)
        self._save = Button(tr("Save this view"), Kind.LINK, "plus")
        self._name = NameRow()
        self._tools = tools
        self._inner = row(self, GAP_SMALL)
        parts: tuple[QWidget, ...] = (self._word, self._others, self._save, self._name)
        for part in parts:
            self._inner.addWidget(part)
        self._inner.addStretch(1)
        for part in tools:
            self._inner.addWidget(part)
        self._others.hide()
        self._name.hide()
        self._others.clicked.connect(self._show_others)
        self._save.clicked.connect(self.start_saving)
        self._name.named.connect(self._named)
        self._name.left.connect(self.leave_name)

    def show_views(self, views: list[View]) -> None:
        """Show these views."""
        self._views = views
        for chip in self._chips.values():
            self._inner.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = {view.key: self._chip(view) for view in views}
        for place, chip in enumerate(self._chips.values()):
            self._inner.insertWidget(1 + place, chip)
        before = self.tab_after
        for chip in self._chips.values():
            if before is not None:
                QWidget.setTabOrder(before, chip)
            before = chip
        self._fit()

    def show_count(self, key: str, count: int) -> None:
        """Show how many patients a view has."""
        self._counts[key] = count
        if key in self._chips:
            self._chips[key].set_count(number(count))
            self._fit()

    def show_chosen(self, key: str) -> None:
        """Mark the view in force; it has a place whatever the room."""
        self._key = key
        for each, chip in self._chips.items():
            chip.setChecked(each == key)
        self._fit()

    def start_saving(self) -> None:
        """Ask for a name in line."""
        self._renaming = None
        self._ask_name("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _chip(self, view: View) -> _ViewChip:
        count = self._counts.get(view.key)
        short = view.word if len(view.word) <= _LONGEST else f"{view.word[: _LONGEST - 1]}…"
        chip = _ViewChip(short, count="" if count is None else number(count))
        chip.setChecked(view.key == self._key)
        # A click on the one in force leaves it in force.
        chip.clicked.connect(partial(self._choose, view))
        chip.setAccessibleName(view.word)
        if view.id is not None and (self._may_share or not view.shared):
            chip.setToolTip(tr("Right click or the menu key: rename, forget"))
            chip.menu_asked.connect(partial(self._show_menu, view))
        return chip

    def _choose(self, view: View) -> None:
        self.show_chosen(view.key)
        self.chosen.emit(view)

    def _fit(self) -> None:
        """Show as many chips as there is room for, the one in force among them; the others behind one more."""
        end = self._save if self._name.isHidden() else self._name
        room = self.width() - sum(part.sizeHint().width() + GAP_SMALL for part in (self._word, end, *self._tools))
        wide = {key: chip.sizeHint().width() + GAP_SMALL for key, chip in self._chips.items()}
        all_fit = sum(wide.values()) <= room
        room -= _OTHERS_WIDE + wide.get(self._key, 0)
        hidden = 0
        for key, chip in self._chips.items():
            room -= 0 if key == self._key else wide[key]
            shown = all_fit or key == self._key or room >= 0
            chip.setVisible(shown)
            hidden += not shown
        self._others.setText(trn("{n} more", "{n} more", hidden))
        self._others.setAccessibleName(self._others.text())
        self._others.updateGeometry()
        self._others.setVisible(hidden > 0)

    def _show_others(self) -> None:
        menu = QMenu(self._others)
        for view in self._views:
            if self._chips[view.key].isHidden():
                count = self._counts.get(view.key)
                word = plain(view.word)
                shown = word if count is None else f"{word}\t{number(count)}"
                menu.addAction(shown).triggered.connect(partial(self._choose, view))
        open_below(menu, self._others)

    def _show_menu(self, view: View, at: QPoint) -> None:
        menu = QMenu(self)
        menu.addAction(tr("Rename")).triggered.connect(partial(self._start_renaming, view))
        menu.addAction(tr("Forget this view")).triggered.connect(partial(self.forgotten.emit, view))
        open_at(menu, at)

    def _start_renaming(self, view: View) -> None:
        self._renaming = view
        self._ask_name(view.word)

    def _ask_name(self, name: str) -> None:
        self._save.hide()
        self._name.show()
        self._fit()
        self._name.start(name, may_share=self._may_share and self._renaming is None)

    def _named(self, name: str, shared: bool) -> None:
        if self._renaming is not None:
            self.renamed.emit(self._renaming, name)
        else:
            self.saved.emit(name, shared)

    def leave_name(self) -> None:
        """Take the field for a name away: it was kept, or is not wanted any more."""
        self._name.hide()
        self._save.show()
        self._save.setFocus(Qt.FocusReason.OtherFocusReason)
        self._fit()
