"""A bulk change is one batch: carried on after an interruption, stopped by its undo, told in the audit trail."""

from __future__ import annotations

from uuid import uuid4

import pytest

from reactivate_desktop.domain.bulk import BulkAction, BulkDone, BulkKind, BulkUndone, LeftOut
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Conflict, NotAllowed, NotFound
from reactivate_desktop.domain.id_list import IdList
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.progress import Cancelled, Progress, Step
from reactivate_desktop.services import bulk as service
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.bulk import Bulk
from tests.factories.clinics import ClinicMaker
from tests.factories.queue import QueueMaker
from tests.services.bulk_desk import EVERYBODY_WAITING, MARK, bulk, carry_out, queue

__all__ = ["bulk", "queue"]


def test_an_interrupted_batch_is_carried_on_and_taken_back_as_one(
    queue: QueueMaker, bulk: Bulk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "CHUNK", 2)
    ids = [queue.waiting() for _ in range(5)]
    before = queue.kept(*ids)
    batch = uuid7()
    progress = Progress(lambda step: progress.cancel() if step.done == 2 else None)
    with pytest.raises(Cancelled):
        bulk.apply(MARK, EVERYBODY_WAITING, 5, batch_id=batch, progress=progress)
    assert [(row.id, row.changed, row.finished) for row in bulk.recent()] == [(batch, 4, False)]
    steps: list[Step] = []
    assert bulk.apply(MARK, EVERYBODY_WAITING, 5, batch_id=batch, progress=Progress(steps.append)) == BulkDone(batch, 5)
    assert [(step.done, step.total) for step in steps] == [(0, 1), (1, 1)]
    # The answer to the last call was lost: asked again, it is what it was.
    assert bulk.apply(MARK, EVERYBODY_WAITING, 5, batch_id=batch) == BulkDone(batch, 5)
    stopping = Progress(lambda step: stopping.cancel() if step.done == 2 else None)
    with pytest.raises(Cancelled):
        bulk.undo(batch, progress=stopping)
    assert bulk.undo(batch) == BulkUndone(5, 0)
    assert queue.kept(*ids) == before
    with pytest.raises(Conflict, match="This change was undone"):
        bulk.apply(MARK, EVERYBODY_WAITING, 5, batch_id=batch)


def test_undoing_stops_whoever_still_carries_it_out(
    queue: QueueMaker, bulk: Bulk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "CHUNK", 1)
    for _ in range(3):
        queue.waiting()
    batch = uuid7()

    def undo(step: Step) -> None:
        if step.done == 2:
            assert Bulk(queue.desk.admin.begin).undo(batch) == BulkUndone(2, 0)

    with pytest.raises(Conflict, match="took this change back"):
        bulk.apply(MARK, EVERYBODY_WAITING, 3, batch_id=batch, progress=Progress(undo))
    marked = queue.run("SELECT 1 FROM patient WHERE clinic_id = %s AND do_not_contact", queue.clinic)
    assert marked == []


def test_only_who_made_a_change_or_an_admin_undoes_it(queue: QueueMaker, bulk: Bulk, maker: ClinicMaker) -> None:
    patient = queue.waiting()
    colleague = maker.person(queue.clinic, UserRole.STAFF, f"colleague-{queue.clinic.hex[-8:]}@harbour.example")
    done = carry_out(bulk, MARK, IdList.of([patient]))
    with pytest.raises(NotAllowed, match="Only who made this change"):
        Bulk(colleague.begin).undo(done.batch_id)
    with pytest.raises(Conflict, match="is another change"):
        Bulk(colleague.begin).apply(MARK, IdList.of([patient]), 0, batch_id=done.batch_id)
    assert Bulk(queue.desk.admin.begin).undo(done.batch_id) == BulkUndone(1, 0)
    row = Bulk(queue.desk.viewer.begin).recent()[0]
    assert (row.user_name, row.action, row.changed) == ("Staff Person", MARK, 1)
    assert row.undone_at is not None


def test_viewers_and_other_clinics_change_nothing(queue: QueueMaker, bulk: Bulk, maker: ClinicMaker) -> None:
    patient = queue.waiting()
    viewer = Bulk(queue.desk.viewer.begin)
    with pytest.raises(NotAllowed, match="needs the role STAFF"):
        viewer.preview(MARK, IdList.of([patient]))
    with pytest.raises(NotAllowed, match="needs the role STAFF"):
        viewer.apply(MARK, IdList.of([patient]), 1)
    stranger = Bulk(maker.person(maker.clinic(), UserRole.STAFF).begin)
    assert stranger.preview(MARK, IdList.of([patient])).left_out == {LeftOut.GONE: 1}
    done = carry_out(bulk, MARK, IdList.of([patient]))
    with pytest.raises(NotFound, match="not in the clinic"):
        stranger.undo(done.batch_id)
    assert stranger.recent() == []


def test_what_an_action_names_must_be_there(queue: QueueMaker, bulk: Bulk) -> None:
    patient = IdList.of([queue.waiting()])
    with pytest.raises(NotFound, match="This tag is not in the clinic"):
        bulk.preview(BulkAction(BulkKind.ADD_TAG, uuid4()), patient)
    with pytest.raises(NotFound, match="This location is not in the clinic"):
        bulk.apply(BulkAction(BulkKind.ASSIGN_LOCATION, location_id=uuid4()), patient, 1)


def test_a_batch_is_in_the_audit_trail_without_text(queue: QueueMaker, bulk: Bulk) -> None:
    queue.waiting()
    done = carry_out(bulk, MARK, EVERYBODY_WAITING)
    bulk.undo(done.batch_id)
    rows = Audit(queue.desk.admin.begin).page(str(done.batch_id))
    assert [(row.action, row.details) for row in rows] == [
        ("PATIENTS_BULK_UNDONE", {"action": "DO_NOT_CONTACT", "count": 1, "kept": 0}),
        ("BULK_CHANGE_UNDO_STARTED", {"action": "DO_NOT_CONTACT", "count": 1}),
        ("PATIENTS_BULK_CHANGED", {"action": "DO_NOT_CONTACT", "count": 1}),
        ("BULK_CHANGE_STARTED", {"action": "DO_NOT_CONTACT", "count": 1}),
    ]
