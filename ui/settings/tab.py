"""The settings tab: its sections at the left, the open page, and the question before changes would be left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.errors import ExpectedError
from ui import names
from ui.change_board import Changed
from ui.context import Context
from ui.settings import words
from ui.settings.bars import LeaveBar, NewsBar
from ui.settings.control import ScoringControl
from ui.settings.head import SettingsHead
from ui.settings.history import ScorerHistory
from ui.settings.scoring_page import ScoringPage
from ui.settings.sections import Sections
from ui.tab_page import TabPage
from ui.text import tr
from ui.theme.tokens import GAP, MARGIN
from ui.widgets.panels import row

_WITH_SECTIONS = 1000


class SettingsTab(TabPage):
    """Everybody reads it; an administrator changes it."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx, names.SETTINGS_TAB)
        self.writes = ctx.commands.allowed("settings-save")
        self.control = ScoringControl(ctx, self)
        self.head = SettingsHead(writes=self.writes)
        self.leave_bar = LeaveBar()
        self.news = NewsBar(tr("Score now"))
        self.sections = Sections()
        self.page = ScoringPage(ctx, self.control)
        self.history = ScorerHistory(ctx)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.page)
        self._stack.addWidget(self.history)
        self._build()
        self._connect()
        self._show_page()
        self._edited()
        self.control.load()

    # --- what the workspace asks ------------------------------------------------------------------

    def keys(self) -> Sequence[tuple[str, str]]:
        if self._in_history():
            return (tr("Esc"), tr("back")), ("?", tr("all keys"))
        if not self.writes:
            return ("Ctrl H", tr("history")), ("?", tr("all keys"))
        return ("Ctrl S", tr("save")), (tr("Esc"), tr("discard")), ("?", tr("all keys"))

    def set_low(self, low: bool) -> None:
        self.body.setContentsMargins(MARGIN, 10 if low else 20, MARGIN - 4, 6 if low else 16)
        self.body.setSpacing(8 if low else 12)

    def has_unsaved(self) -> bool:
        return self.control.changes > 0

    def holds(self, go_on: Callable[[], None]) -> bool:
        if not self.control.changes:
            return False
        self.leave_bar.ask(self.control.changes, go_on)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.sections.setVisible(self.width() >= _WITH_SECTIONS)

    # --- commands ---------------------------------------------------------------------------------

    def save(self) -> None:
        """Put what was changed in force."""
        self.errors.hide()
        self.control.save()

    def back(self) -> None:
        """Leave the question, the history, or what was changed, whichever is open."""
        if not self.leave_bar.isHidden():
            self.leave_bar.stay_here()
            self.page.focus_first()
        elif self._in_history():
            self._show_page()
        else:
            self._discard()

    def show_history(self) -> None:
        """Show the kept scorers, or the page again."""
        if self._in_history():
            self._show_page()
        elif self.control.changes:
            self.leave_bar.ask(self.control.changes, self.show_history)
        else:
            self.history.load()
            self._stack.setCurrentWidget(self.history)
            self.head.show_editing(editing=False)
            self.history.focus_first()
            self._tell_place()

    def _discard(self) -> None:
        former = self.control.discard()
        if former is not None:
            self.ctx.notices.say(tr("Your changes were discarded."), lambda: self.control.put(former))

    # --- what happens -----------------------------------------------------------------------------

    def _show_page(self) -> None:
        self._stack.setCurrentWidget(self.page)
        self.head.show_editing(editing=True)
        self.setFocusProxy(self.page.capacity.calls.slider if self.writes else self.page.area)
        self._tell_place()
        if self.isVisible():
            self.page.focus_first()

    def _tell_place(self) -> None:
        setup = self.control.setup
        title = tr("Scoring") + ("  /  " + tr("History") if self._in_history() else "")
        self.head.show_place(title, words.freshness(setup) if setup is not None else "")
        self.keys_changed.emit()

    def _drop_and_go(self) -> None:
        self._discard()
        self.leave_bar.go()

    def _saved(self) -> None:
        self.news.say(tr("Saved. Nobody moves before the next scoring."), go=self.ctx.commands.allowed("score"))
        self.leave_bar.go()

    def _overtaken(self, _error: ExpectedError) -> None:
        self.leave_bar.stay_here()
        sentence = tr("Somebody saved other values meanwhile. Nothing was overwritten, and yours are still here.")
        self.errors.say(sentence, tr("Compare"), self.control.load)

    def _edited(self) -> None:
        count = self.control.changes
        why = "" if count else tr("Nothing was changed.")
        self.head.show_changes(count, tr("It is being saved.") if self.control.saving else why)
        if not count:
            self.leave_bar.hide()

    def _rescored(self, changed: Changed) -> None:
        """Read again after a scoring or another desk's save; single patients move all day long."""
        scored = Change.QUEUE in changed.kinds and not changed.ids
        if scored:
            self.news.hide()
        if (scored or Change.CLINIC in changed.kinds) and not self.control.saving:
            # While something is being changed, what it is compared with stays: a save finds out who was first.
            (self.control.load_patients if self.control.changes else self.control.load)()

    def _in_history(self) -> bool:
        return self._stack.currentWidget() is self.history

    def _build(self) -> None:
        self.set_low(False)
        for part in (self.head, self.errors, self.leave_bar, self.news):
            self.body.addWidget(part)
        line = row(None, GAP)
        line.addWidget(self.sections)
        line.addWidget(self._stack, 1)
        self.body.addLayout(line, 1)

    def _connect(self) -> None:
        head, control = self.head, self.control
        head.save_asked.connect(self.save)
        head.discard_asked.connect(self._discard)
        head.history_asked.connect(self.show_history)
        control.loaded.connect(self._tell_place)
        control.edited.connect(self._edited)
        control.saved.connect(self._saved)
        control.overtaken.connect(self._overtaken)
        self.leave_bar.save_asked.connect(self.save)
        self.leave_bar.drop_asked.connect(self._drop_and_go)
        self.news.asked.connect(partial(self.ctx.commands.do_id, "score"))
        self.sections.chosen.connect(self._show_page)
        self.history.changed.connect(self._saved)
        self.ctx.board.listen(self, [Change.CLINIC, Change.QUEUE], self._rescored)
        bind = self.ctx.commands.bind
        bind("settings-save", self, self.save, lambda: "" if self.control.changes else tr("Nothing was changed."))
        bind("settings-discard", self, self.back)
        bind("settings-history", self, self.show_history)
        notices = self.ctx.notices
        bind("undo", self, notices.take_back, notices.why_no_way_back)
