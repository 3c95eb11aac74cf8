"""Names fold for search; numbers are read by the numbering plan and never lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reactivate_desktop.domain.enums import PhoneQuality
from reactivate_desktop.domain.names import fold, full_name, name_key
from reactivate_desktop.domain.phones import read_phone


@pytest.mark.parametrize(
    ("first", "last", "key"),
    [
        ("Zoë", "Müller", "muller zoe"),
        ("Seán", "O’Brien", "obrien sean"),
        ("Łukasz", "Żółw", "zolw lukasz"),
        ("Anne-Marie", "van der Berg", "van der berg anne marie"),
        ("Thị Hương", "Nguyễn", "nguyen thi huong"),
        ("İpek", "Işık", "isik ipek"),
        ("Straße", "Æsir", "aesir strasse"),
        ("", "Ω", "ω"),
        ("  A ", " B  C ", "b c a"),
    ],
)
def test_keys(first: str, last: str, key: str) -> None:
    assert name_key(first, last) == key


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert once == once.strip()


def test_a_name_is_shown_with_the_parts_there_are() -> None:
    assert [full_name("A", "B"), full_name("", "B"), full_name("A", "")] == ["A B", "B", "A"]


@pytest.mark.parametrize(
    ("text", "number", "quality"),
    [
        ("(212) 555-0147", "+12125550147", PhoneQuality.VALID),
        ("+44 20 7946 0958", "+442079460958", PhoneQuality.VALID),
        ("12125550147", "+12125550147", PhoneQuality.VALID),
        ("555-0147", "555-0147", PhoneQuality.INVALID),
        ("1.23E+09", "1.23E+09", PhoneQuality.INVALID),
        ("call mother", "call mother", PhoneQuality.INVALID),
        ("", "", PhoneQuality.UNKNOWN),
        ("   ", "", PhoneQuality.UNKNOWN),
    ],
)
def test_numbers(text: str, number: str, quality: PhoneQuality) -> None:
    phone = read_phone(text)
    assert (phone.number, phone.quality, phone.raw) == (number, quality, text.strip())


@given(st.text(max_size=80))
def test_any_text_is_a_number_or_kept(text: str) -> None:
    phone = read_phone(text)
    assert len(phone.number) <= 40
    assert phone.raw == text.strip()
