"""What is on record of who is kept back at random, and whom the desk contacted since: in bulk, and as a condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
import numpy.typing as npt
from psycopg import sql

from reactivate_desktop.domain.hold_out import FIRST_DAY, PERCENT_KEY, PERIOD_DAYS
from reactivate_desktop.storage.bulk_read import Packed, Places, only_these, read_packed
from reactivate_desktop.storage.unit_of_work import Transaction

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class OnRecord:
    """One entry per patient: she is on record as one to contact, as kept back; a contact with her is on record."""

    to_contact: Flags
    kept_back: Flags
    begun: Flags


_DRAWN = Packed(
    (("id", "uuid"), ("held_out", "bool"), ("spread", "int4")),
    "spread",
    sql.SQL(
        "SELECT e.patient_id AS id, e.held_out, (extract(epoch FROM e.predicted_at)::int8 & 63)::int4 AS spread "
        "FROM reactivation_prediction e WHERE e.clinic_id = {clinic} AND e.predicted_at >= {since}{only}"
    ),
)
_CONTACTED = Packed(
    (("id", "uuid"), ("spread", "int4")),
    "spread",
    sql.SQL(
        "SELECT t.patient_id AS id, (extract(epoch FROM t.started_at)::int8 & 63)::int4 AS spread "
        "FROM contact_attempt t WHERE t.clinic_id = {clinic} AND t.undone_at IS NULL AND t.started_at >= {since}{only}"
    ),
)
# The first moment of the period, NULL where the clinic keeps nobody back; asked once per statement.
_PERIOD = f"""(SELECT (DATE '{FIRST_DAY}' + ((statement_timestamp() AT TIME ZONE c.timezone)::date - DATE '{FIRST_DAY}')
                      / {PERIOD_DAYS} * {PERIOD_DAYS})::timestamp AT TIME ZONE c.timezone
    FROM clinic_setting v JOIN clinic c ON c.id = :clinic
    WHERE v.clinic_id = :clinic AND v.name = 'scoring'
      AND CASE jsonb_typeof(v.value -> '{PERCENT_KEY}') WHEN 'number'
          THEN (v.value ->> '{PERCENT_KEY}')::double precision > 0 END)"""  # noqa: S608 - made of constants
# Whether the standing `s` is of somebody kept back whom the desk has not contacted since: what comes back by itself
# and what is put back between two scoring runs must not open her.
KEPT_BACK = f"""({_PERIOD} IS NOT NULL
    AND coalesce((SELECT e.held_out FROM reactivation_prediction e
                  WHERE e.clinic_id = :clinic AND e.patient_id = s.id ORDER BY e.predicted_at DESC LIMIT 1), false)
    AND NOT EXISTS (
        SELECT 1 FROM contact_attempt t
        WHERE t.clinic_id = :clinic AND t.patient_id = s.id AND t.undone_at IS NULL
          AND t.started_at >= (SELECT min(e.predicted_at) FROM reactivation_prediction e
                               WHERE e.clinic_id = :clinic AND e.patient_id = s.id AND e.held_out
                                 AND e.predicted_at >= {_PERIOD} AND NOT EXISTS (
                                     SELECT 1 FROM reactivation_prediction f
                                     WHERE f.clinic_id = :clinic AND f.patient_id = s.id AND NOT f.held_out
                                       AND f.predicted_at > e.predicted_at))))"""  # noqa: S608 - made of constants


def on_record(tx: Transaction, places: Places, since: datetime, ids: Sequence[UUID] | None) -> OnRecord:
    """Return what is on record of these patients since then; `ids`: those that `places` holds, None: the clinic."""
    found = OnRecord(*(np.zeros(len(places.high), dtype=np.bool_) for _ in range(3)))
    for rows in read_packed(tx, _DRAWN, only_these("e.patient_id", ids), since=since):
        place, known = places.find(rows)
        held_out = rows["held_out"]
        found.to_contact[place[known & ~held_out]] = True
        found.kept_back[place[known & held_out]] = True
    for rows in read_packed(tx, _CONTACTED, only_these("t.patient_id", ids), since=since):
        place, known = places.find(rows)
        found.begun[place[known]] = True
    return found
