"""Why this patient has this score: the reasons as figures that add up, and every rule of the queue."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from reactivate_desktop.domain.records import ScoreEntry
from reactivate_desktop.domain.scores import RuleCheck, WhyRow
from ui import formats, names, reasons, words
from ui.score_points import ScoreParts, in_points, score_of, signed
from ui.text import tr, trn
from ui.widgets.buttons import Button, Kind
from ui.widgets.factor_line import FactorLine
from ui.widgets.panels import Card, Picture, clear, column, row
from ui.widgets.text import BODY, SMALL, STRONG, Label


class WhyCard(Card):
    """`rules_turned`: all rules are shown now, or no more."""

    rules_turned = Signal()

    def __init__(self) -> None:
        super().__init__(16, 6)
        self.setObjectName(names.PATIENT_WHY)
        self._why: WhyRow | None = None
        self._open = False
        self._title = Label(tr("Why"), STRONG)
        self._before = Label("", SMALL, "muted", wrap=True)
        self._link = Button("", Kind.LINK)
        self._link.clicked.connect(self.turn)
        self._lines = column(None, 0)
        self._start = Label("", SMALL, "muted", wrap=True)
        self._rules = column(None, 7)
        head = row(None)
        head.addWidget(self._title, 1)
        head.addWidget(self._link)
        self.body.setContentsMargins(16, 12, 14, 12)
        self.body.addLayout(head)
        self.body.addWidget(self._before)
        self.body.addLayout(self._lines)
        self.body.addWidget(self._start)
        self.body.addLayout(self._rules)
        self.clear()

    def clear(self) -> None:
        """Show nobody's."""
        self._why, self._open = None, False
        self._show()

    def show_why(self, why: WhyRow, history: Sequence[ScoreEntry]) -> None:
        """Show the score of now, and since when it is another one than before."""
        self._why = why
        self._show()
        self._before.setText(_before(why, history))
        self._before.setVisible(bool(self._before.text()))

    def turn(self) -> None:
        """Show every rule, or the reasons only."""
        self._open = not self._open
        self._show()
        self.rules_turned.emit()

    @property
    def rules_open(self) -> bool:
        """Whether every rule is shown."""
        return self._open

    def _show(self) -> None:
        clear(self._lines)
        clear(self._rules)
        why = self._why
        parts = _parts(why)
        self._link.setVisible(why is not None)
        self._before.hide()
        self._start.setVisible(parts is not None)
        if why is None:
            self._title.setText(tr("Why"))
            return
        self._title.setText(_title(why, parts))
        rules = _told_once(why.rules)
        word = tr("Fewer") if self._open else trn("The rule", "All {n} rules", len(rules))
        self._link.setText(word)
        self._link.setAccessibleName(word)
        self._link.updateGeometry()
        if parts is not None:
            self._show_parts(parts)
        if self._open:
            self._rules.addSpacing(6)
            for rule in rules:
                self._rules.addWidget(_rule(rule))
        if parts is None and not self._open:
            self._lines.addWidget(Label(reasons.verdict(why), BODY, wrap=True))

    def _show_parts(self, parts: ScoreParts) -> None:
        for part in parts.parts:
            self._lines.addWidget(FactorLine(reasons.factor(part.factor), part.signed, part.share))
        rest = trn(
            "{n} smaller reason: {points}", "{n} smaller reasons: {points}", parts.smaller, points=signed(parts.rest)
        )
        begins = tr("Starts from {n}, before anything is known of the patient", n=parts.start)
        share = "" if self._why is None or self._why.score is None else reasons.share(self._why.score)
        said = f"{begins} · {rest}" if parts.smaller else begins
        self._start.setText(f"{share}\n{said}" if share else said)


def _parts(why: WhyRow | None) -> ScoreParts | None:
    if why is None or why.base is None or not why.factors:
        return None
    return in_points(why.base, why.factors, shown=why.score)


def _title(why: WhyRow, parts: ScoreParts | None) -> str:
    score = parts.score if parts else None if why.score is None else score_of(why.score)
    if why.in_queue and why.priority is not None:
        word = words.priority(why.priority)
        return tr("Why {color}, score {n}", color=word, n=score) if score is not None else tr("Why {color}", color=word)
    return tr("Not in the queue, score {n}", n=score) if score is not None else tr("Not in the queue")


def _before(why: WhyRow, history: Sequence[ScoreEntry]) -> str:
    """Return what holds now in words: why she is not in the queue, or what the score was before."""
    if not why.in_queue:
        return reasons.verdict(why)
    if not history or why.score is None:
        return ""
    now, newest = score_of(why.score), history[0]
    if newest.priority == why.priority and score_of(newest.score) == now:
        newest = history[1] if len(history) > 1 else newest
    was = score_of(newest.score)
    if was == now and newest.priority == why.priority:
        return tr("As on {day}", day=formats.day(formats.day_of(newest.predicted_at)))
    return tr(
        "Was {color} {n} on {day}",
        color=words.priority(newest.priority),
        n=was,
        day=formats.day(formats.day_of(newest.predicted_at)),
    )


def _told_once(rules: Sequence[RuleCheck]) -> list[RuleCheck]:
    """Return the rules without those that found the very same fact as the one before."""
    return [
        rule
        for place, rule in enumerate(rules)
        if not place or (rule.value, rule.passed) != (rules[place - 1].value, rules[place - 1].passed)
    ]


def _rule(rule: RuleCheck) -> QWidget:
    made = QWidget()
    line = row(made, 9)
    mark = Picture("check-circle", 15, "green") if rule.passed else Picture("prohibit", 15, "red")
    line.addWidget(mark, alignment=Qt.AlignmentFlag.AlignTop)
    found = reasons.rule(rule)
    line.addWidget(Label(found, BODY, wrap=True), 1)
    state = tr("keeps in") if rule.passed else tr("keeps out")
    made.setAccessibleName(f"{found}: {state}")
    return made
