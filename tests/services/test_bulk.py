"""Changing many patients at once: counted before, carried out once, taken back exactly."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from reactivate_desktop.domain.bulk import BulkAction, BulkKind, BulkUndone, LeftOut
from reactivate_desktop.domain.enums import ContactOutcome, ContactPriority
from reactivate_desktop.domain.errors import Conflict, Invalid, NotAllowed
from reactivate_desktop.domain.id_list import IdList
from reactivate_desktop.domain.outreach import LogOutcome
from reactivate_desktop.domain.patient_lists import PatientFilter
from reactivate_desktop.domain.patients import EditPatient, NewPatient, NewVisit
from reactivate_desktop.services.bulk import Bulk
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.tags import Tags
from reactivate_desktop.services.visits import Visits
from tests.factories.queue import QueueMaker, long_ago, soon
from tests.services.bulk_desk import EVERYBODY_WAITING, INACTIVE, MARK, bulk, carry_out, queue, tag

__all__ = ["bulk", "queue", "tag"]


def _tagged(queue: QueueMaker, tag: UUID) -> set[UUID]:
    rows = queue.run("SELECT patient_id FROM patient_tag WHERE clinic_id = %s AND tag_id = %s", queue.clinic, tag)
    return {row["patient_id"] for row in rows}


def test_a_tag_is_put_on_all_matching_and_taken_back(queue: QueueMaker, bulk: Bulk, tag: UUID) -> None:
    one, two, three = (queue.waiting() for _ in range(3))
    other = Patients(queue.staff.begin).add(NewPatient("Not", "Matching"))
    add = BulkAction(BulkKind.ADD_TAG, tag)
    before = bulk.apply(add, IdList.of([one]), 1)
    seen = bulk.preview(add, EVERYBODY_WAITING)
    assert (seen.count, seen.left_out) == (2, {LeftOut.ALREADY: 1})
    done = bulk.apply(add, EVERYBODY_WAITING, seen.count)
    assert done.changed == 2
    assert _tagged(queue, tag) == {one, two, three}
    assert bulk.undo(done.batch_id) == BulkUndone(2, 0)
    # Who had the tag before keeps it.
    assert _tagged(queue, tag) == {one}
    assert other not in _tagged(queue, tag)
    with pytest.raises(Conflict, match="was undone already"):
        bulk.undo(done.batch_id)
    bulk.undo(before.batch_id)
    assert _tagged(queue, tag) == set()


def test_a_tag_that_was_put_on_anew_since_is_not_taken_away(queue: QueueMaker, bulk: Bulk, tag: UUID) -> None:
    patient = queue.waiting()
    add, remove = BulkAction(BulkKind.ADD_TAG, tag), BulkAction(BulkKind.REMOVE_TAG, tag)
    first = carry_out(bulk, add, IdList.of([patient]))
    carry_out(bulk, remove, IdList.of([patient]))
    carry_out(bulk, add, IdList.of([patient]))
    assert bulk.undo(first.batch_id) == BulkUndone(0, 1)
    assert _tagged(queue, tag) == {patient}


def test_a_tag_is_taken_off_and_given_back(queue: QueueMaker, bulk: Bulk, tag: UUID) -> None:
    one, two = queue.waiting(), queue.waiting()
    carry_out(bulk, BulkAction(BulkKind.ADD_TAG, tag), IdList.of([one]))
    off = carry_out(bulk, BulkAction(BulkKind.REMOVE_TAG, tag), PatientFilter(tag_id=tag))
    assert (off.changed, _tagged(queue, tag)) == (1, set())
    assert bulk.undo(off.batch_id) == BulkUndone(1, 0)
    assert _tagged(queue, tag) == {one}
    assert two not in _tagged(queue, tag)


def test_a_location_is_assigned_and_the_old_ones_come_back(queue: QueueMaker, bulk: Bulk) -> None:
    old = queue.run("SELECT id FROM location WHERE clinic_id = %s", queue.clinic)[0]["id"]
    new = uuid4()
    queue.run(
        "INSERT INTO location (clinic_id, id, name, phone_number, address, timezone) "
        "SELECT clinic_id, %s, 'Second', phone_number, address, timezone FROM location WHERE id = %s",
        new,
        old,
    )
    here, nowhere, there, moved = (queue.waiting() for _ in range(4))
    queue.put("patient", here, location_id=old)
    queue.put("patient", there, location_id=new)
    action = BulkAction(BulkKind.ASSIGN_LOCATION, location_id=new)
    seen = bulk.preview(action, EVERYBODY_WAITING)
    assert (seen.count, seen.left_out) == (3, {LeftOut.ALREADY: 1})
    done = bulk.apply(action, EVERYBODY_WAITING, seen.count)
    assert {queue.one("patient", p)["location_id"] for p in (here, nowhere, there, moved)} == {new}
    queue.put("patient", moved, location_id=old)
    assert bulk.undo(done.batch_id) == BulkUndone(2, 1)
    assert [queue.one("patient", p)["location_id"] for p in (here, nowhere, there, moved)] == [old, None, new, old]
    assert queue.one("patient", here)["version"] == 3


@pytest.mark.parametrize("action", [MARK, INACTIVE], ids=lambda each: each.kind)
def test_who_is_excluded_leaves_the_queue_and_comes_back_as_she_was(
    queue: QueueMaker, bulk: Bulk, action: BulkAction
) -> None:
    at = soon(days=1)
    ids = [
        queue.waiting(),
        queue.waiting(queue_open=False, callback_at=at, next_action_at=at),
        queue.waiting(queue_open=False, next_action_at=at, cool_off_until=at),
        queue.waiting(None, None),
    ]
    before = queue.kept(*ids)
    done = carry_out(bulk, action, EVERYBODY_WAITING)
    assert done.changed == 4
    for patient in ids:
        stands = queue.one("patient_standing", patient)
        assert (stands["queue_open"], stands["callback_at"], stands["next_action_at"]) == (False, None, None)
    assert queue.staff.outreach.claim_next() is None
    assert bulk.undo(done.batch_id) == BulkUndone(4, 0)
    assert queue.kept(*ids) == before


def test_a_claim_on_who_is_excluded_is_freed(queue: QueueMaker, bulk: Bulk) -> None:
    patient = queue.waiting()
    queue.desk.admin.outreach.claim(patient)
    carry_out(bulk, MARK, IdList.of([patient]))
    assert queue.one("work_claim", patient)["claimed_by"] is None


def test_an_opt_out_since_is_never_lifted(queue: QueueMaker, bulk: Bulk) -> None:
    said_so, edited, untouched = (queue.waiting() for _ in range(3))
    done = carry_out(bulk, MARK, EVERYBODY_WAITING)
    queue.staff.outreach.log_outcome(LogOutcome(said_so, ContactOutcome.OPT_OUT, queue.version(said_so)))
    Patients(queue.staff.begin).edit(EditPatient(edited, 2, {"do_not_contact": True}))
    assert bulk.undo(done.batch_id) == BulkUndone(1, 2)
    assert [queue.one("patient", p)["do_not_contact"] for p in (said_so, edited, untouched)] == [True, True, False]
    assert not queue.one("patient_standing", said_so)["queue_open"]


def test_who_came_since_is_not_put_back_into_the_queue(queue: QueueMaker, bulk: Bulk) -> None:
    patient = queue.waiting()
    done = carry_out(bulk, MARK, IdList.of([patient]))
    Visits(queue.staff.begin).add(NewVisit(patient, long_ago() + timedelta(days=380)))
    assert bulk.undo(done.batch_id) == BulkUndone(1, 0)
    assert not queue.one("patient", patient)["do_not_contact"]
    assert not queue.one("patient_standing", patient)["queue_open"]


def test_who_is_excluded_for_another_reason_too_stays_out(queue: QueueMaker, bulk: Bulk) -> None:
    patient = queue.waiting()
    inactive = carry_out(bulk, INACTIVE, IdList.of([patient]))
    carry_out(bulk, MARK, IdList.of([patient]))
    assert bulk.undo(inactive.batch_id) == BulkUndone(1, 0)
    assert queue.one("patient", patient)["patient_state"] == "PRESENT"
    assert not queue.one("patient_standing", patient)["queue_open"]


def test_what_is_left_out_is_said_with_its_reason(queue: QueueMaker, bulk: Bulk) -> None:
    present, moved, dead, away, merged, marked = (queue.waiting() for _ in range(6))
    queue.put("patient", moved, patient_state="MOVED")
    queue.put("patient", dead, patient_state="DECEASED")
    queue.put("patient", away, patient_state="INACTIVE")
    queue.put("patient", merged, merged_into_id=present)
    queue.put("patient", marked, do_not_contact=True)
    ids = IdList.of([present, moved, dead, away, merged, marked, present, uuid4()])
    seen = bulk.preview(INACTIVE, ids)
    assert seen.count == 2
    assert seen.left_out == {LeftOut.ALREADY: 1, LeftOut.MERGED: 1, LeftOut.MOVED_OR_DECEASED: 2, LeftOut.GONE: 1}
    assert seen.may_not_contact == 4
    assert bulk.apply(INACTIVE, ids, 2).changed == 2
    states = {queue.one("patient", p)["patient_state"] for p in (moved, dead)}
    assert states == {"MOVED", "DECEASED"}


def test_a_count_that_moved_by_more_than_a_tenth_stops_it(queue: QueueMaker, bulk: Bulk) -> None:
    ids = [queue.waiting() for _ in range(11)]
    with pytest.raises(Conflict, match=r"you looked, 9 patients .* now it would be 11\. Nothing was changed"):
        bulk.apply(MARK, EVERYBODY_WAITING, 9)
    with pytest.raises(Conflict, match="now it would be 11"):
        bulk.apply(MARK, EVERYBODY_WAITING, 13)
    assert bulk.recent() == []
    assert bulk.apply(MARK, EVERYBODY_WAITING, 10).changed == len(ids)
    with pytest.raises(Conflict, match="now it would be 0"):
        bulk.apply(MARK, EVERYBODY_WAITING, 10)
    with pytest.raises(Invalid, match="nobody to change"):
        bulk.apply(MARK, EVERYBODY_WAITING, 0)


@pytest.mark.parametrize(
    ("kind", "named", "sentence"),
    [
        (BulkKind.ADD_TAG, {}, "Which tag"),
        (BulkKind.ASSIGN_LOCATION, {}, "Which location"),
        (BulkKind.MARK_INACTIVE, {"tag_id": UUID(int=1)}, "Only tagging"),
        (BulkKind.REMOVE_TAG, {"tag_id": UUID(int=1), "location_id": UUID(int=1)}, "Only assigning"),
    ],
)
def test_an_action_that_lacks_what_it_needs_is_none(kind: BulkKind, named: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        BulkAction(kind, **named)


def test_a_filter_that_an_action_changes_is_applied_to_whom_it_meant(queue: QueueMaker, bulk: Bulk) -> None:
    """After the first chunk nobody of it matches any more: the rest must still be reached."""
    for _ in range(3):
        queue.waiting()
    wish = PatientFilter(priority=ContactPriority.RED, may_contact=True)
    assert carry_out(bulk, MARK, wish).changed == 3


def test_a_tag_is_there_once_in_whatever_letters(queue: QueueMaker) -> None:
    tags = Tags(queue.staff.begin)
    first = tags.add("  Ortho  plan ")
    assert tags.add("ORTHO PLAN") == first
    assert [(row.id, row.name) for row in tags.all()] == [(first, "Ortho plan")]
    with pytest.raises(Invalid, match="1 to 60 letters"):
        tags.add(" ")
    with pytest.raises(NotAllowed):
        Tags(queue.desk.viewer.begin).add("Mine")
