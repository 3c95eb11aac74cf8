"""What the queue's cards over the window share: a title, a sentence, lines that scroll, an error bar, Close."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from reactivate_desktop.domain.errors import ExpectedError, SignedOut
from ui.context import Context
from ui.frame.overlay import Overlay, ScrollingCard
from ui.text import tr
from ui.theme.tokens import GAP, GAP_SMALL, MARGIN
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import ErrorBar, clear, column, row
from ui.widgets.text import BODY, NAME, Label


class QueueCard(Overlay):
    """A card that ends when it is closed. `lines` is the scrolling column, `foot` the row of buttons."""

    def __init__(self, ctx: Context, room: QWidget, name: str, title: str, wide: int = 640) -> None:
        super().__init__(room, name, title, wide)
        self.ctx = ctx
        self.sentence = Label("", BODY, "muted", wrap=True)
        self.errors = ErrorBar()
        self.end = Button(tr("Close"), Kind.PLAIN, keys="Esc")
        inside = QWidget()
        self.lines: QVBoxLayout = column(inside, GAP_SMALL)
        self._scroll = ScrollingCard()
        self._scroll.setWidget(inside)
        self.foot: QHBoxLayout = row(None, GAP)
        self.foot.addStretch(1)
        self.foot.addWidget(self.end)
        self.body.setContentsMargins(MARGIN, 22, MARGIN, 20)
        self.body.setSpacing(GAP)
        for part in (Label(title, NAME), self.sentence, self.errors):
            self.body.addWidget(part)
        self.body.addWidget(self._scroll, 1)
        self.body.addLayout(self.foot)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._fit_again)
        self.end.clicked.connect(self.leave)
        self.closed.connect(self.deleteLater)

    def refit(self) -> None:
        self._fit_again()
        # Lines that were just added or shown tell their height only when they are laid out.
        self._later.start()

    def _fit_again(self) -> None:
        self._scroll.setVisible(self.lines.count() > 0)
        # A scroll area does not tell by itself that its contents grew.
        self._scroll.updateGeometry()
        self.body.invalidate()
        super().refit()

    def open(self, first: QWidget | None = None) -> None:
        """Show it; how high its lines are is known once they have their width."""
        super().open(first)
        self.refit()

    def add(self, line: QWidget) -> None:
        """Add a line below the others; its height counts at once."""
        self.lines.addWidget(line)
        line.show()

    def say(self, sentence: str) -> None:
        """Show the sentence below the title."""
        self.sentence.setText(sentence)
        self.refit()

    def fail(self, error: ExpectedError) -> None:
        """Show what went wrong in the card itself."""
        if isinstance(error, SignedOut):
            self.ctx.tasks.on_failure(self, error)
            return
        self.errors.say(str(error))
        self.refit()

    def empty(self) -> None:
        """Take all lines away."""
        clear(self.lines)
