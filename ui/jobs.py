"""Long work of one window: runs one piece after the other and tells how far it is, at most ten times a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from reactivate_desktop.domain.enums import JobState
from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.progress import Cancelled, Progress, Step
from ui.tasks import Lane, Tasks
from ui.text import tr

_T = TypeVar("_T")
_TELL_MS = 100
_KEPT = 20


@dataclass(eq=False)
class Job(Generic[_T]):
    """One piece of long work: how far it is, or how it ended (`said`, a sentence)."""

    title: str
    owner: QObject
    done: Callable[[_T], None]
    failed: Callable[[ExpectedError], None] | None
    stopped: Callable[[], None]
    sentence: Callable[[_T], str]
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended_at: datetime | None = None
    state: JobState = JobState.QUEUED
    # Set by the worker, read by the window's timer: telling each step would flood the UI thread.
    step: Step = field(default_factory=Step)
    said: str = ""
    progress: Progress = field(default_factory=Progress)

    def cancel(self) -> None:
        """Ask it to stop at its next step; what it has finished is kept."""
        self.progress.cancel()

    @property
    def open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True)
class _Answer(Generic[_T]):
    """What the work brought; `stopped`: it was cancelled and brought nothing."""

    value: _T | None
    stopped: bool


class Jobs(QObject):
    """`stepped(title, Step | None)`: how far the running work is, None: nothing runs; `changed`: one began or ended."""

    stepped = Signal(str, object)
    changed = Signal()

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._jobs: list[Job[Any]] = []
        self._told: tuple[str, Step] | None = None
        self._timer = QTimer(self, interval=_TELL_MS)
        self._timer.timeout.connect(self._tell)

    def start(
        self,
        title: str,
        work: Callable[[Progress], _T],
        owner: QObject,
        done: Callable[[_T], None] = lambda _: None,
        *,
        failed: Callable[[ExpectedError], None] | None = None,
        stopped: Callable[[], None] = lambda: None,
        sentence: Callable[[_T], str] = lambda _: "",
    ) -> Job[_T]:
        """Run `work(progress)` in the lane of long work, then `done(answer)`, `failed(error)` or, when it was
        cancelled, `stopped()` in the UI thread; none of them once `owner` is gone.

        title: what it does, as the strip and the jobs panel show it; sentence: how it ended, for the panel.
        """
        job: Job[_T] = Job(title, owner, done, failed, stopped, sentence)
        job.progress = Progress(lambda step: _note(job, step))
        self._jobs = [job, *(kept for place, kept in enumerate(self._jobs) if kept.open or place < _KEPT)]

        def run() -> _Answer[_T]:
            job.state = JobState.RUNNING
            try:
                # Stopped while it waited: it does not even begin.
                job.progress.step(0, 0)
                return _Answer(work(job.progress), stopped=False)
            except Cancelled:
                return _Answer(None, stopped=True)

        self._tasks.run(
            run,
            self,
            lambda answer: self._finish(job, answer),
            failed=lambda e: self._fail(job, e),
            ended=lambda: self._close(job),
            lane=Lane.LONG,
        )
        self._timer.start()
        self._tell()
        self.changed.emit()
        return job

    def all(self) -> list[Job[Any]]:
        """Return the work of this window, the newest first; a few of those that ended."""
        return list(self._jobs)

    def running(self) -> Job[Any] | None:
        """Return what runs now, else what waits."""
        opened = [job for job in reversed(self._jobs) if job.open]
        return next((job for job in opened if job.state == JobState.RUNNING), opened[0] if opened else None)

    def cancel_all(self) -> None:
        """Ask everything to stop, as when somebody else signs in."""
        for job in self._jobs:
            job.cancel()

    def _tell(self) -> None:
        job = self.running()
        told = None if job is None else (job.title, job.step)
        if told is None:
            self._timer.stop()
        if told != self._told:
            self._told = told
            self.stepped.emit(*(told or ("", None)))

    def _finish(self, job: Job[_T], answer: _Answer[_T]) -> None:
        if answer.stopped:
            self._end(job, JobState.CANCELLED, "")
            if isValid(job.owner):
                job.stopped()
            return
        value: Any = answer.value
        self._end(job, JobState.DONE, job.sentence(value))
        if isValid(job.owner):
            job.done(value)

    def _fail(self, job: Job[_T], error: ExpectedError) -> None:
        self._end(job, JobState.FAILED, str(error))
        if not isValid(job.owner):
            return
        if job.failed is not None:
            job.failed(error)
        else:
            self._tasks.on_failure(job.owner, error)

    def _close(self, job: Job[_T]) -> None:
        # A bug brought neither an answer nor an expected error.
        if job.open:
            self._end(job, JobState.FAILED, tr("The program met an error that it does not know."))

    def _end(self, job: Job[_T], state: JobState, said: str) -> None:
        job.state, job.said, job.ended_at = state, said, datetime.now(UTC)
        self._tell()
        self.changed.emit()


def _note(job: Job[Any], step: Step) -> None:
    job.step = step
