"""The short way of reading a plain number finds what the numbering plan's own parser finds."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reactivate_desktop.domain.enums import PhoneQuality, PhoneType
from reactivate_desktop.domain.phones import read_phone

KINDS = {
    phonenumbers.PhoneNumberType.MOBILE: PhoneType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE: PhoneType.LANDLINE,
    phonenumbers.PhoneNumberType.VOIP: PhoneType.VOIP,
}
AREAS = st.sampled_from(["800", "900", "500", "617", "212", "555", "710", "242", "867", "017", "117"]) | st.from_regex(
    r"[0-9]{3}", fullmatch=True
)


@given(
    before=st.sampled_from(["", "(", "1", "+1 "]),
    area=AREAS,
    after=st.sampled_from(["", ")", ") ", "-", ".", " "]),
    rest=st.from_regex(r"[0-9]{3}[-. ]?[0-9]{4}( x12)?", fullmatch=True),
    region=st.sampled_from(["US", "CA", "GB", "BS"]),
)
def test_every_number_is_read_as_the_library_reads_it(
    before: str, area: str, after: str, rest: str, region: str
) -> None:
    text = before + area + after + rest
    found = read_phone(text, region)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        assert (found.number, found.quality) == (text, PhoneQuality.INVALID)
        return
    if not phonenumbers.is_valid_number(number):
        assert (found.number, found.quality, found.type) == (text, PhoneQuality.INVALID, PhoneType.UNKNOWN)
        return
    assert found.number == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    assert (found.raw, found.quality) == (text, PhoneQuality.VALID)
    assert found.type == KINDS.get(phonenumbers.number_type(number), PhoneType.UNKNOWN)


@pytest.mark.parametrize("text", ["617-555-01OO", "(617 555-0134 or 35", "٦١٧-٥٥٥-٠١٣٤"])
def test_what_is_not_plain_goes_the_long_way(text: str) -> None:
    assert read_phone(text).raw == text
