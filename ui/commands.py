"""Ties the declared actions to what does them: one shortcut each, and a reason when one may not be done now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from reactivate_desktop.domain.enums import UserRole
from ui.actions import BY_ID, Action, Scope
from ui.text import tr

_RANK = {UserRole.VIEWER: 0, UserRole.STAFF: 1, UserRole.ADMIN: 2}


@dataclass(eq=False)
class Command:
    """An action that can be done: by whom it is offered, how, and why not (a sentence; empty: it can)."""

    action: Action
    owner: QWidget
    call: Callable[[], None]
    reason: Callable[[], str]

    @property
    def title(self) -> str:
        """Its words in the language in force."""
        return tr(self.action.title)

    @property
    def keys(self) -> str:
        """The keys as they are shown, "Ctrl K"; empty: none."""
        return shown_keys(self.action)


class Commands(QObject):
    """The commands of one window for the signed-in role; what the role may not do is not bound at all."""

    def __init__(self, role: UserRole, parent: QObject) -> None:
        super().__init__(parent)
        self._role = role
        self._bound: list[Command] = []

    def allowed(self, id: str) -> bool:
        """Return whether the role may ever do this; screens leave out what it may not."""
        return _RANK[self._role] >= _RANK[BY_ID[id].role]

    def bind(
        self, id: str, owner: QWidget, call: Callable[[], None], reason: Callable[[], str] = lambda: ""
    ) -> Command | None:
        """Offer an action while `owner` is visible; its keys work inside of `owner`. None: not for this role."""
        if not self.allowed(id):
            return None
        command = Command(BY_ID[id], owner, call, reason)
        self._bound.append(command)
        whole = command.action.scope == Scope.WINDOW
        for keys in command.action.keys:
            shortcut = QShortcut(QKeySequence(keys), owner)
            shortcut.setContext(
                Qt.ShortcutContext.WindowShortcut if whole else Qt.ShortcutContext.WidgetWithChildrenShortcut
            )
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(lambda: self.do(command))
        return command

    def do(self, command: Command) -> None:
        """Do it unless something forbids it just now."""
        if not command.reason():
            command.call()

    def do_id(self, id: str) -> None:
        """Do an action by its name, as buttons do."""
        for command in self.available():
            if command.action.id == id:
                self.do(command)
                return

    def available(self) -> Iterator[Command]:
        """Yield what is offered where the person is now, forbidden ones too (they say why)."""
        self._bound = [command for command in self._bound if isValid(command.owner)]
        for command in list(self._bound):
            if command.owner.isVisible():
                yield command


def shown_keys(action: Action) -> str:
    """Return the first keys of an action as caps show them."""
    if not action.keys:
        return ""
    return action.keys[0].replace("Return", tr("Enter")).replace("Space", tr("Space")).replace("+", " ")
