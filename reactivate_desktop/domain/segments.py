"""In which segment a patient is: data-model.md's rules on the clinic's calendar, first match wins."""

from __future__ import annotations

from datetime import date

from reactivate_desktop.domain.enums import PatientSegment

DORMANT_DAYS = 180
AT_RISK_DAYS = 90
NEW_DAYS = 90


def segment_of(
    today: date,
    last_visit_on: date | None,
    visit_count: int,
    registered_on: date,
    has_future_appointment: bool,
) -> PatientSegment:
    """Return the segment on `today` (a date on the clinic's calendar).

    Somebody who came before she was registered here (her record was imported) is known since that visit.
    Source: the schema (DORMANT = no visit in 180+ days) and data-model.md for the other three.
    """
    away = (today - last_visit_on).days if last_visit_on else None
    known = (today - min(registered_on, last_visit_on or registered_on)).days
    if (away is not None and away >= DORMANT_DAYS) or (away is None and known >= DORMANT_DAYS):
        return PatientSegment.DORMANT
    if visit_count <= 1 and known < NEW_DAYS:
        return PatientSegment.NEW
    if away is not None and away >= AT_RISK_DAYS and not has_future_appointment:
        return PatientSegment.AT_RISK
    return PatientSegment.ACTIVE
