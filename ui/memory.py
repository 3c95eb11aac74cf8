"""What the window keeps of itself on this PC: size and place, the last tab, the look of the sign-in page."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow

THEME, LANGUAGE = "theme", "language"
LOCK_MINUTES = 10
_MOST_MINUTES = 240


class Memory:
    """Only things of the window, nothing of a patient; without settings nothing outlives the program."""

    def __init__(self, settings: QSettings | None = None) -> None:
        self._settings = settings
        self._words: dict[str, str] = {}

    def word(self, name: str, otherwise: str = "") -> str:
        """Return a kept word."""
        if self._settings is None:
            return self._words.get(name, otherwise)
        return str(self._settings.value(name, otherwise))

    def keep(self, name: str, word: str) -> None:
        """Keep a word."""
        if self._settings is None:
            self._words[name] = word
        else:
            self._settings.setValue(name, word)

    @property
    def lock_minutes(self) -> int:
        """After how many minutes without input the desk locks; 0: never by itself."""
        kept = self.word("lock_minutes", str(LOCK_MINUTES))
        return min(_MOST_MINUTES, int(kept)) if kept.isdecimal() else LOCK_MINUTES

    def keep_place(self, window: QMainWindow) -> None:
        """Keep where the window stands."""
        if self._settings is not None:
            self._settings.setValue("geometry", window.saveGeometry())

    def put(self, window: QMainWindow) -> None:
        """Put the window where it stood; Qt moves it back onto a screen that is there."""
        kept = None if self._settings is None else self._settings.value("geometry")
        if isinstance(kept, QByteArray):
            window.restoreGeometry(kept)
