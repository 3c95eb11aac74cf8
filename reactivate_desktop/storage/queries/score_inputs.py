"""What scoring reads: patients with their standing, and their events, in bulk and in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from reactivate_desktop.domain.enums import ContactPriority
from reactivate_desktop.storage.bulk_read import (
    Packed,
    Places,
    Rows,
    all_packed,
    only_these,
    read_packed,
    sorted_by_id,
)
from reactivate_desktop.storage.clinic_clock import clinic_clock
from reactivate_desktop.storage.queries import score_sql
from reactivate_desktop.storage.queries.queue_rows import OPEN
from reactivate_desktop.storage.unit_of_work import Transaction

Columns = dict[str, npt.NDArray[Any]]
# A reply counts for a year (the scorer's rule); a day more, because days are those of the clinic's calendar.
REPLY_DAYS = 366


@dataclass(frozen=True)
class Locations:
    """The clinic's locations: their ids, the numbers that stand for them in scorers, and what people call them."""

    ids: Sequence[UUID]
    codes: Sequence[int]
    names: Sequence[str]


@dataclass(frozen=True)
class ScoreInputs:
    """Patients in the order of their ids as columns, and events as (person: place of the patient, day, ...).

    now: the server's clock in microseconds since 1970; days count from 2000-01-01; words are held as their place
    in their StrEnum, -1 for none and for one that this program does not know. locations: where visits may have been,
    the place of each in visits["site"]; None: not asked for.
    """

    now: int
    places: Places
    people: Columns
    visits: Columns
    slots: Columns
    replies: Columns
    tries: Columns
    locations: Locations | None = None

    @property
    def size(self) -> int:
        """How many patients there are."""
        return len(self.places.high)


# More have no place in a visit's row; no clinic has.
MOST_LOCATIONS = 4_000
_LOCATIONS = sa.text(
    f"SELECT l.id, {score_sql.code_of('l.id::text')} AS code, l.name "  # noqa: S608 - constants
    f"FROM location l WHERE l.clinic_id = :clinic ORDER BY l.id LIMIT {MOST_LOCATIONS}"
)
_NOW = sa.text("SELECT (extract(epoch FROM statement_timestamp()) * 1000000)::int8")
_ANY_OPT_OUT = sa.text("SELECT EXISTS (SELECT 1 FROM suppression WHERE clinic_id = :clinic)")
_TYPICAL = sa.text(
    "SELECT coalesce(percentile_disc(0.5) WITHIN GROUP (ORDER BY visit_count), 0) FROM patient_standing "
    "WHERE clinic_id = :clinic AND contact_priority IS NOT NULL"
)
# A clinic's seed has predictions, and nobody scored it.
_SCORED_AS_OF = sa.text(
    "SELECT e.as_of FROM reactivation_prediction e "
    "JOIN patient_standing s ON s.clinic_id = :clinic AND s.id = e.patient_id AND s.scored_at IS NOT NULL "
    "WHERE e.clinic_id = :clinic ORDER BY e.predicted_at DESC LIMIT 1"
)
# The end of each tier in the queue's own index, and among those with a promised call; where nobody of a tier is open
# any more, among all who have it.
_EDGE = sa.text(
    f"""
SELECT (least(
    (SELECT s.contact_priority_score FROM patient_standing s
     WHERE s.clinic_id = :clinic AND s.priority_rank = :rank AND {OPEN}
     ORDER BY s.priority_rank DESC, s.contact_priority_score, s.id DESC LIMIT 1),
    (SELECT min(s.contact_priority_score) FROM patient_standing s
     WHERE s.clinic_id = :clinic AND s.priority_rank = :rank AND s.callback_at IS NOT NULL AND s.queue_open)
    ) * 1000)::int
"""  # noqa: S608 - the part is a constant of these files
)
_EDGE_OF_ALL = sa.text(
    "SELECT (min(contact_priority_score) * 1000)::int FROM patient_standing "
    "WHERE clinic_id = :clinic AND contact_priority = :tier"
)


def read(
    tx: Transaction,
    as_of: date,
    ids: Sequence[UUID] | None = None,
    *,
    replies_since: date | None = None,
    located: bool = True,
) -> ScoreInputs:
    """Read all patients of the clinic, or those with these ids, with what happened to them.

    The standing is read first: whoever a desk changes from then on has another version when scores are written.
    `replies_since`: by default, as long ago as a score as of then asks for; `located`: where visits were, too.
    """
    now = int(tx.connection.execute(_NOW).scalar_one())
    rows, places = sorted_by_id(all_packed(tx, score_sql.PEOPLE, only_these("p.id", ids)))
    since = replies_since or as_of - timedelta(days=REPLY_DAYS)
    locations = _locations(tx) if located else None
    people = _native(rows, score_sql.PEOPLE) | {"opted_out": _opted_out(tx, places, ids)}
    # The rows as they came are not needed beside the visits, which take the most memory.
    del rows
    with clinic_clock(tx):
        return ScoreInputs(
            now=now,
            places=places,
            people=people,
            visits=_visits(tx, places, ids, locations),
            slots=_events(tx, places, score_sql.SLOTS, "a.patient_id", ids),
            replies=_events(tx, places, score_sql.REPLIES, "c.patient_id", ids, since=since),
            tries=_events(tx, places, score_sql.TRIES, "t.patient_id", ids),
            locations=locations,
        )


