"""Why is someone not here? A name, and every rule of the queue with what it found."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QModelIndex, QObject, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPainter, QShowEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from reactivate_desktop.domain.names import full_name
from reactivate_desktop.domain.patients import PatientRow
from reactivate_desktop.domain.scores import WhyRow
from ui import formats, names
from ui.context import Context
from ui.priority_queue.why import RuleList
from ui.privacy import veiled
from ui.tab_page import TabPage
from ui.tasks import Ticket
from ui.text import tr
from ui.theme.fonts import SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.widgets import paint
from ui.widgets.fields import LineField
from ui.widgets.key_page import ENTER
from ui.widgets.panels import Card, ErrorBar, column, row, scrolled
from ui.widgets.text import NAME, SMALL, Label

_MOST, _ROW = 20, 46
_PAUSE_MS = 150
_ROLE = Qt.ItemDataRole.UserRole + 1


class _Found(QStyledItemDelegate):
    """A patient who was found: name, and what tells namesakes apart."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:  # type: ignore[override]
        return QSize(200, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # type: ignore[override]
        painter.save()
        box, found = QRectF(option.rect), tokens()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, found.selection)
            painter.fillRect(QRectF(box.x(), box.y(), 3, box.height()), found.accent)
        inner = box.adjusted(12, 4, -8, -4)
        shown: PatientRow = index.data(_ROLE)
        name = veiled(full_name(shown.first_name, shown.last_name))
        upper, lower = inner.adjusted(0, 0, 0, -inner.height() / 2), inner.adjusted(0, inner.height() / 2, 0, 0)
        paint.text(painter, upper, name, font(14, SEMI_BOLD), found.text)
        paint.text(painter, lower, _second(shown), font(12), found.muted)
        painter.restore()


class WhyNotDialog(QDialog):
    """Searches a patient and shows why she is in the queue or not."""

    def __init__(self, ctx: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ctx = ctx
        self.setObjectName(names.QUEUE_WHY)
        self.setWindowTitle(tr("Why is someone not here?"))
        self.setProperty("ground", "background")
        self.resize(760, 600)
        self._search_ticket: Ticket[list[PatientRow]] | None = None
        self._why_ticket: Ticket[WhyRow] | None = None
        self.search = LineField(
            tr("Name, phone number or part of it"), tr("Whom are you looking for?"), "magnifying-glass"
        )
        self.model = QStandardItemModel(self)
        self.found = QListView()
        self.rules = RuleList()
        self.errors = ErrorBar()
        self._name = Label("", NAME)
        self._hint = Label("", SMALL, "muted", wrap=True)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._build()
        self._pause.timeout.connect(self._find)
        self.search.textChanged.connect(self._pause.start)
        self.search.left.connect(self.reject)
        self.found.selectionModel().currentChanged.connect(self._explain)
        self.ctx.privacy.changed.connect(self.found.viewport().update)

    def _build(self) -> None:
        self.found.setModel(self.model)
        self.found.setItemDelegate(_Found(self.found))
        self.found.setUniformItemSizes(True)
        self.found.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.found.setAccessibleName(tr("Patients found"))
        self.found.setFixedWidth(270)
        outer, sides = column(self, 12, 16), row(None, 16)
        left, right = Card(margin=4), Card(spacing=6)
        left.body.addWidget(self.found)
        right.body.addWidget(self._name)
        right.body.addWidget(self._hint)
        right.body.addWidget(scrolled(self.rules, tr("All rules")), 1)
        sides.addWidget(left)
        sides.addWidget(right, 1)
        outer.addWidget(self.search)
        outer.addWidget(self.errors)
        outer.addLayout(sides, 1)
        self._name.hide()
        self._say(tr("Type a name: every rule of the queue is shown with what it found."))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.search.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Down, *ENTER) and self.search.hasFocus() and self.model.rowCount():
            self.found.setFocus(Qt.FocusReason.OtherFocusReason)
            self.found.setCurrentIndex(self.model.index(0, 0))
            return
        if key in ENTER:
            return
        super().keyPressEvent(event)

    def patients(self) -> list[str]:
        """Return the names that were found."""
        return [self.model.item(place).text() for place in range(self.model.rowCount())]

    def show_patient(self, patient_id: UUID) -> None:
        """Show a patient without a search."""
        desk = self.ctx.desk
        self._search_ticket = self.ctx.tasks.run(
            lambda: [desk.patients.read(patient_id).patient],
            self,
            self._show_found,
            failed=lambda e: self.errors.say(str(e)),
        )

    def _find(self) -> None:
        text, desk = self.search.text().strip(), self.ctx.desk
        if self._search_ticket is not None:
            self._search_ticket.cancel()
            self._search_ticket = None
        if not text:
            self.model.clear()
            return
        self._search_ticket = self.ctx.tasks.run(
            lambda: desk.patients.find(text, _MOST), self, self._show_found, failed=lambda e: self.errors.say(str(e))
        )

    def _show_found(self, found: list[PatientRow]) -> None:
        self.errors.hide()
        self.model.clear()
        for shown in found:
            item = QStandardItem(full_name(shown.first_name, shown.last_name))
            item.setData(shown, _ROLE)
            item.setData(f"{item.text()}, {_second(shown)}", Qt.ItemDataRole.AccessibleTextRole)
            self.model.appendRow(item)
        self.search.say(tr("{n} found", n=len(found)) if found else tr("nobody found"))
        if len(found) == 1:
            self.found.setCurrentIndex(self.model.index(0, 0))

    def _explain(self, index: QModelIndex, _former: QModelIndex) -> None:
        shown: PatientRow | None = index.data(_ROLE)
        if shown is None:
            return
        wanted: UUID = shown.id
        desk = self.ctx.desk
        if self._why_ticket is not None:
            self._why_ticket.cancel()
        self._name.setText(veiled(full_name(shown.first_name, shown.last_name)))
        self._name.show()
        self._say(_second(shown))
        self.rules.wait()
        self._why_ticket = self.ctx.tasks.run(
            lambda: desk.scoring.why(wanted), self, self.rules.show_why, failed=lambda e: self.errors.say(str(e))
        )

    def _say(self, words: str) -> None:
        self._hint.setText(words)


class WhyNot(QObject):
    """Opens the dialog: for a name to type, or for a patient who was found elsewhere."""

    def __init__(self, page: TabPage) -> None:
        super().__init__(page)
        self._page = page
        page.ctx.navigation.why_asked.connect(self.show_patient)

    def ask(self) -> None:
        """Open it for a name to type."""
        self._open()

    def show_patient(self, patient_id: UUID) -> None:
        """Open it with a patient's rules."""
        self._open().show_patient(patient_id)

    def _open(self) -> WhyNotDialog:
        dialog = WhyNotDialog(self._page.ctx, self._page)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog


def _second(shown: PatientRow) -> str:
    born = formats.birth_date(shown.date_of_birth)
    return " · ".join(part for part in (born, veiled(formats.phone(shown.phone)) if shown.phone else "") if part)
