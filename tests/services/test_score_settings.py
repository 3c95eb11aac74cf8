"""The settings of the scores: what a preview promises is what the next run does, and nobody's save is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from reactivate_desktop.domain.enums import ContactPriority, UserRole
from reactivate_desktop.domain.errors import Conflict, Invalid, NotAllowed
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.score_settings import TierPreview, by_numbers
from reactivate_desktop.domain.scores import Exclusion, TierRules
from reactivate_desktop.services import score_settings
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.score_settings import ScoreSettings
from reactivate_desktop.storage.queries import settings
from tests.fixtures import FrontDesk
from tests.services.scoring_desk import ScoringDesk, let_wait, promise_call
from tests.services.slots import attempt

RED, YELLOW, GREEN = ContactPriority
PATIENTS = 24


@pytest.fixture(scope="module")
def desk(front_desk: FrontDesk) -> ScoringDesk:
    """A clinic of 24 patients who were scored; one waits, one is promised a call."""
    made = ScoringDesk(front_desk.admin)
    ids = [made.patient(f"Rank {place}", [100 + 17 * place, 400 + 19 * place]) for place in range(PATIENTS)]
    made.scoring.run()
    let_wait(made, ids[0])
    promise_call(made, ids[9])
    return made


@pytest.fixture
def fresh(desk: ScoringDesk) -> ScoreSettings:
    """The settings as if nobody had ever saved any, on a clinic scored by that."""
    with desk.person.begin() as tx:
        tx.connection.execute(sa.text("DELETE FROM clinic_setting WHERE clinic_id = :c"), {"c": tx.clinic_id})
    desk.scoring.run()
    return ScoreSettings(desk.person.begin)


def kept(desk: ScoringDesk) -> dict[str, Any]:
    with desk.person.begin() as tx:
        return settings.read(tx, "scoring")


def standing(desk: ScoringDesk) -> dict[Any, Any]:
    """Return each patient's tier."""
    rows = desk.rows("SELECT id, contact_priority FROM patient_standing WHERE clinic_id = :clinic")
    return {row.id: row.contact_priority for row in rows}


def open_tiers(desk: ScoringDesk) -> dict[str, int]:
    return {str(word): count for word, count in desk.scoring.run().tiers.items()}


def test_what_is_in_force_by_default(fresh: ScoreSettings, desk: ScoringDesk) -> None:
    setup = fresh.read()
    assert (setup.rules, setup.hold_out_percent, setup.saved_at) == (TierRules(), 0.0, None)
    assert setup.by_shares
    # One waits and one is promised a call: 22 may be called now.
    assert setup.eligible == PATIENTS - 2 == sum(setup.tiers.values())
    assert (setup.calls, setup.messages) == (5, 6)
    assert setup.call_minutes is None
    assert setup.scored_at is not None


def test_the_pace_is_that_of_the_last_four_weeks(fresh: ScoreSettings, desk: ScoringDesk) -> None:
    patient = next(iter(standing(desk)))
    for minutes in range(25):
        attempt(desk.person, patient, 1 + minutes * 3 / 1440, "NO_ANSWER")
    try:
        assert fresh.read().call_minutes == pytest.approx(3.0, abs=0.1)
    finally:
        with desk.person.begin() as tx:
            statement = "UPDATE contact_attempt SET undone_at = now(), undone_by = :me WHERE clinic_id = :c"
            tx.connection.execute(sa.text(statement), {"c": tx.clinic_id, "me": tx.user_id})
        desk.scoring.run()


