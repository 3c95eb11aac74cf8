"""Outcomes at the queue: the next patient follows, undo brings back, conflicts and lost connections lose nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.errors import ConnectionLost
from reactivate_desktop.domain.outreach import Claim, LogOutcome
from reactivate_desktop.services.outreach import Outreach
from reactivate_desktop.services.queue import Queue
from tests.factories.queue import QueueMaker
from tests.ui.conftest import MakeContext
from tests.ui.queue_tab import ids, open_tab, press, settled, toast, toasts
from ui import names
from ui.context import Context
from ui.priority_queue.batches import Batches
from ui.priority_queue.kept import KeptOutcomes
from ui.priority_queue.tab import QueueTab
from ui.priority_queue.wishes import OutcomeWish
from ui.widgets.buttons import Button


@pytest.fixture
def reds(queue: QueueMaker) -> list[UUID]:
    return [queue.waiting("RED", score, last_name=f"Nr{score[-1]}") for score in ("0.9", "0.8", "0.7")]


def _taken(page: QueueTab, qtbot: QtBot) -> UUID:
    page.conductor.taking.next()
    settled(qtbot, page.ctx)
    held = page.conductor.state.held
    assert held is not None
    return held


def _button(card: QWidget, qtbot: QtBot, said: str) -> Button:
    """Return the button of a card that says something, once it is there to be pressed."""

    def found() -> list[Button]:
        return [b for b in card.findChildren(Button) if b.isVisible() and b.accessibleName().startswith(said)]

    qtbot.waitUntil(lambda: bool(found()))
    return found()[0]


def _attempts(queue: QueueMaker, patient: UUID) -> list[str]:
    rows = queue.run(
        "SELECT outcome FROM contact_attempt WHERE clinic_id = %s AND patient_id = %s AND undone_at IS NULL",
        queue.clinic,
        patient,
    )
    return [row["outcome"] for row in rows]


@contextmanager
def _away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No transaction of the desk can be opened, as when the server's cable is out."""

    def lost(self: object) -> object:
        raise ConnectionLost("The clinic's server cannot be reached. Nothing was saved.")

    with monkeypatch.context() as patched:
        patched.setattr("reactivate_desktop.bootstrap.Desk.begin", lost)
        yield


def test_a_key_logs_and_the_next_patient_opens(ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot) -> None:
    page = open_tab(ctx, qtbot)
    assert _taken(page, qtbot) == reds[0]
    press(qtbot, page, Qt.Key.Key_3)
    assert page.state.busy == reds[0]
    qtbot.waitUntil(lambda: page.state.held == reds[1])
    settled(qtbot, ctx)
    assert _attempts(queue, reds[0]) == ["NO_ANSWER"]
    assert toasts(page)[0].startswith("P")
    assert "Nr9: No answer · back on " in toasts(page)[0]
    assert page.pane.row is not None
    assert page.pane.row.id == reds[1]
    qtbot.waitUntil(lambda: ids(page) == reds[1:], timeout=3_000)


def test_the_note_and_the_start_of_the_call_go_with_the_outcome(
    ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot
) -> None:
    page = open_tab(ctx, qtbot)
    _taken(page, qtbot)
    page.conductor.taking.call_started()
    page.conductor.wished(OutcomeWish(ContactOutcome.LEFT_MESSAGE, note="On the machine"))
    settled(qtbot, ctx)
    row = queue.run("SELECT * FROM contact_attempt WHERE patient_id = %s", reds[0])[0]
    assert row["note"] == "On the machine"
    assert row["started_at"] <= row["ended_at"]


def test_nobody_opens_where_the_person_turned_that_off(
    ctx: Context, make_context: MakeContext, queue: QueueMaker, reds: list[UUID], qtbot: QtBot
) -> None:
    page = open_tab(ctx, qtbot)
    ctx.commands.do_id("open-next")
    settled(qtbot, ctx)
    _taken(page, qtbot)
    press(qtbot, page, Qt.Key.Key_3)
    settled(qtbot, ctx)
    assert page.state.held is None
    assert page.pane.row is None
    again = open_tab(make_context(queue.staff), qtbot)
    assert not again.state.open_next
    again.ctx.commands.do_id("open-next")
    settled(qtbot, again.ctx)


def test_undo_in_the_toast_brings_the_patient_back(
    ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot
) -> None:
    page = open_tab(ctx, qtbot)
    _taken(page, qtbot)
    press(qtbot, page, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: page.state.held == reds[1])
    settled(qtbot, ctx)
    toast(page, "No answer").take_back()
    qtbot.waitUntil(lambda: page.state.held == reds[0])
    settled(qtbot, ctx)
    assert _attempts(queue, reds[0]) == []
    assert any(said.startswith("Undone: No answer for ") for said in toasts(page))
    assert page.pane.row is not None
    assert page.pane.row.version == queue.version(reds[0])


