"""The model card fits at every width, can be read, is taken by assistive tools, and speaks Spanish."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLabel

from reactivate_desktop.domain.enums import ScorerKind
from reactivate_desktop.domain.model_cards import ModelCard
from tests.ui.model_card_room import Open, opened
from tests.ui.model_cards import WORSE, check, learned, own, start
from tests.ui.small_screen import complaints
from tests.ui.test_contrast import TEXT, THEMES, contrast
from ui.context import Context
from ui.settings.figure_table import FigureTable
from ui.settings.group_whiskers import GroupWhiskers
from ui.settings.model_card import ModelCardPanel
from ui.text import speak
from ui.theme.tokens import Tokens

__all__ = ["opened"]

RETURN = ScorerKind.REACTIVATION


@pytest.mark.parametrize("wide", [330, 543, 800, 1000])
def test_it_fits_at_every_width(wide: int, ctx: Context, opened: Open) -> None:
    panel = opened(ctx, learned(RETURN, own(WORSE), drift=check(passed=False)), wide, 384)
    panel.turn_full()
    for _ in range(3):
        QApplication.processEvents()
    assert panel.columns.beside == (wide - 40 >= 800)
    assert "\n".join(complaints(panel.window())) == ""
    whiskers = panel.findChild(GroupWhiskers)
    assert isinstance(whiskers, GroupWhiskers)
    assert whiskers.height() == whiskers.sizeHint().height()


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_what_is_painted_can_be_read(theme: Tokens) -> None:
    pairs = [(theme.yellow.text, theme.surface), (theme.yellow.text, theme.yellow.fill)]
    pairs += [(theme.green.text, theme.green.fill), (theme.muted, theme.sub_surface), (theme.negative, theme.surface)]
    assert [pair for pair in pairs if contrast(*pair) < TEXT] == []
    assert contrast(theme.accent, theme.surface) >= TEXT


def test_the_tables_are_models_that_qt_takes(ctx: Context, opened: Open) -> None:
    panel = opened(ctx, learned(RETURN, own(WORSE), drift=check()))
    panel.turn_full()
    tables = panel.findChildren(FigureTable)
    assert len(tables) == 6
    for table in tables:
        model = table.model()
        assert isinstance(model, QAbstractTableModel)
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
        assert table.accessibleName()


def test_in_spanish_nothing_of_it_is_english(ctx: Context, opened: Open) -> None:
    cards = [
        learned(kind, own(WORSE), drift=check(ratio=ratio, moved=moved, psi=0.3, passed=passed), fallen_back=fallen)
        for kind in ScorerKind
        for ratio, moved, passed, fallen in (
            (1.0, 0.0, True, False),
            (1.4, 0.2, False, False),
            (0.6, -0.2, False, True),
        )
    ]
    cards += [start(kind) for kind in ScorerKind] + [learned(RETURN, None, stage="learning")]
    spoken = {}
    for language in ("en", "es"):
        speak(language)
        panel = opened(ctx)
        panel.turn_full()
        spoken[language] = {word for card in cards for word in _lines_of(panel, card)}
    named = {each.name for each in WORSE}
    alike = {each for each in spoken["en"] & spoken["es"] if any(letter.isalpha() for letter in each)} - named
    assert alike == set()


def _lines_of(panel: ModelCardPanel, card: ModelCard) -> set[str]:
    panel.show_card(card)
    panel.full.show_card(card)
    said = {label.text() for label in panel.findChildren(QLabel)}
    for table in panel.findChildren(FigureTable):
        model = table.model()
        said |= {str(model.index(r, c).data()) for r in range(model.rowCount()) for c in range(model.columnCount())}
        said |= {str(model.headerData(c, Qt.Orientation.Horizontal)) for c in range(model.columnCount())}
    return said
