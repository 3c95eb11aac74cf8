"""Tags: words that staff put on patients."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from reactivate_desktop.domain.errors import Invalid

_MOST = 60


@dataclass(frozen=True)
class TagRow:
    """A tag of the clinic."""

    id: UUID
    name: str


def check_tag(text: str) -> str:
    """Return the name of a tag with single blanks. Raises Invalid when it is none or too long."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= _MOST:
        raise Invalid(f"A tag has 1 to {_MOST} letters. Please choose a short word.")
    return name
