"""What to say on the phone and to text first, in the patient's language: a gap is never read out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from string import Formatter
from typing import Any

# What a merge field of a script may name, and the other names that templates have for it.
FIELDS = (
    "first_name",
    "clinic",
    "caller",
    "provider",
    "reason",
    "slot",
    "last_visit_date",
    "location_phone",
    "location_address",
)
ALIASES = {"clinic_name": "clinic", "clinic_phone": "location_phone"}
# A text may be read by somebody else: no reason and no name of a provider in it (requirement H1).
TEXT_FIELDS = frozenset(FIELDS) - {"provider", "reason"}
_MONTH_DAYS = 30.4375
_YEARS_FROM = 18


@dataclass(frozen=True)
class ScriptBook:
    """The scripts of one language.

    call, text: sentences in their order, each as its wordings from the fullest to the plainest; the last wording of a
    sentence needs nothing but the clinic's name, or is empty. The rest is how the language says days and times.
    """

    language: str
    call: tuple[tuple[str, ...], ...]
    text: tuple[tuple[str, ...], ...]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    slot: str
    day: str
    away_months: str
    away_years: str

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> ScriptBook:
        """Return the book of a file in resources/scripts."""
        return cls(
            language=kept["language"],
            call=tuple(tuple(sentence) for sentence in kept["call"]),
            text=tuple(tuple(sentence) for sentence in kept["text"]),
            weekdays=tuple(kept["weekdays"]),
            months=tuple(kept["months"]),
            slot=kept["slot"],
            day=kept["day"],
            away_months=kept["away_months"],
            away_years=kept["away_years"],
        )

    def at(self, moment: datetime) -> str:
        """Return a local time as it is said: "Thursday, December 3 at 10:30 am"."""
        hour = moment.hour % 12 or 12
        half = "am" if moment.hour < 12 else "pm"
        clock = {"time": f"{moment.hour}:{moment:%M}", "time12": f"{hour}:{moment:%M} {half}"}
        return self.slot.format(**self._day(moment.date()), **clock)

    def on(self, day: date) -> str:
        """Return a date as it is written: "December 3, 2026"."""
        return self.day.format(**self._day(day))

    def away(self, days: int) -> str | None:
        """Return how long somebody has been away as a clause that begins a sentence; None: under two months."""
        months = int(days / _MONTH_DAYS)
        if months < 2:
            return None
        if months < _YEARS_FROM:
            return self.away_months.format(number=months)
        return self.away_years.format(number=round(months / 12))

    def _day(self, day: date) -> dict[str, Any]:
        return {
            "weekday": self.weekdays[day.weekday()],
            "month": self.months[day.month - 1],
            "date": day.day,
            "year": day.year,
        }


@dataclass(frozen=True)
class Template:
    """A clinic's own wording; for a call or for the first text."""

    language: str
    name: str
    text: str


@dataclass(frozen=True)
class ScriptFacts:
    """What the merge fields are filled with; an empty or missing value: not known.

    days_away: since the last visit on the clinic's calendar.
    """

    first_name: str
    clinic: str
    caller: str = ""
    provider: str = ""
    location_phone: str = ""
    location_address: str = ""
    last_visit_on: date | None = None
    days_away: int | None = None


@dataclass(frozen=True)
class CallScript:
    """The script to read and the first text, each in one language; template: the clinic's own one, by its name."""

    call: str
    call_language: str
    call_template: str | None
    text: str
    text_language: str
    text_template: str | None


@dataclass(frozen=True)
class ScriptSource:
    """Everything a script is made of: it can be written again with a slot without asking the database.

    books: by language; languages: the patient's first, then what stands in for it; templates: the newest first.
    """

    facts: ScriptFacts
    languages: tuple[str, ...]
    books: Mapping[str, ScriptBook]
    call_templates: tuple[Template, ...] = ()
    text_templates: tuple[Template, ...] = ()

    def filled(self, slot: datetime | None = None) -> CallScript:
        """Return script and text; `slot`: a free time to offer, on the clock of the site where it is free."""
        call = self._best(self.call_templates, frozenset(FIELDS), slot, texting=False)
        text = self._best(self.text_templates, TEXT_FIELDS, slot, texting=True)
        return CallScript(*call, *text)

    def _best(
        self, templates: Sequence[Template], allowed: frozenset[str], slot: datetime | None, *, texting: bool
    ) -> tuple[str, str, str | None]:
        """Return (text, language, name of the template): per language the clinic's own wording wins."""
        for language in self.languages:
            book = self.books.get(language)
            values = self._values(book or self._plain_book(), slot)
            for template in templates:
                if plain_language(template.language) == language:
                    written = fill(template.text, values, allowed)
                    if written:
                        return written, language, template.name
            if book is not None:
                return " ".join(sentences(book.text if texting else book.call, values, allowed)), language, None
        raise AssertionError("one of the languages has a book")

    def _plain_book(self) -> ScriptBook:
        return next(self.books[language] for language in self.languages if language in self.books)

    def _values(self, book: ScriptBook, slot: datetime | None) -> dict[str, str]:
        facts = self.facts
        known = {
            "first_name": facts.first_name,
            "clinic": facts.clinic,
            "caller": facts.caller,
            "provider": facts.provider,
            "location_phone": facts.location_phone,
            "location_address": facts.location_address,
            "reason": None if facts.days_away is None else book.away(facts.days_away),
            "last_visit_date": None if facts.last_visit_on is None else book.on(facts.last_visit_on),
            "slot": None if slot is None else book.at(slot),
        }
        return {name: value for name, text in known.items() if (value := _tidy(text))}


def plain_language(code: str) -> str:
    """Return a language without its region: "es-MX" is "es"."""
    return code.replace("_", "-").split("-")[0].strip().lower()


def languages(patient: str, clinic: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the languages to try in order: the patient's, the clinic's, English, whatever else there is a book of."""
    wanted = (plain_language(patient), plain_language(clinic), "en", *sorted(known))
    return tuple(dict.fromkeys(each for each in wanted if each))


def fill(text: str, values: Mapping[str, str], allowed: frozenset[str]) -> str | None:
    """Return `text` with its merge fields filled; None when one is not allowed, not known, or a brace is odd.

    A field is looked up by its name alone: nothing of a value can be reached through it.
    """
    parts: list[str] = []
    try:
        for literal, name, form, conversion in Formatter().parse(text):
            parts.append(literal)
            if name is None:
                continue
            field = ALIASES.get(name, name)
            if form or conversion or field not in allowed or field not in values:
                return None
            parts.append(values[field])
    except ValueError:
        return None
    written = "".join(parts).strip()
    return None if "{" in written or "}" in written else written


def sentences(listed: Sequence[Sequence[str]], values: Mapping[str, str], allowed: frozenset[str]) -> list[str]:
    """Return each sentence in its fullest wording that can be filled; one without any is left out."""
    chosen = (next((w for wording in each if (w := fill(wording, values, allowed)) is not None), "") for each in listed)
    return [sentence for sentence in chosen if sentence]


def _tidy(text: str | None) -> str:
    """Return a value on one line and without braces, so that it can be no merge field itself."""
    return " ".join((text or "").replace("{", "").replace("}", "").split())
