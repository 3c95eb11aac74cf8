"""Days and hours of bulk reads are those of the clinic's own calendar, and the session's zone stays what it was."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.storage.clinic_clock import clinic_clock
from reactivate_desktop.storage.migrate import owner_connection
from reactivate_desktop.storage.queries import booking_inputs, score_inputs
from tests.fixtures import FrontDesk
from tests.services.scoring_desk import ScoringDesk

_SHOWN = sa.text("SELECT current_setting('TimeZone')")
# Every half hour of a year, read in both ways; the clocks of these zones change at odd hours, or at midnight.
_APART = sa.text(
    "SELECT count(*), count(*) FILTER (WHERE t::date <> (t AT TIME ZONE k.timezone)::date "
    "OR extract(hour FROM t) <> extract(hour FROM t AT TIME ZONE k.timezone)) FROM clinic k, "
    "generate_series(timestamptz '2018-01-01 00:00+00', timestamptz '2019-01-01 00:00+00', interval '30 minutes') AS t "
    "WHERE k.id = :clinic"
)

# Booked an hour before.
_APPOINTMENTS = """
    INSERT INTO appointment (clinic_id, id, patient_id, appointment_datetime, booked_at, status)
    SELECT %(clinic)s, gen_random_uuid(), %(patient)s, at, at - interval '1 hour', 'COMPLETED'
    FROM (VALUES (timestamp '2024-05-01 23:30' AT TIME ZONE 'Pacific/Apia'),
                 (timestamp '2024-05-02 00:30' AT TIME ZONE 'Pacific/Apia')) AS t(at)
"""


@pytest.mark.parametrize("zone", ["America/New_York", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia", "UTC"])
def test_the_days_are_the_clinics(front_desk: FrontDesk, zone: str) -> None:
    person = front_desk.maker.person(front_desk.maker.clinic(f"Clock {zone}", zone), UserRole.STAFF)
    with person.begin() as tx:
        before = tx.connection.execute(_SHOWN).scalar_one()
        with clinic_clock(tx):
            assert tx.connection.execute(_SHOWN).scalar_one() == zone
            assert tuple(tx.connection.execute(_APART, {"clinic": tx.clinic_id}).one()) == (17_521, 0)
        assert tx.connection.execute(_SHOWN).scalar_one() == before


def test_an_evening_in_samoa_is_not_the_next_day(front_desk: FrontDesk) -> None:
    """23:30 there is 10:30 of the same day in London; 00:30 is 11:30 of the day before."""
    desk = ScoringDesk(front_desk.maker.person(front_desk.maker.clinic("Apia Clinic", "Pacific/Apia"), UserRole.STAFF))
    patient = desk.patient("Late")
    with owner_connection(front_desk.maker.clinic_db.admin) as conn:
        conn.execute(_APPOINTMENTS, {"clinic": desk.person.signed_in.clinic_id, "patient": patient})
    with desk.person.begin() as tx:
        slots = score_inputs.read(tx, desk.today(), [patient]).slots
        bookings = booking_inputs.read(tx).columns
        shown = tx.connection.execute(_SHOWN).scalar_one()
    first = 8_887  # 2024-05-01, in days since 2000-01-01
    assert sorted(slots["day"].tolist()) == [first, first + 1]
    assert sorted(slots["booked"].tolist()) == [first, first]
    assert sorted(zip(bookings["day"].tolist(), bookings["hour"].tolist(), strict=True)) == [
        (first, 23),
        (first + 1, 0),
    ]
    assert sorted(bookings["booked_hour"].tolist()) == [22, 23]
    assert shown != "Pacific/Apia"
