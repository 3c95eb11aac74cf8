"""Settings, Scoring: leaving with changes, the kept scorers, small screens, and what it says in sentences."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.enums import ScorerKind
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.score_settings import ScoreSetup, by_numbers
from reactivate_desktop.domain.scores import TierRules
from reactivate_desktop.services.score_settings import ScoreSettings
from tests.services.scoring_desk import ScoringDesk
from tests.ui import scoring_room
from tests.ui.scoring_room import CTRL, kept, opened, press, rest
from tests.ui.small_screen import complaints
from tests.ui.test_contrast import contrast
from ui.context import Context
from ui.notices import Toast
from ui.settings import words
from ui.settings.draft import Draft
from ui.text import speak
from ui.theme.tokens import DARK, LIGHT, Tokens

admin, desk, fresh = scoring_room.admin, scoring_room.desk, scoring_room.fresh


# --- leaving ---------------------------------------------------------------------------------------


def test_leaving_asks_inside_the_tab(admin: Context, qtbot: QtBot, desk: ScoringDesk) -> None:
    room, page = opened(admin, qtbot)
    page.page.capacity.calls.field.setValue(7)
    room.rail._entries["patients"].click()
    assert room.tab() == "settings"
    assert room.rail._entries["settings"].isChecked()
    assert page.leave_bar.isVisible()
    assert page.leave_bar.accessibleName() == "1 change is not saved."
    assert QApplication.focusWidget() is page.leave_bar.stay
    press(Qt.Key.Key_Escape)
    assert page.leave_bar.isHidden()
    assert page.page.capacity.calls.field.value() == 7
    room.open_tab("patients")
    page.leave_bar.save.click()
    rest(qtbot, admin)
    assert (room.tab(), kept(desk).calls) == ("patients", 7)


def test_leaving_without_saving_can_be_taken_back(admin: Context, qtbot: QtBot, desk: ScoringDesk) -> None:
    room, page = opened(admin, qtbot)
    page.page.capacity.calls.field.setValue(7)
    room.open_tab("queue")
    page.leave_bar.drop.click()
    rest(qtbot, admin)
    assert (room.tab(), kept(desk).saved_at, page.has_unsaved()) == ("queue", None, False)
    owner = admin.notices.parent()
    assert owner is not None
    toast = owner.findChild(Toast)
    assert isinstance(toast, Toast)
    toast.take_back()
    assert page.page.capacity.calls.field.value() == 7


def test_nothing_changed_leaves_at_once(admin: Context, qtbot: QtBot) -> None:
    room, page = opened(admin, qtbot)
    room.open_tab("queue")
    assert room.tab() == "queue"
    assert page.leave_bar.isHidden()
    rest(qtbot, admin)


def test_escape_discards_and_undo_brings_it_back(admin: Context, qtbot: QtBot) -> None:
    _, page = opened(admin, qtbot)
    page.page.capacity.calls.slider.setFocus()
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Escape)
    assert page.page.capacity.calls.field.value() == 4
    press(Qt.Key.Key_Z, CTRL)
    assert page.page.capacity.calls.field.value() == 5
    rest(qtbot, admin)


def test_a_save_that_fails_on_the_way_out_stays(admin: Context, qtbot: QtBot, desk: ScoringDesk) -> None:
    room, page = opened(admin, qtbot)
    page.page.capacity.calls.field.setValue(7)
    ScoreSettings(desk.person.begin).save(None, by_numbers(TierRules(), 5, 8), 0)
    room.open_tab("queue")
    page.leave_bar.save.click()
    rest(qtbot, admin)
    assert room.tab() == "settings"
    assert page.errors.isVisible()


# --- history ---------------------------------------------------------------------------------------


def test_an_admin_goes_back_to_an_earlier_scorer(admin: Context, qtbot: QtBot, desk: ScoringDesk) -> None:
    with desk.person.begin() as tx:
        statement = (
            "INSERT INTO model_version (clinic_id, id, scorer, name, stage, model, data_as_of, metrics, card, active, "
            "created_by) VALUES (:c, :id, 'REACTIVATION', 'Learned on 2026-01-02', 'learned', '{}', '2026-01-02', "
            "'{}', '{\"rows\": 1234}', false, :me)"
        )
        scorer = uuid7()
        tx.connection.execute(sa.text(statement), {"c": tx.clinic_id, "id": scorer, "me": tx.user_id})
    _, page = opened(admin, qtbot)
    page.head.history.click()
    rest(qtbot, admin)
    assert "1,234 outcomes up to 2 Jan" in _texts(page.history)
    assert page.head.history.text() == "Back"
    page.history.use(scorer)
    rest(qtbot, admin)
    (row,) = admin.desk.learning.scorers(ScorerKind.REACTIVATION)
    assert row.active
    assert page.news.isVisible()
    page.history.use(None)
    rest(qtbot, admin)
    (row,) = admin.desk.learning.scorers(ScorerKind.REACTIVATION)
    assert not row.active


def _texts(widget: QWidget) -> list[str]:
    return [each.text() for each in widget.findChildren(QWidget) if hasattr(each, "text")]


# --- screens and words -----------------------------------------------------------------------------


@pytest.mark.parametrize("size", [QSize(1366, 768), QSize(960, 540), QSize(683, 384)], ids=str)
def test_nothing_is_cut_on_small_screens(size: QSize, admin: Context, qtbot: QtBot) -> None:
    room, page = opened(admin, qtbot, size)
    page.page.capacity.calls.field.setValue(9)
    rest(qtbot, admin)
    assert complaints(room) == []
    room.open_tab("queue")
    rest(qtbot, admin)
    assert complaints(room) == []
    page.leave_bar.stay.click()
    page.save()
    rest(qtbot, admin)
    assert complaints(room) == []
    page.show_history()
    rest(qtbot, admin)
    assert complaints(room) == []
    # What the keyboard reaches scrolls into sight.
    page.show_history()
    page.page.steadiness.kept_back.setFocus()
    rest(qtbot, admin)
    field, area = page.page.steadiness.kept_back, page.page.area
    top = field.mapTo(area.viewport(), field.rect().topLeft()).y()
    assert 0 <= top <= area.viewport().height() - field.height()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_long_bars_stand_out(theme: Tokens) -> None:
    for color in (theme.strip_yellow, theme.strip_green, theme.red.text):
        assert contrast(color, theme.surface) >= 3


def _setup(**values: object) -> ScoreSetup:
    with_all = {
        "rules": TierRules(),
        "hold_out_percent": 0.0,
        "saved_at": None,
        "eligible": 100,
        "tiers": {},
        "calls": 20,
        "messages": 30,
        "call_minutes": None,
        "open_days": 0,
        "now": None,
        "scored_at": None,
    }
    return ScoreSetup(**{**with_all, **values})  # type: ignore[arg-type]


def test_the_cost_is_said_with_where_its_pace_is_from() -> None:
    speak("en")
    assert words.calls_cost(_setup(call_minutes=4.0, open_days=4), 56) == (
        "3 h 44 min a week at your pace of 4 min a call · 14 a day on 4 open days"
    )
    assert words.calls_cost(_setup(), 15) == "1 h a week, counting 4 min a call until your own pace is known"
    assert words.messages_cost(_setup(open_days=3), 150) == "50 a day on 3 open days"
    assert words.messages_cost(_setup(), 150) == "Written in the course of a week, best first"
    assert words.shares(_setup(rules=by_numbers(TierRules(), 1, 1))) == ""


def test_a_draft_on_top_of_what_others_saved() -> None:
    seen, now = _setup(), _setup(calls=25, messages=35, rules=by_numbers(TierRules(), 25, 35))
    draft = Draft(20, 50, 2.0, 0.0)
    assert draft.rebased(seen, now) == Draft(25, 50, 2.0, 0.0)
    assert draft.rules(seen) == by_numbers(TierRules(), 20, 50)
    assert Draft(20, 30, 0.0, 5.0).rules(seen) == TierRules(hysteresis=0.0)
