"""Inter, shipped with the program, in the few sizes and weights of the look."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase

from reactivate_desktop import bundle

FAMILY = "Inter"
REGULAR, MEDIUM, SEMI_BOLD, BOLD = (
    QFont.Weight.Normal,
    QFont.Weight.Medium,
    QFont.Weight.DemiBold,
    QFont.Weight.Bold,
)
_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "Inter-Bold.otf")
# From this size on figures have their natural widths; below, columns of numbers line up.
_PROPORTIONAL_FROM = 18


class FontMissing(Exception):
    """A font of the program could not be read: the installation is damaged."""


def load() -> None:
    """Make the shipped fonts known to Qt. Raises FontMissing."""
    for name in _FILES:
        path = bundle.folder("resources") / "fonts" / name
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise FontMissing(f"The font {path} cannot be read. Please install the program again.")


@lru_cache
def font(size: int, weight: QFont.Weight = REGULAR) -> QFont:
    """Return Inter in `size` logical pixels; treat it as read-only, it is shared."""
    made = QFont(FAMILY)
    made.setPixelSize(size)
    made.setWeight(weight)
    # Said in either case: a painter takes what a font leaves open from the widget that it paints on.
    made.setFeature(QFont.Tag("tnum"), int(size < _PROPORTIONAL_FROM))
    return made
