"""The generator alone: equal arguments give equal rows; numbers, names and shares are believable."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from datetime import date

import numpy as np
import phonenumbers
import pytest

from reactivate_desktop import demo
from reactivate_desktop.demo.calendar import holidays
from reactivate_desktop.demo.ids import clinic_id
from reactivate_desktop.demo.lists import read_list
from reactivate_desktop.demo.tables import Block, DemoClinic
from reactivate_desktop.demo.world import build
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.names import name_key

TODAY = date(2026, 11, 23)


def key_of(email: str) -> bytes:
    return hashlib.sha256(email.encode()).digest()


def made(patients: int, seed: int, today: date = TODAY) -> DemoClinic:
    return demo.plan(patients, seed, today, key_of)


def everything(clinic: DemoClinic) -> list[Block]:
    return [*clinic.before_staff, *clinic.blocks()]


def digest(clinic: DemoClinic) -> str:
    """Return a hash of all rows and of the staff."""
    found = hashlib.sha256(repr(clinic.staff).encode())
    for block in everything(clinic):
        found.update(repr((block.table, dict(block.columns))).encode())
    return found.hexdigest()


def table(blocks: list[Block], name: str) -> dict[str, list[str | None]]:
    """Return all rows of a table as columns."""
    found = [b for b in blocks if b.table == name]
    return {c: [cell for b in found for cell in b.columns[c]] for c in found[0].columns}


@pytest.fixture(scope="module")
def blocks() -> list[Block]:
    return everything(made(6_000, 7))


def test_equal_arguments_give_equal_rows() -> None:
    first, second = made(2_500, 3), made(2_500, 3)
    assert digest(first) == digest(second)
    assert digest(first) == digest(first), "blocks() must start anew"


@pytest.mark.parametrize(
    ("patients", "seed", "today"), [(500, 4, TODAY), (501, 3, TODAY), (500, 3, date(2026, 11, 24)), (500, -3, TODAY)]
)
def test_any_other_argument_gives_another_clinic(patients: int, seed: int, today: date) -> None:
    assert digest(made(500, 3)) != digest(made(patients, seed, today))
    assert clinic_id(500, 3, TODAY) != clinic_id(patients, seed, today)


@pytest.mark.parametrize("patients", [1, 2, 3, 10, 1_999, 2_001])
def test_every_size_has_exactly_that_many_patients(patients: int) -> None:
    found = table(everything(made(patients, 11)), "patient")
    assert len(set(found["id"])) == len(found["id"]) == patients


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2025, 1, 1), date(2026, 7, 4), date(2026, 12, 27)])
def test_any_day_can_be_today(today: date) -> None:
    visits = table(everything(made(300, 1, today)), "visit")
    assert max(d for d in visits["visit_date"] if d) < today.isoformat()


def test_impossible_sizes_are_refused() -> None:
    with pytest.raises(Invalid, match="0 were asked for"):
        demo.plan(0, 1, TODAY)


def test_ids_are_unique_in_each_table(blocks: list[Block]) -> None:
    for name in {b.table for b in blocks}:
        ids = table(blocks, name)["id"]
        assert len(set(ids)) == len(ids), name


def test_phone_numbers_are_valid_and_fictional(blocks: list[Block]) -> None:
    patients = table(blocks, "patient")
    quality = Counter(patients["phone_quality"])
    for number, kind in set(zip(patients["phone"], patients["phone_quality"], strict=True)):
        assert number is not None
        if kind == "INVALID":
            continue
        assert phonenumbers.is_valid_number(phonenumbers.parse(number)), number
        assert number.startswith("+1")
        assert number[5:8] == "555"
    assert 0.015 < quality["INVALID"] / 6_000 < 0.045
    assert quality["WRONG"] > 0
    assert Counter(patients["phone_type"])["LANDLINE"] > 200
    for number in read_list("clinic")["locations"]:
        assert phonenumbers.is_valid_number(phonenumbers.parse(number["phone"]))


def test_unrelated_patients_never_share_a_number(blocks: list[Block]) -> None:
    patients = table(blocks, "patient")
    owners: dict[str | None, set[str | None]] = {}
    rows = zip(patients["phone"], patients["phone_quality"], patients["household_id"], patients["id"], strict=True)
    for phone, quality, household, person in rows:
        if quality != "INVALID":
            owners.setdefault(phone, set()).add(household or person)
    assert all(len(homes) == 1 for homes in owners.values())


def test_numbers_go_on_beyond_those_kept_for_fiction() -> None:
    numbers = build(10, 2, TODAY).phones.take(np.full(20_000, 2)).tolist()
    assert len(set(numbers)) == 20_000
    later = [n for n in numbers if not n[8:].startswith("01")]
    assert later, "20,000 families of one region need more than 555-01xx"
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(n)) for n in later[::50])
    assert not any(n.endswith(("5551212", "5554334")) for n in later)


def test_every_area_code_is_a_real_one() -> None:
    for group in read_list("clinic")["areas"]:
        for area in group.split():
            assert phonenumbers.is_valid_number(phonenumbers.parse(f"+1{area}5550123")), area


def test_mail_goes_nowhere(blocks: list[Block]) -> None:
    mails = [m for m in table(blocks, "patient")["email"] if m]
    assert {m.rsplit("@", 1)[1] for m in mails} == {"example.com", "example.org", "example.net"}
    assert all(m.isascii() and " " not in m and ".." not in m and m.count("@") == 1 for m in mails)
    assert 0.5 < len(mails) / 6_000 < 0.85


def test_many_scripts_occur(blocks: list[Block]) -> None:
    patients = table(blocks, "patient")
    found: Counter[str] = Counter()
    for last in patients["last_name"]:
        assert last
        found.update({unicodedata.name(c, "?").split()[0] for c in last if c.isalpha()})
    scripts = {"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "CJK", "HANGUL", "DEVANAGARI", "THAI"}
    assert scripts <= set(found)
    assert found["LATIN"] / 6_000 > 0.8
    names = " ".join(f"{f} {n}" for f, n in zip(patients["first_name"], patients["last_name"], strict=True))
    for part in ("O'", "van der Berg", "-", "Nguyễn", "ł", "ş", "é", "ñ"):
        assert part in names, part
    lengths = [len(n or "") for n in patients["last_name"]]
    assert min(lengths) == 1
    assert max(lengths) > 30


def test_names_are_keyed_for_search(blocks: list[Block]) -> None:
    patients = table(blocks, "patient")
    rows = zip(patients["first_name"], patients["last_name"], patients["name_key"], strict=True)
    assert all(name_key(first or "", last or "") == key for first, last, key in rows)


def test_languages_match_the_names(blocks: list[Block]) -> None:
    patients = table(blocks, "patient")
    language = Counter(patients["language"])
    assert language["en"] / 6_000 > 0.6
    assert 0.05 < language["es"] / 6_000 < 0.16
    assert {"vi", "pl", "ru", "zh", "ko", "ar", "hi", "he", "el", "th", "ja", "tr"} <= set(language)
    for last, spoken in zip(patients["last_name"], patients["language"], strict=True):
        if last and "CYRILLIC" in unicodedata.name(last[0], ""):
            assert spoken in ("ru", "uk", "en")


def test_ages_make_a_pyramid(blocks: list[Block]) -> None:
    births = [date.fromisoformat(b) for b in table(blocks, "patient")["date_of_birth"] if b]
    ages = [(TODAY - b).days / 365.25 for b in births]
    assert 0.98 < len(births) / 6_000 < 1
    assert min(ages) >= 0
    assert 90 < max(ages) < 105
    assert 0.17 < sum(a < 18 for a in ages) / len(ages) < 0.30
    assert 0.12 < sum(a >= 65 for a in ages) / len(ages) < 0.25


def test_messages_are_written_in_several_languages(blocks: list[Block]) -> None:
    messages = table(blocks, "unified_message")
    channels = Counter(messages["channel"])
    assert set(channels) == {"SMS", "WHATSAPP", "EMAIL", "FACEBOOK_MESSENGER", "INSTAGRAM_DM", "VOICE"}
    text = " ".join(m or "" for m in messages["message_text"])
    for word in ("Hola", "您好", "Здравствуйте", "Dzień dobry", "Thank you"):
        assert word in text
    assert "{" not in text, "a merge field was left open"
    assert {"DELIVERED", "SENT", "READ", "FAILED"} <= set(messages["status"])


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 19), "Martin Luther King Jr. Day"),
        (date(2026, 5, 25), "Memorial Day"),
        (date(2026, 7, 3), "Independence Day"),
        (date(2026, 9, 7), "Labor Day"),
        (date(2026, 11, 26), "Thanksgiving Day"),
        (date(2026, 12, 25), "Christmas Day"),
    ],
)
def test_holidays_of_2026(day: date, name: str) -> None:
    assert (day, name) in holidays(2026)