@pytest.mark.parametrize(
    "rules",
    [
        by_numbers(TierRules(), 9, 8),
        by_numbers(TierRules(), 2, 3),
        by_numbers(TierRules(hysteresis=0), 7, 0),
        by_numbers(TierRules(hysteresis=30), 6, 7),
        by_numbers(TierRules(), 500, 500),
        by_numbers(TierRules(), 0, 0),
        TierRules(35, 20),
    ],
    ids=str,
)
def test_saved_and_scored_it_is_exactly_what_the_preview_said(
    fresh: ScoreSettings, desk: ScoringDesk, rules: TierRules
) -> None:
    before = standing(desk)
    said = fresh.open_preview().of(rules)
    fresh.save(fresh.read().saved_at, rules, 0)
    report = desk.scoring.run()
    assert dict(said.after) == dict(report.tiers)
    assert said.eligible == report.eligible
    after = standing(desk)
    moves = {mover.id: mover.after for mover in said.movers}
    assert len(moves) == said.moves
    waits = {
        row.id for row in desk.rows("SELECT id FROM patient_standing WHERE clinic_id = :clinic AND NOT queue_open")
    }
    for id, tier in before.items():
        if id not in waits:
            assert after[id] == moves.get(id, tier), id


def test_who_is_kept_back_at_random_is_not_counted(fresh: ScoreSettings, desk: ScoringDesk) -> None:
    fresh.save(None, TierRules(), 50)
    desk.scoring.run()
    asked, rules = fresh.open_preview(), by_numbers(TierRules(), 3, 2)
    said = asked.of(rules)
    fresh.save(fresh.read().saved_at, rules, 50)
    report = desk.scoring.run()
    assert 0 < report.excluded[Exclusion.HELD_OUT] < PATIENTS
    assert (said.eligible, dict(said.after)) == (report.eligible, dict(report.tiers))


def test_numbers_are_kept_whatever_the_margin_says(fresh: ScoreSettings, desk: ScoringDesk) -> None:
    """By shares a margin of 30 % would leave everybody where she is."""
    said = fresh.open_preview().of(by_numbers(TierRules(hysteresis=30), 8, 4))
    assert (said.after[RED], said.after[YELLOW]) == (8, 4)
    assert said.change(RED) == 3
    assert said.ranks(said.after) == (8, 12)


def test_movers_come_by_their_new_tier_the_best_first_with_their_names(fresh: ScoreSettings) -> None:
    said = fresh.open_preview().of(by_numbers(TierRules(), 9, 8))
    places = [(list(ContactPriority).index(each.after), -each.score) for each in said.movers]
    assert places == sorted(places)
    assert said.into == {RED: 4, YELLOW: 6, GREEN: 0}
    assert all(each.name.startswith("Rank ") and each.before != each.after for each in said.movers)
    assert 0 < said.movers[0].score < 1000


