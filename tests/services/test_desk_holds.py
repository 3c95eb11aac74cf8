"""The list of what the desks hold is a hint that never lasts longer than a claim: nobody free is passed over by it."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import pytest

from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.errors import Conflict, NotAllowed
from reactivate_desktop.domain.outreach import LogOutcome
from reactivate_desktop.services.outreach import Outreach
from reactivate_desktop.storage import standing
from tests.factories.queue import QueueMaker, claimed, desk_at, soon

# A desk that its row says holds somebody whom it does not hold: she would be passed over by all others.
_WRONG = """
SELECT d.patient_id FROM desk_hold d LEFT JOIN work_claim c ON c.clinic_id = d.clinic_id AND c.id = d.patient_id
WHERE d.clinic_id = %s AND d.claimed_until > now()
  AND (c.claimed_by IS DISTINCT FROM d.user_id OR c.workstation IS DISTINCT FROM d.workstation
       OR c.claimed_until IS NULL OR c.claimed_until < d.claimed_until)
"""
_BEST_FREE = """
SELECT s.id FROM patient_standing s JOIN work_claim c ON c.clinic_id = s.clinic_id AND c.id = s.id
WHERE s.clinic_id = %s AND s.queue_open AND s.callback_at IS NULL AND s.contact_priority_score IS NOT NULL
  AND (c.claimed_until IS NULL OR c.claimed_until <= now())
ORDER BY s.priority_rank, s.contact_priority_score DESC, s.id LIMIT 1
"""


def _lists(queue: QueueMaker, patient: UUID) -> int:
    return len(
        queue.run("SELECT 1 FROM desk_hold WHERE clinic_id = %s AND patient_id = %s AND claimed_until > now()",
                  queue.clinic, patient)
    )  # fmt: skip


def _by_an_outcome_of_another(queue: QueueMaker, patient: UUID) -> None:
    desk_at(queue.desk.admin, "another").log_outcome(
        LogOutcome(patient, ContactOutcome.NO_ANSWER, queue.version(patient))
    )


def _by_closing(queue: QueueMaker, patient: UUID) -> None:
    queue.put("patient", patient, do_not_contact=True)
    with queue.staff.begin() as tx:
        standing.close_excluded(tx, [patient])
    queue.put("patient", patient, do_not_contact=False)


def _by_a_lease_cut_short(queue: QueueMaker, patient: UUID) -> None:
    queue.run(
        "UPDATE work_claim SET claimed_until = now() WHERE clinic_id = %s AND id = %s AND claimed_by IS NOT NULL",
        queue.clinic, patient,
    )  # fmt: skip


@pytest.mark.parametrize("freed", [_by_an_outcome_of_another, _by_closing, _by_a_lease_cut_short])
def test_whoever_frees_her_she_is_on_no_list_and_next(
    queue: QueueMaker, freed: Callable[[QueueMaker, UUID], None]
) -> None:
    best, worse = queue.waiting("RED", "0.900"), queue.waiting("RED", "0.800")
    assert claimed(desk_at(queue.staff, "holding")) == best
    assert _lists(queue, best) == 1
    freed(queue, best)
    assert _lists(queue, best) == 0
    queue.put("patient_standing", best, queue_open=True, next_action_at=None, callback_at=None, cool_off_until=None)
    assert claimed(desk_at(queue.desk.admin, "after")) == best
    assert claimed(desk_at(queue.staff, "third")) == worse


def test_a_desk_that_finds_nobody_frees_whom_it_held(queue: QueueMaker) -> None:
    only = queue.waiting()
    desk = desk_at(queue.staff, "alone")
    assert claimed(desk) == only
    assert claimed(desk) is None
    assert _lists(queue, only) == 0
    assert claimed(desk_at(queue.desk.admin, "other")) == only


def test_a_prolonged_lease_outlasts_the_list(queue: QueueMaker) -> None:
    only = queue.waiting()
    desk = desk_at(queue.staff, "beating")
    assert claimed(desk) == only
    queue.run("UPDATE desk_hold SET claimed_until = now() WHERE clinic_id = %s", queue.clinic)
    assert desk.renew(only) > soon(minutes=4)
    assert claimed(desk_at(queue.desk.admin, "waiting")) is None


@pytest.mark.parametrize("seed", range(2))
def test_whatever_the_desks_do_the_best_free_one_is_next(queue: QueueMaker, seed: int) -> None:
    draw = random.Random(seed)
    patients = [queue.waiting("RED", f"0.{500 + n}") for n in range(8)]
    people = (queue.staff, queue.desk.admin)
    desks = [desk_at(people[n % 2], f"walk-{seed}-{n}") for n in range(5)]
    for _ in range(60):
        desk, patient = draw.choice(desks), draw.choice(patients)
        _step(queue, desk, patient, draw)
        assert queue.run(_WRONG, queue.clinic) == []
        free = queue.run(_BEST_FREE, queue.clinic)
        assert claimed(desk) == (free[0]["id"] if free else None)
        assert queue.run(_WRONG, queue.clinic) == []


def _step(queue: QueueMaker, desk: Outreach, patient: UUID, draw: random.Random) -> None:
    """Do one thing that takes, prolongs or frees a claim; what is refused changes nothing."""
    deeds: list[Callable[[], object]] = [
        lambda: desk.claim(patient),
        lambda: desk.renew(patient),
        lambda: desk.release(patient),
        lambda: desk.log_outcome(LogOutcome(patient, ContactOutcome.NO_ANSWER, queue.version(patient))),
        lambda: _by_a_lease_cut_short(queue, patient),
        lambda: _by_closing(queue, patient),
        lambda: queue.put("patient_standing", patient, queue_open=True, next_action_at=None, cool_off_until=None),
    ]
    with suppress(Conflict, NotAllowed):
        draw.choice(deeds)()
