"""The key sheet shows every key that there is for the role, and nothing that the role may never do."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.enums import UserRole
from tests.fixtures import FrontDesk
from tests.ui.conftest import MakeContext
from ui.actions import ACTIONS
from ui.commands import shown_keys
from ui.frame.shortcut_sheet import ShortcutSheet


@pytest.mark.parametrize("role", ["admin", "staff", "viewer"])
def test_every_key_of_the_role_is_on_it(
    role: str, make_context: MakeContext, front_desk: FrontDesk, qtbot: QtBot
) -> None:
    room = QWidget()
    qtbot.addWidget(room)
    room.resize(1440, 900)
    ctx = make_context(getattr(front_desk, role))
    sheet = ShortcutSheet(ctx.commands, room)
    with qtbot.waitExposed(room):
        room.show()
    sheet.ask()
    told = {child.accessibleName() for child in sheet.findChildren(QWidget)}
    for action in ACTIONS:
        line = f"{action.title}: {shown_keys(action)}"
        allowed = role == "admin" or action.role == UserRole.VIEWER or (role, action.role) == ("staff", UserRole.STAFF)
        if line in told or action.keys:
            assert (line in told) == allowed, line
