"""Services run as a signed-in person on a real database."""

from __future__ import annotations

import pytest

from tests.factories.queue import QueueMaker
from tests.fixtures import FrontDesk, database, front_desk, maker

__all__ = ["database", "front_desk", "maker"]


@pytest.fixture
def queue(front_desk: FrontDesk) -> QueueMaker:
    """The clinic's queue, with nobody in it yet."""
    made = QueueMaker(front_desk)
    made.empty()
    return made
