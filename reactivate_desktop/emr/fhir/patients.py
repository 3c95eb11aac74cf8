"""Patient records as incoming patients."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from reactivate_desktop.domain.enums import PatientState
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.imports import IncomingPatient
from reactivate_desktop.domain.patients import check_birth
from reactivate_desktop.emr.fhir import shapes
from reactivate_desktop.emr.fhir.contacts import read_email, read_home, read_phones
from reactivate_desktop.emr.fhir.dates import is_over, read_day, read_moment
from reactivate_desktop.emr.fhir.refusals import Refused
from reactivate_desktop.emr.fhir.texts import first_text, tidy

NO_NAME = "(no name)"
# FHIR R4: an id has at most 64 characters.
MOST_ID = 64
_MOST_NAME = 200
_NAME_ORDER = {"official": 0, "usual": 1, "maiden": 3, "old": 3, "nickname": 3}
_LANGUAGES = {"eng": "en", "spa": "es", "english": "en", "spanish": "es", "español": "es"}


@dataclass(frozen=True)
class Reading:
    """What reading depends on: the clinic's zone, its region for phone numbers, its today, and where to count."""

    zone: ZoneInfo
    region: str
    today: date
    notes: Counter[str]


def incoming_patient(row: int, found: shapes.Patient, reading: Reading) -> IncomingPatient:
    """Return the patient that a record means.

    A birth date without a day (legal in FHIR), an email that cannot be one and a death on a day that does not
    exist leave their field empty and are counted in the notes: they must not keep the patient out, and whoever
    is marked as dead counts as dead. Raises Refused for an id or a birth date that cannot be.
    """
    first, last = read_name(found.name, reading.today)
    phone, second = read_phones(found.telecom, reading.region, reading.today)
    state, died = _read_state(found, reading)
    home = read_home(found.address, reading.today)
    email, bad_emails = read_email(found.telecom, reading.today)
    if bad_emails:
        reading.notes["Email addresses left out because they cannot be one"] += bad_emails
    return IncomingPatient(
        row=row,
        first_name=first,
        last_name=last,
        external_id=read_id(found.id),
        mrn=_read_mrn(found.identifier, reading.today),
        phone=phone,
        phone_second=second,
        email=email,
        date_of_birth=_read_birth(found.birthDate, reading),
        language=read_language(found.communication),
        postal_code=home[0],
        state=home[1],
        patient_state=state,
        deceased_on=died,
    )


def read_id(text: str | None) -> str:
    """Return a record's id, as it stands. Raises Refused when it has none, or one that is no FHIR id."""
    found = tidy(text)
    if not found:
        raise Refused("This record has no id, so it could not be known again the next time.", "id")
    if len(found) > MOST_ID:
        raise Refused(f"The id of this record is longer than {MOST_ID} characters, which FHIR does not allow.", "id")
    return found


def read_name(names: list[shapes.HumanName | None] | None, today: date) -> tuple[str, str]:
    """Return (first, last): the official name, else the usual one, else the first that is in use.

    Former names and nicknames count only where there is no other; nobody is left out for having no name.
    Raises Refused for a name longer than any name is.
    """
    filled = [name for name in names or () if name and first_text((name.family, *(name.given or ()), name.text))]
    if not filled:
        return "", NO_NAME
    best = min(filled, key=lambda n: (_ended(n.period, today), _NAME_ORDER.get(n.use or "", 2)))
    first, last = " ".join(filter(None, map(tidy, best.given or ()))), tidy(best.family)
    if not first and not last:
        first, last = _split(tidy(best.text))
    if len(first) > _MOST_NAME or len(last) > _MOST_NAME:
        raise Refused(f"The name is longer than {_MOST_NAME} letters. Please check it in the record.", "name")
    return first, last


def read_language(spoken: list[shapes.Communication | None] | None) -> str | None:
    """Return the preferred language (else the first) as its code without the country: "es" of "es-MX"."""
    known = sorted((entry for entry in spoken or () if entry and entry.language), key=lambda e: not e.preferred)
    for entry in known:
        assert entry.language is not None, "filtered above"
        codes = [coding.code for coding in entry.language.coding or () if coding]
        word = first_text((*codes, entry.language.text)).partition("-")[0].lower()
        code = _LANGUAGES.get(word, word)
        if len(code) in (2, 3) and code.isascii() and code.isalpha():
            return code
    return None


def _ended(period: shapes.Period | None, today: date) -> bool:
    return period is not None and is_over(period.end, today)


def _split(text: str) -> tuple[str, str]:
    """Return (first, last) of a name that is one text: "Last, First", else the last word is the last name."""
    last, comma, first = text.partition(",")
    if comma:
        return first.strip(), last.strip()
    first, _, last = text.rpartition(" ")
    return first, last


def _read_birth(text: str | None, reading: Reading) -> date | None:
    if not (found := tidy(text)):
        return None
    day = read_day(found, "birthDate")
    if day is None:
        reading.notes["Birth dates left out because they have no day"] += 1
    try:
        check_birth(day, reading.today)
    except Invalid as error:
        raise Refused(str(error), "birthDate") from error
    return day


def _read_state(found: shapes.Patient, reading: Reading) -> tuple[PatientState, date | None]:
    """Return whether the clinic may expect this person, and the day of death where it is known."""
    if found.deceasedDateTime is not None:
        return PatientState.DECEASED, _read_death(tidy(found.deceasedDateTime), reading)
    if found.deceasedBoolean:
        return PatientState.DECEASED, None
    replaced = any(link and link.type == "replaced-by" for link in found.link or ())
    return (PatientState.INACTIVE if found.active is False or replaced else PatientState.PRESENT), None


def _read_death(text: str, reading: Reading) -> date | None:
    try:
        # A year or a month is a legal precision, and no day.
        if read_day(text, "deceasedDateTime") is None:
            return None
        day, _ = read_moment(text, reading.zone, "deceasedDateTime")
        check_birth(day, reading.today)
    except (Refused, Invalid):
        reading.notes["Days of death left out because they cannot be; the patients count as dead"] += 1
        return None
    return day


def _read_mrn(identifiers: list[shapes.Identifier | None] | None, today: date) -> str | None:
    """Return the medical record number: the first identifier of type MR (HL7 table 0203) that is in use."""
    for found in identifiers or ():
        if found is None or found.use == "old" or _ended(found.period, today) or found.type is None:
            continue
        if any(coding and coding.code == "MR" for coding in found.type.coding or ()) and tidy(found.value):
            return tidy(found.value)
    return None
