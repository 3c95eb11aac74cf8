"""Long work: told sparingly, shown in strip and panel, cancelled; `Score now`; what the strip says of the server."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.enums import ConnectionKind, JobState
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.jobs import SCORE, NewJob
from reactivate_desktop.domain.progress import Progress, Step
from reactivate_desktop.domain.workday import Freshness, SourceAge
from tests.factories.queue import QueueMaker
from tests.fixtures import FrontDesk
from tests.ui.conftest import MakeContext
from ui import names
from ui.context import Context
from ui.frame.jobs_panel import JobsPanel
from ui.frame.server_details import ServerDetails
from ui.frame.shortcut_sheet import ShortcutSheet
from ui.frame.window_commands import WindowCommands
from ui.upkeep import DeskState, Upkeep
from ui.workspace import Workspace


@pytest.fixture
def workspace(ctx: Context, qtbot: QtBot) -> Workspace:
    """A workspace with the window's commands, shown."""
    return shown(ctx, qtbot)


def shown(ctx: Context, qtbot: QtBot) -> Workspace:
    made = Workspace(ctx)
    qtbot.addWidget(made)
    made.resize(1440, 900)
    WindowCommands(ctx, made, Upkeep(ctx, made, "Clinic server"))
    with qtbot.waitExposed(made):
        made.show()
    return made


