"""The form of a patient, new or known: fields checked as they are typed, and drafts that survive leaving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.errors import Conflict, ExpectedError
from reactivate_desktop.domain.names import full_name
from reactivate_desktop.domain.people import LocationRow
from reactivate_desktop.domain.records import RecordHead
from ui import names
from ui.change_board import Changed
from ui.context import Context
from ui.latest import Latest
from ui.patients.conflict import clashes
from ui.patients.form_drafts import FormDraft, FormDrafts
from ui.patients.form_fields import Field, fields, stored
from ui.patients.form_same import SameNumber
from ui.patients.form_save import Saving, SeenAgain, add_patient, edit_patient, question_before, seen_again
from ui.patients.form_view import FormView
from ui.patients.readings import Reading
from ui.privacy import veiled
from ui.text import tr
from ui.widgets.panels import column


class PatientForm(QWidget):
    """`saved(patient id)`; `closed`: left, what was typed is kept as a draft. The page has its own margins."""

    saved = Signal(object)
    closed = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self.setObjectName(names.PATIENT_FORM)
        self._latest = Latest(ctx.tasks, self)
        self._drafts = FormDrafts(ctx, self)
        self._saving = Saving()
        self._specs: tuple[Field, ...] = ()
        self._theirs: RecordHead | None = None
        self._carried: Mapping[str, str] = {}
        self.view = FormView()
        column(self, 0).addWidget(self.view)
        self.view.save_asked.connect(self.save)
        self.view.leave_asked.connect(self.leave)
        self.view.typed.connect(self._typed)
        self.view.draft.asked.connect(self._start_over)
        self.view.news.asked.connect(lambda: self._compare(resend=False))
        ctx.commands.bind("form-save", self, self.save)
        ctx.commands.bind("form-close", self, self.leave)
        ctx.board.listen(self, (Change.PATIENTS,), self._heard)

    def start_new(self) -> None:
        """Begin a new patient, or go on where one was left."""
        self._drafts.flush()
        self._saving = Saving()
        self.view.begin(tr("Add a patient"))
        desk = self.ctx.desk
        self._latest.ask("open", lambda: desk.clinics.locations(), lambda found: self._open(None, found))

    def start_edit(self, patient_id: UUID) -> None:
        """Begin to change a patient, or go on where that was left."""
        self._drafts.flush()
        self._saving = Saving(patient_id)
        self.view.begin(tr("Edit the record"))
        ctx = self.ctx
        self._latest.ask(
            "open",
            lambda: (ctx.desk.records.head(patient_id), ctx.desk.clinics.locations()),
            lambda found: self._open(*found),
            failed=self._fail,
        )

    def has_unsaved(self) -> bool:
        """Return whether something is typed that is not saved; it is kept as a draft all the same."""
        body = self.view.body
        return body is not None and bool(body.changed(self._saving.was))

    def leave(self) -> None:
        """Go back one step; what was typed is kept as a draft."""
        if not self.view.ask.isHidden():
            self.view.ask.leave()
        elif self.view.comparing:
            self.view.show_form()
        else:
            self._drafts.flush()
            self._latest.forget()
            self.closed.emit()

    def save(self) -> None:
        """Save what was typed, after asking once where that has a consequence for good."""
        body = self.view.body
        if body is None or self._saving.busy or not self.view.save.isEnabled():
            return
        if self.view.comparing:
            self._decide()
            return
        problem = body.problem()
        if problem:
            self.view.errors.say(problem)
            return
        wished = body.changed(self._saving.was)
        question = question_before(wished)
        if question:
            self.view.ask.ask(question, tr("Save it so"), lambda _: self._send(wished))
        else:
            self._send(wished)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.view.body is not None:
            self.view.body.focus_first()

    # --- opening ----------------------------------------------------------------------------------

    def _open(self, head: RecordHead | None, locations: Sequence[LocationRow]) -> None:
        was = stored(head)
        self._saving = replace(self._saving, was=was, version=head.patient.version if head else 0)
        self._specs = fields(locations, was)
        title = tr("Add a patient")
        if head is not None:
            title = veiled(full_name(head.patient.first_name, head.patient.last_name))
        body = self.view.show_fields(title, self._specs, editing=head is not None)
        body.show_stored(was)
        if head is None:
            SameNumber(self.ctx, body)
        self._drafts.open(self._saving.patient, self._restore)
        if self._carried:
            body.show_texts(self._carried)
            self._carried = {}
        if self.isVisible():
            body.focus_first()

    def _restore(self, draft: FormDraft | None) -> None:
        body = self.view.body
        if draft is None or body is None or self.has_unsaved():
            return
        body.show_texts(draft.texts)
        if self._saving.patient is not None and draft.version != self._saving.version:
            # Saved on the version that it was typed over: what changed since shows as a conflict, not as mine.
            self._saving = replace(self._saving, was=dict(draft.was), version=draft.version)
        self.view.draft.say(tr("What you had typed here before is back."))

    def _start_over(self) -> None:
        self._drafts.forget()
        patient = self._saving.patient
        if patient is None:
            self.start_new()
        else:
            self.start_edit(patient)

    def _typed(self) -> None:
        body = self.view.body
        if body is not None:
            self._drafts.keep(FormDraft(body.texts(), self._saving.version, self._saving.was))

    # --- saving -----------------------------------------------------------------------------------

    def _send(self, wished: Mapping[str, Reading]) -> None:
        saving, ctx = self._saving, self.ctx
        patient = saving.patient
        self.view.errors.hide()
        self.view.ask.hide()
        if not wished and patient is not None:
            self._saved(patient)
            return
        self._saving = replace(saving, busy=True)
        self.view.save.setEnabled(False)
        sent = {name: reading.sent for name, reading in wished.items()}
        if patient is None:
            ctx.tasks.run(lambda: add_patient(ctx, sent), self, lambda made: self._added(*made), failed=self._fail)
        else:
            ctx.tasks.run(
                lambda: edit_patient(ctx, patient, saving.version, sent), self, self._saved, failed=self._fail
            )

    def _added(self, patient: UUID, refused: str) -> None:
        if not refused:
            self._saved(patient)
            return
        # The patient is there; what could not be stored of her stays in the form.
        self._carried = self.view.body.texts() if self.view.body is not None else {}
        self._drafts.forget()
        self.start_edit(patient)
        self.view.errors.say(refused)

    def _saved(self, patient: UUID) -> None:
        self._saving = replace(self._saving, busy=False)
        self._drafts.forget()
        self.view.begin("")
        self.view.body = None
        self.saved.emit(patient)

    def _fail(self, error: ExpectedError) -> None:
        self._saving = replace(self._saving, busy=False)
        self.view.save.forbid("")
        self.view.ask.hide()
        if isinstance(error, Conflict) and self._saving.patient is not None:
            self._compare(resend=True)
        else:
            self.view.errors.say(str(error))

    # --- somebody else ----------------------------------------------------------------------------

    def _heard(self, changed: Changed) -> None:
        patient, ctx = self._saving.patient, self.ctx
        if patient is None or self._saving.busy or (changed.ids and patient not in changed.ids):
            return
        self._latest.ask("again", lambda: seen_again(ctx, patient), self._tell)

    def _tell(self, seen: SeenAgain) -> None:
        if seen.head.patient.version == self._saving.version or self._saving.busy or self.view.comparing:
            return
        if not self.has_unsaved() and self._saving.patient is not None:
            self.start_edit(self._saving.patient)
            return
        who = seen.by or tr("Somebody")
        self.view.news.say(tr("{name} changed this record just now. What you typed is untouched.", name=who))

    def _compare(self, *, resend: bool) -> None:
        """Show both sides; resend: save at once where what changed is none of these fields, such as the household."""
        patient, ctx = self._saving.patient, self.ctx
        if patient is not None:
            self._latest.ask(
                "compare", lambda: seen_again(ctx, patient).head, lambda head: self._show_both(head, resend=resend)
            )

    def _show_both(self, head: RecordHead, *, resend: bool) -> None:
        body = self.view.body
        if body is None:
            return
        theirs = stored(head)
        mine = body.changed(self._saving.was)
        self._theirs = head
        if theirs == self._saving.was:
            self._saving = replace(self._saving, version=head.patient.version)
            self.view.news.hide()
            if resend:
                self._send(mine)
            return
        self.view.conflict.show_clashes(clashes(self._specs, self._saving.was, mine, theirs))
        self.view.show_conflict()

    def _decide(self) -> None:
        body, head = self.view.body, self._theirs
        if body is None or head is None or self.view.conflict.waits():
            return
        typed, kept = body.texts(), self.view.conflict.kept()
        was = stored(head)
        self._saving = replace(self._saving, was=was, version=head.patient.version)
        body.show_stored(was)
        body.show_texts({name: typed[name] for name in kept})
        self.view.show_form()
        self._send(body.changed(was))
