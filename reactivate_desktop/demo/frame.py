"""The clinic itself: locations, hours, holidays, sources, senders, settings, templates and staff."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from reactivate_desktop.demo.columns import stamp
from reactivate_desktop.demo.ids import named_id
from reactivate_desktop.demo.tables import Block, StaffMember
from reactivate_desktop.demo.world import World

_CHANNEL_WORDS = {
    "SMS": "Texts",
    "WHATSAPP": "WhatsApp",
    "VOICE": "Calls",
    "EMAIL": "Mail",
    "FACEBOOK_MESSENGER": "Messenger",
    "INSTAGRAM_DM": "Instagram",
}
_ROOM = 25_000


def rows_block(table: str, rows: Sequence[Mapping[str, str | None]]) -> Block:
    """Return rows that were written one by one as a block."""
    return Block(table, {name: [row[name] for row in rows] for name in rows[0]})


def before_staff(world: World) -> tuple[Block, ...]:
    """Return the rows that staff refer to: the clinic, its secret and its locations."""
    clinic = str(world.clinic)
    lists = world.lists
    opened = stamp(world.opened)
    clock = {"created_at": opened, "updated_at": opened}
    return (
        rows_block(
            "clinic",
            [
                {
                    "id": clinic,
                    "name": lists["name"],
                    "email": lists["email"],
                    "timezone": lists["timezone"],
                    "subscription_tier": "ENTERPRISE",
                    "subscription_status": "ACTIVE",
                    "message_limit": str(_ROOM),
                    "locations_limit": "10",
                    "live_key": named_id(world.clinic, "live key").hex,
                    **clock,
                }
            ],
        ),
        rows_block(
            "clinic_secret", [{"clinic_id": clinic, "id": clinic, "address_salt": "\\x" + world.salt.hex(), **clock}]
        ),
        rows_block(
            "location",
            [
                {
                    "clinic_id": clinic,
                    "id": str(world.location_ids[number]),
                    "name": place["name"],
                    "phone_number": place["phone"],
                    "address": place["address"],
                    "timezone": place["timezone"],
                    **clock,
                }
                for number, place in enumerate(lists["locations"])
            ],
        ),
    )


def staff(world: World, password_key: Callable[[str], bytes] | None) -> tuple[StaffMember, ...]:
    """Return the staff; without `password_key` nobody can sign in."""
    return tuple(
        StaffMember(
            UUID(str(world.staff_ids[number])),
            person["email"],
            person["first"],
            person["last"],
            person["role"],
            None if person["location"] is None else UUID(str(world.location_ids[person["location"]])),
            secrets.token_bytes(32) if password_key is None else password_key(person["email"]),
        )
        for number, person in enumerate(world.lists["staff"])
    )


def after_staff(world: World) -> list[Block]:
    """Return the other rows that belong to the clinic as a whole."""
    row = _Rows(world)
    places = range(len(world.location_ids))
    hours = [
        row.named(
            f"hours {place} {weekday}",
            location_id=str(world.location_ids[place]),
            weekday=str(weekday),
            opens="08:00",
            closes="17:00",
        )
        for place in places
        for weekday in range(5)
    ]
    days = [row.named(f"holiday {day}", day=day.isoformat(), name=name) for day, name in world.calendar.holidays]
    tags = [row.made(world.tag_ids[number], name=name) for number, name in enumerate(world.lists["tags"])]
    settings = [
        row.named(f"setting {name}", name=name, value=json.dumps(value))
        for name, value in world.lists["settings"].items()
    ]
    return [
        rows_block("location_hours", hours),
        rows_block("holiday", days),
        rows_block("emr_connection", _connections(world, row)),
        rows_block("clinic_setting", settings),
        rows_block("tag", tags),
        rows_block("channel_account", _accounts(world, row)),
        rows_block("message_template", [_template(world, row, t) for t in world.lists["templates"]]),
        rows_block("campaign_template", [_campaign(world, row, c) for c in world.lists["campaigns"]]),
    ]


class _Rows:
    """Makes rows with the columns every table has."""

    def __init__(self, world: World) -> None:
        self._clinic = world.clinic
        self._opened = stamp(world.opened)

    def named(self, name_of_row: str, **cells: str | None) -> dict[str, str | None]:
        return self.made(str(named_id(self._clinic, name_of_row)), **cells)

    def made(self, row_id: str, **cells: str | None) -> dict[str, str | None]:
        clock = {"created_at": self._opened, "updated_at": self._opened}
        return {"clinic_id": str(self._clinic), "id": row_id, **cells, **clock}


def _connections(world: World, row: _Rows) -> list[dict[str, str | None]]:
    read = stamp(world.morning - 3_600)
    return [
        row.made(world.connection_ids[0], kind="CSV", name="Files", last_success_at=read),
        row.made(world.connection_ids[1], kind="FHIR_FILES", name="FHIR files", last_success_at=read),
    ]


def _accounts(world: World, row: _Rows) -> list[dict[str, str | None]]:
    """None of them is live: messages of the demo go to the sandbox."""
    found: dict[str, dict[str, str | None]] = {}
    for (channel, place), account in world.account_ids.items():
        location: Any = world.lists["locations"][place]
        local = channel in ("SMS", "WHATSAPP", "VOICE")
        if account in found:
            continue
        shared = world.lists["email"] if channel == "EMAIL" else f"demo.page.{channel.lower()}"
        found[account] = row.made(
            account,
            location_id=str(world.location_ids[place]) if local else None,
            channel=channel,
            address=location["phone"] if local else shared,
            name=f"{_CHANNEL_WORDS[channel]}, {location['name']}" if local else _CHANNEL_WORDS[channel],
            live="f",
        )
    return list(found.values())


def _template(world: World, row: _Rows, template: Mapping[str, Any]) -> dict[str, str | None]:
    return row.named(
        f"template {template['name']} {template['language']}",
        name=template["name"],
        language=template["language"],
        channel=template["channel"],
        subject=template["subject"],
        message_text=template["text"],
        created_by=str(world.staff_ids[0]),
    )


def _campaign(world: World, row: _Rows, campaign: Mapping[str, Any]) -> dict[str, str | None]:
    return row.named(
        f"campaign {campaign['name']}",
        name=campaign["name"],
        type=campaign["type"],
        channel=campaign["channel"],
        subject=campaign["subject"],
        message_text=campaign["text"],
        is_ab_test="t" if campaign["variant_a"] else "f",
        variant_a_text=campaign["variant_a"],
        variant_b_text=campaign["variant_b"],
        created_by=str(world.staff_ids[0]),
    )
