"""Phone numbers: E.164 where the numbering plan allows, the text as typed always kept."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

from reactivate_desktop.domain.enums import PhoneQuality, PhoneType

# Files bring numbers by the hundred thousand; the patterns of all regions do not fit into the cache of `re` itself.
phonenumbers.enable_pattern_cache()


@dataclass(frozen=True)
class Phone:
    """A number as read: `number` is E.164 when quality is VALID, else the digits that were there."""

    number: str
    raw: str
    quality: PhoneQuality
    type: PhoneType


_TYPES = {
    phonenumbers.PhoneNumberType.MOBILE: PhoneType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE: PhoneType.LANDLINE,
    phonenumbers.PhoneNumberType.VOIP: PhoneType.VOIP,
}


# Most numbers of a US clinic. Parsing them has one outcome, so the general parser (20 us) is spared.
_PLAIN = re.compile(r"\(?([2-9]\d{2})\)?[-. ]?(\d{3})[-. ]?(\d{4})", re.ASCII).fullmatch
_E164_US = re.compile(r"\+1(\d{3})(\d{3})(\d{4})", re.ASCII).fullmatch


def read_phone(text: str, region: str = "US") -> Phone:
    """Return what `text` means as a number of `region` (ISO 3166), or an INVALID one: never an error.

    An invalid number keeps the patient in the queue ("check the number"); it only stops texting.
    """
    raw = text.strip()
    if not raw:
        return Phone("", "", PhoneQuality.UNKNOWN, PhoneType.UNKNOWN)
    try:
        number = _parse(raw, region)
    except phonenumbers.NumberParseException:
        return Phone(raw[:40], raw, PhoneQuality.INVALID, PhoneType.UNKNOWN)
    # The type alone: is_valid_number asks whether it is known, by the same search through the regions.
    kind = phonenumbers.number_type(number)
    if kind == phonenumbers.PhoneNumberType.UNKNOWN:
        return Phone(raw[:40], raw, PhoneQuality.INVALID, PhoneType.UNKNOWN)
    form = phonenumbers.PhoneNumberFormat.E164
    return Phone(phonenumbers.format_number(number, form), raw, PhoneQuality.VALID, _TYPES.get(kind, PhoneType.UNKNOWN))


def _parse(raw: str, region: str) -> phonenumbers.PhoneNumber:
    plain = _PLAIN(raw) if region in ("US", "CA") else None
    if plain is not None:
        return phonenumbers.PhoneNumber(country_code=1, national_number=int("".join(plain.groups())))
    return phonenumbers.parse(raw, region)


def national(number: str, region: str = "US") -> str:
    """Return a number as it is written in `region`, "(555) 011-0324"; abroad with its country code.

    What cannot be read as a number is returned as it is.
    """
    plain = _E164_US(number) if region in ("US", "CA") else None
    if plain is not None:
        return "({}) {}-{}".format(*plain.groups())
    try:
        read = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return number
    form = phonenumbers.PhoneNumberFormat
    home = read.country_code == phonenumbers.country_code_for_region(region)
    return phonenumbers.format_number(read, form.NATIONAL if home else form.INTERNATIONAL)
