"""Every tab opens for every role, in both languages' source, without a warning."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.fixtures import FrontDesk
from tests.ui.conftest import MakeContext
from ui.frame.rail import TABS
from ui.workspace import Workspace


@pytest.mark.parametrize("role", ["admin", "staff", "viewer"])
def test_every_tab_opens(role: str, make_context: MakeContext, front_desk: FrontDesk, qtbot: QtBot) -> None:
    workspace = Workspace(make_context(getattr(front_desk, role)))
    qtbot.addWidget(workspace)
    workspace.resize(1440, 900)
    with qtbot.waitExposed(workspace):
        workspace.show()
    for tab in TABS:
        workspace.open_tab(tab.id)
        page = workspace.page(tab.id)
        assert page is not None
        assert page.isVisible()
    qtbot.waitUntil(lambda: workspace.ctx.tasks.busy == 0)
