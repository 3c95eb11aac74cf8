"""Services run as a signed-in person on a real database."""

from __future__ import annotations

from tests.fixtures import database, front_desk, maker

__all__ = ["database", "front_desk", "maker"]
