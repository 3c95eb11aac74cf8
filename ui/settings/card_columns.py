"""The three columns of a model card: how good, for whom, and what it looks at and is for."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from reactivate_desktop.domain.model_cards import ModelCard
from ui.settings import card_words, drift_words
from ui.settings.card_parts import NoticeBox, headed, lines_of
from ui.settings.group_whiskers import GroupWhiskers, chosen
from ui.text import tr, trn
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import clear, column, row
from ui.widgets.text import SMALL, SMALL_STRONG, Label


class GoodColumn(QWidget):
    """How good the scorer is here; of a starting estimate what will be here, and how. `learn_asked`."""

    learn_asked = Signal()

    def __init__(self, *, may_learn: bool) -> None:
        super().__init__()
        self._may_learn = may_learn
        self.learn = Button(tr("Learn the scores from outcomes"), Kind.PLAIN, "arrows-clockwise")
        self.learn.clicked.connect(self.learn_asked)
        self._why_not = Label("", SMALL, "muted", wrap=True)
        self._lines = column(None, 0)
        inner = column(self, 6)
        inner.addWidget(Label(tr("How good is it here"), SMALL_STRONG, "muted"))
        inner.addLayout(self._lines)
        inner.addWidget(self.learn)
        inner.addWidget(self._why_not)
        inner.addStretch(1)

    def show_card(self, card: ModelCard) -> None:
        """Show a card."""
        clear(self._lines)
        start = card.scorer_id is None
        self.learn.setVisible(start and self._may_learn)
        self.forbid("" if self._may_learn or not start else tr("A manager can let it learn."))
        if start:
            for sentence in _start(card):
                self._lines.addWidget(Label(sentence, SMALL, wrap=True))
                self._lines.addSpacing(6)
            return
        if card.own is None:
            self._lines.addWidget(Label(card_words.not_measured(), SMALL, wrap=True))
        for line in lines_of(card_words.facts(card)):
            self._lines.addWidget(line)

    def forbid(self, reason: str) -> None:
        """Say why it cannot learn now; nothing: it can."""
        self._why_not.setText(reason)
        self._why_not.setVisible(bool(reason))


def _start(card: ModelCard) -> tuple[str, str]:
    if card_words.returns(card.kind):
        return (
            tr(
                "Not known yet. The score is a starting estimate: weights from published studies and experience, "
                "the same for every clinic."
            ),
            tr(
                "Once it learned from your own outcomes, this shows how often it picks the one who returns, how far "
                "its chances are off, and whether that holds for every age, language and location."
            ),
        )
    return (
        tr(
            "Not known yet. The risk is a starting estimate: weights from published studies and experience, and the "
            "share of missed appointments that was typed in."
        ),
        tr(
            "Once it learned from your own outcomes, this shows how often it picks the one who misses, how far its "
            "chances are off, and whether that holds for every age, language and location."
        ),
    )


class GroupColumn(QWidget):
    """Whether the scorer does as well for every group."""

    def __init__(self) -> None:
        super().__init__()
        self._title = Label("", SMALL_STRONG, "muted", wrap=True)
        self._side = Label(tr("picks right, of 100"), SMALL, "muted")
        self._none = Label("", SMALL, wrap=True)
        self.whiskers = GroupWhiskers()
        self._more = Label("", SMALL, "muted", wrap=True)
        head = row(None, 8)
        head.addWidget(self._title, 1)
        head.addWidget(self._side)
        inner = column(self, 6)
        inner.addLayout(head)
        inner.addWidget(self._none)
        inner.addWidget(self.whiskers)
        inner.addWidget(self._more)
        inner.addStretch(1)

    def show_card(self, card: ModelCard) -> None:
        """Show a card."""
        own = card.own
        groups, more = ((), 0) if own is None else chosen(own)
        worse = own is not None and any(each.worse for each in own.groups)
        self._title.setText(tr("Works less well for some groups") if worse else tr("Works for every group"))
        if own is None or own.auc is None or not groups:
            self._title.setText(tr("Works for every group?"))
        shown = own is not None and own.auc is not None and bool(groups)
        self._none.setText(tr("Not known yet: no group has enough outcomes of both kinds."))
        self._none.setVisible(not shown)
        self.whiskers.setVisible(shown)
        self._side.setVisible(shown)
        self._more.setVisible(shown and more > 0)
        if own is not None and shown:
            self.whiskers.show_groups(own, groups)
            self._more.setText(trn("{n} more group in the full card", "{n} more groups in the full card", more))


class UseColumn(QWidget):
    """What the scorer looks at and never does, what it is not for, and what the weekly check does."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = column(None, 8)
        self.box = NoticeBox()
        inner = column(self, 10)
        inner.addLayout(self._lines)
        inner.addWidget(self.box)
        inner.addStretch(1)

    def show_card(self, card: ModelCard) -> None:
        """Show a card."""
        clear(self._lines)
        for head, words in (
            (tr("It looks at"), card_words.looks_at(card)),
            (tr("It never looks at"), card_words.never_looks_at(card.kind)),
            (tr("Never use it to"), card_words.forbidden()),
            (tr("If two weekly checks fail"), card_words.when_checks_fail(card.kind)),
        ):
            self._lines.addWidget(headed(head, words))
        found = drift_words.notice(card)
        self.box.setVisible(found is not None)
        if found is not None:
            self.box.show_notice(found.head, found.sentence)
