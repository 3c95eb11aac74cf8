"""The queue as the desk reads it: its order, its pages, its counts, the contacts and the household of a patient."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from reactivate_desktop.domain.enums import ContactOutcome, ContactPriority, UserRole
from reactivate_desktop.domain.errors import Invalid, NotAllowed, NotFound
from reactivate_desktop.domain.outreach import LogOutcome, QueueFilter, QueueRow
from reactivate_desktop.services.households import Households
from reactivate_desktop.services.queue import Queue
from tests.factories.clinics import ClinicMaker
from tests.factories.queue import QueueMaker, soon
from tests.services.statements import statements


@pytest.fixture
def read(queue: QueueMaker) -> Queue:
    # A VIEWER reads everything here.
    return Queue(queue.desk.viewer.begin)


def _ids(rows: list[QueueRow]) -> list[UUID]:
    return [row.id for row in rows]


def _mixed(queue: QueueMaker) -> list[UUID]:
    """Make a queue of everything, with ties, and return its order."""
    past, future = soon(hours=-3), soon(hours=3)
    calls = [
        queue.waiting(p, s, queue_open=False, callback_at=at, next_action_at=at)
        for p, s, at in (("GREEN", "0.100", past), (None, None, past), ("RED", "0.900", past + timedelta(minutes=1)))
    ]
    calls[:2] = sorted(calls[:2])
    reds = sorted(queue.waiting("RED", "0.800") for _ in range(3))
    due = queue.waiting("RED", "0.700", queue_open=False, next_action_at=past)
    yellows = [queue.waiting("YELLOW", "0.990"), queue.waiting("YELLOW", "0.010")]
    due_yellow = queue.waiting("YELLOW", "0.005", queue_open=False, next_action_at=past)
    green = queue.waiting("GREEN", "0.995")
    queue.waiting("RED", "0.999", queue_open=False, next_action_at=future)
    queue.waiting("RED", "0.999", queue_open=False, callback_at=future, next_action_at=future)
    queue.waiting(None, None)
    return [*calls, *reds, due, *yellows, due_yellow, green]


def test_the_order_of_the_queue(queue: QueueMaker, read: Queue) -> None:
    order = _mixed(queue)
    assert _ids(read.page()) == order == _ids(read.page(limit=1000))


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_follow_each_other_without_gap_or_double(queue: QueueMaker, read: Queue, limit: int) -> None:
    order = _mixed(queue)
    seen: list[UUID] = []
    after = None
    while rows := read.page(after=after, limit=limit):
        seen += _ids(rows)
        after = Queue.after(rows[-1])
    assert seen == order


def test_a_page_goes_on_behind_a_row_that_has_left(queue: QueueMaker, read: Queue) -> None:
    rows = [queue.waiting("RED", score) for score in ("0.900", "0.800", "0.700")]
    first = read.page(limit=2)
    queue.put("patient_standing", rows[1], queue_open=False)
    assert _ids(read.page(after=Queue.after(first[-1]))) == [rows[2]]


def test_one_priority(queue: QueueMaker, read: Queue) -> None:
    everybody = _mixed(queue)
    wish = QueueFilter(priority=ContactPriority.YELLOW)
    assert _ids(read.page(wish)) == everybody[7:10]
    one = read.page(wish, limit=1)
    assert _ids(read.page(wish, Queue.after(one[0]))) == everybody[8:10]
    greens = read.page(QueueFilter(priority=ContactPriority.GREEN))
    assert {row.priority for row in greens} == {ContactPriority.GREEN}
    assert len(greens) == 2


def test_promised_calls_by_their_time_the_later_ones_too(queue: QueueMaker, read: Queue) -> None:
    times = [soon(hours=h) for h in (-2, 1, 30)]
    calls = [queue.waiting("GREEN", "0.2", queue_open=False, callback_at=at, next_action_at=at) for at in times]
    queue.waiting("RED", "0.900")
    wish = QueueFilter(callbacks=True)
    assert _ids(read.page(wish)) == calls
    first = read.page(wish, limit=1)
    assert _ids(read.page(wish, Queue.after(first[0]))) == calls[1:]


def test_one_site(queue: QueueMaker, read: Queue) -> None:
    location = queue.run("SELECT id FROM location WHERE clinic_id = %s", queue.clinic)[0]["id"]
    everybody = _mixed(queue)
    here = [everybody[i] for i in (1, 3, 6, 7, 9)]
    for patient in here:
        queue.put("patient", patient, location_id=location)
    wish = QueueFilter(location_id=location)
    assert _ids(read.page(wish)) == here
    for place in range(len(here)):
        rows = read.page(wish, limit=place + 1)
        assert _ids(read.page(wish, Queue.after(rows[-1]))) == here[place + 1 :]
    assert _ids(read.page(replace(wish, callbacks=True))) == here[:1]


@pytest.mark.parametrize(
    "wish",
    [
        QueueFilter(),
        QueueFilter(priority=ContactPriority.RED),
        QueueFilter(priority=ContactPriority.YELLOW),
        QueueFilter(callbacks=True),
    ],
)
def test_the_index_has_everybody_in_the_order_of_the_pages(queue: QueueMaker, read: Queue, wish: QueueFilter) -> None:
    _mixed(queue)
    location = queue.run("SELECT id FROM location WHERE clinic_id = %s", queue.clinic)[0]["id"]
    everybody = _ids(read.page(wish, limit=1000))
    for patient in everybody[::2]:
        queue.put("patient", patient, location_id=location)
    assert list(read.index(wish)) == everybody
    assert list(read.index(replace(wish, location_id=location))) == everybody[::2]


def test_nobody_makes_an_empty_index(queue: QueueMaker, read: Queue) -> None:
    assert len(read.index()) == 0
    assert read.rows([]) == []


def test_rows_by_id_come_in_the_order_asked_without_those_who_are_gone(queue: QueueMaker, read: Queue) -> None:
    _mixed(queue)
    rows = read.page(limit=1000)
    asked = [row.id for row in reversed(rows)]
    assert read.rows([asked[0], uuid4(), *asked[1:]]) == rows[::-1]
    left = queue.waiting("RED", "0.1", queue_open=False)
    assert _ids(read.rows([left])) == [left]


def test_rows_that_are_on_screen_already_are_no_new_look(queue: QueueMaker, read: Queue) -> None:
    patient = queue.waiting()
    listed = "SELECT count(*) AS n FROM audit_log WHERE action = 'QUEUE_LISTED' AND clinic_id = %s"
    before = queue.run(listed, queue.clinic)[0]["n"]
    read.rows([patient])
    read.rows([patient], again=True)
    assert queue.run(listed, queue.clinic)[0]["n"] == before + 1


def test_ones_own_batches_of_today(queue: QueueMaker) -> None:
    outreach, mine = queue.staff.outreach, Queue(queue.staff.begin)
    first, second, alone = (queue.waiting(last_name=name) for name in ("First", "Second", "Alone"))
    batch, single = uuid4(), uuid4()
    wishes = [LogOutcome(p, ContactOutcome.NO_ANSWER, queue.version(p)) for p in (first, second)]
    logged = outreach.log_outcomes(wishes, batch)
    outreach.log_outcomes([LogOutcome(alone, ContactOutcome.DECLINED, queue.version(alone))], single)
    found = next(row for row in mine.my_batches() if row.batch_id == batch)
    assert found.outcome == ContactOutcome.NO_ANSWER
    assert [name.split()[-1] for name in found.patients] == ["First", "Second"]
    assert single not in {row.batch_id for row in mine.my_batches()}
    assert batch not in {row.batch_id for row in Queue(queue.desk.admin.begin).my_batches()}
    outreach.undo(logged[0].attempt_id)
    assert batch not in {row.batch_id for row in mine.my_batches()}


def test_callbacks_that_wait_too_long_are_overdue(queue: QueueMaker, read: Queue) -> None:
    for minutes in (-30, -5, 5):
        at = soon(minutes=minutes)
        queue.waiting("GREEN", "0.2", queue_open=False, callback_at=at, next_action_at=at)
    counts = read.counts()
    assert (counts.callbacks_due, counts.callbacks_overdue, counts.callbacks_later) == (2, 1, 1)
    assert counts.waiting == 2


def test_excluded_people_are_not_shown_though_their_time_has_come(queue: QueueMaker, read: Queue) -> None:
    past = soon(hours=-1)
    waits: list[dict[str, Any]] = [{"callback_at": past, "next_action_at": past}, {"next_action_at": past}]
    for values in waits:
        queue.put("patient", queue.waiting("RED", "0.9", queue_open=False, **values), do_not_contact=True)
    counts = read.counts()
    assert read.page() == read.page(QueueFilter(callbacks=True)) == []
    assert (counts.red, counts.callbacks_due, counts.callbacks_later) == (0, 0, 0)


def test_a_held_row_keeps_its_place_and_says_by_whom(queue: QueueMaker, read: Queue) -> None:
    first, second = queue.waiting("RED", "0.900"), queue.waiting("RED", "0.800")
    assert queue.desk.admin.outreach.claim_next() is not None
    rows = read.page()
    assert _ids(rows) == [first, second]
    assert (rows[0].claimed_by, rows[0].claimed_by_name) == (queue.desk.admin.id, "Admin Person")
    assert (rows[1].claimed_by, rows[1].claimed_by_name, rows[1].claimed_until) == (None, None, None)
    queue.put("work_claim", first, claimed_until=soon(seconds=-1))
    assert read.page()[0].claimed_by_name is None


def test_a_row_says_why_and_when_somebody_last_spoke_to_her(queue: QueueMaker, read: Queue) -> None:
    patient = queue.waiting("RED", "0.900")
    outreach = queue.staff.outreach
    for outcome in (ContactOutcome.LEFT_MESSAGE, ContactOutcome.NO_ANSWER):
        outreach.log_outcome(LogOutcome(patient, outcome, queue.version(patient)))
    queue.put("patient_standing", patient, queue_open=True, next_action_at=None)
    row = read.page()[0]
    assert (row.last_outcome, row.last_contact_by) == (ContactOutcome.NO_ANSWER, "Staff Person")
    assert row.last_contact_at is not None
    assert (row.reason, row.second_reason) == ("Last seen 13 months ago", "Only one visit so far")
    assert row.version == queue.version(patient)


@pytest.mark.parametrize(
    ("factors", "reasons"),
    [
        ('[{"code": "recency", "text": "Usually comes every 6 months"}]', ("Usually comes every 6 months", "")),
        ('{"days_since_visit": 0.3}', ("", "")),
        ("[]", ("", "")),
        (None, ("", "")),
    ],
)
def test_factors_of_any_shape_are_read(
    queue: QueueMaker, read: Queue, factors: str | None, reasons: tuple[str, str]
) -> None:
    queue.waiting("RED", "0.900", contact_priority_factors=factors)
    row = read.page()[0]
    assert (row.reason, row.second_reason) == reasons


def test_counts(queue: QueueMaker, read: Queue) -> None:
    _mixed(queue)
    queue.staff.outreach.claim_next()
    counts = read.counts()
    assert (counts.red, counts.yellow, counts.green) == (4, 3, 1)
    assert (counts.callbacks_due, counts.callbacks_later, counts.held) == (3, 1, 1)
    assert (counts.done_today, counts.booked_today, counts.minutes_each) == (0, 0, None)
    assert counts.left_today == 4 + 3 + 1


def test_a_due_call_whose_row_scoring_opened_counts_once(queue: QueueMaker, read: Queue) -> None:
    patient = queue.waiting("RED", "0.900", callback_at=soon(hours=-1), next_action_at=soon(hours=-1))
    counts = read.counts()
    assert (counts.red, counts.callbacks_due) == (0, 1)
    assert _ids(read.page()) == [patient]


def test_the_persons_own_day(queue: QueueMaker) -> None:
    """Five contacts, the gaps between them 2, 4, 6 and 8 minutes: 5 minutes each."""
    mine = Queue(queue.staff.begin)
    outreach = queue.staff.outreach
    queue.run("DELETE FROM contact_attempt WHERE clinic_id = %s", queue.clinic)
    midnight = queue.run(
        "SELECT date_trunc('day', now() AT TIME ZONE timezone) AT TIME ZONE timezone AS at FROM clinic WHERE id = %s",
        queue.clinic,
    )[0]["at"]
    counts, last = mine.counts(), UUID(int=0)
    for number, minute in enumerate((0, 2, 6, 12, 20)):
        patient = queue.waiting()
        logged = outreach.log_outcome(LogOutcome(patient, ContactOutcome.DECLINED, queue.version(patient)))
        queue.put("contact_attempt", logged.attempt_id, started_at=midnight + timedelta(minutes=minute), ended_at=None)
        counts, last = mine.counts(), logged.attempt_id
        assert counts.done_today == number + 1
        assert (counts.minutes_each is None) == (number < 4)
    assert counts.minutes_each == pytest.approx(5.0)
    queue.put("contact_attempt", last, started_at=midnight - timedelta(seconds=1))
    assert mine.counts().done_today == 4
    outreach.undo_last()
    assert mine.counts().done_today == 3
    assert Queue(queue.desk.admin.begin).counts().done_today == 0


def test_a_limit_below_one_is_refused(read: Queue) -> None:
    with pytest.raises(Invalid, match="ask for 1 or more"):
        read.page(limit=0)


def test_another_clinic_sees_nobody(queue: QueueMaker, maker: ClinicMaker) -> None:
    patient = queue.waiting()
    stranger = maker.person(maker.clinic(), UserRole.ADMIN)
    assert Queue(stranger.begin).page() == []
    assert Queue(stranger.begin).counts().red == 0
    for ask in (Queue(stranger.begin).attempts, Households(stranger.begin).of):
        with pytest.raises(NotFound):
            ask(patient)


def test_each_look_is_in_the_audit_trail_and_nothing_else_is_written(queue: QueueMaker, read: Queue) -> None:
    patient = queue.waiting()
    before = queue.kept(patient)
    read.page()
    read.counts()
    read.attempts(patient)
    assert queue.audited(patient)[-1] == "ATTEMPTS_READ"
    listed = queue.run(
        "SELECT metadata FROM audit_log WHERE action = 'QUEUE_LISTED' AND clinic_id = %s "
        "ORDER BY created_at DESC LIMIT 1",
        queue.clinic,
    )
    assert listed[0]["metadata"] == {"count": 1}
    assert queue.kept(patient) == before


def test_as_many_statements_for_500_rows_as_for_25(queue: QueueMaker, read: Queue) -> None:
    queue.run(
        "WITH people AS (INSERT INTO patient (clinic_id, id, first_name, last_name, name_key, phone, registered_on) "
        "SELECT %s, gen_random_uuid(), 'N' || n, 'Many', 'many n' || n, '', DATE '2020-01-01' "
        "FROM generate_series(1, 500) n RETURNING clinic_id, id), claims AS (INSERT INTO work_claim (clinic_id, id) "
        "SELECT clinic_id, id FROM people) "
        "INSERT INTO patient_standing (clinic_id, id, segment, contact_priority, contact_priority_score, queue_open) "
        "SELECT clinic_id, id, 'DORMANT', 'RED', 0.5, true FROM people",
        queue.clinic,
    )
    counted = []
    for limit in (25, 500):
        with statements(queue.desk.viewer) as seen:
            assert len(read.page(limit=limit)) == limit
            read.counts()
        counted.append(len(seen))
    # Twice: enter; the page, its audit row; the counts.
    assert counted == [3, 3]


def test_the_household_then_those_who_share_a_number(queue: QueueMaker) -> None:
    number = "+12125550801"
    queue.run("UPDATE patient SET phone = '' WHERE clinic_id = %s", queue.clinic)
    households = Households(queue.staff.begin)
    mother = queue.waiting(phone=number)
    child = queue.waiting(phone=number)
    away = queue.waiting(phone="+12125550802")
    other = queue.waiting(phone="+12125550803")
    queue.put("patient", other, phone_second=number)
    junk = [queue.waiting(phone="none"), queue.waiting(phone="none")]
    made = households.create([mother, child, away], "  The   Waitings ")
    assert queue.one("household", made)["name"] == "The Waitings"
    found = households.of(mother)
    assert [(m.id, m.by_number) for m in found] == [*((i, False) for i in sorted([child, away])), (other, True)]
    assert found[0].version == queue.version(found[0].id)
    assert households.of(junk[0]) == []
    households.leave(child)
    assert {(m.id, m.by_number) for m in households.of(mother)} == {(away, False), (child, True), (other, True)}
    households.leave(child)
    households.create([mother, other], "Others")
    households.leave(away)
    assert queue.run("SELECT id FROM household WHERE id = %s", made) == []
    assert queue.audited(mother)[-1] == "HOUSEHOLD_READ"


def test_a_household_that_cannot_be(queue: QueueMaker) -> None:
    households = Households(queue.staff.begin)
    patient = queue.waiting()
    with pytest.raises(Invalid, match="at least two"):
        households.create([patient, patient], "Alone")
    with pytest.raises(Invalid, match="needs a name"):
        households.create([patient, uuid4()], "  ")
    with pytest.raises(NotFound):
        households.create([patient, uuid4()], "With nobody")
    with pytest.raises(NotFound):
        households.leave(uuid4())
    assert queue.one("patient", patient)["household_id"] is None
    viewer = Households(queue.desk.viewer.begin)
    for wish in (lambda: viewer.create([patient, queue.waiting()], "No"), lambda: viewer.leave(patient)):
        with pytest.raises(NotAllowed):
            wish()