def words_of(widget: QWidget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_work_ends_with_its_answer(ctx: Context, workspace: Workspace, qtbot: QtBot) -> None:
    got: list[int] = []
    job = ctx.jobs.start("Counting", lambda progress: 7, workspace, got.append, sentence=lambda n: f"Counted {n}")
    qtbot.waitUntil(lambda: got == [7])
    assert (job.state, job.said) == (JobState.DONE, "Counted 7")
    assert ctx.jobs.running() is None


def test_steps_are_told_at_most_ten_times_a_second(ctx: Context, workspace: Workspace, qtbot: QtBot) -> None:
    told: list[tuple[str, Step | None]] = []
    ctx.jobs.stepped.connect(lambda title, step: told.append((title, step)))

    def work(progress: Progress) -> None:
        for done in range(20_000):
            progress.step(done, 20_000)

    ctx.jobs.start("Counting", work, workspace)
    qtbot.waitUntil(lambda: ctx.jobs.running() is None)
    assert 2 <= len(told) < 40
    assert told[-1] == ("", None)


def test_cancelled_work_says_so_and_brings_nothing(ctx: Context, workspace: Workspace, qtbot: QtBot) -> None:
    told: list[str] = []
    begun, pause = threading.Event(), threading.Event()

    def work(progress: Progress) -> None:
        begun.set()
        while True:
            progress.step(1, 2)
            pause.wait(0.01)

    job = ctx.jobs.start("Counting", work, workspace, lambda _: told.append("done"), stopped=lambda: told.append("no"))
    waiting = ctx.jobs.start("Waiting", lambda progress: told.append("worked"), workspace)
    qtbot.waitUntil(begun.is_set)
    qtbot.waitUntil(lambda: "Counting" in words_of(workspace.strip))
    waiting.cancel()
    workspace.strip.cancelled.emit()
    qtbot.waitUntil(lambda: not job.open and not waiting.open)
    assert told == ["no"]
    assert (job.state, waiting.state) == (JobState.CANCELLED, JobState.CANCELLED)
    assert "Counting" not in words_of(workspace.strip)


def test_an_expected_error_is_kept_with_its_sentence(ctx: Context, workspace: Workspace, qtbot: QtBot) -> None:
    told: list[str] = []

    def work(_: Progress) -> None:
        raise Invalid("This file is empty.")

    job = ctx.jobs.start("Reading", work, workspace, failed=lambda error: told.append(str(error)))
    qtbot.waitUntil(lambda: told == ["This file is empty."])
    assert (job.state, job.said) == (JobState.FAILED, "This file is empty.")


def test_a_bug_ends_the_work_too(ctx: Context, workspace: Workspace, qtbot: QtBot) -> None:
    met: list[BaseException] = []
    ctx.tasks.on_bug = met.append

    def work(_: Progress) -> None:
        raise ZeroDivisionError

    job = ctx.jobs.start("Reading", work, workspace)
    qtbot.waitUntil(lambda: not job.open)
    assert job.state == JobState.FAILED
    assert len(met) == 1


def test_the_panel_shows_both_and_cancels_the_clinics(ctx: Context, workspace: Workspace, qtbot: QtBot) -> None:
    asked = ctx.desk.jobs.ask(NewJob(SCORE))
    ctx.jobs.start("Counting", lambda progress: 7, workspace, sentence=lambda n: f"Counted {n}")
    ctx.commands.do_id("jobs")
    panel = workspace.findChild(JobsPanel)
    assert isinstance(panel, JobsPanel)
    qtbot.waitUntil(lambda: "Counted 7" in words_of(panel) and "Scoring" in words_of(panel))
    assert "Waiting" in words_of(panel)
    next(b for b in panel.findChildren(QAbstractButton) if b.accessibleName() == "Cancel: Scoring").click()
    qtbot.waitUntil(lambda: ctx.tasks.busy == 0)
    assert ctx.desk.jobs.read(asked).job_state == JobState.CANCELLED
    qtbot.waitUntil(lambda: "Stopped" in words_of(panel))


def test_score_now_scores_and_says_what_it_did(
    ctx: Context, workspace: Workspace, front_desk: FrontDesk, qtbot: QtBot
) -> None:
    QueueMaker(front_desk).waiting(None, None)
    ctx.commands.do_id("score")
    qtbot.waitUntil(lambda: ctx.tasks.busy == 0, timeout=30_000)
    (job,) = ctx.jobs.all()
    assert job.state == JobState.DONE
    assert job.said.startswith("Scored ")
    assert "may be contacted" in job.said


def test_who_only_reads_cannot_score(make_context: MakeContext, front_desk: FrontDesk, qtbot: QtBot) -> None:
    ctx = make_context(front_desk.viewer)
    shown(ctx, qtbot)
    assert "score" not in {command.action.id for command in ctx.commands.available()}


def test_only_an_admin_may_let_the_scores_learn(make_context: MakeContext, front_desk: FrontDesk, qtbot: QtBot) -> None:
    staff = make_context(front_desk.staff)
    shown(staff, qtbot)
    assert "learn" not in {command.action.id for command in staff.commands.available()}
    admin = make_context(front_desk.admin)
    shown(admin, qtbot)
    admin.commands.do_id("learn")
    assert next(c for c in admin.commands.available() if c.action.id == "learn").reason() != ""
    qtbot.waitUntil(lambda: not admin.tasks.busy, timeout=30_000)
    job = admin.jobs.all()[-1]
    assert job.state == JobState.DONE
    assert "learned" in job.said


def test_the_strip_counts_what_waits_on_this_pc(ctx: Context, workspace: Workspace) -> None:
    upkeep = workspace.findChild(Upkeep)
    assert isinstance(upkeep, Upkeep)
    upkeep._pinged(8.6)
    upkeep.set_live(True)
    assert "live, 9 ms" in words_of(workspace.strip)
    workspace.show_offline(12)
    assert "12 outcomes to send" in words_of(workspace.strip)
    workspace.show_offline(0)
    assert "to send" not in words_of(workspace.strip)


@pytest.mark.parametrize(
    ("state", "words", "fine"),
    [
        (DeskState(""), "connecting", True),
        (DeskState("", hears=True, reached=True, ping_ms=0.2), "live, 1 ms", True),
        (DeskState("", hears=False, reached=True, ping_ms=9.4), "9 ms, changes of others come late", True),
        (DeskState("", hears=False), "not reachable, trying again", False),
        (DeskState("", hears=True, reached=False, kept=12), "offline, 12 outcomes kept", False),
        (DeskState("", hears=True, reached=False, kept=1), "offline, 1 outcome kept", False),
    ],
)
def test_the_state_in_words(state: DeskState, words: str, fine: bool) -> None:
    assert (state.words, state.fine) == (words, fine)


def test_the_age_is_that_of_the_newest_source() -> None:
    now = datetime.now(UTC)

    def source(name: str, age: timedelta | None) -> SourceAge:
        newest = None if age is None else now - age
        return SourceAge(uuid4(), name, ConnectionKind.CSV, newest, False)

    sources = (source("Athena", timedelta(minutes=4)), source("Files", timedelta(days=3)), source("Epic", None))
    known = Freshness(now, now - timedelta(minutes=6), "starting estimate", None, sources, ())
    assert DeskState("", freshness=known).age == "Athena data 4 min old"
    assert (
        DeskState("", freshness=Freshness(now, now - timedelta(minutes=6), "", None, (), ())).age == "scored 6 min ago"
    )


def test_hints_that_have_no_room_are_left_out(workspace: Workspace, qtbot: QtBot) -> None:
    strip = workspace.strip
    strip.show_keys([("Enter", "next patient")] * 20)
    width = strip.width()
    assert any(hint.isHidden() for hint in strip._hints)
    workspace.resize(700, 500)
    qtbot.waitUntil(lambda: strip.width() < width)
    assert strip._right.geometry().right() <= strip.width()


def test_privacy_is_said_in_the_strip(ctx: Context, workspace: Workspace) -> None:
    ctx.commands.do_id("privacy")
    try:
        assert "Names are veiled" in words_of(workspace.strip)
    finally:
        ctx.commands.do_id("privacy")
    assert "Names are veiled" not in words_of(workspace.strip)


def test_the_details_tell_server_person_and_program(ctx: Context, workspace: Workspace, qtbot: QtBot) -> None:
    workspace.strip.asked.emit()
    details = workspace.findChild(ServerDetails)
    assert isinstance(details, ServerDetails)
    words = words_of(details)
    assert "Clinic server" in words
    assert ctx.person.name in words
    next(b for b in details.findChildren(QAbstractButton) if b.text() == "Copy a report for IT").click()
    qtbot.waitUntil(lambda: ctx.tasks.busy == 0)
    toast = ctx.notices.parent()
    assert isinstance(toast, QWidget)
    assert "copied" in " ".join(w.accessibleName() for w in toast.findChildren(QWidget, names.TOAST))


def test_another_tab_closes_what_floats(ctx: Context, workspace: Workspace) -> None:
    ctx.commands.do_id("keys")
    sheet = workspace.findChild(ShortcutSheet)
    assert isinstance(sheet, ShortcutSheet)
    assert sheet.isVisible()
    ctx.navigation.open_tab("schedule")
    assert not sheet.isVisible()


@pytest.mark.parametrize(("role", "expected"), [("admin", True), ("viewer", False)])
def test_the_sheet_shows_what_the_role_may_do(
    role: str, expected: bool, make_context: MakeContext, front_desk: FrontDesk, qtbot: QtBot
) -> None:
    ctx = make_context(getattr(front_desk, role))
    workspace = shown(ctx, qtbot)
    ctx.commands.do_id("keys")
    sheet = workspace.findChild(ShortcutSheet)
    assert isinstance(sheet, ShortcutSheet)
    said = [w.accessibleName() for w in sheet.findChildren(QWidget)]
    assert ("Next patient: Enter" in said) is expected
    assert "Show all keys: ?" in said
