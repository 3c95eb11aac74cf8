"""`reactivate patients` and `reactivate visits`: find, read, add and change as the signed-in person."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import click

from reactivate_desktop.console.output import json_option, print_one, print_rows, with_desk
from reactivate_desktop.domain.enums import CommunicationChannel
from reactivate_desktop.domain.patients import EditPatient, NewPatient, NewVisit

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk

_DAY = click.DateTime(["%Y-%m-%d"])
_COLUMNS = ["id", "last_name", "first_name", "phone", "segment", "last_visit_on", "visit_count", "version"]


@dataclass(frozen=True)
class _Slot:
    """An appointment with its time on the clinic's clock, wherever this PC stands."""

    appointment_datetime: str
    appointment_type: str | None
    status: str


def _local(value: datetime | None, zone: ZoneInfo) -> str:
    return value.astimezone(zone).strftime("%Y-%m-%d %H:%M") if value else ""


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


@click.group()
def patients() -> None:
    """Patients of the signed-in clinic."""


@patients.command("list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@json_option
@with_desk
def list_patients(desk: Desk, limit: int, as_json: bool) -> None:
    """List patients by name."""
    print_rows(desk.patients.page(limit=limit), _COLUMNS, as_json=as_json)


@patients.command()
@click.argument("text")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@json_option
@with_desk
def find(desk: Desk, text: str, limit: int, as_json: bool) -> None:
    """Find patients by parts of the name (accents and typos forgiven) or by phone."""
    print_rows(desk.patients.find(text, limit), _COLUMNS, as_json=as_json)


@patients.command()
@click.argument("patient_id", type=click.UUID)
@json_option
@with_desk
def show(desk: Desk, patient_id: UUID, as_json: bool) -> None:
    """Show one patient with visits and appointments; the look is audited."""
    record = desk.patients.read(patient_id)
    if as_json:
        print_one(record, as_json=True)
        return
    zone = ZoneInfo(desk.clinics.read().timezone)
    patient = asdict(record.patient) | {"next_appointment_at": _local(record.patient.next_appointment_at, zone)}
    slots = [_Slot(_local(a.appointment_datetime, zone), a.appointment_type, a.status) for a in record.appointments]
    print_one(patient, as_json=False)
    click.echo("\nVisits")
    print_rows(record.visits, ["visit_date", "visit_type", "source", "id", "version"], as_json=False)
    click.echo(f"\nAppointments ({zone.key})")
    print_rows(slots, ["appointment_datetime", "appointment_type", "status"], as_json=False)


@patients.command("add")
@click.option("--first-name", default="")
@click.option("--last-name", default="")
@click.option("--phone", default="")
@click.option("--email")
@click.option("--born", type=_DAY, help="Date of birth, YYYY-MM-DD.")
@click.option("--language", default="en", show_default=True)
@click.option("--channel", type=click.Choice([str(c) for c in CommunicationChannel]), default="SMS", show_default=True)
@with_desk
def add_patient(
    desk: Desk,
    first_name: str,
    last_name: str,
    phone: str,
    email: str | None,
    born: datetime | None,
    language: str,
    channel: str,
) -> None:
    """Add a patient and print the id."""
    wish = NewPatient(
        first_name,
        last_name,
        phone,
        email,
        _day(born),
        preferred_channel=CommunicationChannel(channel),
        language=language,
    )
    click.echo(desk.patients.add(wish))


@patients.command()
@click.argument("patient_id", type=click.UUID)
@click.option("--seen-version", required=True, type=int, help="The version that you saw; protects others' edits.")
@click.option("--set", "changes", multiple=True, metavar="FIELD=VALUE", help="May be repeated; empty clears.")
@json_option
@with_desk
def edit(desk: Desk, patient_id: UUID, seen_version: int, changes: tuple[str, ...], as_json: bool) -> None:
    """Change fields of a patient as seen at --seen-version."""
    row = desk.patients.edit(EditPatient(patient_id, seen_version, dict(_change(c) for c in changes)))
    print_one(row, as_json=as_json)


def _change(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(f'"{text}" is not FIELD=VALUE.', param_hint="--set")
    if name in ("date_of_birth", "deceased_on") and value:
        return name, _DAY.convert(value, None, None).date()
    if name == "do_not_contact":
        return name, click.BOOL.convert(value, None, None)
    return name, value if value or name in ("first_name", "last_name", "phone") else None


@click.group()
def visits() -> None:
    """Visits of the signed-in clinic."""


@visits.command("add")
@click.argument("patient_id", type=click.UUID)
@click.option("--on", "day", required=True, type=_DAY, help="The local date of the visit, YYYY-MM-DD.")
@click.option("--type", "visit_type")
@click.option("--provider", "provider_name")
@with_desk
def add_visit(desk: Desk, patient_id: UUID, day: datetime, visit_type: str | None, provider_name: str | None) -> None:
    """Record a visit and print its id."""
    wish = NewVisit(patient_id, day.date(), visit_type, provider_name=provider_name)
    click.echo(desk.visits.add(wish))


@visits.command("edit")
@click.argument("visit_id", type=click.UUID)
@click.option("--seen-version", required=True, type=int, help="The version that you saw; protects others' edits.")
@click.option("--on", "day", type=_DAY, help="The local date of the visit, YYYY-MM-DD.")
@click.option("--type", "visit_type", help="An empty text clears it.")
@click.option("--provider", "provider_name", help="An empty text clears it.")
@click.option("--location", "location_id", type=click.UUID, help="An id from: reactivate locations list.")
@click.option(
    "--not-counted", "not_counted_reason", help="Why the visit does not count; an empty text counts it again."
)
@with_desk
def edit_visit(
    desk: Desk,
    visit_id: UUID,
    seen_version: int,
    day: datetime | None,
    location_id: UUID | None,
    **texts: str | None,
) -> None:
    """Change a visit as seen at --seen-version."""
    fields: dict[str, Any] = {name: text or None for name, text in texts.items() if text is not None}
    if day is not None:
        fields["visit_date"] = day.date()
    if location_id is not None:
        fields["location_id"] = location_id
    if not fields:
        raise click.UsageError("Please say what to change, such as --on 2026-01-31.")
    desk.visits.edit(visit_id, seen_version, fields)
    click.echo("The visit was changed.")


@visits.command()
@click.argument("visit_id", type=click.UUID)
@with_desk
def remove(desk: Desk, visit_id: UUID) -> None:
    """Remove a visit that was entered by mistake."""
    desk.visits.remove(visit_id)
    click.echo("The visit was removed.")
