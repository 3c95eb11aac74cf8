"""The menu of the list: its order and its columns, for mouse and keyboard alike; the choice of columns is kept."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from reactivate_desktop.domain.patient_lists import BEST_FIRST, ListOrder, PatientSort
from reactivate_desktop.domain.preferences import Preferences
from ui.context import Context
from ui.patients.foot import order_words
from ui.patients.list import BY_NAME, OPTIONAL
from ui.patients.view import PatientView
from ui.text import tr
from ui.widgets.filter_button import StayMenu
from ui.widgets.menus import open_at

_SCREEN = "patients"


def orders() -> list[ListOrder]:
    """Return every order that can be chosen."""
    return [
        BEST_FIRST,
        *(ListOrder(by, ascending) for by in PatientSort if by != PatientSort.MATCH for ascending in (True, False)),
    ]


class ListMenu(QObject):
    """`order_chosen(ListOrder)`."""

    order_chosen = Signal(object)

    def __init__(self, ctx: Context, view: PatientView) -> None:
        super().__init__(view)
        self._ctx = ctx
        self._view = view

    def read_columns(self) -> None:
        """Show the columns that this person chose."""
        desk = self._ctx.desk
        self._ctx.tasks.run(lambda: desk.preferences.read(), self, self._show_kept, failed=lambda _: None)

    def open(self, at: QPoint, order: ListOrder, *, text: bool, parent: QWidget) -> None:
        """Open the menu at a point of the screen."""
        menu = StayMenu(parent)
        by = menu.addMenu(tr("Order"))
        group = QActionGroup(by)
        for each in orders():
            words = order_words(each, text=text)
            action = by.addAction(words[:1].upper() + words[1:])
            action.setCheckable(True)
            action.setChecked(each == order)
            group.addAction(action)
            action.triggered.connect(partial(self.order_chosen.emit, each))
        menu.addSection(tr("Columns"))
        self._offer_columns(menu)
        open_at(menu, at)

    def show_columns(self, shown: tuple[str, ...]) -> None:
        """Show these columns; none are named: all."""
        self._view.hide_columns(frozenset(OPTIONAL) - frozenset(shown) if shown else frozenset())

    def columns(self) -> tuple[str, ...]:
        """Return the columns that are shown; nothing: all."""
        hidden = self._view.hidden()
        return tuple(name for name in OPTIONAL if name not in hidden) if hidden else ()

    def _offer_columns(self, menu: QMenu) -> None:
        for name in OPTIONAL:
            action = menu.addAction(tr(BY_NAME[name].title))
            action.setCheckable(True)
            action.setChecked(name not in self._view.hidden())
            action.triggered.connect(partial(self._choose, name))

    def _choose(self, name: str, on: bool) -> None:
        hidden = self._view.hidden()
        self._view.hide_columns(hidden - {name} if on else hidden | {name})
        desk, shown = self._ctx.desk, self.columns()
        self._ctx.tasks.run(lambda: desk.preferences.change(columns={_SCREEN: shown}), self)

    def _show_kept(self, kept: Preferences) -> None:
        self.show_columns(kept.columns.get(_SCREEN, ()))
