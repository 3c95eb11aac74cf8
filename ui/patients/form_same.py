"""Says while a new patient is typed who has this number already: a record twice is harder to mend than to avoid."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit

from reactivate_desktop.domain.names import full_name
from reactivate_desktop.domain.patients import PatientRow
from ui import formats
from ui.context import Context
from ui.latest import Latest
from ui.patients.form_body import FormBody
from ui.privacy import veiled
from ui.text import tr, trn


class SameNumber(QObject):
    """Watches the phone number of a form that adds somebody; ends with the form's fields."""

    def __init__(self, ctx: Context, body: FormBody) -> None:
        super().__init__(body)
        self._ctx = ctx
        self._body = body
        self._latest = Latest(ctx.tasks, self)
        field = body.widget("phone")
        assert isinstance(field, QLineEdit), "a number is a line"
        field.textChanged.connect(self._look)

    def _look(self) -> None:
        number = str(self._body.readings()["phone"].value)
        self._latest.forget()
        if number.startswith("+"):
            desk = self._ctx.desk
            self._latest.ask(
                "same", lambda: desk.patients.find_by_phone(number), lambda found: self._say(number, found)
            )

    def _say(self, number: str, found: Sequence[PatientRow]) -> None:
        if not found:
            return
        first, more = found[0], len(found) - 1
        name = veiled(full_name(first.first_name, first.last_name))
        born = formats.birth_date(first.date_of_birth)
        who = tr("{name}, born {day}", name=name, day=born) if born else name
        others = trn(" and {n} more", " and {n} more", more) if more else ""
        said = tr("{number} is also the number of {who}", number=formats.phone(number), who=who)
        self._body.hint("phone", said + others, "yellow")
