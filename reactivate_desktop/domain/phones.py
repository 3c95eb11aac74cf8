"""Phone numbers: E.164 where the numbering plan allows, the text as typed always kept."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers

from reactivate_desktop.domain.enums import PhoneQuality, PhoneType


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


def read_phone(text: str, region: str = "US") -> Phone:
    """Return what `text` means as a number of `region` (ISO 3166), or an INVALID one: never an error.

    An invalid number keeps the patient in the queue ("check the number"); it only stops texting.
    """
    raw = text.strip()
    if not raw:
        return Phone("", "", PhoneQuality.UNKNOWN, PhoneType.UNKNOWN)
    try:
        number = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException:
        return Phone(raw[:40], raw, PhoneQuality.INVALID, PhoneType.UNKNOWN)
    if not phonenumbers.is_valid_number(number):
        return Phone(raw[:40], raw, PhoneQuality.INVALID, PhoneType.UNKNOWN)
    kind = _TYPES.get(phonenumbers.number_type(number), PhoneType.UNKNOWN)
    form = phonenumbers.PhoneNumberFormat.E164
    return Phone(phonenumbers.format_number(number, form), raw, PhoneQuality.VALID, kind)
