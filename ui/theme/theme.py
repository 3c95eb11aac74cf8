"""The theme in force: Light, Dark or as the system says, put on the whole application at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from ui.theme import icons
from ui.theme.choice import ThemeChoice
from ui.theme.fonts import font
from ui.theme.stylesheet import stylesheet
from ui.theme.tokens import DARK, LIGHT, Tokens

_ROLES: Mapping[QPalette.ColorRole, str] = {
    QPalette.ColorRole.Window: "background",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "sub_surface",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.ToolTipBase: "surface",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.PlaceholderText: "muted",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "on_accent",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.Mid: "border",
}
_IMAGES = {"caret": ("caret-down", "muted"), "tick": ("check", "on_accent"), "dash": ("minus", "on_accent")}


class _Current:
    """What `tokens()` answers: like QApplication.palette(), one for the whole application."""

    tokens: Tokens = LIGHT


def tokens() -> Tokens:
    """Return the tokens in force; ask when painting, they change with the theme."""
    return _Current.tokens


class Theme(QObject):
    """Applies a choice to the application and follows the system where it was left to it."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: ThemeChoice = ThemeChoice.SYSTEM) -> None:
        super().__init__(app)
        self._app = app
        self._choice = choice
        # Qt's style sheets take images from files only.
        self._folder = QTemporaryDir()
        app.setStyle("Fusion")
        app.setFont(font(13))
        app.styleHints().colorSchemeChanged.connect(self._follow)
        self._apply()

    @property
    def choice(self) -> ThemeChoice:
        """What was chosen."""
        return self._choice

    def choose(self, choice: ThemeChoice) -> None:
        """Use another theme from now on."""
        self._choice = choice
        self._apply()

    def _follow(self) -> None:
        if self._choice == ThemeChoice.SYSTEM:
            self._apply()

    def _apply(self) -> None:
        found = _wanted(self._choice)
        _Current.tokens = found
        self._app.setPalette(_palette(found))
        self._app.setStyleSheet(stylesheet(found, self._images(found)))
        self.changed.emit()

    def _images(self, found: Tokens) -> dict[str, str]:
        made = {}
        for key, (name, role) in _IMAGES.items():
            file = Path(self._folder.path()) / f"{found.name}-{key}.png"
            if not file.exists():
                icons.pixmap(name, 12, getattr(found, role), 2.0).save(str(file))
            made[key] = file.as_posix()
        return made


def _wanted(choice: ThemeChoice) -> Tokens:
    if choice == ThemeChoice.SYSTEM:
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return DARK if dark else LIGHT
    return DARK if choice == ThemeChoice.DARK else LIGHT


def _palette(found: Tokens) -> QPalette:
    made = QPalette()
    for role, name in _ROLES.items():
        made.setColor(role, QColor(getattr(found, name)))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(found.muted))
    return made
