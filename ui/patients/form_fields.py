"""The fields of a patient's form: how each is labelled, read, and written into its widget."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.enums import CommunicationChannel, PatientState
from reactivate_desktop.domain.people import LocationRow
from reactivate_desktop.domain.records import RecordHead
from ui import formats, words
from ui.patients import readings
from ui.patients.readings import Reading, plain
from ui.text import tr

Read = Callable[[str, date], Reading]
# A choice: what is kept of it as text, and its words.
Options = tuple[tuple[str, str], ...]
YES = "yes"
_LANGUAGES = ("en", "es", "fr", "zh", "vi", "ko", "pt", "ru", "ar", "de")
_ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
)


@dataclass(frozen=True)
class Field:
    """One field. options: a choice; tick: yes or no; for_edit: only of a patient who is there already."""

    name: str
    label: str
    group: str
    read: Read
    hint: str = ""
    options: Options = ()
    tick: bool = False
    for_edit: bool = False
    wide: bool = False

    def text_of(self, value: Any) -> str:
        """Return a stored value as the text of the field."""
        if value is None or value is False:
            return ""
        if value is True:
            return YES
        if isinstance(value, date):
            return formats.birth_date(value)
        return formats.phone(value) if self.name in ("phone", "phone_second") else str(value)

    def shown(self, value: Any) -> str:
        """Return a stored value in words, as two are laid side by side."""
        if self.tick:
            return tr("Yes") if value else tr("No")
        text = self.text_of(value)
        return dict(self.options).get(text, text) or tr("(empty)")


def fields(locations: Sequence[LocationRow], values: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return the fields; values: as stored, so that a choice which is not offered to others stays one."""
    return (*_who(), *_reach(), *_where(locations, values), *_state())


def groups() -> dict[str, str]:
    """Return the titles of the groups in their order."""
    return {
        "who": tr("Who"),
        "reach": tr("How to reach"),
        "where": tr("Where and how to talk"),
        "state": tr("Whether to contact"),
    }


def stored(head: RecordHead | None) -> dict[str, Any]:
    """Return the values of a patient by field; None: of a new one."""
    if head is None:
        return {
            "first_name": "",
            "last_name": "",
            "phone": "",
            "preferred_channel": str(CommunicationChannel.SMS),
            "language": "en",
            "patient_state": str(PatientState.PRESENT),
            "do_not_contact": False,
        }
    patient = head.patient
    return {
        "first_name": patient.first_name,
        "last_name": patient.last_name,
        "date_of_birth": patient.date_of_birth,
        "mrn": head.mrn,
        "phone": patient.phone,
        "phone_second": head.phone_second,
        "email": patient.email,
        "preferred_channel": str(head.preferred_channel),
        "best_time": head.best_time,
        "alternative_contact": head.alternative_contact,
        "language": head.language,
        "location_id": head.location_id,
        "state": head.state,
        "postal_code": head.postal_code,
        "timezone": head.zone,
        "patient_state": str(patient.patient_state),
        "deceased_on": head.deceased_on,
        "do_not_contact": patient.do_not_contact,
    }


def _who() -> tuple[Field, ...]:
    return (
        Field("first_name", tr("First name"), "who", readings.read_name),
        Field("last_name", tr("Last name"), "who", readings.read_name),
        Field("date_of_birth", tr("Date of birth"), "who", readings.read_birth, tr("2 mar 1988")),
        Field("mrn", tr("Record number (MRN)"), "who", readings.read_line),
    )


def _reach() -> tuple[Field, ...]:
    channels = tuple((str(each), words.channel(each)) for each in CommunicationChannel)
    return (
        Field("phone", tr("Phone"), "reach", readings.read_phone_field),
        Field("phone_second", tr("Second phone"), "reach", readings.read_second_phone),
        Field("email", tr("Email"), "reach", readings.read_email),
        Field("preferred_channel", tr("Best by"), "reach", _read_word, options=channels),
        Field("best_time", tr("Best time"), "reach", readings.read_line, tr("mornings, after 15:00")),
        Field(
            "alternative_contact", tr("Somebody else to ask"), "reach", readings.read_line, tr("daughter Ana, number")
        ),
    )


def _where(locations: Sequence[LocationRow], values: Mapping[str, Any]) -> tuple[Field, ...]:
    sites: Options = (("", tr("No location")), *((str(each.id), each.name) for each in locations))
    by_itself: Options = (("", tr("As the state or the number says")),)
    return (
        Field("language", tr("Language"), "where", _read_word, options=_with(values.get("language"), _languages())),
        Field("location_id", tr("Location"), "where", _read_id, options=sites),
        Field("state", tr("State"), "where", readings.read_state, tr("TX")),
        Field("postal_code", tr("Postal code"), "where", readings.read_line),
        Field(
            "timezone",
            tr("Time zone"),
            "where",
            _read_choice,
            options=_with(values.get("timezone"), by_itself + tuple((zone, _zone_words(zone)) for zone in _ZONES)),
            wide=True,
        ),
    )


def _state() -> tuple[Field, ...]:
    states = tuple((str(each), words.patient_state(each)) for each in PatientState)
    return (
        Field("patient_state", tr("State of the record"), "state", _read_word, options=states, for_edit=True),
        Field("deceased_on", tr("Died on"), "state", readings.read_past_day, tr("day, if it is known"), for_edit=True),
        Field("do_not_contact", tr("Do not contact at all"), "state", _read_tick, tick=True, for_edit=True, wide=True),
    )


def _languages() -> Options:
    return tuple((code, words.spoken(code)) for code in _LANGUAGES)


def _with(value: Any, options: Options) -> Options:
    """Return the options with the stored value among them, whatever it is."""
    if value is None or str(value) in dict(options):
        return options
    return (*options, (str(value), str(value)))


def _zone_words(zone: str) -> str:
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def _read_word(text: str, _today: date) -> Reading:
    return plain(text)


def _read_choice(text: str, _today: date) -> Reading:
    return plain(text or None)


def _read_id(text: str, _today: date) -> Reading:
    return plain(UUID(text) if text else None)


def _read_tick(text: str, _today: date) -> Reading:
    return plain(text == YES)
