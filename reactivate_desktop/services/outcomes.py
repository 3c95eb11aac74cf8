"""Logging what came of a contact: each outcome moves the patient on in the transaction that writes it down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.appointments import PRIORITY_QUEUE, check_booking
from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import AddressKind, ContactOutcome, PatientSegment, PatientState, UserRole
from reactivate_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.names import full_name
from reactivate_desktop.domain.outcomes import OUTCOME_WORDS, UNANSWERED, DeskDay, ago, check_wish, next_action
from reactivate_desktop.domain.outreach import Logged, LogOutcome
from reactivate_desktop.services.booking import check_free, new_values
from reactivate_desktop.services.wrong_numbers import Sharing, close_unreachable, find_sharing, mark_wrong
from reactivate_desktop.storage import standing
from reactivate_desktop.storage.queries import appointments, attempts, standing_writes, suppressions
from reactivate_desktop.storage.queries.stands import Stands, hold
from reactivate_desktop.storage.unit_of_work import Transaction

GONE = "This patient is not in the clinic (any more). Please search again."
_AWAY = frozenset({PatientSegment.DORMANT, PatientSegment.AT_RISK})
_STATES = {ContactOutcome.MOVED: PatientState.MOVED, ContactOutcome.DECEASED: PatientState.DECEASED}
_CHANGES_PATIENT = frozenset({*_STATES, ContactOutcome.WRONG_NUMBER, ContactOutcome.OPT_OUT})


@dataclass
class _Work:
    """One transaction's outcomes: the clinic's day, and how everybody concerned stands by now."""

    tx: Transaction
    day: DeskDay
    stands: dict[UUID, Stands]
    sharing: dict[UUID, Sharing]
    batch_id: UUID | None


@dataclass
class _Effect:
    """What an outcome does beyond the attempt: how the patient stands from now on, and what undo must know."""

    due: datetime | None = None
    callback_at: datetime | None = None
    cool_off_until: datetime | None = None
    queue_open: bool = False
    before: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    changed: tuple[Change, ...] = ()
    appointment_id: UUID | None = None
    shared_with: int = 0
    try_number: str | None = None


def log_all(tx: Transaction, wishes: Sequence[LogOutcome], batch_id: UUID | None) -> list[Logged]:
    """Log outcomes in one transaction, in order; all of them or none.

    Raises Invalid, NotFound, NotAllowed, and Conflict where a patient moved on since she was seen.
    """
    tx.require(UserRole.STAFF)
    for wish in wishes:
        check_wish(wish)
    ids = [wish.patient_id for wish in wishes]
    if len(set(ids)) < len(ids):
        raise Invalid("A patient is named twice. Please log one outcome for each.")
    sharing = {w.patient_id: find_sharing(tx, w) for w in wishes if w.outcome is ContactOutcome.WRONG_NUMBER}
    everybody = {*ids, *(i for each in sharing.values() for i in each.ids)}
    stands, day = hold(tx, sorted(everybody), patients=any(wish.outcome in _CHANGES_PATIENT for wish in wishes))
    for wish in wishes:
        _check_seen(tx, wish, stands.get(wish.patient_id))
    assert day is not None, "whoever is here has a day"
    tx.touched.extend(everybody)
    work = _Work(tx, day, stands, sharing, batch_id)
    # Of one time, the larger id is the newer attempt.
    new_ids = sorted(uuid7() for _ in wishes)
    return [_log(work, wish, attempt_id) for wish, attempt_id in zip(wishes, new_ids, strict=True)]


def _check_seen(tx: Transaction, wish: LogOutcome, stands: Stands | None) -> None:
    if stands is None:
        raise NotFound(GONE)
    name = full_name(stands.first_name, stands.last_name)
    if stands.merged:
        raise Conflict(f"This record of {name} was merged into another one. Please search again, and use that one.")
    if stands.version == wish.seen_version:
        return
    newer = attempts.newer(tx, wish.patient_id, wish.seen_version)
    if newer is None:
        raise Conflict(
            f"{name} was changed while you were talking. Nothing was saved; your note is kept. "
            "Look at the patient again, then log again."
        )
    who = "You" if newer.user_id == tx.user_id else newer.name
    word = OUTCOME_WORDS.get(newer.outcome, newer.outcome)
    raise Conflict(
        f'{who} logged "{word}" for this patient {ago(newer.age)}. Nothing was saved; your note is kept. '
        "Look at what was written, then log again."
    )


def _log(work: _Work, wish: LogOutcome, attempt_id: UUID) -> Logged:
    stands = work.stands[wish.patient_id]
    effect = _effect(work, wish, stands)
    attempts.write(work.tx, _attempt(work, wish, attempt_id, stands, effect))
    version = stands.version + 1
    if effect.appointment_id is not None:
        version = _book(work, wish, attempt_id, effect.appointment_id)
    for change in effect.changed:
        work.tx.changed(change, [wish.patient_id])
    work.stands[wish.patient_id] = replace(
        work.stands[wish.patient_id],
        version=version,
        queue_open=effect.queue_open,
        next_action_at=effect.due,
        callback_at=effect.callback_at,
        cool_off_until=effect.cool_off_until,
    )
    return Logged(attempt_id, effect.due, effect.appointment_id, effect.shared_with, effect.try_number)


def _attempt(work: _Work, wish: LogOutcome, attempt_id: UUID, stands: Stands, effect: _Effect) -> attempts.NewAttempt:
    left = {"version": stands.version, "left": stands.version + 1, "standing": standing_writes.kept(stands)}
    return attempts.NewAttempt(
        id=attempt_id,
        patient_id=wish.patient_id,
        outcome=wish.outcome,
        channel=wish.channel,
        note=(wish.note or "").strip() or None,
        started_at=wish.started_at,
        next_action_at=effect.due,
        batch_id=work.batch_id,
        before={**left, **effect.before},
        queue_open=effect.queue_open,
        callback_at=effect.callback_at,
        cool_off_until=effect.cool_off_until,
        details={"attempt_id": str(attempt_id), "outcome": wish.outcome, **effect.details},
    )


def _effect(work: _Work, wish: LogOutcome, stands: Stands) -> _Effect:
    """Do what the outcome does to the patient's record and return the rest."""
    if wish.outcome is ContactOutcome.BOOKED:
        return _booking(work, wish, stands)
    if wish.outcome is ContactOutcome.WRONG_NUMBER:
        return _wrong_number(work, wish, stands)
    if wish.outcome is ContactOutcome.OPT_OUT:
        return _opt_out(work, wish, stands)
    if wish.outcome in _STATES:
        _due(work, wish, stands)
        return _on_record(work, stands, {"patient_state": _STATES[wish.outcome]})
    due = _due(work, wish, stands)
    if wish.outcome is ContactOutcome.CALL_BACK:
        return _Effect(due=due, callback_at=due)
    return _Effect(due=due, cool_off_until=due)


