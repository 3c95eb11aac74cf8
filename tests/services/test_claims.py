"""Claims: one desk a patient, the best first, leases that end, and what happens when two want the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from reactivate_desktop.domain.enums import ContactOutcome, UserRole
from reactivate_desktop.domain.errors import Conflict, NotAllowed, NotFound
from reactivate_desktop.domain.outreach import LogOutcome
from reactivate_desktop.domain.records import Holding
from reactivate_desktop.services.queue import Queue
from tests.factories.clinics import ClinicMaker
from tests.factories.queue import QueueMaker, claimed, desk_at, soon
from tests.fixtures import FrontDesk


def _expire(queue: QueueMaker, patient: UUID) -> None:
    queue.put("work_claim", patient, claimed_until=soon(seconds=-1))


def test_the_best_free_patient_is_next_red_before_a_higher_yellow(queue: QueueMaker) -> None:
    yellow = queue.waiting("YELLOW", "0.900")
    low = queue.waiting("RED", "0.300")
    high = queue.waiting("RED", "0.700")
    green = queue.waiting("GREEN", "0.950")
    desks = [desk_at(queue.staff, f"best-{n}") for n in range(5)]
    assert [claimed(desk) for desk in desks] == [high, low, yellow, green, None]


def test_equal_scores_go_by_id(queue: QueueMaker) -> None:
    same = sorted(queue.waiting("RED", "0.500") for _ in range(3))
    assert [claimed(desk_at(queue.staff, f"tie-{n}")) for n in range(3)] == same


def test_a_claim_shows_the_row_and_who_holds_it(queue: QueueMaker) -> None:
    patient = queue.waiting("RED", "0.700", last_name="Shown")
    claim = desk_at(queue.staff, "shown").claim_next()
    assert claim is not None
    row = claim.patient
    assert (row.id, row.last_name, str(row.score)) == (patient, "Shown", "0.700")
    assert (row.reason, row.second_reason) == ("Last seen 13 months ago", "Only one visit so far")
    assert (row.claimed_by, row.claimed_by_name) == (queue.staff.id, "Staff Person")
    assert soon(minutes=4) < claim.until < soon(minutes=6)
    assert queue.audited(patient)[-1] == "PATIENT_CLAIMED"


def test_who_holds_whom_is_told_for_many_at_once(queue: QueueMaker) -> None:
    held, over, free = (queue.waiting("RED", "0.700") for _ in range(3))
    claim = desk_at(queue.staff, "holding").claim(held)
    desk_at(queue.staff, "ran-out").claim(over)
    _expire(queue, over)
    found = Queue(queue.staff.begin).holders([held, over, free, uuid4()])
    assert list(found) == [held]
    assert found[held] == Holding(queue.staff.id, "Staff Person", "holding", claim.until)
    assert Queue(queue.desk.viewer.begin).holders([held]) == found
    assert Queue(queue.staff.begin).holders([]) == {}


def test_the_lease_is_the_clinics(queue: QueueMaker) -> None:
    queue.waiting()
    queue.run(
        "INSERT INTO clinic_setting (clinic_id, id, name, value) "
        "VALUES (%s, gen_random_uuid(), 'outreach', '{\"lease_minutes\": 30}')",
        queue.clinic,
    )
    try:
        desk = desk_at(queue.staff, "long")
        claim = desk.claim_next()
        assert claim is not None
        assert claim.until > soon(minutes=29)
        assert desk.renew(claim.patient.id) > soon(minutes=29)
    finally:
        queue.run("DELETE FROM clinic_setting WHERE clinic_id = %s", queue.clinic)


def test_next_lets_go_and_does_not_hand_out_the_same_again(queue: QueueMaker) -> None:
    first, second, third = (queue.waiting("RED", score) for score in ("0.900", "0.800", "0.700"))
    desk = desk_at(queue.staff, "skipping")
    assert claimed(desk) == first
    assert claimed(desk) == second
    assert queue.one("work_claim", first)["claimed_by"] is None
    # Passed over by name, she is not offered in turns with the other.
    claim = desk.claim_next(skip=[first])
    assert claim is not None
    assert claim.patient.id == third
    assert queue.run("SELECT count(*) AS n FROM contact_attempt WHERE patient_id = %s", first)[0]["n"] == 0


def test_a_lease_that_ran_out_frees_the_patient_even_for_the_same_desk(queue: QueueMaker) -> None:
    patient = queue.waiting()
    desk, other = desk_at(queue.staff, "lapsed"), desk_at(queue.desk.admin, "taker")
    assert claimed(desk) == patient
    assert claimed(other) is None
    _expire(queue, patient)
    assert claimed(desk) == patient
    _expire(queue, patient)
    assert claimed(other) == patient
    assert desk.held() is None


def test_a_promised_call_that_is_due_comes_before_every_red(queue: QueueMaker) -> None:
    red = queue.waiting("RED", "0.999")
    late = queue.waiting("GREEN", "0.100", queue_open=False, callback_at=soon(hours=-1), next_action_at=soon(hours=-1))
    early = queue.waiting(None, None, queue_open=False, callback_at=soon(hours=-2), next_action_at=soon(hours=-2))
    queue.waiting("RED", "0.998", queue_open=False, callback_at=soon(hours=2), next_action_at=soon(hours=2))
    assert [claimed(desk_at(queue.staff, f"call-{n}")) for n in range(4)] == [early, late, red, None]


def test_next_while_a_call_is_due_does_not_hand_out_whom_the_desk_held(queue: QueueMaker) -> None:
    red = queue.waiting("RED", "0.999")
    held_call = queue.waiting(None, None, queue_open=False, callback_at=soon(hours=-1), next_action_at=soon(hours=-1))
    other = queue.waiting("GREEN", "0.100")
    assert claimed(desk_at(queue.desk.admin, "on-the-call")) == held_call
    desk = desk_at(queue.staff, "beside")
    assert [claimed(desk), claimed(desk)] == [red, other]


def test_who_is_due_again_stands_at_her_place(queue: QueueMaker) -> None:
    best = queue.waiting("RED", "0.900")
    due = queue.waiting("RED", "0.800", queue_open=False, next_action_at=soon(minutes=-1))
    queue.waiting("RED", "0.950", queue_open=False, next_action_at=soon(minutes=9))
    last = queue.waiting("RED", "0.700")
    assert [claimed(desk_at(queue.staff, f"due-{n}")) for n in range(4)] == [best, due, last, None]
    woken = queue.one("patient_standing", due)
    assert (woken["queue_open"], woken["next_action_at"]) == (True, None)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("patient", {"do_not_contact": True}),
        ("patient", {"patient_state": "DECEASED"}),
        ("patient", {"patient_state": "MOVED"}),
    ],
)
def test_who_must_not_be_called_is_never_next(queue: QueueMaker, table: str, values: dict[str, object]) -> None:
    """Not even where only the record says so: a row left open, a call promised before, a time that has come."""
    waiting = [
        queue.waiting("RED", "0.900"),
        queue.waiting("RED", "0.900", queue_open=False, callback_at=soon(hours=-1), next_action_at=soon(hours=-1)),
        queue.waiting("RED", "0.900", queue_open=False, next_action_at=soon(hours=-1)),
    ]
    for patient in waiting:
        queue.put(table, patient, **values)
    last = queue.waiting("GREEN", "0.100")
    assert claimed(desk_at(queue.staff, "excluded")) == last
    assert claimed(desk_at(queue.staff, "excluded-2")) is None
    for patient in waiting:
        row = queue.one("patient_standing", patient)
        assert (row["queue_open"], row["callback_at"], row["next_action_at"]) == (False, None, None)


def test_a_call_promised_to_somebody_who_must_not_be_called_is_dropped(queue: QueueMaker) -> None:
    at = soon(hours=-1)
    patient = queue.waiting(None, None, queue_open=False, callback_at=at, next_action_at=at)
    queue.put("patient", patient, do_not_contact=True)
    red = queue.waiting("RED", "0.900")
    assert claimed(desk_at(queue.staff, "dropping")) == red
    assert queue.one("patient_standing", patient)["callback_at"] is None


def test_take_this_row(queue: QueueMaker) -> None:
    held = queue.waiting("RED", "0.900")
    wanted = queue.waiting("GREEN", "0.100")
    desk = desk_at(queue.staff, "taking")
    assert claimed(desk) == held
    assert desk.claim(wanted).patient.id == wanted
    assert desk.claim(wanted).patient.claimed_by == queue.staff.id
    assert queue.one("work_claim", held)["claimed_by"] is None
    with pytest.raises(Conflict, match=r"^Staff Person is calling this patient, 5 min left\.$"):
        desk_at(queue.desk.admin, "late").claim(wanted)
    with pytest.raises(Conflict, match=r"^You are calling this patient at taking, 5 min left\.$"):
        desk_at(queue.staff, "my-other-desk").claim(wanted)
    current = desk.held()
    assert current is not None
    assert current.patient.id == wanted


def test_a_refused_claim_keeps_what_the_desk_had(queue: QueueMaker) -> None:
    mine, hers = queue.waiting("RED", "0.900"), queue.waiting("RED", "0.800")
    desk = desk_at(queue.staff, "keeps")
    assert claimed(desk) == mine
    assert claimed(desk_at(queue.desk.admin, "has-it")) == hers
    with pytest.raises(Conflict, match="Admin Person is calling"):
        desk.claim(hers)
    assert queue.one("work_claim", mine)["claimed_by"] == queue.staff.id


def test_somebody_who_is_not_in_the_queue_may_be_taken_but_not_the_excluded(queue: QueueMaker) -> None:
    patient = queue.waiting(None, None)
    desk = desk_at(queue.staff, "direct")
    assert desk.claim(patient).patient.priority is None
    queue.put("patient", patient, do_not_contact=True)
    with pytest.raises(NotAllowed, match="asked not to be contacted"):
        desk.claim(patient)
    queue.put("patient", patient, do_not_contact=False, patient_state="DECEASED")
    with pytest.raises(NotAllowed, match="has died"):
        desk.claim(patient)


def test_heartbeat_and_release(queue: QueueMaker) -> None:
    patient = queue.waiting()
    desk = desk_at(queue.staff, "beating")
    assert claimed(desk) == patient
    _expire(queue, patient)
    # Late, but nobody took her.
    assert desk.renew(patient) > soon(minutes=4)
    desk.release(patient)
    desk.release(patient)
    assert queue.audited(patient)[-2:] == ["PATIENT_CLAIMED", "CLAIM_RELEASED"]
    with pytest.raises(Conflict, match="Your hold on this patient has ended"):
        desk.renew(patient)
    assert claimed(desk_at(queue.desk.admin, "next-one")) == patient
    with pytest.raises(Conflict, match="Admin Person is calling this patient"):
        desk.renew(patient)
    desk.release(patient)
    assert queue.one("work_claim", patient)["claimed_by"] == queue.desk.admin.id


def test_a_viewer_takes_nobody(queue: QueueMaker) -> None:
    patient = queue.waiting()
    viewer = queue.desk.viewer.outreach
    for wish in (viewer.claim_next, lambda: viewer.claim(patient), lambda: viewer.renew(patient)):
        with pytest.raises(NotAllowed, match="needs the role STAFF"):
            wish()
    with pytest.raises(NotAllowed):
        viewer.release(patient)


def test_another_clinics_patient_is_not_found(queue: QueueMaker, maker: ClinicMaker) -> None:
    patient = queue.waiting()
    stranger = maker.person(maker.clinic(), UserRole.STAFF).outreach
    assert stranger.claim_next() is None
    with pytest.raises(NotFound):
        stranger.claim(patient)
    with pytest.raises(NotFound):
        queue.staff.outreach.claim(uuid4())
    assert queue.one("work_claim", patient)["claimed_by"] is None


def test_many_desks_at_once_never_get_the_same_patient(queue: QueueMaker) -> None:
    everybody = [queue.waiting("RED", f"0.{500 + n}") for n in range(24)]
    desks = [desk_at(queue.staff if n % 2 else queue.desk.admin, f"many-{n}") for n in range(len(everybody) + 6)]
    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(claimed, desks))
    assert sorted(i for i in got if i) == sorted(everybody)
    assert got.count(None) == 6


def test_who_logs_an_outcome_is_passed_over_by_those_who_look(queue: QueueMaker) -> None:
    """While an outcome is written her claim row is locked: the next desk takes the next patient and does not wait."""
    first, second = queue.waiting("RED", "0.900"), queue.waiting("RED", "0.800")
    with queue.desk.admin.begin() as tx:
        from reactivate_desktop.services.outcomes import log_all

        log_all(tx, [LogOutcome(first, ContactOutcome.NO_ANSWER, queue.version(first))], None)
        assert claimed(desk_at(queue.staff, "not-waiting")) == second
    assert claimed(desk_at(queue.staff, "afterwards")) is None


def test_claims_are_told_to_other_desks(front_desk: FrontDesk, queue: QueueMaker) -> None:
    first, second = queue.waiting("RED", "0.900"), queue.waiting("RED", "0.800")
    desk = desk_at(front_desk.staff, "telling")
    queue.run("DELETE FROM change_outbox")
    claimed(desk)
    claimed(desk)
    told = queue.run("SELECT kind, row_ids FROM change_outbox ORDER BY id")
    assert [(row["kind"], set(row["row_ids"])) for row in told] == [("QUEUE", {first}), ("QUEUE", {first, second})]
