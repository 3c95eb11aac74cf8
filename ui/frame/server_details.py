"""The panel behind the status strip: server, sign-in, age of each source, what waits; with a report for IT."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QWidget

from reactivate_desktop import __version__
from reactivate_desktop.domain.errors import ExpectedError
from ui import formats, names, words
from ui.context import Context
from ui.frame.overlay import Overlay, ScrollingCard
from ui.text import number, tr
from ui.theme.tokens import GAP, GAP_SMALL, MARGIN
from ui.upkeep import DeskState, Upkeep
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import ErrorBar, row
from ui.widgets.text import BODY, NAME, SMALL_STRONG, Label


class ServerDetails(Overlay):
    """What is known of the server and the data, as it changes."""

    def __init__(self, ctx: Context, upkeep: Upkeep, room: QWidget) -> None:
        super().__init__(room, names.SERVER_DETAILS, tr("Server and data"), 560)
        self._ctx, self._upkeep = ctx, upkeep
        self._area = ScrollingCard()
        self._errors = ErrorBar()
        self._close = Button("", Kind.QUIET, "x")
        self._close.setAccessibleName(tr("Close"))
        self._close.clicked.connect(self.leave)
        self._copy = Button(tr("Copy a report for IT"), Kind.PLAIN, "copy-simple")
        self._copy.clicked.connect(self._look)
        head, foot = row(None, GAP_SMALL), row(None, GAP_SMALL)
        head.addWidget(Label(tr("Server and data"), NAME))
        head.addStretch(1)
        head.addWidget(self._close)
        foot.addWidget(Label(tr("The report holds no patient data."), SMALL_STRONG, "muted"))
        foot.addStretch(1)
        foot.addWidget(self._copy)
        self.body.setContentsMargins(MARGIN, 20, 20, 20)
        self.body.setSpacing(GAP)
        self.body.addLayout(head)
        self.body.addWidget(self._errors)
        self.body.addWidget(self._area, 1)
        self.body.addLayout(foot)
        upkeep.changed.connect(self._show)

    def ask(self) -> None:
        """Show it."""
        self._errors.hide()
        self._fill()
        self.open(self._copy)

    def _show(self) -> None:
        if self.isVisible():
            self._fill()
            self.refit()

    def _fill(self) -> None:
        whole = QWidget()
        grid = QGridLayout(whole)
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for line, (what, value) in enumerate([*_server(self._upkeep.state), *self._desk()]):
            grid.addWidget(Label(what, SMALL_STRONG, "muted"), line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Label(value, BODY, wrap=True), line, 1)
        self._area.setWidget(whole)

    def _desk(self) -> Iterator[tuple[str, str]]:
        person = self._ctx.person
        yield tr("This PC"), self._ctx.desk.settings.workstation
        yield tr("Signed in"), f"{person.name} · {words.role(person.role)}"
        yield tr("Program"), tr("Version {version}", version=__version__)

    def _look(self) -> None:
        self._copy.forbid(tr("Looking..."))
        desk = self._ctx.desk
        self._ctx.tasks.run(
            lambda: [f"{found.verdict} {found.subject}: {found.sentence}" for found in desk.health.look(desk.token())],
            self,
            self._copied,
            failed=self._complain,
            ended=lambda: self._copy.forbid(""),
        )

    def _copied(self, lines: list[str]) -> None:
        QGuiApplication.clipboard().setText("\n".join(lines))
        self._ctx.notices.say(tr("The report is copied. Paste it into a message to IT."))

    def _complain(self, error: ExpectedError) -> None:
        self._errors.say(str(error))
        self.refit()


def _server(state: DeskState) -> Iterator[tuple[str, str]]:
    yield state.where, state.words
    known = state.freshness
    if known is None:
        return
    scored = tr("Never") if known.scored_at is None else formats.ago(known.scored_at, known.now)
    yield tr("Scored"), " · ".join(part for part in (scored, known.scored_by_stage) if part)
    for source in known.sources:
        newest = tr("Nothing yet") if source.newest_at is None else formats.ago(source.newest_at, known.now)
        yield source.name, f"{newest} · {tr('paused')}" if source.paused else newest
    yield tr("Long work"), tr("{n} open", n=number(len(known.open_jobs))) if known.open_jobs else tr("Nothing runs")
    yield tr("Kept on this PC"), tr("{n} outcomes to send", n=number(state.kept)) if state.kept else tr("Nothing waits")
