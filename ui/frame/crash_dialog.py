"""What the person sees of a bug: a sentence, that her text is kept, and lines for IT without patient data."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from reactivate_desktop import __version__
from ui import names
from ui.text import tr, trn
from ui.theme.tokens import GAP, GAP_SMALL, MARGIN
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import Picture, column, row
from ui.widgets.text import BODY, NAME, SMALL, Label


class CrashDialog(QDialog):
    """`restarted`: the person wants to start the program again."""

    restarted = Signal()

    def __init__(self, window: QWidget, words: str) -> None:
        super().__init__(window)
        self.setObjectName(names.CRASH)
        self.setWindowTitle(tr("Something went wrong"))
        self.setMinimumWidth(480)
        self.resize(600, 400)
        self._count = 1
        self._lines = QPlainTextEdit(f"ReactivateAI Desktop {__version__}\n{words}")
        self._lines.setReadOnly(True)
        self._lines.setTabChangesFocus(True)
        self._lines.setAccessibleName(tr("Lines for IT, without patient data"))
        self._more = Label("", SMALL, "muted")
        self._more.hide()
        inner = column(self, GAP)
        inner.setContentsMargins(MARGIN, 24, MARGIN, 20)
        head = row(None, GAP_SMALL)
        head.addWidget(Picture("warning-circle", 22, "red"))
        head.addWidget(Label(tr("Something went wrong in the program"), NAME, wrap=True), 1)
        inner.addLayout(head)
        inner.addWidget(
            Label(
                tr(
                    "The last step may not have been done: please look before you do it again. "
                    "Notes that you have begun are kept, also when you restart."
                ),
                BODY,
                wrap=True,
            )
        )
        inner.addWidget(Label(tr("For IT, without patient data. The same lines are in the log."), SMALL, "muted"))
        inner.addWidget(self._lines, 1)
        inner.addWidget(self._more)
        inner.addWidget(self._answers())

    def add(self, words: str) -> None:
        """Note another bug that came meanwhile."""
        self._count += 1
        self._more.setText(trn("{n} error until now", "{n} errors until now", self._count))
        self._more.show()
        self._lines.appendPlainText(f"\n{words}")

    def lines(self) -> str:
        """Return the lines for IT."""
        return self._lines.toPlainText()

    def _answers(self) -> QWidget:
        whole = QWidget()
        answers = row(whole, GAP)
        copy = Button(tr("Copy for IT"), Kind.PLAIN, "copy-simple")
        again = Button(tr("Restart"), Kind.PLAIN, "arrows-clockwise")
        close = Button(tr("Close"), Kind.FILLED)
        copy.clicked.connect(self._copy)
        again.clicked.connect(self._restart)
        close.clicked.connect(self.accept)
        answers.addWidget(copy)
        answers.addStretch(1)
        answers.addWidget(again)
        answers.addWidget(close)
        close.setFocus()
        return whole

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._lines.toPlainText())

    def _restart(self) -> None:
        self.accept()
        self.restarted.emit()
