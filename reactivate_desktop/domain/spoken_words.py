"""The words of times, English and Spanish, as one short notation: weekdays, months, numbers, parts of the day."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.names import fold

# wd0: Monday; mo12: December; nth3: the third of a month; day2: the day after tomorrow.
_WEEKDAYS = (
    "mon monday lun lunes",
    "tue tues tuesday martes",
    "wed weds wednesday mie miercoles",
    "thu thur thurs thursday jue jueves",
    "fri friday vie viernes",
    "sat saturday sab sabado",
    "sun sunday dom domingo",
)
_MONTHS = (
    "jan january ene enero",
    "feb february febrero",
    "march marzo",
    "apr april abr abril",
    "may mayo",
    "jun june junio",
    "jul july julio",
    "aug august ago agosto",
    "sep sept september septiembre setiembre",
    "oct october octubre",
    "nov november noviembre",
    "dec december dic diciembre",
)
_NUMBERS = (
    "one uno una un",
    "two dos",
    "three tres",
    "four cuatro",
    "five cinco",
    "six seis",
    "seven siete",
    "eight ocho",
    "nine nueve",
    "ten diez",
    "eleven once",
    "twelve doce",
)
_UNITS = {
    "min": "min mins minute minutes minuto minutos",
    "day": "days dias",
    "week": "week weeks wk wks semana semanas",
    "month": "month months mes meses",
    "hour": "hour hours",
}


def _words() -> Mapping[str, str]:
    found = {"hoy": "today", "tmr": "tomorrow", "tmrw": "tomorrow"}
    for prefix, first, groups in (("wd", 0, _WEEKDAYS), ("mo", 1, _MONTHS), ("", 1, _NUMBERS)):
        for number, group in enumerate(groups, first):
            found |= dict.fromkeys(group.split(), f"{prefix}{number}")
    for unit, group in _UNITS.items():
        found |= dict.fromkeys(group.split(), unit)
    return found


_WORDS = _words()
_WORD = re.compile(r"[a-z]+")


def _turned(before: int) -> Callable[[re.Match[str]], str]:
    """Return what writes the hour of a phrase with these minutes, counted from the full hour."""

    def write(found: re.Match[str]) -> str:
        hour = int(found[1])
        return f"{hour}:{before:02}" if before >= 0 else f"{(hour - 2) % 12 + 1}:{60 + before}"

    return write


_HOUR = r"(\d{1,2})\b"
# In this order: a phrase may hold what an earlier one has written.
_PHRASES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r"(?<=\d)t(?=\d)", " "),
        (r"(\d)\s*([ap])\.?\s?m\b\.?", r"\1\2m"),
        (r"\b(?:the )?day after tomorrow\b|\bpasado manana\b", "day2"),
        (r"\b(?:half an hour|half hour|media hora)\b", "30 min"),
        (r"\bhalf past " + _HOUR, _turned(30)),
        (r"\bquarter past " + _HOUR, _turned(15)),
        (r"\bquarter to " + _HOUR, _turned(-15)),
        (r"\b" + _HOUR + r" y media\b", _turned(30)),
        (r"\b" + _HOUR + r" y cuarto\b", _turned(15)),
        (r"\b" + _HOUR + r" menos cuarto\b", _turned(-15)),
        (r"\b(?:al |a )?(?:mediodia|medio dia|noon|midday)\b", "12:00"),
        (r"\b(?:esta manana|this morning)\b", "today morning"),
        (r"\b(?:esta tarde|this afternoon)\b", "today afternoon"),
        (r"\b(?:esta noche|this evening|tonight)\b", "today evening"),
        (r"\b(?:(?:por|de|en|a) la manana|in the morning|first thing|a primera hora)\b", "morning"),
        (r"\b(?:(?:por|de|en|a) la tarde|in the afternoon|tarde)\b", "afternoon"),
        (r"\b(?:(?:por|de|en|a) la noche|in the evening|noche|night)\b", "evening"),
        (r"\bmanana\b", "tomorrow"),
        (r"\b(?:que viene|proxim[oa]|siguiente)\b", "next"),
        (r"\b(?:dentro de|en)(?= \d)", "in"),
        (r"\bin an? ", "in 1 "),
        (r"\bin (\d+) ?(?:hour|hrs?|horas?|h)\b", r"in \1 hour"),
        (r"\b(\d+) (day|week|month) (?:from now|time)\b", r"in \1 \2"),
        (r"\b(\d+) dia\b", r"\1 day"),
        (r"\b(?:(?:el|the) )?(?:dia )?(\d{1,2})(?:st|nd|rd|th)\b", r"nth\1"),
        (r"\b(?:el|the|dia|el dia) (\d{1,2})\b(?![:.]\d| ?[ap]m| (?:de |of )?mo\d)", r"nth\1"),
        (r"\bnth(\d{1,2}) (?=(?:de |of )?mo\d)", r"\1 "),
        (r"\b(mo\d{1,2}) nth(\d)", r"\1 \2"),
    )
)
# "mar" is March in English and martes in Spanish.
_MAR_MONTH = re.compile(r"(?<=\d )mar\b|(?<=\d de )mar\b|(?<=\d of )mar\b")
_MAR_DAY = re.compile(r"\bmar\b(?=$| \d{1,2}[:.h]| (?:a las?|at) | \d{1,2} ?[ap]\.? ?m\b| (?:que|por|de|next|prox))")


def notation(text: str) -> str:
    """Return what was typed in the notation of this module; words that it does not know stay as they are.

    Raises Invalid where "mar" may be March or martes.
    """
    folded = _mar(fold(text), text)
    written = _WORD.sub(lambda found: _WORDS.get(found[0], found[0]), folded)
    for pattern, new in _PHRASES:
        written = pattern.sub(new, written)
    return " ".join(written.split())


def _mar(folded: str, text: str) -> str:
    known = _MAR_DAY.sub("martes", _MAR_MONTH.sub("marzo", folded))
    if re.search(r"\bmar\b", known):
        raise Invalid(f'"{text.strip()}" may mean March or martes. Please write "9 mar" or "martes 9".')
    return known
