"""`reactivate appointments` and `reactivate credit`: the schedule, and what contacts led to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

import click

from reactivate_desktop.console.output import json_option, print_one, print_rows, with_desk
from reactivate_desktop.console.times import read_time, show_time
from reactivate_desktop.domain.appointments import NewAppointment, NewTime, ScheduleRow
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.names import full_name

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk

_DAY = click.DateTime(["%Y-%m-%d"])
_AT = "On the clock of the location, else of the clinic, such as 2026-12-01 09:30."
_COLUMNS = ["time", "minutes", "name", "phone", "type", "provider", "status", "id", "version"]


@dataclass(frozen=True)
class _Line:
    """A slot with its time on its own location's clock, wherever this PC stands."""

    time: str
    minutes: int
    name: str
    phone: str
    type: str | None
    provider: str | None
    status: str
    id: UUID
    version: int


def _seen(command: Callable[..., None]) -> Callable[..., None]:
    """Add the appointment and the version at which it was seen."""
    version = click.option(
        "--seen-version", required=True, type=int, help="The version that you saw; protects others' edits."
    )
    return click.argument("appointment_id", type=click.UUID)(version(command))


def _zones(desk: Desk) -> Callable[[UUID | None], ZoneInfo]:
    """Return a function from a location's id to its clock."""
    clinic = ZoneInfo(desk.clinics.read().timezone)
    known = {row.id: ZoneInfo(row.timezone) for row in desk.clinics.locations()}
    return lambda location_id: known.get(location_id, clinic) if location_id else clinic


@click.group()
def appointments() -> None:
    """The schedule of the signed-in clinic."""


@appointments.command("list")
@click.option("--day", type=_DAY, help="YYYY-MM-DD; without it today.")
@click.option("--to", "to_day", type=_DAY, help="Until this day.")
@click.option("--location", "location_id", type=click.UUID)
@click.option("--provider")
@click.option("--patient", "patient_id", type=click.UUID, help="All of this patient instead, the newest first.")
@click.option("--limit", default=200, show_default=True, type=click.IntRange(1, 1000))
@json_option
@with_desk
def list_appointments(
    desk: Desk,
    day: datetime | None,
    to_day: datetime | None,
    location_id: UUID | None,
    provider: str | None,
    patient_id: UUID | None,
    limit: int,
    as_json: bool,
) -> None:
    """List the slots of a day, of some days, or of one patient."""
    if to_day is not None and day is None:
        raise click.UsageError("Please say from which --day on.")
    if patient_id is not None:
        rows = desk.appointments.of_patient(patient_id, limit)
    elif day is None or to_day is None:
        rows = desk.appointments.day(day.date() if day else None, location_id, provider, limit)
    else:
        rows = desk.appointments.page(day.date(), to_day.date(), location_id, provider, limit=limit)
    _print(desk, rows, as_json=as_json)


def _print(desk: Desk, rows: list[ScheduleRow], *, as_json: bool) -> None:
    if as_json:
        print_rows(rows, [], as_json=True)
        return
    zone = _zones(desk)
    lines = [
        _Line(
            show_time(row.appointment_datetime, zone(row.location_id)),
            row.duration_minutes,
            full_name(row.first_name, row.last_name),
            row.phone,
            row.appointment_type,
            row.provider_name,
            row.status,
            row.id,
            row.version,
        )
        for row in rows
    ]
    print_rows(lines, _COLUMNS, as_json=False)


@appointments.command()
@click.argument("patient_id", type=click.UUID)
@click.option("--at", required=True, help=_AT)
@click.option("--type", "appointment_type")
@click.option("--provider", "provider_name")
@click.option("--minutes", default=30, show_default=True, type=int)
@click.option("--location", "location_id", type=click.UUID, help="An id from: reactivate locations list.")
@click.option("--revenue", help="What it is expected to bring in, such as 120.00.")
@click.option("--source", help="What brought the patient back, such as PRIORITY_QUEUE: counts when attended.")
@with_desk
def book(
    desk: Desk,
    patient_id: UUID,
    at: str,
    appointment_type: str | None,
    provider_name: str | None,
    minutes: int,
    location_id: UUID | None,
    revenue: str | None,
    source: str | None,
) -> None:
    """Book a slot for a patient and print its id."""
    wish = NewAppointment(
        read_time(at, _zones(desk)(location_id)),
        appointment_type,
        provider_name,
        minutes,
        location_id,
        _money(revenue),
    )
    click.echo(desk.appointments.book(patient_id, wish, reactivation_source=source))


