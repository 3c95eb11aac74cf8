"""The panel of long work: what this window and the clinic's other programs do, how far it is, and Cancel."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QWidget

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import JobState
from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.jobs import JobRow
from reactivate_desktop.domain.progress import Step
from ui import formats, names, words
from ui.context import Context
from ui.frame.overlay import Overlay, ScrollingCard
from ui.jobs import Job
from ui.text import number, tr
from ui.theme.tokens import GAP, GAP_SMALL, MARGIN
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import ErrorBar, Picture, column, row
from ui.widgets.text import FIRST, NAME, SMALL, SMALL_STRONG, Elided, Label

_ICONS = {
    JobState.QUEUED: ("hourglass-medium", "muted"),
    JobState.RUNNING: ("arrows-clockwise", "accent"),
    JobState.DONE: ("check-circle", "green"),
    JobState.FAILED: ("warning-circle", "red"),
    JobState.CANCELLED: ("prohibit", "muted"),
}
_OPEN = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True)
class _Shown:
    """One piece of work as a line shows it."""

    key: Hashable
    title: str
    state: JobState
    said: str
    step: Step
    cancel: Callable[[], None] | None


class _Line(QWidget):
    """One piece of work: icon, title, how it stands, and a bar with Cancel while it is open."""

    def __init__(self) -> None:
        super().__init__()
        inner = row(self, GAP)
        inner.setContentsMargins(0, 6, 0, 6)
        self._picture = Picture("hourglass-medium", 18)
        self._title = Elided("", FIRST)
        self._said = Label("", SMALL, "muted", wrap=True)
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName(tr("Progress"))
        lines = column(None, 2)
        for part in (self._title, self._said, self._bar):
            lines.addWidget(part)
        self._stop = Button(tr("Cancel"), Kind.PLAIN)
        self._stop.clicked.connect(self._cancel)
        inner.addWidget(self._picture, alignment=Qt.AlignmentFlag.AlignTop)
        inner.addLayout(lines, 1)
        inner.addWidget(self._stop)
        self._call: Callable[[], None] | None = None

    def show_work(self, work: _Shown) -> None:
        """Show how it stands now."""
        icon, tone = _ICONS[work.state]
        self._picture.show_icon(icon, tone)
        self._title.setText(work.title)
        self._said.setText(work.said)
        self._bar.setVisible(work.state == JobState.RUNNING)
        self._bar.setRange(0, work.step.total)
        self._bar.setValue(work.step.done)
        self._call = work.cancel
        self._stop.setVisible(work.state in _OPEN and work.cancel is not None)
        self._stop.setAccessibleName(tr("Cancel: {title}", title=work.title))
        self.setAccessibleName(f"{work.title}. {work.said}")

    def _cancel(self) -> None:
        self._stop.forbid(tr("Stops at its next step"))
        if self._call is not None:
            self._call()


class JobsPanel(Overlay):
    """Ctrl+J shows it: the work of this window above, the clinic's below."""

    def __init__(self, ctx: Context, room: QWidget) -> None:
        super().__init__(room, names.JOBS, tr("Long work"), 560)
        self._ctx = ctx
        self._shared: list[JobRow] = []
        self._lines: dict[Hashable, _Line] = {}
        self._errors = ErrorBar()
        self._close = Button("", Kind.QUIET, "x")
        self._close.setAccessibleName(tr("Close"))
        self._close.clicked.connect(self.leave)
        head = row(None, GAP_SMALL)
        head.addWidget(Label(tr("Long work"), NAME))
        head.addStretch(1)
        head.addWidget(self._close)
        self._area = ScrollingCard()
        self.body.setContentsMargins(MARGIN, 20, 20, 20)
        self.body.setSpacing(GAP_SMALL)
        self.body.addLayout(head)
        self.body.addWidget(self._errors)
        self.body.addWidget(self._area, 1)
        ctx.jobs.changed.connect(self._show)
        ctx.jobs.stepped.connect(self._show)
        ctx.board.listen(self, [Change.JOBS], lambda _: self._read())

    def ask(self) -> None:
        """Show it."""
        self._errors.hide()
        self._fill()
        self.open(self._close)
        self._read()

    def _read(self) -> None:
        desk = self._ctx.desk
        self._ctx.tasks.run(lambda: desk.jobs.list(), self, self._got, failed=self._complain)

    def _got(self, rows: list[JobRow]) -> None:
        self._shared = rows
        self._show()

    def _complain(self, error: ExpectedError) -> None:
        self._errors.say(str(error), tr("Try again"), self._read)
        self.refit()

    def _cancel(self, job_id: UUID) -> None:
        desk = self._ctx.desk
        self._ctx.tasks.run(lambda: desk.jobs.cancel(job_id), self, lambda _: self._read(), failed=self._complain)

    def _show(self) -> None:
        if not self.isVisible():
            return
        works = [*map(_mine, self._ctx.jobs.all()), *map(self._theirs, self._shared)]
        if {work.key for work in works} != set(self._lines):
            self._fill()
            return
        for work in works:
            self._lines[work.key].show_work(work)
        self.refit()

    def _fill(self) -> None:
        """Make the lines anew: other work is listed than before."""
        whole = QWidget()
        inner = column(whole, 0)
        inner.setContentsMargins(0, 0, 12, 0)
        self._lines = {}
        groups = (
            (tr("This window"), [_mine(job) for job in self._ctx.jobs.all()]),
            (tr("All programs of the clinic"), [self._theirs(job) for job in self._shared]),
        )
        for title, works in groups:
            inner.addWidget(Label(title, SMALL_STRONG, "muted"))
            if not works:
                inner.addWidget(Label(tr("Nothing runs, and nothing has run lately."), SMALL, "muted"))
            for work in works:
                line = self._lines[work.key] = _Line()
                line.show_work(work)
                inner.addWidget(line)
            inner.addSpacing(GAP)
        inner.addStretch(1)
        self._area.setWidget(whole)
        self.refit()

    def _theirs(self, job: JobRow) -> _Shown:
        step = Step(_int(job.progress.get("done")), _int(job.progress.get("total")), str(job.progress.get("text", "")))
        may = self._ctx.person.writes and job.job_state in _OPEN
        when = formats.ago(job.finished_at or job.created_at)
        said = job.error or _line(job.job_state, step, "")
        return _Shown(
            job.id,
            words.job(job.kind),
            job.job_state,
            f"{said} · {when}",
            step,
            partial(self._cancel, job.id) if may else None,
        )


def _mine(job: Job[Any]) -> _Shown:
    when = formats.ago(job.ended_at or job.started_at)
    return _Shown(
        id(job), job.title, job.state, f"{_line(job.state, job.step, job.said)} · {when}", job.step, job.cancel
    )


def _line(state: JobState, step: Step, said: str) -> str:
    if said:
        return said
    if state != JobState.RUNNING or not (step.done or step.total or step.text):
        return words.job_state(state)
    far = tr("{done} of {total}", done=number(step.done), total=number(step.total)) if step.total else ""
    return " · ".join(part for part in (words.step(step.text), far) if part)


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
