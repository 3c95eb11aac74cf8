"""The model card says in every state how good a scorer is, for whom, what it is not for, and what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import ScorerKind
from reactivate_desktop.domain.model_cards import CalibrationBin
from tests.fixtures import FrontDesk
from tests.ui.conftest import MakeContext
from tests.ui.model_card_room import Open, cells_of, opened, words_of
from tests.ui.model_cards import RETURNS, WORSE, check, group, learned, own, start
from tests.ui.queue_tab import settled
from ui import names
from ui.context import Context
from ui.settings import card_words, drift_words, plots
from ui.settings.card_parts import FactLine, NoticeBox
from ui.settings.group_whiskers import MOST, chosen
from ui.settings.model_card import ModelCardPanel
from ui.settings.plots import CalibrationPlot, LiftPlot

__all__ = ["opened"]

RETURN, NO_SHOW = ScorerKind.REACTIVATION, ScorerKind.NO_SHOW


def _fact(panel: ModelCardPanel, what: str) -> str:
    QApplication.processEvents()
    said = [line.accessibleName() for line in panel.findChildren(FactLine) if line.isVisible()]
    return next(each for each in said if each.startswith(what))


# --- what is read -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(ScorerKind))
def test_a_new_clinic_is_told_that_it_is_a_starting_estimate(
    kind: ScorerKind, ctx: Context, opened: Open, qtbot: QtBot
) -> None:
    panel = opened(ctx)
    panel.kinds.choose(str(kind))
    settled(qtbot, ctx)
    qtbot.waitUntil(lambda: panel.card is not None and panel.card.kind is kind, timeout=10_000)
    assert panel.card is not None
    assert panel.card.scorer_id is None
    assert panel.chip.accessibleName() == "Starting estimate"
    assert panel.version.text() == "nothing learned from this clinic yet"
    said = words_of(panel)
    assert "weights from published studies" in said
    assert "Once it learned from your own outcomes" in said
    # Nothing that was measured nowhere, and what it is not for all the same.
    assert not panel.findChildren(FactLine)
    assert "Never use it to" in said
    assert "Sex, address, diagnosis, payer, free text notes" in said


def test_only_who_may_learn_gets_the_button(make_context: MakeContext, front_desk: FrontDesk, opened: Open) -> None:
    for person, may in ((front_desk.admin, True), (front_desk.staff, False), (front_desk.viewer, False)):
        panel = opened(make_context(person))
        assert panel.good.learn.isVisible() == may
        assert ("A manager can let it learn." in words_of(panel)) != may


def test_learning_is_started_by_the_command_of_the_window(
    make_context: MakeContext, front_desk: FrontDesk, opened: Open
) -> None:
    ctx, done = make_context(front_desk.admin), []
    panel = opened(ctx)
    panel.good.learn.click()
    assert "command list" in words_of(panel.good)
    reasons = ["", "Learning is under way already."]
    ctx.commands.bind("learn", panel, lambda: done.append(1), lambda: reasons[0])
    panel.good.learn.click()
    assert done == [1]
    reasons.pop(0)
    panel.good.learn.click()
    assert done == [1]
    assert "Learning is under way already." in words_of(panel.good)


def test_it_is_read_again_when_another_scorer_is_chosen(ctx: Context, opened: Open, qtbot: QtBot) -> None:
    panel = opened(ctx, learned(RETURN, own()))
    ctx.board.tell_kinds(Change.CLINIC)
    # The clinic of the test learned nothing: what was shown by hand goes.
    qtbot.waitUntil(lambda: panel.card is not None and panel.card.scorer_id is None, timeout=10_000)
    assert panel.chip.accessibleName() == "Starting estimate"


def test_the_other_scorer_never_shows_the_figures_of_the_first(ctx: Context, opened: Open, qtbot: QtBot) -> None:
    panel = opened(ctx, learned(RETURN, own()))
    panel.turn_full()
    panel.kinds.setFocus()
    panel.kinds.choose(str(NO_SHOW))
    assert panel.card is None
    assert "70 of 100" not in words_of(panel)
    assert words_of(panel.full) == ""
    settled(qtbot, ctx)
    qtbot.waitUntil(lambda: panel.card is not None and panel.card.kind is NO_SHOW, timeout=10_000)
    assert "The risk is a starting estimate" in words_of(panel)
    assert panel.full.isVisible()


def test_the_keyboard_goes_along_the_switch(ctx: Context, opened: Open, qtbot: QtBot) -> None:
    panel = opened(ctx)
    chosen_ids: list[str] = []
    panel.kinds.chosen.connect(chosen_ids.append)
    part = panel.kinds._parts()[0]
    part.setFocus()
    qtbot.keyClick(part, Qt.Key.Key_Right)
    qtbot.keyClick(panel.kinds._parts()[1], Qt.Key.Key_Right)
    assert chosen_ids == [str(NO_SHOW), str(RETURN)]
    settled(qtbot, ctx)


# --- what it says -----------------------------------------------------------------------------------------------------


def test_a_learned_scorer_says_how_good_it_is_and_what_good_means(ctx: Context, opened: Open) -> None:
    panel = opened(ctx, learned(RETURN, own()))
    assert panel.chip.accessibleName() == "In use"
    assert panel.version.text() == "learned 1 Nov from 36 months"
    assert _fact(panel, "Picks") == "Picks the likelier of two: 70 of 100. 68 to 72, coin flip is 50"
    assert _fact(panel, "Top") == "Top tenth returns: 3.3 times. as often as the average patient"
    assert _fact(panel, "Chance") == "Chance given vs. seen: 1.4 points off. good under 3"
    assert _fact(panel, "Learned") == (
        "Learned from: 17,520 patients. looked at 52,300 times, 970 followed by a visit in 90 days"
    )
    assert _fact(panel, "Ranks").startswith("Ranks by: chance of return.")
    assert "Works for every group" in words_of(panel)
    assert not panel.use.box.isVisible()


def test_a_no_show_scorer_speaks_of_missing(ctx: Context, opened: Open) -> None:
    panel = opened(ctx, learned(NO_SHOW, own()))
    assert _fact(panel, "Riskiest") == "Riskiest tenth misses: 3.3 times. as often as the average appointment"
    assert _fact(panel, "Learned") == "Learned from: 17,520 patients. 52,300 appointments, 970 missed"
    said = words_of(panel)
    assert "reminders sent" in said
    assert "overbook a person" in said
    assert "come back" not in said
    panel.turn_full()
    assert "How many really missed" in [plot._up for plot in panel.findChildren(CalibrationPlot)]


def test_one_that_learns_still_says_so_and_that_nothing_was_measured(ctx: Context, opened: Open) -> None:
    panel = opened(ctx, learned(RETURN, None, stage="learning"))
    assert panel.version.text() == "learned 1 Nov from 36 months · still close to the starting estimate"
    said = words_of(panel)
    assert "was not measured yet" in said
    assert "Works for every group?" in said
    assert "70 of 100" not in said
    panel.turn_full()
    assert not panel.findChildren(CalibrationPlot)


def test_a_worse_group_is_named_and_always_shown(ctx: Context, opened: Open) -> None:
    panel = opened(ctx, learned(RETURN, own(WORSE)))
    assert "Works less well for some groups" in words_of(panel)
    told = panel.groups.whiskers.accessibleDescription()
    assert "Northgate: 63, picks worse here" in told
    assert "Harbor: 70, as for all" in told
    assert "Speaks Spanish: 71" in told
    # Of whom there are too few, the full card speaks.
    assert "Age not known" not in told
    assert "1 more group in the full card" in words_of(panel)
    panel.turn_full()
    rows = {row[0]: row for row in cells_of(panel, names.MODEL_CARD_GROUPS)}
    assert rows["Northgate"][-1] == "picks worse here"
    assert rows["Age not known"][1:] == ["42", "3", "–", "–", "–", "too few to say"]
    assert len(rows) == len(WORSE)


def test_groups_that_are_worse_go_before_others_where_there_is_no_room() -> None:
    many = [group("location", f"Site {n}", 0.7) for n in range(20)]
    shown, more = chosen(own([*many, group("location", "Last", 0.6, worse=True)]))
    assert len(shown) == MOST
    assert shown[-1].name == "Last"
    assert more == 21 - MOST


def test_a_group_whose_chances_are_off_is_told_apart_from_one_that_is_ranked_worse() -> None:
    off = replace(group("location", "Hill", 0.70, worse=True), ece=0.08)
    assert card_words.group_word(off, own()) == "chances further off"
    assert card_words.group_word(group("location", "Hill", 0.6, worse=True), own()) == "picks worse here"


def test_what_is_too_good_or_no_better_than_chance_is_marked() -> None:
    figures = {fact.what: fact for fact in card_words.facts(learned(RETURN, own()))}
    assert not any(fact.warns for fact in figures.values())
    for changed, what in (
        (replace(own(), auc=0.93, auc_low=0.92, auc_high=0.94), "Picks the likelier of two"),
        (replace(own(), auc=0.51, auc_low=0.47, auc_high=0.55), "Picks the likelier of two"),
        (replace(own(), ece=0.031), "Chance given vs. seen"),
        (replace(own(), lift10=0.9), "Top tenth returns"),
    ):
        marked = [fact.what for fact in card_words.facts(learned(RETURN, changed)) if fact.warns]
        assert marked == [what]


def test_figures_that_are_not_there_are_dashes() -> None:
    nothing = replace(
        own(()), auc=None, auc_low=None, auc_high=None, ap=None, ece=None, slope=None, lift10=None, lift=()
    )
    assert [fact.figure for fact in card_words.facts(learned(RETURN, nothing))][:3] == ["–", "–", "–"]


# --- whether its chances can be trusted ------------------------------------------------------------------------------


def _bins(pairs: Sequence[tuple[float, float]]) -> tuple[CalibrationBin, ...]:
    return tuple(CalibrationBin(said, seen, seen - 0.01, seen + 0.01, 100) for said, seen in pairs)


def test_the_verdict_says_on_target_too_few_or_where_it_is_off() -> None:
    assert card_words.verdict(own())[:2] == ("On target: 1.4 points off on average", "check-circle")
    assert card_words.verdict(own(rows=140))[0] == "Too few outcomes yet: 140 of 500"
    high = replace(own(), ece=0.05, bins=_bins([(0.05, 0.05), (0.2, 0.1), (0.4, 0.2)]))
    assert card_words.verdict(high) == ("Too high for chances of 20 % to 40 %", "warning", "yellow")
    low = replace(own(), ece=0.05, bins=_bins([(0.05, 0.05), (0.2, 0.4)]))
    assert card_words.verdict(low)[0] == "Too low for chances of 20 %"
    assert card_words.verdict(replace(own(), ece=0.05, bins=_bins([(0.05, 0.05)])))[0] == "5 points off on average"


def test_axes_end_on_a_tick_above_everything() -> None:
    for highest, end in ((0.004, 0.05), (0.231, 0.25), (0.3, 0.3), (0.41, 0.5), (0.61, 0.8), (0.83, 1.0), (1.0, 1.0)):
        assert plots._end(highest) == pytest.approx(end)
        assert plots._ticks(plots._end(highest))[-1] == pytest.approx(end)


def test_the_plots_say_their_figures_and_have_tables(ctx: Context, opened: Open) -> None:
    panel = opened(ctx, learned(RETURN, own()))
    panel.turn_full()
    assert panel.full_button.text() == "Short card"
    plot, lift = panel.findChild(CalibrationPlot), panel.findChild(LiftPlot)
    assert isinstance(plot, CalibrationPlot)
    assert isinstance(lift, LiftPlot)
    assert plot.accessibleDescription().startswith("On target: 1.4 points off on average. said 2 %, seen 2 %")
    assert "the best 20 of 100 hold 49 of 100" in lift.accessibleDescription()
    assert "Seen last comes first: the best 10 of 100 hold 29 of 100" in lift.accessibleDescription()
    chances = cells_of(panel, names.MODEL_CARD_CHANCES)
    assert len(chances) == 10
    assert chances[-1] == ["21.4 %", "22.3 %", "21.1 % to 23.7 %", "873"]
    lifts = cells_of(panel, names.MODEL_CARD_LIFT)
    assert lifts[0] == ["10 %", "33 %", "10 %", "29 %"]
    assert lifts[-1][:2] == ["100 %", "100 %"]
    assert cells_of(panel, names.MODEL_CARD_RULES)[1] == ["Seen last comes first", "67", "2.9"]
    assert ["Sureness", "0.95", "1; below too sure, above too shy"] in cells_of(panel, names.MODEL_CARD_FIGURES)
    assert "Measured on 8,732 outcomes that it had not seen, 1 May 2026 to 31 Jul 2026; 681 came back." in words_of(
        panel
    )


def test_points_lie_where_their_figures_are(ctx: Context, opened: Open) -> None:
    panel = opened(ctx, learned(RETURN, own()))
    panel.turn_full()
    plot = panel.findChild(CalibrationPlot)
    assert isinstance(plot, CalibrationPlot)
    QApplication.processEvents()
    zero, end = plot.at(0, 0), plot.at(0.25, 0.25)
    # Square, from zero, up and to the right, and all of it inside.
    assert end.x() - zero.x() == pytest.approx(zero.y() - end.y())
    assert end.x() > zero.x()
    assert plot.rect().contains(zero.toPoint())
    assert plot.rect().contains(end.toPoint())
    assert plot.at(0.125, 0.125).x() == pytest.approx((zero.x() + end.x()) / 2)


# --- the weekly check -------------------------------------------------------------------------------------------------


def test_a_failed_check_is_in_the_yellow_box(ctx: Context, opened: Open) -> None:
    panel = opened(ctx, learned(RETURN, own(), drift=check(ratio=1.4, moved=0.2, passed=False)))
    box = panel.use.box
    assert isinstance(box, NoticeBox)
    assert box.isVisible()
    assert box.accessibleName() == (
        "The check of 22 Nov did not pass. If the next one fails, too, a simpler estimate scores instead."
    )
    panel.turn_full()
    said = words_of(panel.full)
    assert "More patients came back than it said: 67 of 480, 48 expected. The chances were raised." in said
    checks = {row[0]: row[1:] for row in cells_of(panel, names.MODEL_CARD_CHECKS)}
    assert checks["Seen for each one expected"] == ["1.40", "0.80 to 1.25", "too far off"]
    assert checks["Changed since it learned: Replies"] == ["0.05", "0.20 at most", "passed"]
    assert checks["Now Red"] == ["20 %", "–", "told only"]
    # What only the program needs is not told.
    assert len(checks) == 12


def test_a_fallen_back_scorer_has_stepped_aside(ctx: Context, opened: Open) -> None:
    panel = opened(ctx, learned(NO_SHOW, own(), stage="fallen back", drift=check(passed=False), fallen_back=True))
    assert panel.chip.accessibleName() == "Stepped aside"
    assert panel.use.box.accessibleName().startswith("Two weekly checks failed.")


def test_a_changed_fact_is_named_and_a_good_check_has_no_box() -> None:
    assert drift_words.notice(learned(RETURN, own(), drift=check())) is None
    found = drift_words.notice(learned(RETURN, own(), drift=check(psi=0.31)))
    assert found is not None
    assert found.sentence == "Changed since it learned: replies"
    assert "Not checked yet" in drift_words.history(learned(RETURN, own()))
    assert "not checked" in drift_words.history(start())
    fewer = drift_words.history(learned(NO_SHOW, own(), drift=check(ratio=0.6)))
    assert "Fewer appointments were missed than it said: 29 of 480, 48 expected." in fewer


def test_the_facts_are_those_that_the_scorer_has() -> None:
    assert card_words.looks_at(learned(RETURN, own())).startswith("Time since the last visit, how overdue")
    assert len(card_words.looks_at(learned(RETURN, own())).split(", ")) == len(RETURNS)
