"""Theme and language of the program: from the command line, the person's preferences, or this PC's memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui import liking
from ui.memory import LANGUAGE, THEME, Memory
from ui.text import LANGUAGES, language
from ui.theme.choice import ThemeChoice
from ui.theme.theme import Theme

if TYPE_CHECKING:
    from reactivate_desktop.domain.preferences import Preferences


class Look:
    """What was chosen on the command line wins until somebody changes it."""

    def __init__(
        self, theme: Theme, memory: Memory, *, given_theme: bool = False, given_language: bool = False
    ) -> None:
        self._theme = theme
        self._memory = memory
        self._given_theme, self._given_language = given_theme, given_language

    def remember(self) -> None:
        """Look as this PC looked last, before anybody is known."""
        kept = self._memory.word(THEME)
        if not self._given_theme and kept in list(ThemeChoice):
            self._theme.choose(ThemeChoice(kept))
        if not self._given_language:
            liking.speak_if_known(self._memory.word(LANGUAGE))

    def follow(self, preferences: Preferences) -> bool:
        """Look as a person likes it; True: in another language than before."""
        if not self._given_theme:
            self._choose(liking.choice_of(preferences.theme))
        if self._given_language or preferences.language is None:
            return False
        return liking.speak_if_known(preferences.language)

    @property
    def theme(self) -> ThemeChoice:
        """The theme that was chosen."""
        return self._theme.choice

    def next_theme(self) -> ThemeChoice:
        """Choose the theme that follows."""
        self._given_theme = False
        self._choose(liking.next_choice(self._theme.choice))
        return self._theme.choice

    def next_language(self) -> str:
        """Speak the language that follows and return its code."""
        self._given_language = False
        code = liking.next_language()
        liking.speak_if_known(code)
        self._memory.keep(LANGUAGE, code)
        return code

    def words(self) -> tuple[str, str]:
        """Return what theme and language are called."""
        return liking.theme_words(self._theme.choice), LANGUAGES[language()]

    def _choose(self, choice: ThemeChoice) -> None:
        if choice != self._theme.choice:
            self._theme.choose(choice)
        self._memory.keep(THEME, choice)
