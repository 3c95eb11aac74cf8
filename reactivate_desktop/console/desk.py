"""`reactivate desk`: take a patient from the queue, log what came of the contact, undo."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import click

from reactivate_desktop.console.output import json_option, print_one, print_rows, with_desk
from reactivate_desktop.console.queue import CALLS, clock, line_of, zone_of
from reactivate_desktop.domain.appointments import NewAppointment
from reactivate_desktop.domain.enums import CommunicationChannel, ContactOutcome
from reactivate_desktop.domain.outcomes import OPT_OUT_MEANS, OUTCOME_WORDS
from reactivate_desktop.domain.outreach import Claim, Logged, LogOutcome, QueueFilter

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk

_MOMENT = click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])
_HISTORY = ["started_at", "outcome", "channel", "user_name", "next_action_at", "undone_at", "note", "id"]
_HOUSEHOLD = ["first_name", "last_name", "date_of_birth", "segment", "priority", "last_visit_on", "by_number", "id"]


@click.group("desk")
def desk_commands() -> None:
    """Work the queue: take a patient, log what came of the contact, undo."""


@desk_commands.command("next")
@json_option
@with_desk
def next_patient(desk: Desk, as_json: bool) -> None:
    """Take the best free patient; whom this desk held is let go."""
    claim = desk.outreach.claim_next()
    if claim is None:
        click.echo("null" if as_json else "Nobody is waiting who is free.")
        return
    _print_claim(desk, claim, as_json)


@desk_commands.command()
@click.argument("patient_id", type=click.UUID)
@json_option
@with_desk
def take(desk: Desk, patient_id: UUID, as_json: bool) -> None:
    """Take this patient, in the queue or not."""
    _print_claim(desk, desk.outreach.claim(patient_id), as_json)


@desk_commands.command()
@click.argument("patient_id", type=click.UUID)
@click.argument("outcome", type=click.Choice([str(o) for o in ContactOutcome], case_sensitive=False))
@click.option("--note")
@click.option("--at", type=_MOMENT, help='When to act next on the clinic\'s clock: "2026-12-01 09:30".')
@click.option("--book", type=_MOMENT, help="BOOKED: the appointment's time on the clinic's clock.")
@click.option("--minutes", default=30, show_default=True, help="BOOKED: how long it takes.")
@click.option("--type", "appointment_type", help="BOOKED: what for.")
@click.option("--provider", help="BOOKED: with whom.")
@click.option("--number", help="WRONG_NUMBER: which number; without it the first one.")
@click.option("--means", type=click.Choice(OPT_OUT_MEANS), default="phone", show_default=True, help="OPT_OUT: how.")
@click.option("--channel", type=click.Choice([str(c) for c in CommunicationChannel]), default="VOICE")
@click.option("--seen-version", type=int, help="The version that you saw; not needed for whom this desk holds.")
@json_option
@with_desk
def log(desk: Desk, patient_id: UUID, outcome: str, at: datetime | None, as_json: bool, **options: Any) -> None:
    """Log what came of a contact; the patient leaves the queue and comes back when it is time."""
    zone = zone_of(desk)
    wish = LogOutcome(
        patient_id,
        ContactOutcome(outcome.upper()),
        _seen(desk, patient_id, options["seen_version"]),
        options["note"],
        CommunicationChannel(options["channel"]),
        next_action_at=at.replace(tzinfo=zone) if at else None,
        booking=_booking(options, zone),
        number=options["number"],
        means=options["means"],
    )
    logged = desk.outreach.log_outcome(wish)
    if as_json:
        print_one(logged, as_json=True)
        return
    click.echo(_said(wish, logged, zone))


def _seen(desk: Desk, patient_id: UUID, version: int | None) -> int:
    if version is not None:
        return version
    held = desk.outreach.held()
    if held is None or held.patient.id != patient_id:
        raise click.UsageError(
            "This desk does not hold this patient. Please add --seen-version, or take the patient first."
        )
    return held.patient.version


def _booking(options: dict[str, Any], zone: ZoneInfo) -> NewAppointment | None:
    if options["book"] is None:
        return None
    starts_at = options["book"].replace(tzinfo=zone)
    return NewAppointment(starts_at, options["appointment_type"], options["provider"], options["minutes"])


def _said(wish: LogOutcome, logged: Logged, zone: ZoneInfo) -> str:
    parts = [f"Logged: {OUTCOME_WORDS[wish.outcome]} ({logged.attempt_id})."]
    if logged.next_action_at is not None:
        parts.append(f"Due again {clock(logged.next_action_at, zone)}.")
    if logged.appointment_id is not None:
        parts.append(f"Appointment {logged.appointment_id}.")
    if logged.shared_with:
        parts.append(f"{logged.shared_with} more with this number.")
    if logged.try_number:
        parts.append(f"Please try {logged.try_number}.")
    return " ".join(parts)


@desk_commands.command()
@click.argument("attempt_id", type=click.UUID, required=False)
@click.option("--batch", type=click.UUID, help="Undo all outcomes of a batch.")
@json_option
@with_desk
def undo(desk: Desk, attempt_id: UUID | None, batch: UUID | None, as_json: bool) -> None:
    """Undo an outcome; without an id, the newest one that you logged today."""
    if batch is not None:
        done = desk.outreach.undo_batch(batch)
        if as_json:
            print_one(done, as_json=True)
            return
        click.echo(f"{len(done.undone)} undone, {len(done.kept)} kept.")
        for kept_id, reason in done.kept.items():
            click.echo(f"{kept_id}  {reason}")
        return
    row = desk.outreach.undo(attempt_id) if attempt_id else desk.outreach.undo_last()
    if as_json:
        print_one(row, as_json=True)
        return
    click.echo(f"Undone: {OUTCOME_WORDS.get(row.outcome, row.outcome)} for patient {row.patient_id}.")


@desk_commands.command()
@click.argument("patient_id", type=click.UUID, required=False)
@with_desk
def release(desk: Desk, patient_id: UUID | None) -> None:
    """Let the patient go that this desk holds, without an outcome."""
    if patient_id is None:
        held = desk.outreach.held()
        if held is None:
            click.echo("This desk holds nobody.")
            return
        patient_id = held.patient.id
    desk.outreach.release(patient_id)
    click.echo("The patient is free again.")


@desk_commands.command()
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@json_option
@with_desk
def callbacks(desk: Desk, limit: int, as_json: bool) -> None:
    """List all promised calls by their time."""
    rows = desk.queue.page(QueueFilter(callbacks=True), limit=limit)
    zone = zone_of(desk)
    print_rows(rows if as_json else [line_of(row, zone) for row in rows], CALLS, as_json=as_json)


@desk_commands.command()
@click.argument("patient_id", type=click.UUID)
@json_option
@with_desk
def history(desk: Desk, patient_id: UUID, as_json: bool) -> None:
    """List the contacts with a patient, the newest first."""
    print_rows(desk.queue.attempts(patient_id), _HISTORY, as_json=as_json)


@desk_commands.command()
@click.argument("patient_id", type=click.UUID)
@json_option
@with_desk
def household(desk: Desk, patient_id: UUID, as_json: bool) -> None:
    """List who is of the patient's household or shares a phone number."""
    print_rows(desk.households.of(patient_id), _HOUSEHOLD, as_json=as_json)


def _print_claim(desk: Desk, claim: Claim, as_json: bool) -> None:
    if as_json:
        print_one(claim, as_json=True)
        return
    zone = zone_of(desk)
    row, line = claim.patient, line_of(claim.patient, zone)
    shown = {
        "name": line.name,
        "age": line.age,
        "priority": f"{line.priority} {line.score}".strip(),
        "why": "; ".join(reason for reason in (row.reason, row.second_reason) if reason),
        "phone": line.phone,
        "second phone": row.phone_second,
        "language": row.language,
        "last visit": row.last_visit_on,
        "promised call": line.call_at,
        "last contact": line.last_contact,
        "yours until": clock(claim.until, zone),
        "id": row.id,
        "seen version": row.version,
    }
    print_one(shown, as_json=False)