def _due(work: _Work, wish: LogOutcome, stands: Stands) -> datetime | None:
    """Return when the patient is due again. Raises NotAllowed for a call back to somebody who must not be called."""
    due = next_action(wish, work.day, stands.tries + (wish.outcome in UNANSWERED))
    if stands.callable:
        return due
    if wish.outcome is ContactOutcome.CALL_BACK:
        name = full_name(stands.first_name, stands.last_name)
        raise NotAllowed(
            f"{name} is marked as not to be contacted, moved or deceased, so no call can be promised. "
            "If that is wrong, correct the record first."
        )
    return None


def _booking(work: _Work, wish: LogOutcome, stands: Stands) -> _Effect:
    assert wish.booking is not None, "checked with the wish"
    _due(work, wish, stands)
    check_booking(wish.booking, work.day.now)
    if stands.patient_state == PatientState.DECEASED:
        name = full_name(stands.first_name, stands.last_name)
        raise NotAllowed(f"{name} has died, so nothing can be booked. If that is wrong, correct the record first.")
    check_free(work.tx, stands.id, wish.booking.starts_at, wish.booking.duration_minutes)
    new_id = uuid7()
    return _Effect(
        before={"appointment": str(new_id)},
        details={"appointment_id": str(new_id)},
        changed=(Change.APPOINTMENTS,),
        appointment_id=new_id,
    )


def _book(work: _Work, wish: LogOutcome, attempt_id: UUID, appointment_id: UUID) -> int:
    """Write the appointment and return the version of the standing with it; credit needs the attempt it came from."""
    assert wish.booking is not None, "checked with the wish"
    away = work.stands[wish.patient_id].segment in _AWAY
    values = new_values(appointment_id, wish.patient_id, wish.booking, PRIORITY_QUEUE if away else None)
    appointments.insert(work.tx, {**values, "source_attempt_id": attempt_id})
    standing.recompute(work.tx, [wish.patient_id])
    return attempts.settle(work.tx, attempt_id)


def _on_record(work: _Work, stands: Stands, values: dict[str, Any], **before: Any) -> _Effect:
    """Change the patient's record, which is locked, so that undo finds what was there."""
    standing_writes.set_patient(work.tx, stands.id, values, {})
    was = {name: getattr(stands, name) for name in values}
    work.stands[stands.id] = replace(stands, **values)
    return _Effect(before={"patient": {"was": was, "is": values}, **before}, changed=(Change.PATIENTS,))


def _opt_out(work: _Work, wish: LogOutcome, stands: Stands) -> _Effect:
    _due(work, wish, stands)
    made = suppressions.suppress(work.tx, _addresses(stands), f"OPT_OUT by {wish.means}")
    effect = _on_record(work, stands, {"do_not_contact": True}, suppressions=[str(i) for i in made])
    effect.details = {"means": wish.means}
    return effect


def _addresses(stands: Stands) -> list[tuple[AddressKind, str]]:
    known = (
        (AddressKind.PHONE, stands.phone),
        (AddressKind.PHONE, stands.phone_second),
        (AddressKind.EMAIL, stands.email),
    )
    return [(kind, address) for kind, address in known if address]


def _wrong_number(work: _Work, wish: LogOutcome, stands: Stands) -> _Effect:
    _due(work, wish, stands)
    sharing = work.sharing[wish.patient_id]
    marked = mark_wrong(work.tx, sharing, stands, work.stands)
    others = close_unreachable(work.tx, [i for i in sharing.ids if i != stands.id], marked, work.stands)
    # Another number to try keeps her where she is: in the queue, or promised a call.
    stay = marked.try_number is not None and stands.callable
    return _Effect(
        due=stands.next_action_at if stay else None,
        callback_at=stands.callback_at if stay else None,
        cool_off_until=stands.cool_off_until if stay else None,
        queue_open=stands.queue_open and stay,
        before={**marked.before, "others": others},
        details={"shared_with": len(sharing.ids) - 1},
        changed=(Change.PATIENTS,),
        shared_with=len(sharing.ids) - 1,
        try_number=marked.try_number,
    )
