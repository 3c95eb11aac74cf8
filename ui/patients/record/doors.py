"""The services of a record as its parts call them, always inside of a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.context import Context

if TYPE_CHECKING:
    from reactivate_desktop.services.consents import Consents
    from reactivate_desktop.services.contact_checks import ContactChecks
    from reactivate_desktop.services.notes import Notes
    from reactivate_desktop.services.records import Records


def records(ctx: Context) -> Records:
    """Return what reads the record."""
    from reactivate_desktop.services.records import Records

    return Records(ctx.desk.begin)


def checks(ctx: Context) -> ContactChecks:
    """Return what says whether a contact is allowed."""
    from reactivate_desktop.services.contact_checks import ContactChecks

    return ContactChecks(ctx.desk.begin)


def consents(ctx: Context) -> Consents:
    """Return what records consents."""
    from reactivate_desktop.services.consents import Consents

    return Consents(ctx.desk.begin)


def notes(ctx: Context) -> Notes:
    """Return what writes notes."""
    from reactivate_desktop.services.notes import Notes

    return Notes(ctx.desk.begin)
