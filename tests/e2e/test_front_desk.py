"""A receptionist's morning by keyboard alone, seen from outside."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import ADMIN, PASSWORD, Home, Window

pytestmark = pytest.mark.timeout(300)


def sign_in(window: Window, email: str) -> None:
    """Sign in as somebody who never used this desk."""
    window.wait("Email", "text", 60)
    window.type(email)
    window.keys("Return")
    window.type(PASSWORD)
    window.keys("Return")
    window.wait("Next patient", seconds=60)


def test_a_morning(home: Home) -> None:
    window = home.open_window()
    sign_in(window, ADMIN)
    window.keys("Escape")
    window.keys("Return")
    window.wait("Held by you")
    print(window.names())
    print(window.unnamed())
    window.keys("1")
    window.wait("Book it")
    print(window.names())
    window.keys("1", "Return")
    window.wait("Undo")
    print(window.names())
    window.keys("ctrl+z")
    window.wait("taken back")
    print(window.names())
