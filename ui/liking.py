"""How the person likes her window: theme and language, and what comes next when she changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reactivate_desktop import bundle
from ui.text import DOMAIN, LANGUAGES, language, speak, tr
from ui.theme.choice import ThemeChoice

if TYPE_CHECKING:
    from reactivate_desktop.domain.preferences import Theme


def choice_of(theme: Theme) -> ThemeChoice:
    """Return the window's word for a kept theme."""
    return ThemeChoice(theme.lower())


def theme_of(choice: ThemeChoice) -> Theme:
    """Return what is kept of a choice."""
    # Late: the first picture waits for this module.
    from reactivate_desktop.domain.preferences import Theme

    return Theme(choice.upper())


def next_choice(choice: ThemeChoice) -> ThemeChoice:
    """Return the theme that follows: light, dark, as the system."""
    order = list(ThemeChoice)
    return order[(order.index(choice) + 1) % len(order)]


def theme_words(choice: ThemeChoice) -> str:
    """Return what a choice is called."""
    return {
        ThemeChoice.LIGHT: tr("Light"),
        ThemeChoice.DARK: tr("Dark"),
        ThemeChoice.SYSTEM: tr("As the system"),
    }[choice]


def languages() -> list[str]:
    """Return the codes of the languages whose words are shipped."""
    folder = bundle.folder("resources") / "translations"
    return [code for code in LANGUAGES if code == "en" or (folder / code / "LC_MESSAGES" / f"{DOMAIN}.mo").is_file()]


def next_language() -> str:
    """Return the language that follows the one in force."""
    known = languages()
    return known[(known.index(language()) + 1) % len(known)] if language() in known else known[0]


def speak_if_known(code: str) -> bool:
    """Use a language from now on; False: it is the one in force already, or its words are not shipped."""
    if code == language() or code not in languages():
        return False
    speak(code)
    return True
