"""The colours and sizes of the look in light and dark; everything painted takes them from here."""

from __future__ import annotations

from dataclasses import dataclass

# Spacing, corners and heights in logical pixels.
GAP_TINY, GAP_SMALL, GAP, GAP_LARGE, MARGIN = 4, 8, 12, 16, 28
RADIUS, CARD_RADIUS, TAG_RADIUS = 8, 12, 6
CONTROL_HEIGHT = 34
PANE_WIDTH = 368
RAIL_WIDTH, RAIL_NARROW = 216, 84
# Below these the window is laid out for a small office screen.
NARROW_BELOW = 1400
LOW_BELOW = 820


@dataclass(frozen=True)
class Pair:
    """A text colour and the fill that it is read on."""

    text: str
    fill: str


@dataclass(frozen=True)
class Tokens:
    """One theme. Every colour is #RRGGBB; contrast of each pair used is checked in tests/ui/test_contrast.py."""

    name: str
    background: str
    surface: str
    sub_surface: str
    border: str
    hairline: str
    field_border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    selection: str
    match: str
    negative: str
    track: str
    cap_fill: str
    # Long bars of the two lower tiers.
    strip_yellow: str
    strip_green: str
    # Laid over the window behind the palette: colour and opacity in per cent.
    scrim: str
    scrim_percent: int
    red: Pair
    yellow: Pair
    green: Pair


LIGHT = Tokens(
    name="light",
    background="#F4F6F8",
    surface="#FFFFFF",
    sub_surface="#F8FAFB",
    border="#DFE4EA",
    hairline="#ECEFF3",
    field_border="#8A95A3",
    text="#16202C",
    muted="#566273",
    accent="#0B6B70",
    on_accent="#FFFFFF",
    selection="#E4F1F1",
    match="#BFE3E1",
    negative="#8A5A2B",
    track="#DCE2E9",
    cap_fill="#F1F4F7",
    strip_yellow="#B7791F",
    strip_green="#3F8F63",
    scrim="#0E1620",
    scrim_percent=36,
    red=Pair("#A3182A", "#FCE7EA"),
    yellow=Pair("#7A4A00", "#FFF1CF"),
    green=Pair("#17613C", "#E1F3E8"),
)

DARK = Tokens(
    name="dark",
    background="#0E141B",
    surface="#161E27",
    sub_surface="#19222C",
    border="#2B3744",
    hairline="#212B36",
    field_border="#66758A",
    text="#E8EDF3",
    muted="#9DABBB",
    accent="#56C2BF",
    on_accent="#06282A",
    selection="#19343A",
    match="#1F5C60",
    negative="#E0A872",
    track="#2B3744",
    cap_fill="#222D39",
    strip_yellow="#D9A441",
    strip_green="#4FA97A",
    scrim="#000000",
    scrim_percent=51,
    red=Pair("#FF9CA7", "#3B1A21"),
    yellow=Pair("#FFD37C", "#38290B"),
    green=Pair("#88DDB0", "#12311F"),
)
