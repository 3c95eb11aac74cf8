"""The word lists in resources/demo, read once."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from reactivate_desktop.bundle import folder


@cache
def read_list(name: str) -> dict[str, Any]:
    """Return the contents of resources/demo/{name}.json."""
    path = folder("resources") / "demo" / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found