def test_ctrl_z_undoes_the_last_one(ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot) -> None:
    page = open_tab(ctx, qtbot)
    _taken(page, qtbot)
    press(qtbot, page, Qt.Key.Key_5)
    settled(qtbot, ctx)
    qtbot.keyClick(page.list.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, ctx)
    assert _attempts(queue, reds[0]) == []
    assert any("Undone: Declined" in said for said in toasts(page))


def test_who_has_begun_with_the_next_patient_keeps_her_when_undoing(
    ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot
) -> None:
    page = open_tab(ctx, qtbot)
    _taken(page, qtbot)
    press(qtbot, page, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: page.state.held == reds[1])
    settled(qtbot, ctx)
    page.conductor.taking.call_started()
    page.conductor.outcomes.undo_last()
    settled(qtbot, ctx)
    assert page.state.held == reds[1]
    assert _attempts(queue, reds[0]) == []


def test_a_household_is_logged_and_undone_together(
    ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot
) -> None:
    page = open_tab(ctx, qtbot)
    _taken(page, qtbot)
    also = tuple((patient, queue.version(patient)) for patient in reds[1:])
    page.conductor.wished(OutcomeWish(ContactOutcome.NO_ANSWER, also=also))
    settled(qtbot, ctx)
    assert [_attempts(queue, patient) for patient in reds] == [["NO_ANSWER"]] * 3
    assert any("and 2 more" in said for said in toasts(page))
    page.conductor.outcomes.undo_last()
    settled(qtbot, ctx)
    assert [_attempts(queue, patient) for patient in reds] == [[], [], []]
    assert "3 outcomes undone" in toasts(page)


def test_ones_batches_of_today_are_listed_to_be_undone(
    ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot
) -> None:
    wishes = [LogOutcome(patient, ContactOutcome.DECLINED, queue.version(patient)) for patient in reds]
    ctx.desk.outreach.log_outcomes(wishes)
    page = open_tab(ctx, qtbot)
    ctx.commands.do_id("undo-batch")
    settled(qtbot, ctx)
    card = page.window().findChild(Batches, names.BATCHES)
    assert isinstance(card, Batches)
    _button(card, qtbot, "Undo Declined · 3 patients").click()
    settled(qtbot, ctx)
    assert [_attempts(queue, patient) for patient in reds] == [[], [], []]
    qtbot.waitUntil(lambda: len(ids(page)) == 3, timeout=3_000)


def test_a_conflict_keeps_the_note_and_shows_the_patient_as_she_stands(
    ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot
) -> None:
    page = open_tab(ctx, qtbot)
    _taken(page, qtbot)
    page.pane.card.dock.note.setPlainText("Asked for a Friday")
    queue.desk.admin.outreach.log_outcome(LogOutcome(reds[0], ContactOutcome.DECLINED, queue.version(reds[0])))
    page.pane.start_outcome(ContactOutcome.NO_ANSWER)
    qtbot.waitUntil(page.errors.isVisible)
    settled(qtbot, ctx)
    assert 'Admin Person logged "Declined" for this patient' in page.errors.accessibleName()
    assert page.pane.card.dock.note.words() == "Asked for a Friday"
    assert _attempts(queue, reds[0]) == ["DECLINED"]
    # What was written is on screen now, so the next try is meant.
    page.pane.start_outcome(ContactOutcome.NO_ANSWER)
    settled(qtbot, ctx)
    assert sorted(_attempts(queue, reds[0])) == ["DECLINED", "NO_ANSWER"]


def test_what_others_log_is_seen_but_not_overlooked(
    ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot
) -> None:
    page = open_tab(ctx, qtbot)
    _taken(page, qtbot)
    seen = queue.version(reds[0])
    queue.desk.admin.outreach.log_outcome(LogOutcome(reds[0], ContactOutcome.DECLINED, seen))
    page.conductor.read_shown()
    settled(qtbot, ctx)
    assert page.conductor.shown is not None
    assert page.conductor.shown.version == seen


def test_a_hold_that_somebody_else_has_now_is_told(
    ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot
) -> None:
    page = open_tab(ctx, qtbot)
    _taken(page, qtbot)
    page.pane.card.dock.note.setPlainText("Half a no")
    queue.put("work_claim", reds[0], claimed_by=queue.desk.admin.id, workstation="desk-9")
    page.conductor.flow.keep()
    qtbot.waitUntil(page.errors.isVisible)
    settled(qtbot, ctx)
    assert "is calling this patient" in page.errors.accessibleName()
    assert page.state.held is None
    assert page.pane.card.dock.note.words() == "Half a no"


def test_a_hold_runs_out_where_nobody_sits(ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot) -> None:
    page = open_tab(ctx, qtbot)
    _taken(page, qtbot)
    page.conductor.flow.activity._hands.invalidate()
    queue.put("work_claim", reds[0], claimed_until=None, claimed_by=None, workstation=None, claimed_at=None)
    row = page.conductor.flow.held
    assert row is not None
    page.conductor.flow._claim = Claim(row, page.state.now())
    page.conductor._tick()
    assert page.state.held is None
    assert "has ended" in page.errors.accessibleName()


