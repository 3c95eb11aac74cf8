"""What a patient came for before and with whom, to complete what is typed into a booking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reactivate_desktop.domain.time_line import AppointmentEntry, TimeLineEntry, VisitEntry


def known(entries: Sequence[TimeLineEntry], provider: str | None = None) -> tuple[list[str], list[str]]:
    """Return what visits and appointments were for, and with whom, in the order of `entries`; `provider` goes first."""
    kinds: list[str | None] = []
    providers = [provider]
    for entry in entries:
        if isinstance(entry, VisitEntry):
            kinds.append(entry.visit_type)
            providers.append(entry.provider_name)
        elif isinstance(entry, AppointmentEntry):
            kinds.append(entry.appointment_type)
            providers.append(entry.provider_name)
    return _distinct(kinds), _distinct(providers)


def _distinct(texts: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))
