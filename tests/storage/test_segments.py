"""Segments as the days pass: the set-based rule is the domain's, and only moved rows are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from reactivate_desktop.domain.segments import segment_of
from reactivate_desktop.storage import owner, segments
from tests.factories.clinics import ClinicMaker, Person
from tests.factories.demo import demo_person

TODAY = datetime.now(UTC).date() - timedelta(days=1)


@pytest.fixture(scope="module")
def admin(maker: ClinicMaker) -> Person:
    return demo_person(maker, 400, TODAY)


def _facts(maker: ClinicMaker, person: Person, until: date) -> list[tuple[Any, ...]]:
    with owner.owning(maker.clinic_db.admin) as conn:
        return conn.execute(
            """
            SELECT s.segment, p.registered_on, s.visit_count, s.next_appointment_at IS NOT NULL,
                   (SELECT max(visit_date) FROM visit v WHERE v.patient_id = p.id AND v.not_counted_reason IS NULL
                    AND v.visit_date <= %s), s.xmin::text
            FROM patient p JOIN patient_standing s ON s.id = p.id WHERE p.clinic_id = %s ORDER BY p.id
            """,
            (until, person.signed_in.clinic_id),
        ).fetchall()


@pytest.mark.parametrize("days", [0, 1, 89, 90, 91, 179, 180, 400, -30, -200, -1000])
def test_the_set_based_rule_is_the_domains(maker: ClinicMaker, admin: Person, days: int) -> None:
    today = TODAY + timedelta(days=days)
    with admin.begin() as tx:
        segments.refresh(tx, today)
    for segment, registered, count, ahead, last, _ in _facts(maker, admin, today):
        assert segment == segment_of(today, last, count, registered, ahead)


def test_nothing_is_written_where_nothing_moved(maker: ClinicMaker, admin: Person) -> None:
    with admin.begin() as tx:
        segments.refresh(tx, TODAY)
    before = _facts(maker, admin, TODAY)
    with admin.begin() as tx:
        assert segments.refresh(tx, TODAY) == 0
    assert _facts(maker, admin, TODAY) == before


def test_only_moved_rows_are_written(maker: ClinicMaker, admin: Person) -> None:
    with admin.begin() as tx:
        segments.refresh(tx, TODAY)
    before = _facts(maker, admin, TODAY)
    with admin.begin() as tx:
        moved = segments.refresh(tx, TODAY + timedelta(days=20))
    after = _facts(maker, admin, TODAY)
    assert 0 < moved < len(before)
    assert moved == sum(old[-1] != new[-1] for old, new in zip(before, after, strict=True))
    assert all(old[0] != new[0] for old, new in zip(before, after, strict=True) if old[-1] != new[-1])
