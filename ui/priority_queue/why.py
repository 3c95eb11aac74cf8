"""Every rule of the queue with what it found, and how the score came about so that the sum can be checked."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from reactivate_desktop.domain.scores import Exclusion, RuleCheck, WhyRow
from ui import names, reasons
from ui.score_points import in_points, score_of, signed
from ui.text import tr, trn
from ui.widgets.buttons import Button, Kind
from ui.widgets.key_page import KeyPage, by_tab_only
from ui.widgets.panels import Picture, clear, column, row
from ui.widgets.text import BODY, FIRST, HEADING, SMALL, SMALL_STRONG, Label, hairline


class RuleList(QWidget):
    """The rules, then the sum of the points."""

    def __init__(self) -> None:
        super().__init__()
        self._inner = column(self, 6)

    def wait(self) -> None:
        """Show that it is being read."""
        clear(self._inner)
        self._inner.addWidget(Label(tr("Asking every rule."), BODY, "muted"))

    def show_why(self, why: WhyRow) -> None:
        """Show why a patient stands where she does."""
        clear(self._inner)
        self._inner.addWidget(Label(reasons.verdict(why), FIRST, wrap=True))
        failed = sum(not rule.passed for rule in why.rules)
        said = (
            trn("{n} rule keeps the patient out.", "{n} rules keep the patient out.", failed)
            if failed
            else tr("All {n} rules let the patient in.", n=len(why.rules))
        )
        self._inner.addWidget(Label(said, SMALL, "muted"))
        for rule in sorted(why.rules, key=lambda each: each.passed):
            self._inner.addWidget(_rule_line(rule))
        if why.score is not None:
            self._add_sum(why)
        self._inner.addStretch(1)

    def _add_sum(self, why: WhyRow) -> None:
        assert why.score is not None, "there is a score"
        self._inner.addWidget(hairline())
        self._inner.addWidget(Label(tr("How score {n} came about", n=score_of(why.score)), HEADING))
        if why.base is not None:
            parts = in_points(why.base, why.factors, len(why.factors), why.score)
            self._inner.addWidget(_points_line(tr("Start value, the same for everybody"), parts.start))
            for part in parts.parts:
                self._inner.addWidget(_points_line(reasons.factor(part.factor), part.points))
            self._inner.addWidget(hairline())
            self._inner.addWidget(_points_line(tr("Together"), parts.score, strong=True))
        self._inner.addWidget(Label(reasons.share(why.score), SMALL, "muted", wrap=True))
        if why.stage:
            self._inner.addWidget(Label(tr("By: {stage}", stage=reasons.stage(why.stage)), SMALL, "muted"))


def _passed(rule: RuleCheck) -> str:
    """Return what a rule found that lets the patient in; three of them look at the same state of the record."""
    said = {
        Exclusion.DECEASED: tr("Has not died"),
        Exclusion.MOVED: tr("Has not moved away"),
        Exclusion.INACTIVE: tr("The record is not marked as inactive"),
    }
    return said.get(rule.exclusion) or reasons.rule(rule)


def _rule_line(rule: RuleCheck) -> QWidget:
    made = QWidget()
    found = _passed(rule) if rule.passed else reasons.rule(rule)
    inner = row(made, 8)
    words = column(None, 0)
    words.addWidget(Label(found, BODY if rule.passed else FIRST, wrap=True))
    if not rule.passed:
        words.addWidget(Label(reasons.exclusion(rule.exclusion), SMALL, "muted", wrap=True))
    picture = Picture("check-circle", 16, "green") if rule.passed else Picture("prohibit", 16, "red")
    inner.addWidget(picture)
    inner.addLayout(words, 1)
    state = tr("lets the patient in") if rule.passed else tr("keeps the patient out")
    made.setAccessibleName(f"{found}: {state}")
    return made


def _points_line(text: str, points: int, *, strong: bool = False) -> QWidget:
    made = QWidget()
    inner = row(made, 8)
    inner.addWidget(Label(text, FIRST if strong else BODY, wrap=True), 1)
    inner.addWidget(Label(signed(points), SMALL_STRONG, "accent" if points >= 0 else "negative"))
    made.setAccessibleName(f"{text} {signed(points)}")
    return made


class RulesPanel(KeyPage):
    """All rules, inside the pane; Escape goes back."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.QUEUE_WHY)
        self.setAccessibleName(tr("All rules"))
        self.list = RuleList()
        self.back_button = Button(tr("Back"), Kind.LINK, "caret-left", tr("Esc"))
        by_tab_only(self.back_button)
        self.back_button.clicked.connect(self.back)
        inner, head = column(self, 6), row(None, 8)
        inner.setContentsMargins(16, 8, 16, 10)
        head.addWidget(Label(tr("All rules"), HEADING))
        head.addStretch(1)
        head.addWidget(self.back_button)
        inner.addLayout(head)
        inner.addWidget(self.list)
        inner.addStretch(1)

    def first_focus(self) -> QWidget:
        return self.back_button

    def go(self) -> None:
        """Go back."""
        self.back.emit()
