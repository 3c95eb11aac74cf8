"""The full model card: both plots with their figures as tables, every group, the plain rules, the weekly checks."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from reactivate_desktop.domain.model_cards import ModelCard, OwnFigures
from ui import names
from ui.settings import card_words, drift_words
from ui.settings.card_parts import Turning, Verdict
from ui.settings.card_words import group, group_word, of_100, percent, points, returns, times
from ui.settings.figure_table import FigureRow, FigureTable, figure_row
from ui.settings.plots import CalibrationPlot, LiftPlot, RuleMark
from ui.text import decimal, number, tr
from ui.widgets.panels import clear, column
from ui.widgets.text import SMALL, STRONG, Label, hairline

_BESIDE = 720
_TENTH = 0.1


class FullCard(QWidget):
    """Below the columns of the panel; the page around it scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(names.MODEL_CARD_FULL)
        self._turning: list[Turning] = []
        self._body = column(self, 14)

    def clear(self) -> None:
        """Show nothing."""
        clear(self._body)
        self._turning = []

    def show_card(self, card: ModelCard) -> None:
        """Show everything of a card."""
        self.clear()
        own = card.own
        if own is None:
            self._body.addWidget(Label(card_words.not_measured(), SMALL, "muted", wrap=True))
        else:
            self._body.addWidget(Label(card_words.measured_on(own, card.kind), SMALL, "muted", wrap=True))
            self._add(tr("Can you trust the chance?"), *_calibration(card, own))
            self._add(_lift_title(card), *_lift(card, own))
            self._head(tr("Every figure"))
            self._body.addWidget(_figures(own))
            self._head(tr("Every group"))
            self._body.addWidget(_groups(card, own))
        self._head(tr("Weekly checks"))
        self._body.addWidget(Label(drift_words.history(card), SMALL, wrap=True))
        if card.drift:
            self._body.addWidget(_checks(card))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _add(self, title: str, left: QWidget, right: QWidget) -> None:
        self._head(title)
        self._turning.append(Turning((left, right), _BESIDE, (4, 5), 24))
        self._body.addWidget(self._turning[-1])

    def _head(self, title: str) -> None:
        self._body.addWidget(hairline())
        self._body.addWidget(Label(title, STRONG))

    def _fit(self) -> None:
        for each in self._turning:
            each.fit(self.width())


def _calibration(card: ModelCard, own: OwnFigures) -> tuple[QWidget, QWidget]:
    said, icon, tone = card_words.verdict(own)
    happened = tr("How many really came back") if returns(card.kind) else tr("How many really missed")
    plot, line = CalibrationPlot(happened), Verdict()
    plot.show_bins(own.bins, said)
    line.say(said, icon, tone)
    left = QWidget()
    inner = column(left, 8)
    inner.addWidget(plot)
    inner.addWidget(line)
    inner.addStretch(1)
    heads = (tr("Chance given"), tr("Seen"), tr("Most likely"), tr("Outcomes"))
    table = FigureTable(names.MODEL_CARD_CHANCES, tr("Chance given against what happened"), heads, (3, 2, 3, 2))
    table.show_rows(
        [
            figure_row(
                place,
                (
                    _tenths(each.said),
                    _tenths(each.happened),
                    tr("{low} to {high}", low=_tenths(each.low), high=_tenths(each.high)),
                    number(each.rows),
                ),
            )
            for place, each in enumerate(own.bins)
        ]
    )
    return left, _at_top(table)


def _lift_title(card: ModelCard) -> str:
    if returns(card.kind):
        return tr("What contacting the best first finds")
    return tr("What asking the riskiest first finds")


def _lift(card: ModelCard, own: OwnFigures) -> tuple[QWidget, QWidget]:
    if returns(card.kind):
        across, up = tr("share of patients contacted, best first"), tr("Share of all returns found")
    else:
        across, up = tr("share of appointments asked, riskiest first"), tr("Share of all missed ones found")
    plot = LiftPlot(across, up)
    plot.show_lift(own.lift, _best_rule(own))
    heads = (tr("Best first"), tr("Found"), tr("At random"), *([tr("Best rule")] if _best_rule(own) else []))
    table = FigureTable(names.MODEL_CARD_LIFT, up, heads, (3, *[2] * (len(heads) - 1)))
    table.show_rows(_lift_rows(own, len(heads)))
    right = QWidget()
    inner = column(right, 10)
    inner.addWidget(table)
    inner.addWidget(Label(tr("Beside plain rules, on the same outcomes"), SMALL, "muted", wrap=True))
    inner.addWidget(_rules(own))
    inner.addStretch(1)
    return _at_top(plot), right


