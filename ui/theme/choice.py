"""Which theme a person chose."""

from __future__ import annotations

from enum import StrEnum


class ThemeChoice(StrEnum):
    """Light, dark, or as the system says."""

    LIGHT = "light"
    DARK = "dark"
    SYSTEM = "system"
