"""The commands of the whole window: what floats over the workspace, scoring, privacy and the tour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from reactivate_desktop.domain.progress import Step
from ui.context import Context
from ui.frame.command_palette import CommandPalette
from ui.frame.jobs_panel import JobsPanel
from ui.frame.overlay import Overlay
from ui.frame.server_details import ServerDetails
from ui.frame.shortcut_sheet import ShortcutSheet
from ui.frame.tour import Tour
from ui.liking import languages
from ui.scoring import LearnNow, ScoreNow
from ui.text import tr
from ui.upkeep import Upkeep
from ui.workspace import Workspace


class WindowCommands(QObject):
    """`lock_asked`, `change_asked`, `theme_asked`, `language_asked`: what only the program can do."""

    lock_asked = Signal()
    change_asked = Signal()
    theme_asked = Signal()
    language_asked = Signal()

    def __init__(self, ctx: Context, workspace: Workspace, upkeep: Upkeep) -> None:
        super().__init__(workspace)
        self._ctx, self._workspace, self._upkeep = ctx, workspace, upkeep
        self._overlays: dict[str, Any] = {}
        self.tour = Tour(workspace)
        self._score = ScoreNow(ctx, self)
        self._learn = LearnNow(ctx, self._score, self)
        self._bind()
        strip = workspace.strip
        ctx.jobs.stepped.connect(self._show_work)
        ctx.privacy.changed.connect(self._show_privacy)
        strip.cancelled.connect(self._cancel_work)
        strip.asked.connect(self._details)
        strip.keys_asked.connect(self._sheet)
        workspace.opened.connect(self.close_overlays)
        self.tour.ended.connect(self._tour_seen)
        self._show_privacy()

    def show_tour(self) -> None:
        """Show the tour, or its next step, on the tab that it speaks of."""
        if not self.tour.running:
            self._workspace.open_tab("queue")
        self.tour.go_on()

    def close_overlays(self) -> None:
        """Close what floats, as when another tab opens."""
        for overlay in self._overlays.values():
            overlay.leave()

    def _bind(self) -> None:
        for id, call, reason in (
            ("palette", self._palette, None),
            ("keys", self._sheet, None),
            ("jobs", self._jobs, None),
            ("state", self._details, None),
            ("score", self._score.start, self._score.why_not),
            ("learn", self._learn.start, self._learn.why_not),
            ("tour", self.show_tour, None),
            ("tour-end", self.tour.end, self._why_no_tour),
            ("privacy", self._veil, None),
            ("lock", self.lock_asked.emit, None),
            ("change-user", self.change_asked.emit, None),
            ("theme", self.theme_asked.emit, None),
            ("language", self.language_asked.emit, self._why_no_language),
        ):
            self._ctx.commands.bind(id, self._workspace, call, reason or (lambda: ""))

    def _overlay(self, name: str, make: Callable[[], Overlay]) -> Any:
        # Made when first asked for: most days nobody looks at most of them.
        if name not in self._overlays:
            self._overlays[name] = make()
        self.close_overlays()
        return self._overlays[name]

    def _palette(self) -> None:
        self._overlay("palette", lambda: CommandPalette(self._ctx, self._workspace)).ask()

    def _sheet(self) -> None:
        self._overlay("keys", lambda: ShortcutSheet(self._ctx.commands, self._workspace)).ask()

    def _jobs(self) -> None:
        self._overlay("jobs", lambda: JobsPanel(self._ctx, self._workspace)).ask()

    def _details(self) -> None:
        self._overlay("state", lambda: ServerDetails(self._ctx, self._upkeep, self._workspace)).ask()

    def _veil(self) -> None:
        self._ctx.privacy.toggle()

    def _show_privacy(self) -> None:
        self._workspace.strip.show_privacy(self._ctx.privacy.on)

    def _show_work(self, title: str, step: Step | None) -> None:
        self._workspace.strip.show_work(title, step)

    def _cancel_work(self) -> None:
        job = self._ctx.jobs.running()
        if job is not None:
            job.cancel()

    def _why_no_language(self) -> str:
        if len(languages()) < 2:
            return tr("Only English is shipped.")
        job = self._ctx.jobs.running()
        return "" if job is None else tr("{title} must end first.", title=job.title)

    def _why_no_tour(self) -> str:
        return "" if self.tour.running else tr("The tour is not shown.")

    def _tour_seen(self) -> None:
        desk = self._ctx.desk
        self._ctx.tasks.run(lambda: desk.preferences.change(tour_seen=True), self)
