"""The queue's tab: what it shows, its filters, keys, roles, and how it takes patients."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.outreach import QueueFilter
from tests.factories.queue import QueueMaker, soon
from tests.ui.conftest import MakeContext
from tests.ui.queue_tab import ids, line, live, open_tab, press, settled, toasts
from ui import names
from ui.context import Context
from ui.priority_queue.tab import QueueTab
from ui.priority_queue.tiles import Tile
from ui.widgets.buttons import Kind


def _mixed(queue: QueueMaker) -> list[UUID]:
    past = soon(minutes=-2)
    call = queue.waiting("GREEN", "0.100", last_name="Promised", callback_at=past, next_action_at=past)
    reds = [queue.waiting("RED", "0.910"), queue.waiting("RED", "0.800")]
    return [call, *reds, queue.waiting("YELLOW", "0.640"), queue.waiting("GREEN", "0.300")]


def _words(page: QueueTab, patient: UUID) -> list[str]:
    model = page.list.model
    place = model.place_of(patient)
    assert place is not None
    return [str(model.data(model.index(place, column))) for column in range(model.columnCount())]


def test_the_list_has_the_order_of_the_queue_and_the_tiles_its_counts(
    ctx: Context, queue: QueueMaker, qtbot: QtBot
) -> None:
    order = _mixed(queue)
    page = open_tab(ctx, qtbot)
    assert ids(page) == order
    said = [tile.accessibleName() for tile in page.findChildren(Tile)]
    assert said == ["Contact today: 2 Red", "This week: 1 Yellow", "Can wait: 1 Green", "Callbacks due: 1"]
    assert page.tiles.left.accessibleName() == "Left today: 4, 0 done, 0 booked"
    assert page.header.accessibleDescription().startswith("5 patients to contact at ")
    assert page.list.why_not.text() == "Why is someone not here?"


def test_cells_say_in_words_what_is_painted(ctx: Context, queue: QueueMaker, qtbot: QtBot) -> None:
    patient = queue.waiting("RED", "0.910", last_name="Becker")
    unscored = queue.waiting(None, None, callback_at=soon(minutes=-40), next_action_at=soon(minutes=-40))
    page = open_tab(ctx, qtbot)
    priority, name, why, contact, best = _words(page, patient)
    assert priority == "Red, contact today, 91"
    assert "Becker, (212) 200-" in name
    assert why == "Last seen 13 months ago\nOnly one visit so far"
    assert contact.startswith("Not contacted, since ")
    assert best == "Text"
    assert _words(page, unscored)[0] == "Not scored"
    assert _words(page, unscored)[3].endswith("40 min overdue")


def test_the_model_keeps_qts_rules(ctx: Context, queue: QueueMaker, qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    _mixed(queue)
    page = open_tab(ctx, qtbot)
    qtmodeltester.check(page.list.model)


def test_a_tile_filters_and_a_second_click_shows_everybody(ctx: Context, queue: QueueMaker, qtbot: QtBot) -> None:
    order = _mixed(queue)
    page = open_tab(ctx, qtbot)
    red = page.findChild(Tile, names.tile("RED"))
    calls = page.findChild(Tile, names.tile("callbacks"))
    for tile, wanted in ((red, order[1:3]), (calls, order[:1]), (calls, order)):
        qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
        settled(qtbot, ctx)
        assert ids(page) == wanted
    assert not any(tile.isChecked() for tile in page.findChildren(Tile))


def test_an_empty_filter_says_so(ctx: Context, queue: QueueMaker, qtbot: QtBot) -> None:
    queue.waiting("RED", "0.9")
    page = open_tab(ctx, qtbot)
    page.conductor.showing.filter(QueueFilter(callbacks=True))
    settled(qtbot, ctx)
    assert page.list.nobody.isVisible()
    assert page.list.view.hasFocus()
    page.conductor.showing.everybody()
    settled(qtbot, ctx)
    assert not page.list.nobody.isVisible()
    assert page.list.view.viewport().height() > 56


def test_enter_takes_the_best_one_wherever_the_selection_is(ctx: Context, queue: QueueMaker, qtbot: QtBot) -> None:
    order = _mixed(queue)
    page = open_tab(ctx, qtbot)
    page.list.view.go_to(3)
    press(qtbot, page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.conductor.flow.held is not None)
    settled(qtbot, ctx)
    held = page.conductor.flow.held
    assert held is not None
    assert held.id == order[0]
    assert page.pane.row is not None
    assert page.pane.row.id == order[0]
    assert page.list.view.place() == 0
    press(qtbot, page, Qt.Key.Key_Enter)
    qtbot.waitUntil(lambda: page.conductor.state.held == order[1])
    assert queue.one("work_claim", order[0])["claimed_by"] is None


def test_enter_goes_through_everybody_and_then_begins_again(ctx: Context, queue: QueueMaker, qtbot: QtBot) -> None:
    order = [queue.waiting("RED", score) for score in ("0.9", "0.8", "0.7")]
    page = open_tab(ctx, qtbot)
    seen = []
    for _ in range(4):
        page.conductor.taking.next()
        settled(qtbot, ctx)
        seen.append(page.conductor.state.held)
    assert seen == [*order, order[0]]


def test_space_takes_the_row_and_escape_lets_it_go(ctx: Context, queue: QueueMaker, qtbot: QtBot) -> None:
    order = _mixed(queue)
    page = open_tab(ctx, qtbot)
    page.list.view.go_to(2)
    press(qtbot, page, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.conductor.state.held == order[2])
    settled(qtbot, ctx)
    assert page.conductor.flow.left > 200
    assert _words(page, order[2])[3].startswith("Held by you, 4:5")
    press(qtbot, page, Qt.Key.Key_Escape)
    settled(qtbot, ctx)
    assert page.conductor.flow.held is None
    assert page.pane.row is None
    assert queue.one("work_claim", order[2])["claimed_by"] is None


def test_space_on_a_tile_presses_the_tile(ctx: Context, queue: QueueMaker, qtbot: QtBot) -> None:
    order = _mixed(queue)
    page = open_tab(ctx, qtbot)
    tile = page.findChild(Tile, names.tile("YELLOW"))
    assert isinstance(tile, Tile)
    tile.setFocus()
    press(qtbot, page, Qt.Key.Key_Space)
    settled(qtbot, ctx)
    assert ids(page) == order[3:4]
    assert page.conductor.flow.held is None


def _kind(page: QueueTab) -> Kind:
    return page.next._kind


def test_next_is_tonal_while_a_patient_is_held(ctx: Context, queue: QueueMaker, qtbot: QtBot) -> None:
    queue.waiting("RED", "0.9")
    page = open_tab(ctx, qtbot)
    assert _kind(page) == Kind.FILLED
    page.conductor.taking.next()
    settled(qtbot, ctx)
    assert _kind(page) == Kind.TONAL
    page.conductor.flow.release()
    settled(qtbot, ctx)
    assert _kind(page) == Kind.FILLED


def test_nobody_left_is_said(ctx: Context, queue: QueueMaker, qtbot: QtBot) -> None:
    page = open_tab(ctx, qtbot)
    assert page.list.nobody.isVisible()
    page.conductor.taking.next()
    settled(qtbot, ctx)
    assert toasts(page) == ["Nobody else is free to be called now."]


def test_a_patient_held_before_the_program_ended_is_taken_up(ctx: Context, queue: QueueMaker, qtbot: QtBot) -> None:
    patient = queue.waiting("RED", "0.9")
    ctx.desk.outreach.claim(patient)
    page = open_tab(ctx, qtbot)
    assert page.conductor.state.held == patient
    assert page.pane.row is not None


def test_a_claim_of_another_desk_shows_within_a_second(
    ctx: Context, make_context: MakeContext, queue: QueueMaker, qtbot: QtBot
) -> None:
    patient = queue.waiting("RED", "0.9")
    other = make_context(queue.desk.admin)
    page = open_tab(ctx, qtbot)
    with live(ctx, qtbot):
        other.desk.outreach.claim(patient)
        qtbot.waitUntil(lambda: _words(page, patient)[3] == "Admin is calling, 5 min", timeout=1_000)
        page.list.view.go_to(0)
        press(qtbot, page, Qt.Key.Key_Space)
        qtbot.waitUntil(page.errors.isVisible)
        assert "is calling this patient" in page.errors.accessibleName()
        other.desk.outreach.release(patient)
        qtbot.waitUntil(lambda: _words(page, patient)[3].startswith("Not contacted"), timeout=1_000)
        settled(qtbot, ctx)


def test_a_lease_that_ran_out_holds_nobody_without_a_word_from_the_server(
    ctx: Context, queue: QueueMaker, qtbot: QtBot
) -> None:
    patient = queue.waiting("RED", "0.9")
    queue.desk.admin.outreach.claim(patient)
    page = open_tab(ctx, qtbot)
    found = line(page, patient)
    assert found is not None
    assert page.state.held_elsewhere(found.row)
    page.state.ahead += timedelta(minutes=6)
    assert not page.state.held_elsewhere(found.row)


def test_the_current_row_stays_where_it_is_while_others_change_the_order(
    ctx: Context, queue: QueueMaker, qtbot: QtBot
) -> None:
    everybody = [queue.waiting("RED", f"0.{900 - n}") for n in range(40)]
    page = open_tab(ctx, qtbot)
    view = page.list.view
    view.go_to(20)
    settled(qtbot, ctx)
    before = view.rowViewportPosition(20)
    for patient in everybody[:3]:
        queue.put("patient_standing", patient, queue_open=False)
    with qtbot.waitSignal(page.reading.index, timeout=3_000):
        ctx.board.tell_kinds(Change.QUEUE)
    settled(qtbot, ctx)
    assert ids(page) == everybody[3:]
    assert view.place() == 17
    assert view.rowViewportPosition(17) == before
    assert page.pane.row is not None
    assert page.pane.row.id == everybody[20]


def test_the_order_is_read_at_most_once_a_second(ctx: Context, queue: QueueMaker, qtbot: QtBot) -> None:
    queue.waiting("RED", "0.9")
    page = open_tab(ctx, qtbot)
    read: list[object] = []
    page.reading.index.connect(lambda wish, found: read.append(found))
    for _ in range(5):
        ctx.board.tell_kinds(Change.QUEUE)
        qtbot.wait(60)
    qtbot.waitUntil(lambda: len(read) >= 1, timeout=2_000)
    settled(qtbot, ctx)
    assert len(read) == 1


def test_the_foot_says_which_rows_are_seen(ctx: Context, queue: QueueMaker, qtbot: QtBot) -> None:
    for n in range(30):
        queue.waiting("RED", f"0.{900 - n}")
    page = open_tab(ctx, qtbot)
    rows = page.list.view.viewport().height() // 56
    assert page.list._said.text() == f"1–{rows} of 30 · callbacks due, then Red first, then score"
    assert page.list.view.viewport().height() % 56 == 0
    page.set_low(True)
    assert page.list.view.viewport().height() % 48 == 0


@pytest.mark.parametrize(("size", "both"), [((940, 566), True), ((599, 340), False)])
def test_small_windows_keep_the_reasons_and_show_one_of_list_and_pane_where_both_have_no_room(
    size: tuple[int, int], both: bool, ctx: Context, queue: QueueMaker, qtbot: QtBot
) -> None:
    _mixed(queue)
    page = open_tab(ctx, qtbot, *size)
    page.set_low(True)
    assert page.width() <= size[0]
    assert page.pane.isVisible() == both
    assert page.list.view.columnWidth(2) >= 150


def test_a_viewer_reads_and_can_do_nothing_else(make_context: MakeContext, queue: QueueMaker, qtbot: QtBot) -> None:
    patient = queue.waiting("RED", "0.9")
    ctx = make_context(queue.desk.viewer)
    page = open_tab(ctx, qtbot)
    page.list.view.go_to(0)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_3):
        press(qtbot, page, key)
    settled(qtbot, ctx)
    assert queue.one("work_claim", patient)["claimed_by"] is None
    assert not page.next.isVisible()
    assert not page.sheet.isVisible()
    offered = {command.action.id for command in ctx.commands.available()}
    assert offered.isdisjoint(
        {"next", "claim", "release", "undo", "undo-batch", "call-sheet", "enter-sheet", "outcome-1"}
    )
    assert {"open", "export-queue", "why-not"} <= offered


def test_every_control_has_a_name(ctx: Context, queue: QueueMaker, qtbot: QtBot) -> None:
    _mixed(queue)
    page = open_tab(ctx, qtbot)
    parts: list[QWidget] = [*page.findChildren(QAbstractButton), page.list.view, page.tiles.left]
    unnamed = [part for part in parts if part.isVisible() and not part.accessibleName()]
    assert unnamed == []


def test_privacy_veils_names_and_numbers(ctx: Context, queue: QueueMaker, qtbot: QtBot) -> None:
    patient = queue.waiting("RED", "0.9", last_name="Becker")
    page = open_tab(ctx, qtbot)
    ctx.privacy.toggle()
    try:
        assert "Becker" not in _words(page, patient)[1]
        assert "200-" not in _words(page, patient)[1]
    finally:
        ctx.privacy.toggle()


def test_the_record_opens_by_key_and_double_click(ctx: Context, queue: QueueMaker, qtbot: QtBot) -> None:
    patient = queue.waiting("RED", "0.9")
    page = open_tab(ctx, qtbot)
    page.list.view.go_to(0)
    settled(qtbot, ctx)
    with qtbot.waitSignal(ctx.navigation.record_asked) as asked:
        press(qtbot, page, Qt.Key.Key_O)
    assert asked.args == [patient]
    with qtbot.waitSignal(ctx.navigation.record_asked) as asked:
        page.list.view.opened.emit(0)
    assert asked.args == [patient]
