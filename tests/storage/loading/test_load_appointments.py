"""Appointments from a file: the source moves start and status, the desk's own word stays else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reactivate_desktop.domain.enums import AppointmentStatus
from reactivate_desktop.domain.imports import IncomingAppointment, PersonRef, RowCounts
from tests.storage.loading.loader import Loader, person, visit

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=5)
ROW = IncomingAppointment(1, PersonRef("1"), SOON, AppointmentStatus.SCHEDULED, "a", "Checkup", "Dr Ames", 45)


@pytest.fixture
def booked(loader: Loader) -> Loader:
    loader(person("1"), ROW)
    return loader


def one(loader: Loader) -> dict[str, Any]:
    (row,) = loader.of_patient("appointment", "1")
    return row


def confirm(loader: Loader) -> None:
    loader.run(
        "UPDATE appointment SET status = 'CONFIRMED', confirmed = true, confirmed_at = now(), version = version + 1 "
        "WHERE patient_id = %s", loader.patient_id("1"))  # fmt: skip


def test_an_appointment_is_kept_and_the_same_again_writes_nothing(booked: Loader) -> None:
    kept = one(booked)
    wanted = {
        "appointment_datetime": SOON, "appointment_type": "Checkup", "provider_name": "Dr Ames",
        "duration_minutes": 45, "status": "SCHEDULED", "confirmed": False, "external_appointment_id": "a",
    }  # fmt: skip
    assert {name: kept[name] for name in wanted} == wanted
    assert booked.patient("1")["next_appointment_at"] == SOON
    before = booked.written()
    assert booked(ROW).counts == RowCounts(unchanged=1)
    assert booked.written() == before


@pytest.mark.parametrize("status", list(AppointmentStatus))
def test_every_status_fits_the_tables(loader: Loader, status: AppointmentStatus) -> None:
    loader(person("1"))
    assert loader(replace(ROW, status=status)).counts == RowCounts(new=1)
    kept = one(loader)
    assert (kept["status"], kept["confirmed"]) == (status, status == AppointmentStatus.CONFIRMED)
    assert (kept["cancelled_at"] is not None) == (status == AppointmentStatus.CANCELLED)
    for then in AppointmentStatus:
        loader(replace(ROW, status=then))
        assert one(loader)["status"] == then


def test_a_confirmation_by_phone_stays_when_the_source_changes_something_else(booked: Loader) -> None:
    confirm(booked)
    at = one(booked)["confirmed_at"]
    assert booked(replace(ROW, provider_name="Dr Bello", duration_minutes=None)).counts == RowCounts(changed=1)
    kept = one(booked)
    assert (kept["status"], kept["confirmed_at"], kept["provider_name"]) == ("CONFIRMED", at, "Dr Bello")
    assert (kept["duration_minutes"], kept["version"]) == (45, 3)


def test_a_moved_start_drops_the_confirmation(booked: Loader) -> None:
    confirm(booked)
    booked(replace(ROW, starts_at=SOON + timedelta(hours=1)))
    assert (one(booked)["status"], one(booked)["confirmed_at"]) == ("SCHEDULED", None)


def test_the_sources_own_change_of_status_counts(booked: Loader) -> None:
    confirm(booked)
    booked(replace(ROW, status=AppointmentStatus.CANCELLED))
    assert (one(booked)["status"], booked.patient("1")["next_appointment_at"]) == ("CANCELLED", None)
    booked(replace(ROW, status=AppointmentStatus.CONFIRMED))
    booked(ROW)
    assert (one(booked)["status"], one(booked)["confirmed"]) == ("SCHEDULED", False)


def test_what_the_desk_closed_stays_closed(booked: Loader) -> None:
    booked.run("UPDATE appointment SET status = 'NO_SHOW' WHERE patient_id = %s", booked.patient_id("1"))
    booked(replace(ROW, provider_name="Dr Bello"))
    assert one(booked)["status"] == "NO_SHOW"


def test_without_an_id_an_appointment_is_known_again_by_patient_and_start(loader: Loader) -> None:
    loader(person("1"))
    row = replace(ROW, external_id=None)
    assert loader(row, replace(row, row=2)).counts == RowCounts(new=1, repeated=1)
    assert loader(replace(row, provider_name=None)).counts == RowCounts(changed=1)


def test_an_appointment_waits_for_its_patient(loader: Loader) -> None:
    assert loader(ROW, replace(ROW, external_id=None, starts_at=SOON + timedelta(days=1))).counts == RowCounts(parked=2)
    loader(person("1"))
    assert loader.release() == 2
    assert len(loader.of_patient("appointment", "1")) == 2
    assert loader(ROW).counts == RowCounts(unchanged=1)


def test_a_visit_completes_the_booking_that_brought_the_patient_back(loader: Loader) -> None:
    day = loader.ago(2)
    loader(person("1"))
    at = datetime(day.year, day.month, day.day, 17, tzinfo=UTC)
    loader(replace(ROW, starts_at=at))
    credited = "UPDATE appointment SET reactivated = true, reactivation_source = 'PRIORITY_QUEUE' WHERE patient_id = %s"
    loader.run(credited, loader.patient_id("1"))
    loader(visit("1", day, "v"))
    assert (one(loader)["status"], one(loader)["visit_id"]) == ("COMPLETED", loader.of_patient("visit", "1")[0]["id"])


def test_bad_appointments_cost_themselves_only(loader: Loader) -> None:
    loader(person("1"))
    bad = [
        replace(ROW, duration_minutes=0),
        replace(ROW, external_id="b", starts_at=datetime(2026, 1, 1)),  # noqa: DTZ001 - no zone on purpose
        replace(ROW, external_id="c", patient=PersonRef(None, "No", "Body", SOON.date())),
    ]
    done = loader(*bad, replace(ROW, external_id="good"))
    assert done.counts == RowCounts(new=1, rejected=3)
    assert ["1 to 1440 minutes" in done.rejects[0].reason, "no time zone" in done.rejects[1].reason,
            "Nobody is called" in done.rejects[2].reason] == [True, True, True]  # fmt: skip
