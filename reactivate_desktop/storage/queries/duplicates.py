"""The review list of records that may be one person."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from reactivate_desktop.domain.enums import ReviewState
from reactivate_desktop.domain.merges import DuplicatePair, PersonCard
from reactivate_desktop.storage.models.patients import DuplicateCandidate, Patient, PatientStanding
from reactivate_desktop.storage.queries.merges import CARD
from reactivate_desktop.storage.queries.rows import read_one
from reactivate_desktop.storage.unit_of_work import Transaction

_CLINIC = sa.bindparam("clinic", type_=sa.Uuid)
_ID = sa.bindparam("id", type_=sa.Uuid)
_one, _other = aliased(Patient), aliased(Patient)
_one_standing, _other_standing = aliased(PatientStanding), aliased(PatientStanding)


def _card(patient: Any, standing: Any) -> list[Any]:
    """Return the columns of a PersonCard from one of the two records."""
    return [getattr(standing if c.class_ is PatientStanding else patient, c.key) for c in CARD]


_PAIRS = (
    sa.select(
        DuplicateCandidate.id,
        DuplicateCandidate.reason,
        DuplicateCandidate.likeness,
        *_card(_one, _one_standing),
        *_card(_other, _other_standing),
    )
    .select_from(DuplicateCandidate)
    .join(_one, (_one.clinic_id == _CLINIC) & (_one.id == DuplicateCandidate.patient_id))
    .join(_one_standing, (_one_standing.clinic_id == _CLINIC) & (_one_standing.id == _one.id))
    .join(_other, (_other.clinic_id == _CLINIC) & (_other.id == DuplicateCandidate.other_id))
    .join(_other_standing, (_other_standing.clinic_id == _CLINIC) & (_other_standing.id == _other.id))
    .where(
        DuplicateCandidate.clinic_id == _CLINIC,
        DuplicateCandidate.review_state == ReviewState.OPEN,
        # A pair with a record that is hidden by now comes back when that merge is taken back.
        _one.merged_into_id.is_(None),
        _other.merged_into_id.is_(None),
    )
)
_LIKENESS = sa.bindparam("likeness", type_=sa.Numeric(4, 3))
_OPEN = (
    _PAIRS.where(
        sa.or_(
            DuplicateCandidate.likeness < _LIKENESS,
            sa.and_(DuplicateCandidate.likeness == _LIKENESS, DuplicateCandidate.id > _ID),
        )
    )
    .order_by(DuplicateCandidate.likeness.desc(), DuplicateCandidate.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_OF_PATIENT = _PAIRS.where(sa.or_(DuplicateCandidate.patient_id == _ID, DuplicateCandidate.other_id == _ID)).order_by(
    DuplicateCandidate.likeness.desc(), DuplicateCandidate.id
)
_STATE = sa.select(DuplicateCandidate.review_state)
_ONE_STATE = _STATE.where(DuplicateCandidate.clinic_id == _CLINIC, DuplicateCandidate.id == _ID)
_PAIR = sa.select(DuplicateCandidate.id, DuplicateCandidate.review_state).where(
    DuplicateCandidate.clinic_id == _CLINIC,
    DuplicateCandidate.patient_id == sa.bindparam("one", type_=sa.Uuid),
    DuplicateCandidate.other_id == sa.bindparam("other", type_=sa.Uuid),
)


@dataclass(frozen=True)
class PairState:
    """A pair and how it was decided."""

    id: UUID
    review_state: ReviewState


def open_pairs(tx: Transaction, after: tuple[Decimal, UUID] | None, limit: int) -> list[DuplicatePair]:
    """Return up to `limit` undecided pairs, the likest first; `after`: likeness and id of the last one seen."""
    # Above every likeness: the first page.
    likeness, last = after or (Decimal(2), UUID(int=0))
    scope = {"clinic": tx.clinic_id, "likeness": likeness, "id": last, "limit": limit}
    return [_pair(*row) for row in tx.connection.execute(_OPEN, scope).all()]


def of_patient(tx: Transaction, patient_id: UUID) -> list[DuplicatePair]:
    """Return the undecided pairs of one record, the likest first."""
    return [_pair(*row) for row in tx.connection.execute(_OF_PATIENT, {"clinic": tx.clinic_id, "id": patient_id}).all()]


def state(tx: Transaction, pair_id: UUID) -> ReviewState | None:
    """Return how a pair was decided, None when it is not in this clinic."""
    return read_one(tx, _ONE_STATE, ReviewState, id=pair_id)


def pair_of(tx: Transaction, one: UUID, other: UUID) -> PairState | None:
    """Return the pair of two records in whichever order, None when it was never listed."""
    first, second = sorted((one, other))
    return read_one(tx, _PAIR, PairState, one=first, other=second)


def decide(tx: Transaction, pair_id: UUID, seen: ReviewState, decided: ReviewState) -> bool:
    """Say what a pair is, by the signed-in member of staff (OPEN: by nobody); False when it is no longer `seen`."""
    statement = (
        sa.update(DuplicateCandidate)
        .where(
            DuplicateCandidate.clinic_id == tx.clinic_id,
            DuplicateCandidate.id == pair_id,
            DuplicateCandidate.review_state == seen,
        )
        .values(review_state=decided, reviewed_by=None if decided == ReviewState.OPEN else tx.user_id)
    )
    return tx.connection.execute(statement).rowcount == 1


def _pair(pair_id: UUID, reason: str, likeness: Decimal, *columns: Any) -> DuplicatePair:
    half = len(CARD)
    return DuplicatePair(pair_id, reason, likeness, PersonCard(*columns[:half]), PersonCard(*columns[half:]))
