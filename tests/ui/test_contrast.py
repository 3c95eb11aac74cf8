"""Every pair of colours that is read or recognised has the contrast that WCAG 2.2 asks for."""

from __future__ import annotations

import pytest

from ui.theme.tokens import DARK, LIGHT, Tokens

# SC 1.4.3 (text) and 1.4.11 (borders of controls).
TEXT, CONTROL = 4.5, 3.0
THEMES = [LIGHT, DARK]


def _luminance(color: str) -> float:
    parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_knows_black_and_white() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_text_can_be_read_on_every_ground(theme: Tokens) -> None:
    grounds = [theme.background, theme.surface, theme.sub_surface, theme.selection]
    too_weak = [
        (text, ground, round(contrast(text, ground), 2))
        for ground in grounds
        for text in (theme.text, theme.muted, theme.accent, theme.negative)
        if contrast(text, ground) < TEXT
    ]
    assert too_weak == []


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_pills_buttons_caps_and_matches_can_be_read(theme: Tokens) -> None:
    pairs = {
        "on accent": (theme.on_accent, theme.accent),
        "key cap": (theme.muted, theme.cap_fill),
        "match": (theme.text, theme.match),
        "avatar of a colleague": (theme.text, theme.track),
        "toast": (theme.surface, theme.text),
    }
    for name, pair in (("red", theme.red), ("yellow", theme.yellow), ("green", theme.green)):
        pairs[name] = (pair.text, pair.fill)
        # A selected row paints the pill on the surface, an error names itself there.
        pairs[f"{name} on surface"] = (pair.text, theme.surface)
    weak = {name: round(contrast(*pair), 2) for name, pair in pairs.items() if contrast(*pair) < TEXT}
    assert weak == {}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_controls_can_be_recognised(theme: Tokens) -> None:
    for ground in (theme.surface, theme.sub_surface):
        assert contrast(theme.accent, ground) >= CONTROL
    assert contrast(theme.field_border, theme.surface) >= CONTROL
