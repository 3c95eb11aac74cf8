"""All tables at once, for migrations and checks: loading them takes half a second, a desk needs few."""

from __future__ import annotations

from reactivate_desktop.storage.models import (
    access,
    appointments,
    billing,
    campaigns,
    contact,
    imports,
    inbox,
    logs,
    organization,
    patient_search,
    patients,
    predictions,
    work,
)
from reactivate_desktop.storage.models.base import Base

GROUPS = (
    organization,
    access,
    imports,
    patient_search,
    patients,
    contact,
    appointments,
    predictions,
    inbox,
    campaigns,
    billing,
    logs,
    work,
)
metadata = Base.metadata

__all__ = ["GROUPS", "Base", "metadata"]
