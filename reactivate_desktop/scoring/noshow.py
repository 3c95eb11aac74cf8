"""The no-show score's variables and the prior card: what is believed before a clinic has outcomes of its own."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from reactivate_desktop.scoring.arrays import NEVER, Floats, Ints
from reactivate_desktop.scoring.bookings import UNKNOWN, BookingFeatures
from reactivate_desktop.scoring.formula import Formula, Purpose, Stage, Training
from reactivate_desktop.scoring.outline import Curve, Outline, Steps, card_columns
from reactivate_desktop.scoring.scorer import Reason

# The name under which the clinic's own no-show rate is kept in a formula.
RATE = "rate"
# And under this one how many days ahead appointments usually are booked, to compare with.
LEAD = "lead"
USUAL_LEAD_DAYS = 7
# Where nobody typed one in: an opinion, between the published 6 and 33 percent.
USUAL_RATE = 0.15
# A patient's own rate is shrunk as if four more appointments had been missed at the clinic's rate (scoring.md).
PSEUDO_APPOINTMENTS = 4
FOUR_WEEKS = 28
_LOG_WEEKS = math.log1p(FOUR_WEEKS)
# Where the card's typical appointment stands: booked a week ahead.
_USUAL_LEAD = math.log1p(USUAL_LEAD_DAYS)
# Published odds ratios (Marshfield, in scoring.md): an earlier no-show 4.42, four weeks ahead against one day 5.45.
_PER_LOG_LEAD = math.log(5.45) / _LOG_WEEKS
# Between one miss in four known appointments and none, the shrunk own rates lie 1.1 apart in log-odds; published odds
# ratios are too large elsewhere, so about three fifths of what would follow.
_PER_OWN_RATE = 0.6 * math.log(4.42) / 1.1
_SAME_DAY, _CONFIRMED = -1.2, -0.9
# An opinion, not in scoring.md: older adults miss fewer (0.15 for each 20 years), until a clinic's own outcomes say it.
_PER_AGE = -0.15
_MIDDLE_AGE, _YEARS = 40, 20.0
_HALF_HOUR = 30.0
# In the place of a location.
_BOOKED_AHEAD = -2.0

OUTLINE: Outline = (
    Curve(Reason.LEAD, "same_day", _SAME_DAY),
    Curve(
        Reason.LEAD, "lead", _PER_LOG_LEAD, ((_LOG_WEEKS, -_PER_LOG_LEAD),), (0.1, 0.25, 0.5, 0.75, 0.9), _USUAL_LEAD
    ),
    Curve(Reason.LEAD, "booked_hour", quantiles=(0.2, 0.5, 0.8)),
    Curve(Reason.OWN_RATE, "own_rate", _PER_OWN_RATE),
    # Who walks in and does not stay is another than who forgets: the own rate says more about the day itself.
    Curve(Reason.OWN_RATE, "own_rate_same_day"),
    Curve(Reason.OWN_RATE, "late_cancels"),
    Curve(Reason.OWN_RATE, "rebooked"),
    Curve(Reason.FAMILIAR, "seen", quantiles=(0.5, 0.9)),
    Curve(Reason.FAMILIAR, "never_kept"),
    Curve(Reason.FAMILIAR, "since_seen", quantiles=(0.5, 0.9)),
    Curve(Reason.TOGETHER, "any_together"),
    Curve(Reason.TOGETHER, "together"),
    Curve(Reason.TOGETHER, "series"),
    Curve(Reason.CONFIRMED, "confirmed", _CONFIRMED),
    Steps(Reason.TIME, "weekday"),
    Curve(Reason.TIME, "hour", quantiles=(0.2, 0.5, 0.8)),
    Steps(Reason.KIND, "kind"),
    Curve(Reason.KIND, "minutes", quantiles=(0.5,)),
    Curve(Reason.AGE, "age", _PER_AGE, quantiles=(0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9)),
    Curve(Reason.AGE, "age_unknown"),
    Steps(Reason.LOCATION, "location"),
    Steps(Reason.LOCATION, "location_same_day", nothing=_BOOKED_AHEAD),
)


def constants_of(rate: float, lead: Ints) -> dict[str, float]:
    """Return the clinic's figures that a formula keeps; lead (days) of the appointments it learns from."""
    ordered = np.sort(lead)
    usual = float(ordered[(len(ordered) - 1) // 2]) if len(ordered) else float(USUAL_LEAD_DAYS)
    return {RATE: rate, LEAD: usual}


def variables(features: BookingFeatures, constants: Mapping[str, float]) -> dict[str, Floats]:
    """Return what the columns are computed from; `constants` hold the clinic's rate of missed appointments."""
    f, rate = features, constants[RATE]
    known = f.missed + f.kept
    own = (f.missed + PSEUDO_APPOINTMENTS * rate) / (known + PSEUDO_APPOINTMENTS)
    kept_before = f.since_seen != NEVER
    age_known = f.age != UNKNOWN
    own_rate, same_day = _log_odds(own) - math.log(rate / (1.0 - rate)), f.lead == 0
    return {
        "same_day": same_day.astype(np.float64),
        "lead": np.log1p(f.lead),
        "booked_hour": np.where(f.booked_hour == UNKNOWN, 0.0, f.booked_hour - 12.0),
        "own_rate": own_rate,
        "own_rate_same_day": np.where(same_day, own_rate, 0.0),
        "late_cancels": np.log1p(f.late_cancels),
        "rebooked": f.rebooked.astype(np.float64),
        "seen": np.log1p(known),
        "never_kept": (~kept_before).astype(np.float64),
        "since_seen": np.where(kept_before, np.log1p(np.where(kept_before, f.since_seen, 0)), 0.0),
        "any_together": (f.together > 0).astype(np.float64),
        "together": np.minimum(f.together, 3).astype(np.float64),
        "series": np.minimum(f.series, 3).astype(np.float64),
        "confirmed": f.confirmed.astype(np.float64),
        "weekday": f.weekday.astype(np.float64),
        "hour": np.where(f.hour == UNKNOWN, 0.0, f.hour - 12.0),
        "kind": f.kind.astype(np.float64),
        "minutes": np.where(f.minutes > 0, f.minutes / _HALF_HOUR, 0.0),
        "age": np.where(age_known, (f.age - _MIDDLE_AGE) / _YEARS, 0.0),
        "age_unknown": (~age_known).astype(np.float64),
        "location": f.location.astype(np.float64),
        "location_same_day": np.where(same_day, f.location, _BOOKED_AHEAD),
    }


def card(rate: float) -> Formula:
    """Return the prior card for a clinic that says this share (0 to 1, exclusive) of appointments is missed."""
    return Formula(
        Purpose.NO_SHOW,
        Stage.START,
        math.log(rate / (1.0 - rate)),
        card_columns(OUTLINE),
        {RATE: rate, LEAD: float(USUAL_LEAD_DAYS)},
        Training(),
        {},
    )


def _log_odds(share: Floats) -> Floats:
    odds: Floats = np.log(share / (1.0 - share))
    return odds
