"""The talks of the inbox as scripts, filled in the patient's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from reactivate_desktop.demo.columns import Floats
from reactivate_desktop.demo.lists import read_list

_ENGLISH = "en"
_ISO_DATES = {"zh", "ko", "ja"}
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True)
class Line:
    """One message of a talk: outbound or not, and its text."""

    outbound: bool
    text: str


@dataclass(frozen=True)
class Script:
    """A kind of talk: its channels, its tag, what sends its first line by itself, and its lines by language."""

    kind: str
    channels: tuple[str, ...]
    tag: str
    automation: str | None
    steps: tuple[tuple[bool, Mapping[str, str]], ...]

    def language(self, wanted: str) -> str:
        """Return the language the talk is held in: the wanted one if its first line has it."""
        return wanted if wanted in self.steps[0][1] else _ENGLISH

    def lines(self, language: str, merge: Mapping[str, str], most: int) -> list[Line]:
        """Return the first `most` lines; the talk ends where its language has no words."""
        found: list[Line] = []
        for outbound, texts in self.steps[:most]:
            if language not in texts:
                break
            found.append(Line(outbound, texts[language].format(**merge)))
        return found


@dataclass(frozen=True)
class ScriptBook:
    """All scripts and how often each occurs."""

    scripts: tuple[Script, ...]
    edges: Floats

    def at(self, place: float) -> Script:
        """Return the script at a place between 0 and 1."""
        index = int(np.searchsorted(self.edges, place * self.edges[-1], side="right"))
        return self.scripts[min(index, len(self.scripts) - 1)]


def read_scripts() -> ScriptBook:
    """Return the scripts of resources/demo/messages.json."""
    listed: list[dict[str, Any]] = read_list("messages")["scripts"]
    scripts = tuple(
        Script(
            s["kind"],
            tuple(s["channels"]),
            s["tag"],
            s["automation"],
            tuple((way == "out", texts) for way, texts in s["steps"]),
        )
        for s in listed
    )
    return ScriptBook(scripts, np.cumsum([float(s["weight"]) for s in listed]))


def spoken_day(language: str, day: int) -> str:
    """Return a day as a short text: "Dec 3" in English, numbers elsewhere."""
    when = date(1970, 1, 1) + timedelta(days=day)
    if language == _ENGLISH:
        return f"{_MONTHS[when.month - 1]} {when.day}"
    if language in _ISO_DATES:
        return f"{when.month}/{when.day}"
    return f"{when.day:02d}.{when.month:02d}."