def test_no_more_are_named_than_can_be_read(fresh: ScoreSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(score_settings, "MOST_NAMED", 2)
    said = fresh.open_preview().of(by_numbers(TierRules(), 9, 8))
    assert [each.after for each in said.movers] == [RED, RED, YELLOW, YELLOW]
    assert said.into[RED] == 4


def test_the_rules_in_force_move_nobody_after_a_run(fresh: ScoreSettings) -> None:
    said = fresh.open_preview().of(fresh.read().rules)
    assert (said.moves, said.movers, said.unranked) == (0, (), 0)
    assert said.before == said.after


def test_nobody_was_scored_yet(front_desk: FrontDesk) -> None:
    clinic = front_desk.maker.clinic("Unscored Clinic")
    new = ScoringDesk(front_desk.maker.person(clinic, UserRole.ADMIN))
    asked = ScoreSettings(new.person.begin)
    assert asked.open_preview().of(TierRules()).eligible == asked.read().eligible == 0
    new.patient("Newcomer")
    said = asked.open_preview().of(TierRules())
    assert (said.eligible, said.unranked, said.moves) == (1, 1, 0)
    assert (said.before[RED], said.after[RED]) == (0, 1)


def test_what_others_keep_in_the_setting_stays(fresh: ScoreSettings, desk: ScoringDesk) -> None:
    with desk.person.begin() as tx:
        assert settings.save(tx, "scoring", {"red_percent": 25, "someday": {"a": [1]}}, None)
    fresh.save(fresh.read().saved_at, by_numbers(TierRules(), 9, 8), 10)
    found = kept(desk)
    assert found["someday"] == {"a": [1]}
    assert (found["red_most"], found["yellow_most"], found["hold_out_percent"]) == (9, 8, 10)
    assert [share for _, share in found["hold_out_history"]] == [10]
    # Back to shares: no number is left behind.
    fresh.save(fresh.read().saved_at, TierRules(), 0)
    assert {"red_most", "yellow_most"}.isdisjoint(kept(desk))
    setup = fresh.read()
    assert (setup.rules, setup.hold_out_percent, setup.by_shares) == (TierRules(), 0, True)


def test_a_number_stays_as_set_where_there_are_fewer_patients(fresh: ScoreSettings) -> None:
    fresh.save(None, by_numbers(TierRules(), 300, 5), 0)
    setup = fresh.read()
    assert (setup.calls, setup.messages, setup.by_shares) == (300, 5, False)


def test_two_who_save_at_once(fresh: ScoreSettings, desk: ScoringDesk) -> None:
    first, second = fresh.read(), fresh.read()
    fresh.save(first.saved_at, by_numbers(first.rules, 9, 8), 0)
    with pytest.raises(Conflict, match="Nothing was overwritten"):
        fresh.save(second.saved_at, by_numbers(second.rules, 1, 1), 5)
    assert (fresh.read().calls, fresh.read().hold_out_percent) == (9, 0)
    seen = fresh.read()
    fresh.save(seen.saved_at, replace(seen.rules, hysteresis=0), 5)
    with pytest.raises(Conflict):
        fresh.save(seen.saved_at, seen.rules, 0)
    fresh.save(fresh.read().saved_at, seen.rules, 0)


def test_the_audit_trail_says_which_numbers_changed(fresh: ScoreSettings, desk: ScoringDesk) -> None:
    fresh.save(None, by_numbers(TierRules(), 9, 8), 7.5)
    row = next(row for row in Audit(desk.person.begin).page() if row.action == "SCORING_CHANGED")
    assert row.details == {
        "changed": {
            "red_percent": [20, 100],
            "yellow_percent": [30, 100],
            "red_most": [None, 9],
            "yellow_most": [None, 8],
            "hold_out_percent": [0, 7.5],
        }
    }


@pytest.mark.parametrize("wrong", [-1, 51, "10", True, None])
def test_a_share_kept_back_must_be_one(fresh: ScoreSettings, desk: ScoringDesk, wrong: Any) -> None:
    with pytest.raises(Invalid, match="0 to 50"):
        fresh.save(None, TierRules(), wrong)
    assert kept(desk) == {}


@pytest.mark.parametrize("wrong", [{"red_most": -1}, {"yellow_most": -3}, {"hysteresis": 101}, {"red_percent": -1}])
def test_rules_must_be_numbers_of_their_range(fresh: ScoreSettings, desk: ScoringDesk, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="scoring"):
        fresh.save(None, replace(TierRules(), **wrong), 0)
    assert kept(desk) == {}


def test_everybody_reads_and_only_an_admin_saves(
    fresh: ScoreSettings, front_desk: FrontDesk, desk: ScoringDesk
) -> None:
    for person in (front_desk.staff, front_desk.viewer):
        asked = ScoreSettings(person.begin)
        assert asked.read().eligible == PATIENTS - 2
        assert isinstance(asked.open_preview().of(TierRules()), TierPreview)
        with pytest.raises(NotAllowed, match="ADMIN"):
            asked.save(None, TierRules(), 0)
    assert kept(desk) == {}


def test_another_clinics_settings_are_not_touched(fresh: ScoreSettings, front_desk: FrontDesk) -> None:
    other = front_desk.maker.person(front_desk.maker.clinic("Other Clinic"), UserRole.ADMIN)
    ScoreSettings(other.begin).save(None, by_numbers(TierRules(), 1, 1), 50)
    assert fresh.read().saved_at is None


def test_the_row_is_added_once(fresh: ScoreSettings, desk: ScoringDesk) -> None:
    """Two first saves at once: the second one finds the row that it did not see."""
    with desk.person.begin() as tx:
        values = {"clinic": tx.clinic_id, "id": uuid7()}
        tx.connection.execute(
            sa.text("INSERT INTO clinic_setting (clinic_id, id, name, value) VALUES (:clinic, :id, 'scoring', '{}')"),
            values,
        )
    with pytest.raises(Conflict):
        fresh.save(None, TierRules(), 0)
