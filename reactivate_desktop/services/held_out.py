"""Between a draw of who is kept back at random and the arrays of scoring."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import numpy as np

from reactivate_desktop.domain.hold_out import Draw, draw_of, hold_out_rules
from reactivate_desktop.scoring.arrays import Flags, Ints
from reactivate_desktop.storage.bulk_read import Places
from reactivate_desktop.storage.queries import organization, settings
from reactivate_desktop.storage.unit_of_work import Transaction


def present_draw(tx: Transaction) -> Draw | None:
    """Return the draw of the clinic's today; None: nobody is kept back.

    Whatever day is scored as of: it is about whom the desk contacts now. Raises Invalid for a setting made by hand.
    """
    rules = hold_out_rules(settings.read(tx, "scoring"))
    if rules.percent <= 0:
        return None
    zone = ZoneInfo(organization.clinic(tx).timezone)
    return draw_of(rules, str(tx.clinic_id), organization.today(tx), zone)


def arms_of(places: Places, draw: Draw) -> Callable[[Ints], Flags]:
    """Return what says of the patients at these places whom the draw keeps back."""

    def arms(rows: Ints) -> Flags:
        halves = np.stack([places.high[rows], places.low[rows]], axis=1)
        return np.array(draw.held_out(halves.astype(">u8").tobytes()), dtype=np.bool_)

    return arms
