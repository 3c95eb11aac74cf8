"""A believable synthetic clinic: pure generation, identical (ids included) for equal arguments."""

from __future__ import annotations

from reactivate_desktop.demo.clinic import plan, timezone
from reactivate_desktop.demo.tables import Block, DemoClinic, StaffMember

__all__ = ["Block", "DemoClinic", "StaffMember", "plan", "timezone"]
