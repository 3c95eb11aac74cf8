"""The privacy key: names and numbers are veiled while somebody at the counter could read them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

_VEIL = "•"


class _Veil:
    """Whether it is on: one for the whole application, as the theme is."""

    on = False


class Privacy(QObject):
    """Turns the veil on and off. `changed`: screens show their words again."""

    changed = Signal()

    @property
    def on(self) -> bool:
        """Whether names are veiled now."""
        return _Veil.on

    def toggle(self) -> bool:
        """Turn it round and return whether it is on now."""
        _Veil.on = not _Veil.on
        self.changed.emit()
        return _Veil.on


def veiled(words: str) -> str:
    """Return words that name a person as they may be shown now: the first letter of each word, then dots."""
    if not _Veil.on:
        return words
    return " ".join(word[:1] + _VEIL * max(2, len(word) - 1) for word in words.split(" "))