def versions(tx: Transaction, places: Places) -> npt.NDArray[np.int32]:
    """Return the version that the standing of each of these patients has now; 0: she is gone."""
    rows = all_packed(tx, score_sql.VERSIONS, only_these("s.id", None))
    place, known = places.find(rows)
    found = np.zeros(len(places.high), dtype=np.int32)
    found[place[known]] = rows["version"][known]
    return found


def typical_visits(tx: Transaction) -> int:
    """Return the usual number of visits (the lower median) of the clinic's scored patients; 0: there are none."""
    return int(tx.connection.execute(_TYPICAL, {"clinic": tx.clinic_id}).scalar_one())


def scored_as_of(tx: Transaction) -> date | None:
    """Return the day as of which the clinic was scored last, by what was appended then; None: it never was."""
    found: date | None = tx.connection.execute(_SCORED_AS_OF, {"clinic": tx.clinic_id}).scalar_one_or_none()
    return found


def tier_edges(tx: Transaction) -> tuple[int | None, int | None]:
    """Return the smallest scores (thousandths) that are RED and YELLOW in the queue as it stands; None: nobody is."""
    red, yellow = (_edge(tx, rank, tier) for rank, tier in enumerate((ContactPriority.RED, ContactPriority.YELLOW)))
    return red, yellow


def _edge(tx: Transaction, rank: int, tier: ContactPriority) -> int | None:
    scope = {"clinic": tx.clinic_id}
    found: int | None = tx.connection.execute(_EDGE, {**scope, "rank": rank}).scalar_one_or_none()
    if found is None:
        found = tx.connection.execute(_EDGE_OF_ALL, {**scope, "tier": str(tier)}).scalar_one_or_none()
    return found


def _opted_out(tx: Transaction, places: Places, ids: Sequence[UUID] | None) -> npt.NDArray[np.int16]:
    """Return how many addresses of each patient opted out; nothing is asked where the clinic has no opt-out."""
    count = np.zeros(len(places.high), dtype=np.int16)
    if tx.connection.execute(_ANY_OPT_OUT, {"clinic": tx.clinic_id}).scalar_one():
        rows = all_packed(tx, score_sql.OPTED_OUT, only_these("p.id", ids))
        place, known = places.find(rows)
        count[place[known]] = rows["opted_out"][known]
    return count


def _locations(tx: Transaction) -> Locations:
    found = tx.connection.execute(_LOCATIONS, {"clinic": tx.clinic_id}).all()
    return Locations([row.id for row in found], [row.code for row in found], [row.name for row in found])


def _visits(tx: Transaction, places: Places, ids: Sequence[UUID] | None, locations: Locations | None) -> Columns:
    if locations is None:
        return _events(tx, places, score_sql.VISITS, "v.patient_id", ids)
    # The same ids as were named: one that somebody adds meanwhile must not move the places of the others.
    return _events(tx, places, score_sql.VISITS_LOCATED, "v.patient_id", ids, locations=list(locations.ids))


def _events(
    tx: Transaction, places: Places, packed: Packed, column: str, ids: Sequence[UUID] | None, **values: Any
) -> Columns:
    """Read events block by block, so that the ids of a million events are never held at once."""
    names = [name for name, kind in packed.columns if kind != "uuid"]
    blocks: list[Columns] = []
    for rows in read_packed(tx, packed, only_these(column, ids), **values):
        place, known = places.find(rows)
        blocks.append({"person": place[known], **{name: _plain(rows[name])[known] for name in names}})
    if not blocks:
        return {"person": np.empty(0, dtype=np.int32)} | _native(np.empty(0, dtype=packed.wire), packed)
    return {name: np.concatenate([block[name] for block in blocks]) for name in ("person", *names)}


def _native(rows: Rows, packed: Packed) -> Columns:
    """Return the columns but the id in this machine's byte order."""
    return {name: _plain(rows[name]) for name, kind in packed.columns if kind != "uuid"}


def _plain(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return column.astype(column.dtype.newbyteorder("="))
