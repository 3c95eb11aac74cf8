"""How one person likes her window: theme, language, zoom, columns, what she was shown already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reactivate_desktop.domain.errors import Invalid

SMALLEST, LARGEST = 0.8, 2.0
_COLUMNS = "columns:"


class Theme(StrEnum):
    SYSTEM = "SYSTEM"
    LIGHT = "LIGHT"
    DARK = "DARK"


@dataclass(frozen=True)
class Preferences:
    """zoom: 1.0 is the usual size. language: such as "es", None: that of the PC. columns: those shown, by screen."""

    theme: Theme = Theme.SYSTEM
    language: str | None = None
    zoom: float = 1.0
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tour_seen: bool = False
    # Whether the next patient opens by itself after an outcome.
    open_next: bool = True


def preferences_from(kept: Mapping[str, Any]) -> Preferences:
    """Return kept preferences; what is missing, or not as this program writes it, is as by default."""
    theme, language, zoom = kept.get("theme"), kept.get("language"), kept.get("zoom")
    columns = {
        name.removeprefix(_COLUMNS): tuple(map(str, shown))
        for name, shown in kept.items()
        if name.startswith(_COLUMNS) and isinstance(shown, list)
    }
    return Preferences(
        theme=Theme(theme) if theme in list(Theme) else Theme.SYSTEM,
        language=language if isinstance(language, str) else None,
        zoom=float(zoom) if isinstance(zoom, int | float) and SMALLEST <= zoom <= LARGEST else 1.0,
        columns=columns,
        tour_seen=kept.get("tour_seen") is True,
        open_next=kept.get("open_next") is not False,
    )


def theme_kept(theme: Theme) -> dict[str, Any]:
    """Return what is kept of a theme."""
    return {"theme": str(theme)}


def zoom_kept(zoom: float) -> dict[str, Any]:
    """Return what is kept of a zoom. Raises Invalid outside 0.8 to 2."""
    if not SMALLEST <= zoom <= LARGEST:
        raise Invalid(
            f"The window can be shown at {SMALLEST:.0%} to {LARGEST:.0%} of its size. Please choose in between."
        )
    return {"zoom": round(zoom, 2)}


def columns_kept(columns: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return what is kept of the columns of some screens; an empty choice is the screen's own one again."""
    return {f"{_COLUMNS}{screen}": list(shown) or None for screen, shown in columns.items()}
