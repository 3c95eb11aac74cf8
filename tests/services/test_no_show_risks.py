"""No-show risks stand on every appointment to come, with reasons that are true, and only what moved is written."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from reactivate_desktop.domain.enums import RiskLevel, ScorerKind
from reactivate_desktop.services.learning import Learning
from reactivate_desktop.services.scoring import Scoring
from reactivate_desktop.storage.migrate import owner_connection
from tests.factories.clinics import ClinicMaker, Person
from tests.factories.demo import demo_person

TODAY = datetime.now(UTC).date()
_TO_COME = "a.status IN ('SCHEDULED', 'CONFIRMED') AND a.appointment_datetime > now()"


@pytest.fixture(scope="module")
def admin(maker: ClinicMaker) -> Person:
    return demo_person(maker, 2_000, TODAY)


def _rows(maker: ClinicMaker, person: Person, query: str) -> list[tuple[object, ...]]:
    with owner_connection(maker.clinic_db.admin) as conn:
        return conn.execute(query, {"clinic": person.signed_in.clinic_id}).fetchall()


def test_every_appointment_to_come_has_a_risk_with_reasons(maker: ClinicMaker, admin: Person) -> None:
    report = Scoring(admin.begin).run()
    rows = _rows(
        maker,
        admin,
        "SELECT a.no_show_risk_score, a.no_show_risk_level, n.top_risk_factors, n.features, "
        "(a.appointment_datetime AT TIME ZONE k.timezone)::date - (a.booked_at AT TIME ZONE k.timezone)::date "
        "FROM appointment a JOIN clinic k ON k.id = a.clinic_id LEFT JOIN no_show_prediction n "
        "ON n.clinic_id = a.clinic_id AND n.appointment_id = a.id AND n.no_show_risk_score = a.no_show_risk_score "
        f"WHERE a.clinic_id = %(clinic)s AND {_TO_COME}",
    )
    assert len(rows) > 20
    assert report.risks <= len(rows)
    for score, level, factors, features, ahead in rows:
        assert 0 < float(str(score)) < 1
        assert level in {str(word) for word in RiskLevel}
        assert isinstance(features, dict)
        assert features["lead"] == ahead
        assert isinstance(factors, list)
        for factor in factors:
            assert factor["direction"] == ("UP" if factor["points"] > 0 else "DOWN")
            if factor["code"] == "LEAD" and ahead:
                assert factor["text"].startswith(f"Booked {ahead} day")
    assert {row[1] for row in rows} == {"LOW", "MEDIUM", "HIGH"}


def test_a_second_run_writes_nothing(maker: ClinicMaker, admin: Person) -> None:
    Scoring(admin.begin).run()
    count = "SELECT count(*) FROM no_show_prediction WHERE clinic_id = %(clinic)s"
    before = _rows(maker, admin, count)
    assert Scoring(admin.begin).run().risks == 0
    assert _rows(maker, admin, count) == before


def test_the_learned_scorer_names_itself_on_what_it_says(maker: ClinicMaker, admin: Person) -> None:
    Scoring(admin.begin).run()
    Learning(admin.begin).learn()
    report = Scoring(admin.begin).run()
    assert report.risks > 0
    assert report.stage in ("learning", "learned")
    for table, kind in (
        ("no_show_prediction", ScorerKind.NO_SHOW),
        ("reactivation_prediction", ScorerKind.REACTIVATION),
    ):
        (used,) = _rows(
            maker,
            admin,
            f"SELECT count(*) FROM {table} p JOIN model_version m ON m.clinic_id = p.clinic_id "
            "AND m.id = p.model_version_id "
            f"WHERE p.clinic_id = %(clinic)s AND m.active AND m.scorer = '{kind}'",
        )
        assert used != (0,), table


def test_a_score_of_the_past_leaves_risks_alone(admin: Person) -> None:
    assert Scoring(admin.begin).run(date(2026, 1, 31)).risks == 0
