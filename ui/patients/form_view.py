"""The page of a patient's form: its head with Save, its bars, the fields, and the two sides of a conflict."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from ui.patients.conflict import ConflictView
from ui.patients.form_body import FormBody
from ui.patients.form_fields import Field
from ui.patients.record.ask_bar import AskBar
from ui.text import tr
from ui.theme.tokens import MARGIN
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import ErrorBar, Picture, column, row
from ui.widgets.text import FIRST, SMALL, TITLE, Elided, Label

_WIDEST = 920


class Notice(QFrame):
    """A quiet line with one link: something happened meanwhile."""

    asked = Signal()

    def __init__(self, icon: str, word: str) -> None:
        super().__init__()
        self.setProperty("ground", "box")
        self._label = Label("", FIRST, wrap=True)
        link = Button(word, Kind.LINK)
        link.clicked.connect(self.asked)
        inner = row(self, 10)
        inner.setContentsMargins(12, 8, 12, 8)
        inner.addWidget(Picture(icon, 16, "accent"))
        inner.addWidget(self._label, 1)
        inner.addWidget(link)
        self.hide()

    def say(self, sentence: str) -> None:
        """Show it."""
        self._label.setText(sentence)
        self.setAccessibleName(sentence)
        self.show()

    def words(self) -> str:
        """Return what it says while it is shown."""
        return "" if self.isHidden() else self._label.text()


def form_keys() -> Sequence[tuple[str, str]]:
    """Return the hints for the status strip while a form is shown."""
    return ("Ctrl S", tr("save")), (tr("Esc"), tr("back")), ("?", tr("all keys"))


class FormView(QWidget):
    """`save_asked`, `leave_asked`, `typed`; `over_asked`: drop the draft; `compare_asked`: look at both versions."""

    save_asked = Signal()
    leave_asked = Signal()
    typed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.body: FormBody | None = None
        self.back = Button(tr("Back"), Kind.LINK, "caret-left")
        self.back.setAccessibleName(tr("Back, and keep what is typed as a draft"))
        self._title = Elided("", TITLE)
        self._kept = Label(tr("What you type is kept on this PC until you save"), SMALL, "muted")
        self.save = Button(tr("Save"), Kind.FILLED, keys="Ctrl S")
        self.errors = ErrorBar()
        self.ask = AskBar()
        self.draft = Notice("clock-counter-clockwise", tr("Start over"))
        self.news = Notice("arrows-clockwise", tr("Compare"))
        self.conflict = ConflictView()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._conflict_area = QScrollArea()
        self._conflict_area.setWidgetResizable(True)
        self._conflict_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._conflict_area.setWidget(self.conflict)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._area)
        self._stack.addWidget(self._conflict_area)
        self._build()
        self.save.clicked.connect(self.save_asked)
        self.back.clicked.connect(self.leave_asked)
        self.conflict.decided.connect(self.save_asked)
        self.conflict.left.connect(self.leave_asked)

    def begin(self, title: str) -> None:
        """Show nothing yet, below a title."""
        self._title.setText(title)
        for part in (self.errors, self.ask, self.draft, self.news):
            part.hide()
        self.show_form()
        self.save.setEnabled(False)
        if self.body is not None:
            self.body.setEnabled(False)

    def show_fields(self, title: str, specs: Sequence[Field], *, editing: bool) -> FormBody:
        """Show the fields of a form, empty, and return them."""
        self._title.setText(title)
        self.body = FormBody(specs, editing=editing)
        self.body.typed.connect(self.typed)
        # The former one ends with this.
        self._area.setWidget(self.body)
        self.save.forbid("")
        return self.body

    def show_form(self) -> None:
        """Show the fields."""
        self._stack.setCurrentWidget(self._area)
        self.save.setVisible(True)

    def show_conflict(self) -> None:
        """Show both sides; Save is theirs now."""
        self._stack.setCurrentWidget(self._conflict_area)
        self.save.setVisible(False)
        for part in (self.draft, self.news, self.errors):
            part.hide()
        self.conflict.focus_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Fields keep Escape from shortcuts, and then leave it to the form.
        if event.key() == Qt.Key.Key_Escape:
            self.leave_asked.emit()
            return
        super().keyPressEvent(event)

    @property
    def comparing(self) -> bool:
        """Whether both sides are shown."""
        return self._stack.currentWidget() is self._conflict_area

    def _build(self) -> None:
        head = row(None, 12)
        words = column(None, 2)
        words.addWidget(self._title)
        words.addWidget(self._kept)
        head.addLayout(words, 1)
        head.addWidget(self.save)
        inner = column(None, 10)
        for part in (self.back, head, self.errors, self.draft, self.news, self.ask):
            if isinstance(part, QWidget):
                left = Qt.AlignmentFlag.AlignLeft if part is self.back else Qt.AlignmentFlag(0)
                inner.addWidget(part, alignment=left)
            else:
                inner.addLayout(part)
        inner.addWidget(self._stack, 1)
        outer = row(self, 0)
        outer.setContentsMargins(MARGIN, 14, MARGIN - 4, 12)
        middle = QWidget()
        middle.setMaximumWidth(_WIDEST)
        middle.setLayout(inner)
        outer.addWidget(middle, 1)
        outer.addStretch(0)