def _lift_rows(own: OwnFigures, columns: int) -> list[FigureRow]:
    total, rows = 0.0, []
    rule = _best_rule(own)
    for place, share in enumerate(own.lift):
        total += share
        first = tr("{n} %", n=number((place + 1) * 10))
        beside = () if rule is None else (percent(rule.found) if place == 0 else "–",)
        rows.append(figure_row(place, (first, percent(min(1.0, total)), first, *beside)[:columns]))
    return rows


def _best_rule(own: OwnFigures) -> RuleMark | None:
    known = {name: lift for name, each in own.rules.items() if (lift := each.get("lift10")) is not None}
    if not known or not own.lift:
        return None
    best = max(known, key=lambda name: known[name])
    return RuleMark(card_words.rule(best), min(1.0, known[best] * _TENTH))


def _rules(own: OwnFigures) -> QWidget:
    heads = (tr("Ranked by"), tr("Picks right"), tr("Top tenth"))
    table = FigureTable(names.MODEL_CARD_RULES, tr("Beside plain rules"), heads, (5, 2, 2))
    rows = [(tr("This score"), of_100(own.auc), times(own.lift10))]
    rows += [(card_words.rule(name), of_100(r.get("auc")), times(r.get("lift10"))) for name, r in own.rules.items()]
    table.show_rows([figure_row(place, cells) for place, cells in enumerate(rows)])
    return table


def _figures(own: OwnFigures) -> QWidget:
    heads = (tr("Figure"), tr("Here"), tr("What good means"))
    table = FigureTable(names.MODEL_CARD_FIGURES, tr("Every figure"), heads, (4, 2, 5))
    span = tr("{low} to {high}", low=of_100(own.auc_low), high=of_100(own.auc_high)) if own.auc_low is not None else ""
    rows = (
        (tr("Picks the likelier of two, of 100"), of_100(own.auc), tr("50 is a coin flip")),
        (tr("Most likely between"), span or "–", tr("the narrower the surer")),
        (tr("Top tenth, times as often"), times(own.lift10), tr("more than 1")),
        (tr("Points off, chance given vs. seen"), points(own.ece), tr("under {n}", n=points(card_words.GOOD_ECE))),
        (tr("Sureness"), _hundredths(own.slope), tr("1; below too sure, above too shy")),
        (tr("Hits from the top, of 100"), of_100(own.ap), tr("more than the share of all")),
        (tr("Squared miss"), _four(own.brier), tr("the smaller the better")),
    )
    table.show_rows([figure_row(place, cells) for place, cells in enumerate(rows)])
    return table


def _groups(card: ModelCard, own: OwnFigures) -> QWidget:
    happened = tr("Returned") if returns(card.kind) else tr("Missed")
    heads = (tr("Group"), tr("Outcomes"), happened, tr("Picks right"), tr("Most likely"), tr("Points off"), tr("Word"))
    table = FigureTable(names.MODEL_CARD_GROUPS, tr("Every group"), heads, (5, 3, 3, 3, 3, 3, 5))
    rows = []
    for place, each in enumerate(own.groups):
        between = "–"
        if each.low is not None and each.high is not None:
            between = tr("{low} to {high}", low=of_100(each.low), high=of_100(each.high))
        cells = (
            group(each),
            number(each.rows),
            number(each.positives),
            of_100(each.auc),
            between,
            points(each.ece),
            group_word(each, own),
        )
        rows.append(figure_row(place, cells, warns=each.worse))
    table.show_rows(rows)
    return table


def _checks(card: ModelCard) -> QWidget:
    heads = (tr("Check"), tr("Found"), tr("Allowed"), tr("Word"))
    table = FigureTable(names.MODEL_CARD_CHECKS, tr("Weekly checks"), heads, (6, 2, 3, 3))
    table.show_rows(
        [
            figure_row(place, cells, warns=cells[3] == tr("too far off"))
            for place, cells in enumerate(drift_words.table(card))
        ]
    )
    return table


def _at_top(widget: QWidget) -> QWidget:
    made = QWidget()
    inner = column(made, 0)
    inner.addWidget(widget)
    inner.addStretch(1)
    return made


def _tenths(share: float) -> str:
    return tr("{n} %", n=points(share))


def _hundredths(value: float | None) -> str:
    return "–" if value is None else decimal(round(value * 100), 100)


def _four(value: float | None) -> str:
    return "–" if value is None else decimal(round(value * 10_000), 10_000)
