"""Changes theme and language while somebody works, and keeps the choice with the person."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from reactivate_desktop.domain.preferences import Preferences
from ui import liking
from ui.frame.question import Question
from ui.look import Look
from ui.session import Session
from ui.tasks import Tasks
from ui.text import tr


class LookChanges(QObject):
    """`respoken`: another language is in force, so everything must be made anew; `changed`: another theme."""

    respoken = Signal()
    changed = Signal()

    def __init__(self, look: Look, tasks: Tasks, session: Callable[[], Session | None], parent: QObject) -> None:
        super().__init__(parent)
        self._look = look
        self._tasks = tasks
        self._session = session

    def next_theme(self) -> None:
        """Light, dark, as the system."""
        choice = self._look.next_theme()
        session = self._session()
        if session is not None:
            desk, theme = session.context.desk, liking.theme_of(choice)
            self._tasks.run(lambda: desk.preferences.change(theme=theme), self, self._kept)
            session.context.notices.say(tr("Theme: {word}", word=liking.theme_words(choice)))
        self.changed.emit()

    def next_language(self) -> None:
        """The next language that is shipped; asks first when something typed would be lost."""
        session = self._session()
        if session is not None and session.workspace.unsaved() and session.room.isVisible():
            Question(
                session.workspace,
                tr("Change the language now?"),
                tr("The window is made anew for it, and what is typed but not saved here would be lost."),
                tr("Change it"),
                self._speak,
            )
        else:
            self._speak()

    def _speak(self) -> None:
        code = self._look.next_language()
        session = self._session()
        if session is not None and session.room.isVisible():
            desk = session.context.desk
            self._tasks.run(lambda: desk.preferences.change(language=code), self, self._kept)
        self.respoken.emit()

    def _kept(self, _preferences: Preferences) -> None:
        """Nothing to show: the choice is in force already."""