def _money(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        raise Invalid(f'"{text}" is not an amount. Please write it such as 120.00.') from None


@appointments.command()
@_seen
@click.option("--undo", is_flag=True, help="Take the confirmation back.")
@with_desk
def confirm(desk: Desk, appointment_id: UUID, seen_version: int, undo: bool) -> None:
    """Note that the patient confirmed."""
    if undo:
        desk.appointments.unconfirm(appointment_id, seen_version)
        click.echo("The confirmation was taken back.")
    else:
        desk.appointments.confirm(appointment_id, seen_version)
        click.echo("The appointment is confirmed.")


@appointments.command()
@_seen
@click.option("--at", required=True, help=_AT)
@click.option("--minutes", type=int, help="Without it as long as before.")
@click.option("--provider", "provider_name")
@click.option("--location", "location_id", type=click.UUID)
@with_desk
def move(
    desk: Desk,
    appointment_id: UUID,
    seen_version: int,
    at: str,
    minutes: int | None,
    provider_name: str | None,
    location_id: UUID | None,
) -> None:
    """Move an appointment to another time and print the id of its new slot."""
    place = location_id or desk.appointments.read(appointment_id).location_id
    wish = NewTime(read_time(at, _zones(desk)(place)), minutes, provider_name, location_id)
    click.echo(desk.appointments.move(appointment_id, seen_version, wish))


@appointments.command()
@_seen
@click.option("--reason")
@with_desk
def cancel(desk: Desk, appointment_id: UUID, seen_version: int, reason: str | None) -> None:
    """Call an appointment off."""
    desk.appointments.cancel(appointment_id, seen_version, reason)
    click.echo("The appointment was cancelled.")


@appointments.command()
@_seen
@with_desk
def complete(desk: Desk, appointment_id: UUID, seen_version: int) -> None:
    """Note that the patient came, and print the id of the visit."""
    click.echo(desk.appointments.complete(appointment_id, seen_version))


@appointments.command("no-show")
@_seen
@with_desk
def no_show(desk: Desk, appointment_id: UUID, seen_version: int) -> None:
    """Note that the patient stayed away."""
    desk.appointments.no_show(appointment_id, seen_version)
    click.echo("The appointment is marked as missed.")


@appointments.command()
@_seen
@with_desk
def reopen(desk: Desk, appointment_id: UUID, seen_version: int) -> None:
    """Take back that the patient came or stayed away."""
    desk.appointments.reopen(appointment_id, seen_version)
    click.echo("The appointment is open again.")


@appointments.command()
@click.argument("patient_id", type=click.UUID)
@json_option
@with_desk
def counts(desk: Desk, patient_id: UUID, as_json: bool) -> None:
    """Say how often a patient booked, came, stayed away and cancelled."""
    print_one(desk.appointments.counters(patient_id), as_json=as_json)


@click.command()
@click.option("--from", "from_day", required=True, type=_DAY, help="The first day of the contacts, YYYY-MM-DD.")
@click.option("--to", "to_day", required=True, type=_DAY, help="The last day, YYYY-MM-DD.")
@click.option("--effect", is_flag=True, help="What contact added, by the patients held out at random in these days.")
@json_option
@with_desk
def credit(desk: Desk, from_day: datetime, to_day: datetime, effect: bool, as_json: bool) -> None:
    """Say what the contacts of these days led to: reached, booked, attended, revenue.

    With --effect: what contact added to what would have been, where the clinic holds patients out at random.
    """
    if not effect:
        print_one(desk.credits.of(from_day.date(), to_day.date()), as_json=as_json)
        return
    found, stage = desk.attribution.effect(from_day.date(), to_day.date()), desk.attribution.stage()
    if as_json:
        print_one({"effect": found, "stage": stage}, as_json=True)
    else:
        click.echo(f"{found.sentence}\n{stage.sentence}")
