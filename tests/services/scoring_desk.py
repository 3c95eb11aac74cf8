"""What the tests of scoring share: patients with a past, and their standing as it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reactivate_desktop.domain.enums import AddressKind, PhoneQuality
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.patients import NewPatient
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.scoring import Scoring
from reactivate_desktop.storage import standing
from reactivate_desktop.storage.queries import organization
from reactivate_desktop.storage.unit_of_work import Transaction
from tests.factories.clinics import Person
from tests.services.slots import attempt, past

PHONE = "212 555 0101"


@dataclass(frozen=True)
class ScoringDesk:
    """One clinic whose scores are looked at."""

    person: Person

    @property
    def scoring(self) -> Scoring:
        return Scoring(self.person.begin)

    def today(self) -> date:
        with self.person.begin() as tx:
            return organization.today(tx)

    def patient(self, name: str, days_ago: Sequence[int] = (200, 400), phone: str = PHONE) -> UUID:
        """Add a patient with visits so many days ago; registered before the first of them."""
        added = Patients(self.person.begin).add(NewPatient(name, "Scored", phone))
        with self.person.begin() as tx:
            today = organization.today(tx)
            for ago in days_ago:
                self.visit(tx, added, today - timedelta(days=ago))
            tx.connection.execute(
                sa.text("UPDATE patient SET registered_on = :on WHERE clinic_id = :clinic AND id = :id"),
                {"clinic": tx.clinic_id, "id": added, "on": today - timedelta(days=max((*days_ago, 0)) + 10)},
            )
            standing.recompute(tx, [added])
        return added

    @staticmethod
    def visit(tx: Transaction, patient: UUID, on: date) -> None:
        tx.connection.execute(
            sa.text(
                "INSERT INTO visit (clinic_id, id, patient_id, visit_date, source, created_by) "
                "VALUES (:clinic, :id, :patient, :on, 'MANUAL', :me)"
            ),
            {"clinic": tx.clinic_id, "id": uuid7(), "patient": patient, "on": on, "me": tx.user_id},
        )

    def change(self, table: str, row: UUID, *, touch: bool = False, **values: object) -> None:
        """Set columns of one row; with `touch` as a desk does it: the standing gets another version."""
        more = ", version = version + 1" if touch else ""
        names = ", ".join(f"{name} = :{name}" for name in values)
        with self.person.begin() as tx:
            tx.connection.execute(
                sa.text(f"UPDATE {table} SET {names}{more} WHERE clinic_id = :clinic AND id = :id"),
                {"clinic": tx.clinic_id, "id": row, **values},
            )

    def stands(self, patient: UUID) -> Any:
        """Return the standing of a patient as it is kept."""
        return self.rows("SELECT * FROM patient_standing WHERE clinic_id = :clinic AND id = :id", id=patient)[0]

    def predictions(self, patient: UUID) -> list[Any]:
        """Return what was predicted of a patient, the oldest first."""
        return self.rows(
            "SELECT * FROM reactivation_prediction WHERE clinic_id = :clinic AND patient_id = :id "
            "ORDER BY predicted_at, id",
            id=patient,
        )

    def in_queue(self, patient: UUID) -> bool:
        """Whether a patient may be claimed now."""
        stands = self.stands(patient)
        return bool(stands.queue_open and stands.contact_priority and stands.contact_priority_score is not None)

    def rows(self, query: str, **values: object) -> list[Any]:
        with self.person.begin() as tx:
            return list(tx.connection.execute(sa.text(query), {"clinic": tx.clinic_id, **values}).all())


def hours_from_now(hours: float) -> datetime:
    """Return the instant so many hours from now, without a fraction of a second."""
    return (datetime.now(UTC) + timedelta(hours=hours)).replace(microsecond=0)


def mark_dead(desk: ScoringDesk, patient: UUID) -> None:
    desk.change("patient", patient, patient_state="DECEASED")


def mark_moved(desk: ScoringDesk, patient: UUID) -> None:
    desk.change("patient", patient, patient_state="MOVED")


def mark_inactive(desk: ScoringDesk, patient: UUID) -> None:
    desk.change("patient", patient, patient_state="INACTIVE")


def mark_do_not_contact(desk: ScoringDesk, patient: UUID) -> None:
    desk.change("patient", patient, do_not_contact=True)


def suppress(desk: ScoringDesk, kind: AddressKind, address: str, channel: str | None, lifted: bool = False) -> None:
    with desk.person.begin() as tx:
        tx.connection.execute(
            sa.text(
                "INSERT INTO suppression (clinic_id, id, address_key, channel, reason, lifted, user_id) "
                "VALUES (:clinic, :id, app.address_key(:kind, :address), :channel, 'asked', :lifted, :me)"
            ),
            {
                "clinic": tx.clinic_id,
                "id": uuid7(),
                "kind": str(kind),
                "address": address,
                "channel": channel,
                "lifted": lifted,
                "me": tx.user_id,
            },
        )


def opt_out(desk: ScoringDesk, patient: UUID) -> None:
    desk.change("patient", patient, phone="+12125550177", phone_second="+12125550178", email="out@x.example")
    suppress(desk, AddressKind.PHONE, "+12125550177", None)
    suppress(desk, AddressKind.PHONE, "+12125550178", "VOICE")
    suppress(desk, AddressKind.EMAIL, "out@x.example", "EMAIL")


def mark_number_wrong(desk: ScoringDesk, patient: UUID) -> None:
    desk.change("patient", patient, phone_quality=str(PhoneQuality.WRONG))


def book(desk: ScoringDesk, patient: UUID) -> None:
    past(desk.person, patient, days=-5)


def uncount_visits(desk: ScoringDesk, patient: UUID) -> None:
    with desk.person.begin() as tx:
        tx.connection.execute(
            sa.text("UPDATE visit SET not_counted_reason = 'cancelled in the record' WHERE patient_id = :id"),
            {"id": patient},
        )


def let_come(desk: ScoringDesk, patient: UUID) -> None:
    with desk.person.begin() as tx:
        desk.visit(tx, patient, desk.today() - timedelta(days=89))


def promise_call(desk: ScoringDesk, patient: UUID) -> None:
    at = hours_from_now(30)
    desk.change("patient_standing", patient, callback_at=at, next_action_at=at)


def let_wait(desk: ScoringDesk, patient: UUID) -> None:
    desk.change("patient_standing", patient, next_action_at=hours_from_now(30))


def try_often(desk: ScoringDesk, patient: UUID) -> None:
    for days in (9, 7, 5, 3):
        attempt(desk.person, patient, days, "NO_ANSWER" if days > 5 else "LEFT_MESSAGE")
