"""Lets the server read times by the clinic's own calendar for some bulk reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from reactivate_desktop.storage.unit_of_work import Transaction

_ZONES = sa.text("SELECT current_setting('TimeZone') AS before, k.timezone AS own FROM clinic k WHERE k.id = :clinic")
_SET = sa.text("SELECT set_config('TimeZone', :zone, true)")


@contextmanager
def clinic_clock(tx: Transaction) -> Iterator[None]:
    """In this block, `time::date` is the day on the clinic's calendar, as `(time AT TIME ZONE zone)::date` is.

    That looks the zone up by its name for each value, which takes four times as long. Outside of the block, and after
    an error (which ends the transaction), the session's zone is what it was.
    """
    zones = tx.connection.execute(_ZONES, {"clinic": tx.clinic_id}).one()
    tx.connection.execute(_SET, {"zone": zones.own})
    yield
    tx.connection.execute(_SET, {"zone": zones.before})
