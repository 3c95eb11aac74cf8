"""`reactivate locations`: the sites of the signed-in clinic."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import click

from reactivate_desktop.console.output import json_option, print_rows, with_desk
from reactivate_desktop.domain.errors import NotFound
from reactivate_desktop.domain.people import LocationRow

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk


@click.group()
def locations() -> None:
    """Sites of the signed-in clinic: list; add, edit (ADMIN)."""


@locations.command("list")
@json_option
@with_desk
def list_locations(desk: Desk, as_json: bool) -> None:
    """List the sites by name."""
    print_rows(
        desk.clinics.locations(), ["id", "name", "phone_number", "address", "timezone", "version"], as_json=as_json
    )


@locations.command("add")
@click.option("--name", required=True)
@click.option("--timezone", required=True, help="Such as America/New_York.")
@click.option("--phone", default="")
@click.option("--address", default="")
@with_desk
def add_location(desk: Desk, name: str, timezone: str, phone: str, address: str) -> None:
    """Add a site and print its id."""
    click.echo(desk.clinics.add_location(name, timezone, phone, address))


@locations.command("edit")
@click.argument("location_id", type=click.UUID)
@click.option("--seen-version", required=True, type=int, help="The version that you saw; protects others' edits.")
@click.option("--name")
@click.option("--timezone", help="Such as America/New_York.")
@click.option("--phone", "phone_number", help="An empty text clears it.")
@click.option("--address", help="An empty text clears it.")
@with_desk
def edit_location(desk: Desk, location_id: UUID, seen_version: int, **changes: str | None) -> None:
    """Change a site as seen at --seen-version."""
    known = {row.id: row for row in desk.clinics.locations()}
    if location_id not in known:
        raise NotFound("This location is not in the clinic (any more). List them: reactivate locations list.")
    before = known[location_id]
    given = {name: value for name, value in changes.items() if value is not None}
    row = LocationRow(
        location_id,
        given.get("name", before.name),
        given.get("phone_number", before.phone_number),
        given.get("address", before.address),
        given.get("timezone", before.timezone),
        seen_version,
    )
    desk.clinics.edit_location(row)
    click.echo("The location was changed.")