def test_the_heartbeat_prolongs_the_hold(ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot) -> None:
    page = open_tab(ctx, qtbot)
    _taken(page, qtbot)
    before = queue.one("work_claim", reds[0])["claimed_until"]
    with qtbot.waitSignal(page.conductor.flow.renewed):
        page.conductor.flow.beat()
    assert queue.one("work_claim", reds[0])["claimed_until"] > before


def test_outcomes_without_the_database_are_kept_and_sent_later(
    ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_tab(ctx, qtbot)
    _taken(page, qtbot)
    counted: list[int] = []
    page.offline_counted.connect(counted.append)
    with _away(monkeypatch):
        press(qtbot, page, Qt.Key.Key_3)
        settled(qtbot, ctx)
        assert page.state.away
        assert any("kept on this PC" in said for said in toasts(page))
        assert counted[-1] == 1
        assert page.next.accessibleDescription().startswith("The clinic's database cannot be reached.")
        # The list is still read, and the next one down is there to be called.
        assert page.list.view.place() == 1
        qtbot.waitUntil(lambda: page.conductor.shown is not None and page.conductor.shown.id == reds[1])
        press(qtbot, page, Qt.Key.Key_5)
        settled(qtbot, ctx)
        assert counted[-1] == 2
    assert _attempts(queue, reds[0]) == []
    page.reading.again()
    qtbot.waitUntil(lambda: counted[-1] == 0, timeout=5_000)
    settled(qtbot, ctx)
    assert not any((page.state.away, page.state.kept))
    assert (_attempts(queue, reds[0]), _attempts(queue, reds[1])) == (["NO_ANSWER"], ["DECLINED"])
    assert "2 kept outcomes are logged now" in toasts(page)
    assert page.next.isEnabled()


def test_an_outcome_whose_answer_was_lost_is_logged_once(
    ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_tab(ctx, qtbot)
    _taken(page, qtbot)
    real = Outreach.log_outcomes

    def lost(self: Outreach, *arguments: object) -> object:
        real(self, *arguments)  # type: ignore[arg-type]
        raise ConnectionLost("The answer was lost. It may have been saved.")

    with monkeypatch.context() as patched:
        patched.setattr(Outreach, "log_outcomes", lost)
        press(qtbot, page, Qt.Key.Key_3)
        settled(qtbot, ctx)
    page.reading.again()
    qtbot.waitUntil(lambda: not page.state.away and not page.state.kept, timeout=5_000)
    settled(qtbot, ctx)
    assert _attempts(queue, reds[0]) == ["NO_ANSWER"]
    assert not page.errors.isVisible()


@pytest.mark.parametrize(("answer", "kept"), [("Log it", ["DECLINED", "NO_ANSWER"]), ("Drop it", ["DECLINED"])])
def test_kept_outcomes_that_conflict_are_decided_one_by_one(
    answer: str,
    kept: list[str],
    ctx: Context,
    queue: QueueMaker,
    reds: list[UUID],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = open_tab(ctx, qtbot)
    _taken(page, qtbot)
    with _away(monkeypatch):
        press(qtbot, page, Qt.Key.Key_3)
        settled(qtbot, ctx)
    queue.desk.admin.outreach.log_outcome(LogOutcome(reds[0], ContactOutcome.DECLINED, queue.version(reds[0])))
    page.reading.again()
    qtbot.waitUntil(lambda: "1 outcome kept on this PC was not logged" in page.errors.accessibleName(), timeout=5_000)
    settled(qtbot, ctx)
    page.conductor.aftermath.look_at_kept()
    settled(qtbot, ctx)
    card = page.window().findChild(KeptOutcomes, names.KEPT_OUTCOMES)
    assert isinstance(card, KeptOutcomes)
    _button(card, qtbot, answer).click()
    qtbot.waitUntil(lambda: not page.state.kept, timeout=5_000)
    settled(qtbot, ctx)
    assert sorted(_attempts(queue, reds[0])) == kept
    assert card.sentence.text() == "All is decided."


def test_a_wrong_number_tells_who_shares_it(ctx: Context, queue: QueueMaker, qtbot: QtBot) -> None:
    first, _ = (queue.waiting("RED", score, phone="+12125550100") for score in ("0.9", "0.8"))
    page = open_tab(ctx, qtbot)
    assert _taken(page, qtbot) == first
    page.conductor.wished(OutcomeWish(ContactOutcome.WRONG_NUMBER))
    settled(qtbot, ctx)
    assert any("Wrong number · 1 other has this number too" in said for said in toasts(page))


def test_keys_are_letters_while_a_note_is_typed(
    ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot
) -> None:
    page = open_tab(ctx, qtbot)
    _taken(page, qtbot)
    press(qtbot, page, Qt.Key.Key_N)
    note = page.pane.card.dock.note
    qtbot.waitUntil(note.hasFocus)
    qtbot.keyClicks(note, "3 o")
    qtbot.keyClick(note, Qt.Key.Key_Return)
    settled(qtbot, ctx)
    assert note.words() == "3 o"
    assert page.state.held == reds[0]
    assert Queue(queue.staff.begin).attempts(reds[0]) == []
