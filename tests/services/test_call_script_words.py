"""Scripts in every language with everything, with nothing, and with any part missing: never a brace, never a gap."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reactivate_desktop.domain.call_scripts import (
    FIELDS,
    TEXT_FIELDS,
    ScriptBook,
    ScriptFacts,
    ScriptSource,
    Template,
    fill,
    languages,
)
from reactivate_desktop.services.call_scripts import books

ZONE = ZoneInfo("America/New_York")
SLOT = datetime(2026, 12, 3, 10, 30, tzinfo=ZONE)
FULL = ScriptFacts(
    first_name="Inés",
    clinic="Riverside Dental",
    caller="Dana",
    provider="Dr. Okonkwo",
    location_phone="+12125550100",
    location_address="1 Main St",
    last_visit_on=date(2025, 10, 20),
    days_away=400,
)
PARTS: dict[str, Any] = {"first_name": "", "caller": "", "provider": "", "days_away": None}
_ODD = re.compile(r"[{}]|  | [.,?!]|[.,?!]{2}|¿ |\bNone\b|^\s|\s$")


def source(facts: ScriptFacts, language: str = "en", **templates: tuple[Template, ...]) -> ScriptSource:
    return ScriptSource(facts, languages(language, "en", books()), books(), **templates)


def without(*missing: str) -> ScriptFacts:
    return replace(FULL, **{name: PARTS[name] for name in missing})


def test_the_scripts_in_both_languages() -> None:
    english, spanish = source(FULL).filled(SLOT), source(FULL, "es").filled(SLOT)
    assert english.call == (
        "Hi, is this Inés? This is Dana at Riverside Dental. It has been 13 months since your last visit, "
        "and Dr. Okonkwo would like to see you again. Would Thursday, December 3 at 10:30 am suit you?"
    )
    assert english.text == (
        "Hi Inés, this is Riverside Dental. We have Thursday, December 3 at 10:30 am free for you. "
        "Reply here if that suits you. Reply STOP to end messages."
    )
    assert spanish.call == (
        "Hola, ¿hablo con Inés? Le llama Dana de Riverside Dental. Han pasado 13 meses desde su última visita, "
        "y Dr. Okonkwo quisiera verle de nuevo. ¿Le viene bien el jueves 3 de diciembre a las 10:30?"
    )
    assert spanish.text == (
        "Hola Inés, le escribe Riverside Dental. Tenemos libre el jueves 3 de diciembre a las 10:30. "
        "Responda si le va bien. Responda STOP para no recibir mensajes."
    )
    assert (spanish.call_language, spanish.text_language, spanish.call_template) == ("es", "es", None)


@pytest.mark.parametrize("language", sorted(books()))
@pytest.mark.parametrize("missing", [c for n in range(len(PARTS) + 1) for c in combinations(PARTS, n)], ids=str)
@pytest.mark.parametrize("slot", [None, SLOT])
def test_whatever_is_missing_no_gap_is_read_out(language: str, missing: tuple[str, ...], slot: datetime | None) -> None:
    script = source(without(*missing), language).filled(slot)
    for written in (script.call, script.text):
        assert _ODD.search(written) is None, written
        assert "Riverside Dental" in written
    assert "STOP" in script.text
    # Whoever reads along learns neither why nor from whom (requirement H1).
    assert "Okonkwo" not in script.text
    assert "13" not in script.text
    assert len(script.text) <= 160


@pytest.mark.parametrize("language", sorted(books()))
def test_a_book_is_whole(language: str) -> None:
    book = books()[language]
    assert (len(book.weekdays), len(book.months)) == (7, 12)
    for sentences, allowed in ((book.call, frozenset(FIELDS)), (book.text, TEXT_FIELDS)):
        everything = dict.fromkeys(FIELDS, "x")
        for wordings in sentences:
            assert all(fill(wording, everything, allowed) for wording in wordings)
            assert fill(wordings[-1], {"clinic": "x"}, allowed), "the last wording needs the clinic alone"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (59, None),
        (61, "It has been 2 months since your last visit"),
        (400, "It has been 13 months since your last visit"),
        (547, "It has been 17 months since your last visit"),
        (548, "It has been about 2 years since your last visit"),
        (1100, "It has been about 3 years since your last visit"),
    ],
)
def test_how_long_she_was_away(days: int, said: str | None) -> None:
    assert books()["en"].away(days) == said


@pytest.mark.parametrize(("hour", "said"), [(0, "12:00 am"), (9, "9:00 am"), (12, "12:00 pm"), (16, "4:00 pm")])
def test_english_hours(hour: int, said: str) -> None:
    book: ScriptBook = books()["en"]
    assert book.at(datetime(2026, 12, 3, hour, tzinfo=ZONE)) == f"Thursday, December 3 at {said}"


def test_the_clinics_own_wording_wins_where_it_can_be_filled() -> None:
    good = Template("en", "Spring", "Hi {first_name}, {clinic_name} here. Last seen {last_visit_date}.")
    script = source(FULL, text_templates=(good,)).filled()
    assert (script.text, script.text_template) == (
        "Hi Inés, Riverside Dental here. Last seen October 20, 2025.",
        "Spring",
    )
    nameless = source(without("first_name"), text_templates=(good,)).filled()
    assert (nameless.text_template, _ODD.search(nameless.text)) == (None, None)
    slot = Template("en", "Slot", "Is {slot} good?")
    assert source(FULL, call_templates=(slot, good)).filled().call_template == "Spring"
    assert source(FULL, call_templates=(slot, good)).filled(SLOT).call_template == "Slot"


@pytest.mark.parametrize(
    "text",
    [
        "Hi {first_name}, {diagnosis}",
        "Hi {first_name.__class__}",
        "Hi {first_name!r}",
        "Hi {first_name:>20}",
        "Hi {0}",
        "Hi {}",
        "Hi {first_name",
        "Hi }",
        "Hi {{first_name}}",
        "Your {reason} with {provider}",
        "   ",
    ],
)
def test_a_template_that_cannot_be_used_is_passed_over(text: str) -> None:
    script = source(FULL, text_templates=(Template("en", "Odd", text),)).filled()
    assert (script.text_template, script.text[:9]) == (None, "Hi Inés, ")


def test_the_patients_language_comes_before_the_clinics_own_wording() -> None:
    english = Template("en", "Mine", "Hello from {clinic}.")
    french = Template("fr-CA", "Le mien", "Bonjour, ici {clinic}.")
    assert source(FULL, "es-MX", text_templates=(english,)).filled().text_language == "es"
    assert source(FULL, "fr", text_templates=(english, french)).filled().text_template == "Le mien"
    # Nobody wrote anything in Polish: what the clinic speaks.
    assert source(FULL, "pl", text_templates=(english,)).filled().text_template == "Mine"
    assert source(FULL, "pl").filled().call_language == "en"
    assert languages("pl", "es", ["en", "es"]) == ("pl", "es", "en")
    assert languages("", "", ["en"]) == ("en",)


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_no_text_and_no_name_leaves_a_brace(text: str, name: str, clinic: str) -> None:
    facts = ScriptFacts(first_name=name, clinic=clinic or "Clinic")
    script = source(facts, call_templates=(Template("en", "Odd", text),)).filled()
    assert "{" not in script.call + script.text
    assert "}" not in script.call + script.text
