"""`reactivate clinic` and `reactivate staff`: the admin login's rescue, and what a signed-in ADMIN changes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import click

from reactivate_desktop.console.output import json_option, print_one, print_rows, with_desk
from reactivate_desktop.console.passwords import password_option, read_password
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.people import NewClinic, NewStaff

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk

_clinic_option = click.option("--clinic", "clinic_id", type=click.UUID, help="Which clinic, where there are several.")

_seen_option = click.option(
    "--seen-version", required=True, type=int, help="The version that you saw; protects others' edits."
)


@click.group()
def clinic() -> None:
    """Clinics: add, list (admin login); show, edit (signed in)."""


@clinic.command("add")
@click.option("--name", required=True)
@click.option("--email", required=True, help="The clinic's own address.")
@click.option("--timezone", required=True, help="Such as America/New_York.")
@click.option("--location", default="Main", show_default=True, help="The name of its first site.")
@click.option("--admin-email", required=True, help="Who signs in first.")
@click.option("--admin-first-name", required=True)
@click.option("--admin-last-name", required=True)
@password_option
@with_desk
def add_clinic(
    desk: Desk,
    name: str,
    email: str,
    timezone: str,
    location: str,
    admin_email: str,
    admin_first_name: str,
    admin_last_name: str,
    password_stdin: bool,
) -> None:
    """Add a clinic and its first ADMIN."""
    password = read_password(password_stdin, label=f"Password for {admin_email}", confirm=True)
    admin = NewStaff(admin_email, admin_first_name, admin_last_name, UserRole.ADMIN)
    clinic_id = desk.administration.add_clinic(NewClinic(name, email, timezone, location), admin, password)
    click.echo(f"Added {name} ({clinic_id}). Sign in with: reactivate sign-in --email {admin_email}")


@clinic.command("list")
@json_option
@with_desk
def list_clinics(desk: Desk, as_json: bool) -> None:
    """List the clinics of this database."""
    print_rows(desk.administration.clinics(), ["id", "name"], as_json=as_json)


@clinic.command("show")
@json_option
@with_desk
def show_clinic(desk: Desk, as_json: bool) -> None:
    """Show the signed-in clinic."""
    print_one(desk.clinics.read(), as_json=as_json)


@clinic.command("edit")
@_seen_option
@click.option("--name")
@click.option("--email", help="The clinic's own address.")
@click.option("--timezone", help="Such as America/New_York.")
@json_option
@with_desk
def edit_clinic(
    desk: Desk, seen_version: int, name: str | None, email: str | None, timezone: str | None, as_json: bool
) -> None:
    """Change the signed-in clinic (ADMIN) as seen at --seen-version."""
    before = desk.clinics.read()
    row = desk.clinics.edit(
        seen_version,
        name=before.name if name is None else name,
        email=before.email if email is None else email,
        timezone=before.timezone if timezone is None else timezone,
    )
    print_one(row, as_json=as_json)


@click.group()
def staff() -> None:
    """Staff: add, reset, unlock, disable (admin login); list, edit (signed in)."""


@staff.command("list")
@json_option
@with_desk
def list_staff(desk: Desk, as_json: bool) -> None:
    """List the staff of the signed-in clinic."""
    columns = ["id", "email", "first_name", "last_name", "role", "last_sign_in_at", "disabled_at", "version"]
    print_rows(desk.staff.list(), columns, as_json=as_json)


@staff.command("edit")
@click.argument("staff_id", type=click.UUID)
@_seen_option
@click.option("--first-name")
@click.option("--last-name")
@click.option("--language")
@click.option("--location", "location_id", type=click.UUID, help="An id from: reactivate locations list.")
@json_option
@with_desk
def edit_staff(desk: Desk, staff_id: UUID, seen_version: int, as_json: bool, **changes: str | UUID | None) -> None:
    """Change names, language or location of a member of staff (ADMIN) as seen at --seen-version."""
    fields = {name: value for name, value in changes.items() if value is not None}
    print_one(desk.staff.edit(staff_id, seen_version, fields), as_json=as_json)


@staff.command("add")
@click.option("--email", required=True)
@click.option("--first-name", required=True)
@click.option("--last-name", required=True)
@click.option("--role", type=click.Choice([str(r) for r in UserRole]), default="STAFF", show_default=True)
@_clinic_option
@password_option
@with_desk
def add_staff(
    desk: Desk,
    email: str,
    first_name: str,
    last_name: str,
    role: str,
    clinic_id: UUID | None,
    password_stdin: bool,
) -> None:
    """Add a member of staff, who must change the password at the first sign-in."""
    password = read_password(password_stdin, label=f"First password for {email}", confirm=True)
    wish = NewStaff(email, first_name, last_name, UserRole(role))
    desk.administration.add_staff(clinic_id, wish, password)
    click.echo(f"Added {email} as {role}.")


@staff.command()
@click.option("--email", required=True)
@_clinic_option
@password_option
@with_desk
def reset(desk: Desk, email: str, clinic_id: UUID | None, password_stdin: bool) -> None:
    """Give a new first password, and lift a lock."""
    password = read_password(password_stdin, label=f"New first password for {email}", confirm=True)
    desk.administration.reset(email, clinic_id, password)
    click.echo(f"{email} has a new first password; open sign-ins were ended.")


@staff.command()
@click.option("--email", required=True)
@_clinic_option
@with_desk
def unlock(desk: Desk, email: str, clinic_id: UUID | None) -> None:
    """Lift the lock after too many wrong passwords."""
    desk.administration.unlock(email, clinic_id)
    click.echo(f"{email} can sign in again.")


@staff.command()
@click.option("--email", required=True)
@click.option("--enable", is_flag=True, help="Let the person in again.")
@_clinic_option
@with_desk
def disable(desk: Desk, email: str, enable: bool, clinic_id: UUID | None) -> None:
    """Disable a member of staff: open sign-ins end at once. People are never deleted."""
    desk.administration.disable(email, clinic_id, disabled=not enable)
    click.echo(f"{email} {'can sign in again' if enable else 'is disabled; open sign-ins were ended'}.")
