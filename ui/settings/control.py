"""What the page of the scores' settings knows: the rules in force, what is being changed, and what that would do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from reactivate_desktop.domain.errors import Conflict, ExpectedError
from reactivate_desktop.domain.score_settings import ScoreSetup, TierPreview
from ui.context import Context
from ui.latest import Latest
from ui.settings.draft import Draft

if TYPE_CHECKING:
    from reactivate_desktop.services.score_settings import Preview


class ScoringControl(QObject):
    """`loaded`: other rules are in force; `edited`: the draft changed; `counted(preview)`: what it would do.

    `saved`: it is in force; `overtaken(error)`: somebody else saved first. One question of the preview is under way
    at a time, and the newest draft is asked next: dragging a slider must not queue up work.
    """

    loaded = Signal()
    edited = Signal()
    counted = Signal(object)
    saved = Signal()
    overtaken = Signal(object)

    def __init__(self, ctx: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._latest = Latest(ctx.tasks, self)
        self._preview: Preview | None = None
        self._asked: object = None
        self.setup: ScoreSetup | None = None
        self.draft: Draft | None = None
        self.saving = False

    @property
    def changes(self) -> int:
        """How many values were changed and not saved."""
        if self.setup is None or self.draft is None:
            return 0
        return self.draft.changes(self.setup)

    def load(self) -> None:
        """Read what is in force, and the patients; what is being changed here stays on top of it."""
        desk = self._ctx.desk
        self._latest.ask("setup", lambda: desk.score_settings.read(), self._read)
        self.load_patients()

    def load_patients(self) -> None:
        """Read the patients anew, as after a scoring."""
        desk = self._ctx.desk
        self._latest.ask("patients", lambda: desk.score_settings.open_preview(), self._opened)

    def change(self, **values: Any) -> None:
        """Change values of the draft."""
        if self.draft is not None:
            self.put(replace(self.draft, **values))

    def put(self, draft: Draft) -> None:
        """Change the whole draft, as when a discarded one comes back."""
        self.draft = draft
        self.edited.emit()
        self._ask()

    def discard(self) -> Draft | None:
        """Go back to what is in force and return what was changed; None: nothing was."""
        if self.setup is None or not self.changes:
            return None
        former = self.draft
        self.put(Draft.of(self.setup))
        return former

    def save(self) -> None:
        """Put the draft in force."""
        if self.setup is None or self.draft is None or not self.changes or self.saving:
            return
        desk, seen = self._ctx.desk, self.setup.saved_at
        rules, kept_back = self.draft.rules(self.setup), self.draft.kept_back
        self.saving = True
        self.edited.emit()
        self._ctx.tasks.run(
            lambda: desk.score_settings.save(seen, rules, kept_back),
            self,
            self._saved,
            failed=self._refused,
        )

    def _read(self, setup: ScoreSetup) -> None:
        former, mine = self.setup, self.draft
        self.setup = setup
        self.draft = Draft.of(setup) if former is None or mine is None else mine.rebased(former, setup)
        self.loaded.emit()
        self.edited.emit()
        self._ask()

    def _opened(self, preview: Preview) -> None:
        self._preview = preview
        # Of other patients: the same question has another answer.
        self._asked = None
        self._ask()

    def _ask(self) -> None:
        preview = self._preview
        if preview is None or self.setup is None or self.draft is None or self._latest.waits("preview"):
            return
        rules = self.draft.rules(self.setup)
        if self._asked == (preview, rules):
            return
        self._asked = (preview, rules)
        self._latest.ask("preview", lambda: preview.of(rules), self._answered)

    def _answered(self, found: TierPreview) -> None:
        self.counted.emit(found)
        self._ask()

    def _saved(self, _none: None) -> None:
        self.saving = False
        if self.setup is not None and self.draft is not None:
            # Until it is read again, what was saved is what is in force.
            self.setup = replace(
                self.setup,
                rules=self.draft.rules(self.setup),
                calls=self.draft.calls,
                messages=self.draft.messages,
                hold_out_percent=self.draft.kept_back,
            )
        self.edited.emit()
        self.saved.emit()
        self.load()

    def _refused(self, error: ExpectedError) -> None:
        self.saving = False
        self.edited.emit()
        if isinstance(error, Conflict):
            self.overtaken.emit(error)
        else:
            self._ctx.tasks.on_failure(self, error)
