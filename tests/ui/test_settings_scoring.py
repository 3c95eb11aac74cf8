"""Settings, Scoring: numbers that can be tried out before they are saved, by every role and by keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.changes import Change, Notice
from reactivate_desktop.domain.enums import ContactPriority
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.score_settings import by_numbers
from reactivate_desktop.domain.scores import TierRules
from reactivate_desktop.services.score_settings import ScoreSettings
from reactivate_desktop.storage.queries import settings
from tests.fixtures import FrontDesk
from tests.services.scoring_desk import ScoringDesk
from tests.ui import scoring_room
from tests.ui.conftest import MakeContext
from tests.ui.scoring_room import CTRL, kept, movers, numbers, opened, press, rest
from ui import names
from ui.context import Context
from ui.settings.slider import scale_for
from ui.widgets.row_view import RowView

admin, desk, fresh = scoring_room.admin, scoring_room.desk, scoring_room.fresh
RED, YELLOW, GREEN = ContactPriority


# --- looking and trying out -------------------------------------------------------------------------


def test_it_opens_with_what_is_in_force(admin: Context, qtbot: QtBot) -> None:
    room, page = opened(admin, qtbot)
    capacity = page.page.capacity
    assert (capacity.calls.field.value(), capacity.messages.field.value()) == (4, 6)
    assert (capacity.calls.slider.value(), capacity.messages.slider.value()) == (4, 6)
    assert numbers(page) == {
        RED: "Red · call, 4, as now",
        YELLOW: "Yellow · message, 6, as now",
        GREEN: "Green · can wait, 10, as now",
    }
    assert page.page.movers.currentWidget() is not page.page.movers.view
    assert not page.head.save.isEnabled()
    assert page.head.save.accessibleDescription() == "Nothing was changed."
    assert not room.unsaved()
    assert page.page.steadiness.steady.isChecked()


def test_a_change_shows_at_once_what_it_would_do(admin: Context, qtbot: QtBot, desk: ScoringDesk) -> None:
    room, page = opened(admin, qtbot)
    page.page.capacity.calls.field.setValue(7)
    rest(qtbot, admin)
    assert numbers(page)[RED] == "Red · call, 7, +3, was 4"
    assert numbers(page)[GREEN] == "Green · can wait, 7, −3, was 10"
    assert page.page.after.strip.accessibleName() == "Red to rank 7, yellow to rank 13, green to rank 20"
    lines = movers(page)
    assert (lines[0], lines[4], len(lines)) == ("3 become red", "3 become yellow", 8)
    assert lines[1].startswith("Vargas-Hernandez ")
    assert ": Red · call, score " in lines[1]
    assert page.head.save.text() == "Save 1 change"
    assert room.unsaved()
    page.page.capacity.messages.slider.setValue(2)
    rest(qtbot, admin)
    assert page.head.save.text() == "Save 2 changes"
    # Back by hand is no change.
    page.page.capacity.calls.field.setValue(4)
    page.page.capacity.messages.field.setValue(6)
    rest(qtbot, admin)
    assert (page.head.save.text(), room.unsaved()) == ("Save", False)
    # Nothing of it was saved.
    assert kept(desk).saved_at is None


def test_while_somebody_drags_only_the_newest_numbers_are_shown(admin: Context, qtbot: QtBot) -> None:
    _, page = opened(admin, qtbot)
    asked: list[int] = []
    page.control.counted.connect(lambda found: asked.append(found.after[RED]))
    for value in range(5, 18):
        page.page.capacity.calls.slider.setValue(value)
    rest(qtbot, admin)
    assert numbers(page)[RED].startswith("Red · call, 17,")
    # One question was under way, the next one was the last: nothing queued up.
    assert asked == [5, 17]


def test_the_slider_follows_the_mouse_and_makes_room_for_more(admin: Context, qtbot: QtBot) -> None:
    _, page = opened(admin, qtbot)
    slider = page.page.capacity.calls.slider
    middle = slider.rect().center()
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=middle)
    assert slider.value() == pytest.approx(slider.maximum() / 2, abs=1)
    assert page.page.capacity.calls.field.value() == slider.value()
    page.page.capacity.calls.field.setValue(4_000)
    assert slider.maximum() >= 4_000
    assert slider.value() == 4_000
    rest(qtbot, admin)
    assert numbers(page)[RED] == "Red · call, 20, +16, was 4"


@pytest.mark.parametrize("value", [0, 1, 7, 42, 118, 999, 100_000])
def test_a_scale_has_room_above_and_round_steps(value: int) -> None:
    step = scale_for(value)
    assert 2 * value <= 4 * step <= max(20, 4 * 1.6 * value)
    assert str(step).rstrip("0") in {"5", "1", "15", "2", "25", "3", "4", "75"}


def test_the_steadiness_is_a_change_too(admin: Context, qtbot: QtBot, desk: ScoringDesk) -> None:
    _, page = opened(admin, qtbot)
    page.page.steadiness.steady.click()
    page.page.steadiness.kept_back.setValue(10)
    rest(qtbot, admin)
    assert page.head.save.text() == "Save 2 changes"
    drawn = page.page._drawn
    assert drawn.isVisible()
    page.head.save.click()
    rest(qtbot, admin)
    setup = kept(desk)
    # Shares stay shares: nobody set a number.
    assert (setup.rules, setup.hold_out_percent) == (TierRules(hysteresis=0), 10)
    assert not drawn.isVisible()
    page.page.steadiness.steady.click()
    assert page.control.draft is not None
    assert page.control.draft.hysteresis == 2


# --- saving ----------------------------------------------------------------------------------------


def test_by_keyboard_alone(admin: Context, qtbot: QtBot, desk: ScoringDesk) -> None:
    _, page = opened(admin, qtbot)
    page.head.save.setFocus()
    page.head.history.setFocus()
    for _ in range(12):
        if QApplication.focusWidget() is page.page.capacity.calls.slider:
            break
        press(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is page.page.capacity.calls.slider
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_PageUp)
    assert page.page.capacity.calls.field.value() == 4 + 1 + 10
    press(Qt.Key.Key_PageDown)
    press(Qt.Key.Key_Left)
    press(Qt.Key.Key_Up)
    press(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is page.page.capacity.calls.field
    press(Qt.Key.Key_Up)
    assert page.page.capacity.calls.slider.value() == 6
    press(Qt.Key.Key_S, CTRL)
    rest(qtbot, admin)
    setup = kept(desk)
    assert (setup.calls, setup.messages, setup.by_shares) == (6, 6, False)
    assert page.news.words() == "Saved. Nobody moves before the next scoring."
    assert page.head.save.text() == "Save"
    # Nobody moved: the preview still says what the next run will do.
    assert numbers(page)[RED] == "Red · call, 6, +2, was 4"
    assert dict(desk.scoring.run().tiers) == {RED: 6, YELLOW: 6, GREEN: 8}


def test_after_saving_scoring_is_offered(admin: Context, qtbot: QtBot) -> None:
    room, page = opened(admin, qtbot)
    done: list[str] = []
    admin.commands.bind("score", room, lambda: done.append("score"))
    page.page.capacity.calls.field.setValue(6)
    page.head.save.click()
    rest(qtbot, admin)
    assert page.news.go.isVisible()
    page.news.go.click()
    assert done == ["score"]
    assert page.news.isHidden()


def test_a_scoring_of_the_clinic_is_read_and_single_patients_are_not(
    admin: Context, qtbot: QtBot, desk: ScoringDesk
) -> None:
    _, page = opened(admin, qtbot)
    page.page.capacity.calls.field.setValue(6)
    page.head.save.click()
    rest(qtbot, admin)
    desk.scoring.run()
    read: list[object] = []
    page.control.counted.connect(read.append)
    admin.board.tell([Notice(Change.QUEUE, frozenset({uuid7()}))])
    QTest.qWait(80)
    rest(qtbot, admin)
    assert read == []
    admin.board.tell([Notice(Change.QUEUE)])
    qtbot.waitUntil(lambda: bool(read))
    rest(qtbot, admin)
    assert numbers(page)[RED] == "Red · call, 6, as now"
    assert page.news.isHidden()


def test_somebody_else_saved_meanwhile(admin: Context, qtbot: QtBot, desk: ScoringDesk) -> None:
    _, page = opened(admin, qtbot)
    page.page.capacity.calls.field.setValue(9)
    ScoreSettings(desk.person.begin).save(None, by_numbers(TierRules(), 5, 8), 0)
    press(Qt.Key.Key_S, CTRL)
    rest(qtbot, admin)
    assert (kept(desk).calls, kept(desk).messages) == (5, 8)
    assert page.errors.isVisible()
    assert "Nothing was overwritten" in page.errors.accessibleName()
    # What was typed is still there, on top of what the other one saved.
    page.errors._retry.click()
    rest(qtbot, admin)
    capacity = page.page.capacity
    assert (capacity.calls.field.value(), capacity.messages.field.value()) == (9, 8)
    assert (capacity.calls._was.text(), page.head.save.text()) == ("was 5", "Save 1 change")
    press(Qt.Key.Key_S, CTRL)
    rest(qtbot, admin)
    assert (kept(desk).calls, kept(desk).messages) == (9, 8)


def test_another_desks_save_shows_where_nothing_is_being_changed(
    admin: Context, qtbot: QtBot, desk: ScoringDesk
) -> None:
    _, page = opened(admin, qtbot)
    ScoreSettings(desk.person.begin).save(None, by_numbers(TierRules(), 5, 8), 0)
    admin.board.tell([Notice(Change.CLINIC)])
    qtbot.waitUntil(lambda: page.page.capacity.calls.field.value() == 5)
    rest(qtbot, admin)
    assert not page.has_unsaved()


def test_a_setting_made_by_hand_that_cannot_be_read_is_said(admin: Context, qtbot: QtBot, desk: ScoringDesk) -> None:
    told: list[str] = []
    admin.tasks.on_failure = lambda _owner, error: told.append(str(error))
    with desk.person.begin() as tx:
        assert settings.save(tx, "scoring", {"red_percent": "most"}, None)
    _, page = opened(admin, qtbot)
    assert any('"scoring"' in sentence for sentence in told)
    assert not page.head.save.isEnabled()
    press(Qt.Key.Key_S, CTRL)


# --- roles -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("role", ["staff", "viewer"])
def test_others_read_it(role: str, make_context: MakeContext, front_desk: FrontDesk, qtbot: QtBot) -> None:
    ctx = make_context(getattr(front_desk, role))
    room, page = opened(ctx, qtbot)
    capacity, steadiness = page.page.capacity, page.page.steadiness
    for each in (capacity.calls.slider, capacity.messages.field, steadiness.steady, steadiness.kept_back):
        assert not each.isEnabled()
    assert not page.head.save.isVisible()
    assert not page.head.discard.isVisible()
    assert page.head._tag.accessibleName() == "View only"
    assert page.head._tag.isVisible()
    assert numbers(page)[RED] == "Red · call, 4, as now"
    press(Qt.Key.Key_S, CTRL)
    press(Qt.Key.Key_H, CTRL)
    rest(qtbot, ctx)
    assert page.history.isVisible()
    assert not [button for button in page.history.findChildren(QWidget) if "Use this one" in button.accessibleName()]
    press(Qt.Key.Key_Escape)
    assert page.page.isVisible()
    assert not room.unsaved()


def test_the_veil_covers_who_moves(admin: Context, qtbot: QtBot) -> None:
    _, page = opened(admin, qtbot)
    page.page.capacity.calls.field.setValue(6)
    rest(qtbot, admin)
    assert "Vargas" in movers(page)[1]
    admin.privacy.toggle()
    try:
        assert "Vargas" not in movers(page)[1]
    finally:
        admin.privacy.toggle()


def test_enter_opens_the_record_of_who_moves(admin: Context, qtbot: QtBot) -> None:
    _, page = opened(admin, qtbot)
    page.page.capacity.calls.field.setValue(6)
    rest(qtbot, admin)
    page.head.save.click()
    rest(qtbot, admin)
    wanted: list[object] = []
    admin.navigation.record_asked.connect(wanted.append)
    view = page.findChild(RowView, names.SCORING_MOVERS)
    assert isinstance(view, RowView)
    view.setFocus()
    view.go_to(1)
    press(Qt.Key.Key_Return)
    rest(qtbot, admin)
    line = page.page.movers.model.row_at(1)
    assert line is not None
    assert wanted == [line.id]


def test_the_list_of_movers_is_a_sound_model(admin: Context, qtbot: QtBot, qtmodeltester: object) -> None:
    _, page = opened(admin, qtbot)
    page.page.capacity.calls.field.setValue(9)
    rest(qtbot, admin)
    qtmodeltester.check(page.page.movers.model)  # type: ignore[attr-defined]
