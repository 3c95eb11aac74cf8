"""The layout of a record: head, questions, consent strip, tabs, and two columns that stack where it is narrow."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QStackedWidget, QWidget

from reactivate_desktop.domain.records import TabCounts
from ui import names
from ui.context import Context
from ui.patients.form_view import Notice
from ui.patients.record.ask_bar import AskBar
from ui.patients.record.consent_panel import ConsentPanel
from ui.patients.record.consent_strip import ConsentStrip
from ui.patients.record.head import RecordHeadView
from ui.patients.record.line_rows import Rhythm
from ui.patients.record.lists import RecordList, list_specs
from ui.patients.record.merges_panel import MergesPanel
from ui.patients.record.picker import PatientPicker
from ui.patients.record.reading import Facts
from ui.patients.record.side import WIDTH, Side
from ui.patients.record.time_line import TimeLine
from ui.text import tr
from ui.theme.tokens import GAP, GAP_LARGE, MARGIN
from ui.widgets.panels import column
from ui.widgets.under_tabs import UnderTabs

LINE = "line"
_STACK_BELOW = 1000
_LEAST_LIST = 360
_HEAD_NEEDS, _LINE_NEEDS = 900, 740
# QWIDGETSIZE_MAX, which PySide does not name.
_NO_LIMIT = 16_777_215


class RecordView(QWidget):
    """`list_changed`: a note was changed in one of its lists."""

    list_changed = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self._patient: UUID | None = None
        self._specs = {spec.id: spec for spec in list_specs(ctx)}
        self._lists: dict[str, RecordList] = {}
        self.head = RecordHeadView(ctx)
        self.ask = AskBar()
        self.picker = PatientPicker(ctx)
        self.merges = MergesPanel(ctx)
        self.merged = Notice("git-merge", tr("Open that record"))
        self.strip = ConsentStrip()
        self.consent = ConsentPanel(ctx)
        titles = [(LINE, tr("Time line")), *((spec.id, spec.title) for spec in self._specs.values())]
        self.tabs = UnderTabs(names.PATIENT_TABS, titles)
        self.line = TimeLine(ctx)
        self.side = Side(ctx)
        self._left = QStackedWidget()
        self._left.addWidget(self.line)
        self._left.setMinimumHeight(_LEAST_LIST)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(GAP_LARGE)
        self._columns.addWidget(self._left, 1)
        self._columns.addWidget(self.side)
        self._build()
        self.side.booking.closed.connect(self._booking_closed)
        self.tabs.chosen.connect(self.show_tab)
        self.setFocusProxy(self.line.view)

    def begin(self, patient_id: UUID) -> None:
        """Show nothing of the former patient any more; the open tab stays open."""
        self._patient = patient_id
        self.close_all()
        self.merged.hide()
        self.head.clear()
        self.strip.clear()
        self.side.clear()
        self.line.show_patient(patient_id)
        for spec in self._specs:
            self.tabs.show_count(spec, None)
        self.show_tab(self.tabs.current())

    def show_tab(self, id: str) -> None:
        """Show a tab, its list read when it is first opened for this patient."""
        self.tabs.show_tab(id)
        if id == LINE:
            self._left.setCurrentWidget(self.line)
            self.setFocusProxy(self.line.view)
            return
        shown = self._lists.get(id)
        if shown is None:
            shown = RecordList(self.ctx, self._specs[id])
            shown.changed.connect(self.list_changed)
            self._lists[id] = shown
            self._left.addWidget(shown)
        self._left.setCurrentWidget(shown)
        self.setFocusProxy(shown.view)
        if self._patient is not None and not shown.shows(self._patient):
            shown.show_patient(self._patient)

    def show_facts(self, facts: Facts) -> None:
        """Show who this is, what may be done, what lies ahead and the household."""
        head, strip = facts.head, facts.strip
        self.head.show_head(head)
        self.head.show_strip(strip)
        self.strip.show_strip(strip)
        if not self.consent.isHidden() and self.consent.channel is not None:
            self.consent.show_cell(strip.cell(self.consent.channel))
        self.show_counts(head.counts)
        self.line.show_rhythm(Rhythm(head.usual_gap_days, head.patient.visit_count))
        self.side.upcoming.show_rows(facts.upcoming)
        self.side.upcoming.another.forbid(self.head.book_reason())
        self.side.household.show_members(head, facts.household)
        if head.merged_into is None:
            self.merged.hide()
        else:
            self.merged.say(tr("This record was merged into another one. Everything new belongs there."))
        self.show_side()

    def show_counts(self, counts: TabCounts) -> None:
        """Show the numbers beside the tabs."""
        for id in ("visits", "appointments", "messages", "notes", "consents", "scores"):
            self.tabs.show_count(id, getattr(counts, id))

    def reload_lists(self) -> None:
        """Read the lists again that are shown; others are read when they are opened."""
        self.line.reload()
        for id, shown in self._lists.items():
            if id == self.tabs.current():
                shown.reload()
            else:
                shown.forget()
        self.consent.reload()

    def open_booking(self, patient_id: UUID, name: str) -> None:
        """Open the booking panel, at the top of the cards."""
        self.side.booking.open(patient_id, name)
        self.side.verticalScrollBar().setValue(0)
        self.show_side()
        # Where the columns are stacked its place is known after they were laid out.
        QTimer.singleShot(0, self, self._scroll_to_side)

    def close_all(self) -> bool:
        """Close what is open over the record; False: nothing was."""
        parts = (self.ask, self.picker, self.merges, self.side.booking)
        open_parts = [part for part in parts if not part.isHidden()]
        for part in open_parts:
            part.leave()
        if not self.consent.isHidden():
            self.consent.close_panel()
            return True
        return bool(open_parts)

    def has_unsaved(self) -> bool:
        """Return whether something typed here would be lost by closing."""
        boxes = [self.line.box, *(shown.box for shown in self._lists.values())]
        if self.line.note.has_unsaved() or self.consent.has_unsaved() or self.side.booking.has_unsaved():
            return True
        return any(box.has_unsaved() for box in boxes)

    def focus_list(self) -> None:
        """Put the keyboard on the time line or the open list, so that the keys of the record work."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_side(self) -> None:
        """Make room for what the cards say now."""
        self.side.updateGeometry()

    def _booking_closed(self, focused: bool) -> None:
        self.show_side()
        if focused:
            self.focus_list()

    def _scroll_to_side(self) -> None:
        if self._columns.direction() == QBoxLayout.Direction.TopToBottom:
            self._area.verticalScrollBar().setValue(self.side.y())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        stacked = self.width() < _STACK_BELOW
        room = self.width() - 2 * MARGIN
        self.head.set_narrow(room < _HEAD_NEEDS)
        self.line.set_narrow((room if stacked else room - WIDTH) < _LINE_NEEDS)
        ways = QBoxLayout.Direction
        self._columns.setDirection(ways.TopToBottom if stacked else ways.LeftToRight)
        self.side.set_stacked(stacked)
        self.side.setMinimumWidth(0 if stacked else WIDTH)
        self.side.setMaximumWidth(_NO_LIMIT if stacked else WIDTH)

    def _build(self) -> None:
        inner = QWidget()
        body = column(inner, GAP)
        body.setContentsMargins(MARGIN, 14, MARGIN - 4, 14)
        for part in (self.head, self.merged, self.ask, self.picker, self.merges, self.strip, self.consent, self.tabs):
            body.addWidget(part)
        body.addLayout(self._columns, 1)
        area = self._area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        area.setWidget(inner)
        column(self, 0).addWidget(area)
