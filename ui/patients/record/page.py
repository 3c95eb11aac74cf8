"""A patient's record: everything of one person on one page, and what the desk may do with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import CommunicationChannel
from reactivate_desktop.domain.errors import ExpectedError, NotFound
from reactivate_desktop.domain.names import full_name
from reactivate_desktop.domain.records import ScoreEntry
from reactivate_desktop.domain.scores import WhyRow
from ui import names
from ui.change_board import Changed
from ui.context import Context
from ui.patients.form import PatientForm
from ui.patients.form_view import form_keys
from ui.patients.record.deeds import Deeds
from ui.patients.record.paper import Paper
from ui.patients.record.reading import Facts, RecordReader
from ui.patients.record.view import LINE, RecordView
from ui.text import tr
from ui.widgets.panels import column

_KINDS = (Change.PATIENTS, Change.VISITS, Change.APPOINTMENTS, Change.QUEUE, Change.INBOX)


class RecordPage(QWidget):
    """`closed`: back to the list; `next_asked`, `previous_asked`: its neighbours; `keys_changed`: others work now.

    `merge_asked(survivor id, merged id)`: two records were picked that may be one person. The page has its own margins.
    """

    closed = Signal()
    next_asked = Signal()
    previous_asked = Signal()
    keys_changed = Signal()
    merge_asked = Signal(object, object)

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self.setObjectName(names.PATIENT_RECORD)
        self._patient: UUID | None = None
        self._facts: Facts | None = None
        self._form: PatientForm | None = None
        self._wants_booking = False
        self.view = RecordView(ctx)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self.setFocusProxy(self.view)
        column(self, 0).addWidget(self._stack)
        self._reader = RecordReader(ctx, self)
        self._paper = Paper(ctx, self)
        self._deeds = Deeds(ctx, self.view.ask, self.view.picker, self)
        self._connect()
        self._bind()
        ctx.board.listen(self, _KINDS, self._heard)

    def show_patient(self, patient_id: UUID, place_text: str = "") -> None:
        """Show a patient; place_text: where she stands in the list that she was opened from."""
        if self._form is not None and self._stack.currentWidget() is self._form:
            # What is typed stays as a draft of its patient.
            self._form.leave()
        self._show_part(self.view)
        self._patient, self._facts, self._wants_booking = patient_id, None, False
        self._deeds.show_head(None)
        self.view.begin(patient_id)
        self.view.head.place.show_place(place_text)
        self._reader.forget()
        self._reader.ask(patient_id)
        self.view.focus_list()

    def has_unsaved(self) -> bool:
        """Return whether something typed here would be lost by closing."""
        editing = self._form is not None and self._stack.currentWidget() is self._form
        return self.view.has_unsaved() or (editing and self._form is not None and self._form.has_unsaved())

    def book(self) -> None:
        """Open the booking panel; for a patient who is being read, as soon as she is. Says why where it cannot be."""
        self._wants_booking = self._facts is None
        if self._facts is None:
            return
        reason, patient = self.view.head.book_reason(), self._facts.head.patient
        if reason:
            self.ctx.notices.say(reason)
        else:
            self.view.open_booking(patient.id, full_name(patient.first_name, patient.last_name))

    def edit(self) -> None:
        """Open the form of the patient who is shown."""
        if self._patient is None or self._facts is None or self._facts.head.merged_into is not None:
            return
        if self._form is None:
            self._form = PatientForm(self.ctx)
            self._form.saved.connect(lambda _: self._back_from_form())
            self._form.closed.connect(self._back_from_form)
            self._stack.addWidget(self._form)
        self._show_part(self._form)
        self._form.start_edit(self._patient)

    def reload(self) -> None:
        """Read everything again; scroll places, selections and typed text stay."""
        if self._patient is not None:
            self._reader.ask(self._patient)
            self.view.reload_lists()

    def keys(self) -> Sequence[tuple[str, str]]:
        """Return the hints for the status strip."""
        if self._form is not None and self._stack.currentWidget() is self._form:
            return form_keys()
        if not self.view.side.booking.isHidden():
            return (tr("Enter"), tr("book")), ("1–6", tr("choose a time")), (tr("Esc"), tr("back"))
        found = [("Alt + ↓", tr("next in list")), ("Esc", tr("back"))]
        if not self.ctx.person.writes:
            return found
        return [("C", tr("call")), ("T", tr("text")), ("B", tr("book")), ("N", tr("note")), *found]

    # --- what comes in ----------------------------------------------------------------------------

    def _show(self, facts: Facts) -> None:
        head = facts.head
        if head.patient.id != self._patient:
            return
        self._facts = facts
        self._deeds.show_head(head)
        self.view.show_facts(facts)
        if self._wants_booking:
            self.book()

    def _explain(self, why: WhyRow | None, history: Sequence[ScoreEntry]) -> None:
        if why is None:
            self.view.side.why.clear()
        else:
            self.view.side.why.show_why(why, history)
        self.view.show_side()

    def _refuse(self, error: ExpectedError) -> None:
        self.ctx.tasks.on_failure(self, error)
        if isinstance(error, NotFound):
            self.closed.emit()

    def _heard(self, changed: Changed) -> None:
        if self._patient is not None and (not changed.ids or self._patient in changed.ids):
            self.reload()

    # --- what is done -----------------------------------------------------------------------------

    def _back_from_form(self) -> None:
        self._show_part(self.view)
        self.reload()
        self.view.focus_list()

    def _show_part(self, part: QWidget) -> None:
        self._stack.setCurrentWidget(part)
        self.setFocusProxy(part)
        self.keys_changed.emit()

    def _begin_note(self) -> None:
        self.view.show_tab(LINE)
        self.view.line.note.setFocus()

    def _back(self) -> None:
        if not self.view.close_all():
            self.closed.emit()

    def _open_consent(self, channel: CommunicationChannel | None) -> None:
        if channel is None or self._facts is None or self._patient is None:
            self.view.consent.close_panel()
        else:
            self.view.consent.open(self._patient, self._facts.strip.cell(channel))

    def _connect(self) -> None:
        view, deeds, head = self.view, self._deeds, self.view.head
        self._reader.read.connect(self._show)
        self._reader.explained.connect(self._explain)
        self._reader.refused.connect(self._refuse)
        head.place.back.clicked.connect(self._back)
        head.place.next.clicked.connect(self.next_asked)
        head.place.previous.clicked.connect(self.previous_asked)
        head.text_asked.connect(lambda: self.ctx.commands.do_id("record-text"))
        for source in (head.book_asked, view.side.upcoming.book_asked):
            source.connect(lambda: self.ctx.commands.do_id("record-book"))
        head.more_asked.connect(lambda: deeds.open_menu(head.more.mapToGlobal(QPoint(head.more.width(), 38))))
        view.merged.asked.connect(self._open_survivor)
        view.strip.asked.connect(self._open_consent)
        view.consent.closed.connect(view.strip.close_cell)
        view.consent.changed.connect(self.ctx.notices.say)
        view.side.household.opened.connect(self.ctx.navigation.open_record)
        side = view.side
        for turned in (side.booking.opened, side.booking.closed):
            turned.connect(lambda *_: self.keys_changed.emit())
        cards = (side.booking.changed, side.upcoming.changed, side.household.changed)
        for changed in (deeds.changed, view.consent.changed, *cards):
            changed.connect(lambda *_: self.reload())
        for changed in (view.line.changed, view.list_changed, view.merges.changed):
            changed.connect(self.reload)
        deeds.edit_asked.connect(self.edit)
        deeds.merge_asked.connect(self.merge_asked)
        deeds.merges_asked.connect(lambda: self._with_patient(view.merges.open))
        deeds.pdf_asked.connect(lambda: self._with_patient(self._paper.ask_pdf))
        for asked in (deeds.print_asked, view.line.print_asked):
            asked.connect(lambda: self._with_patient(self._paper.print_chart))

    def _bind(self) -> None:
        bind, view, head = self.ctx.commands.bind, self.view, self.view.head
        bind("record-back", view, self._back)
        bind("record-next", view, self.next_asked.emit)
        bind("record-previous", view, self.previous_asked.emit)
        bind("record-call", view, head.dial, head.call_reason)
        bind("record-text", view, lambda: None, head.text_reason)
        bind("record-book", view, self.book, head.book_reason)
        bind("record-note", view, self._begin_note)
        bind("record-edit", view, self.edit)
        bind("record-why", view, view.side.why.turn)
        bind("record-print", view, lambda: self._with_patient(self._paper.print_chart))

    def _with_patient(self, call: Callable[[UUID], None]) -> None:
        if self._patient is not None:
            call(self._patient)

    def _open_survivor(self) -> None:
        if self._facts is not None and self._facts.head.merged_into is not None:
            self.ctx.navigation.open_record(self._facts.head.merged_into)
