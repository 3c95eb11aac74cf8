"""A call sheet is the top of the queue, audited, kept encrypted for a day, and read while the database is away."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from reactivate_desktop.config.sealed_files import SealedFiles
from reactivate_desktop.config.secrets import FileSecrets, MemorySecrets
from reactivate_desktop.domain.enums import CommunicationChannel, ContactOutcome, ContactPriority
from reactivate_desktop.domain.errors import ConnectionLost, Invalid, NotAllowed
from reactivate_desktop.domain.outreach import LogOutcome, QueueFilter
from reactivate_desktop.services.call_sheets import CallSheets
from reactivate_desktop.services.queue import Queue
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.unit_of_work import begin
from tests.factories.queue import QueueMaker, soon


@pytest.fixture
def store(tmp_path: Path) -> SealedFiles:
    return SealedFiles(tmp_path, MemorySecrets(), "server/clinic")


def test_the_sheet_is_the_top_of_the_queue(queue: QueueMaker, store: SealedFiles) -> None:
    red = queue.waiting("RED", "0.900", phone="+12125550101")
    queue.put("patient", red, phone_second="+12125550102", date_of_birth=date(1980, 1, 1), language="es")
    late = queue.waiting("GREEN", "0.100", queue_open=False, callback_at=soon(hours=-1), next_action_at=soon(hours=-1))
    queue.waiting("YELLOW", "0.100")
    sheet = CallSheets(queue.staff.begin, store).make(2)
    assert [row.id for row in sheet.rows] == [late, red]
    row = sheet.rows[1]
    today = datetime.now(UTC).date()
    assert row.version == queue.version(red)
    assert row.name.endswith("Waiting")
    assert row.age in (today.year - 1980, today.year - 1981)
    assert row.phones == ("+12125550101", "+12125550102")
    assert (row.reason, row.language, row.best_channel) == ("Last seen 13 months ago", "es", CommunicationChannel.SMS)
    assert sheet.rows[0].callback_at is not None
    assert (sheet.by, sheet.by_name, sheet.clinic) == (queue.staff.id, "Staff Person", "Harbour Clinic")
    assert (sheet.clinic_id, sheet.timezone) == (queue.clinic, "America/New_York")


def test_a_wrong_number_is_left_out_and_the_last_contact_is_named(queue: QueueMaker, store: SealedFiles) -> None:
    patient = queue.waiting("RED", "0.900", phone="+12125550103")
    queue.put("patient", patient, phone_second="+12125550104", phone_quality="WRONG")
    queue.staff.outreach.log_outcome(LogOutcome(patient, ContactOutcome.NO_ANSWER, queue.version(patient)))
    queue.put("patient_standing", patient, queue_open=True, next_action_at=None)
    (row,) = CallSheets(queue.staff.begin, store).make(5).rows
    assert row.phones == ("+12125550104",)
    assert (row.last_outcome, row.last_contact_by) == (ContactOutcome.NO_ANSWER, "Staff Person")


def test_it_is_filtered_as_the_queue_is_and_audited_by_its_length(queue: QueueMaker, store: SealedFiles) -> None:
    queue.waiting("RED")
    yellow = queue.waiting("YELLOW")
    sheet = CallSheets(queue.staff.begin, store).make(wish=QueueFilter(priority=ContactPriority.YELLOW))
    assert [row.id for row in sheet.rows] == [yellow]
    rows = queue.run("SELECT user_id, metadata FROM audit_log WHERE action = 'CALL_SHEET_MADE' ORDER BY created_at")
    assert (rows[-1]["user_id"], rows[-1]["metadata"]) == (queue.staff.id, {"count": 1})


def test_who_may_not_call_gets_none(queue: QueueMaker, store: SealedFiles) -> None:
    with pytest.raises(NotAllowed):
        CallSheets(queue.desk.viewer.begin, store).make()
    for limit in (0, 501):
        with pytest.raises(Invalid, match="1 to 500 patients"):
            CallSheets(queue.staff.begin, store).make(limit)


def test_it_is_kept_and_read_by_the_next_program_without_the_database(queue: QueueMaker, tmp_path: Path) -> None:
    queue.waiting("RED", phone="+12125550105")
    secrets = FileSecrets(tmp_path / "secrets")
    sheets = CallSheets(queue.staff.begin, SealedFiles(tmp_path / "kept", secrets, "s"))
    sheet = sheets.make()
    sheets.keep(sheet)
    away = Database(queue.desk.maker.clinic_db.app.on("not_there"))
    next_program = CallSheets(
        lambda: begin(away, queue.staff.signed_in.token), SealedFiles(tmp_path / "kept", secrets, "s")
    )
    try:
        with pytest.raises(ConnectionLost):
            next_program.make()
        assert next_program.kept() == sheet
        assert next_program.kept(queue.clinic) == sheet
        assert next_program.kept(uuid4()) is None
    finally:
        away.close()
    for file in (tmp_path / "kept").rglob("*"):
        assert file.is_dir() or b"2125550105" not in file.read_bytes()


def test_a_newer_sheet_takes_its_place_and_it_can_be_dropped(queue: QueueMaker, store: SealedFiles) -> None:
    sheets = CallSheets(queue.staff.begin, store)
    assert sheets.kept() is None
    sheets.keep(sheets.make())
    queue.waiting("RED")
    newer = sheets.make()
    sheets.keep(newer)
    assert sheets.kept() == newer
    sheets.drop()
    sheets.drop()
    assert sheets.kept() is None


def test_after_a_day_it_is_gone_for_good(queue: QueueMaker, tmp_path: Path) -> None:
    now = [datetime(2026, 11, 24, 8, tzinfo=UTC)]
    store = SealedFiles(tmp_path, MemorySecrets(), "s")
    sheets = CallSheets(queue.staff.begin, store, lambda: now[0])
    sheets.keep(sheets.make())
    now[0] += timedelta(hours=23, minutes=59)
    assert sheets.kept() is not None
    now[0] += timedelta(minutes=1)
    assert sheets.kept() is None
    assert list(tmp_path.rglob("*.sealed")) == []
    now[0] -= timedelta(hours=12)
    assert sheets.kept() is None


def test_what_another_version_wrote_is_dropped(queue: QueueMaker, store: SealedFiles) -> None:
    store.write("call_sheet", "newest", b'{"rows": 5}')
    assert CallSheets(queue.staff.begin, store).kept() is None
    assert store.read_all("call_sheet") == {}


def test_a_folder_that_cannot_be_written_is_said(queue: QueueMaker, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    sheets = CallSheets(queue.staff.begin, SealedFiles(tmp_path / "file", MemorySecrets(), "s"))
    with pytest.raises(Invalid, match="The call sheet could not be kept on this computer"):
        sheets.keep(sheets.make())


def test_an_outcome_from_the_sheet_meets_what_happened_since(queue: QueueMaker, store: SealedFiles) -> None:
    patient = queue.waiting("RED")
    (row,) = CallSheets(queue.staff.begin, store).make().rows
    queue.desk.admin.outreach.log_outcome(LogOutcome(patient, ContactOutcome.DECLINED, row.version))
    assert Queue(queue.staff.begin).attempts(patient)[0].outcome is ContactOutcome.DECLINED
    assert queue.version(patient) > row.version
