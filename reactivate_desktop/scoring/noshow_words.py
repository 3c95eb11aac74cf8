"""The reasons of a no-show score as sentences: true of the appointment whichever way the points go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from reactivate_desktop.scoring.alike import alike, spread
from reactivate_desktop.scoring.arrays import NEVER, Flags, Floats, Ints
from reactivate_desktop.scoring.bookings import UNKNOWN, BookingFeatures
from reactivate_desktop.scoring.factors import Factors, Told
from reactivate_desktop.scoring.formula import Formula
from reactivate_desktop.scoring.noshow import LEAD, USUAL_LEAD_DAYS
from reactivate_desktop.scoring.scorer import Reason, Scored
from reactivate_desktop.scoring.spans import ago, span_codes

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_BAND = 10
# What speaks for a missed appointment is read before what speaks against it.
_FIRST = 1000.0


def risk_factors(features: BookingFeatures, scored: Scored, formula: Formula) -> Factors:
    """Return the reasons of these appointments, the strongest for missing it first; only those that count."""
    typical = round(formula.constants.get(LEAD, USUAL_LEAD_DAYS))
    told, weights = [], []
    for reason, points in scored.points.items():
        told.append(_told(features, reason, points, typical))
        weights.append(np.where(points > 0, _FIRST + points, np.abs(points)))
    return Factors(scored.base, str(formula.stage), tuple(told), _order(weights))


def _told(features: BookingFeatures, reason: Reason, points: Floats, typical: int) -> Told:
    kinds, where = alike(_MADE_OF[reason](features))
    few = features.take(kinds)
    return Told(
        reason,
        (points != 0).tolist(),
        spread(_TEXTS[reason](few, typical), where),
        spread(_VALUES[reason](few), where),
        [typical if reason is Reason.LEAD else None] * len(where),
        points.tolist(),
        spread(_more(few, reason), where) if reason in _MORE else (),
    )


def _order(weights: Sequence[Floats]) -> list[list[int]]:
    """Return for each row the places of its reasons, the heaviest first."""
    places = np.argsort(-np.stack(weights, axis=1), axis=1, kind="stable")
    kinds, where = alike(list(places.T))
    return spread(places[kinds].tolist(), where)


def _more(features: BookingFeatures, reason: Reason) -> list[tuple[int, ...]]:
    return list(zip(*(each.astype(np.int64).tolist() for each in _MORE[reason](features)), strict=True))


def _lead(features: BookingFeatures, typical: int) -> list[str]:
    return [
        f"Booked {days} {'day' if days == 1 else 'days'} ahead (typical {typical})"
        if days
        else f"Booked on the day itself (typical {typical} days ahead)"
        for days in features.lead.tolist()
    ]


def _own_rate(features: BookingFeatures, _: int) -> list[str]:
    f = features
    again = ["; booked again after missing the last one" if flag else "" for flag in f.rebooked.tolist()]
    rows = zip(f.missed_lately.tolist(), f.known_lately.tolist(), again, f.late_cancels.tolist(), strict=True)
    return [f"{_missed(missed, known)}{since}{_late(late)}" for missed, known, since, late in rows]


def _missed(missed: int, known: int) -> str:
    if not known:
        return "No earlier appointment known"
    if missed:
        return f"Missed {missed} of last {known}"
    return "Kept the last one" if known == 1 else f"Kept all of last {known}"


def _late(late: int) -> str:
    return f"; called off late {late} {'time' if late == 1 else 'times'}" if late else ""


def _familiar(features: BookingFeatures, _: int) -> list[str]:
    known, seen = features.missed + features.kept, features.since_seen != NEVER
    codes = span_codes(np.where(seen, features.since_seen, 0))
    words = {code: ago(code) for code in np.unique(codes).tolist()}
    return [
        _so_far(count, f"last seen {words[code]}" if came else "none kept")
        for count, came, code in zip(known.tolist(), seen.tolist(), codes.tolist(), strict=True)
    ]


def _so_far(count: int, last: str) -> str:
    if not count:
        return "First appointment here, as far as known"
    return f"{count} {'appointment' if count == 1 else 'appointments'} so far; {last}"


def _together(features: BookingFeatures, _: int) -> list[str]:
    rows = zip(features.together.tolist(), features.series.tolist(), strict=True)
    return [f"{_others(together)} on the same day, {series or 'none'} booked with it" for together, series in rows]


def _others(many: int) -> str:
    return f"{many or 'No'} other {'appointment' if many == 1 else 'appointments'}"


def _confirmed(features: BookingFeatures, _: int) -> list[str]:
    return ["Confirmed" if flag else "Not confirmed yet" for flag in features.confirmed.tolist()]


def _time(features: BookingFeatures, _: int) -> list[str]:
    return [
        f"On a {_DAYS[day]}" + (f" at {hour}:00 to {hour}:59" if hour != UNKNOWN else "")
        for day, hour in zip(features.weekday.tolist(), features.hour.tolist(), strict=True)
    ]


def _kind(features: BookingFeatures, _: int) -> list[str]:
    return [
        f"This type of appointment, {minutes} minutes" if minutes else "This type of appointment"
        for minutes in features.minutes.tolist()
    ]


def _age(features: BookingFeatures, _: int) -> list[str]:
    return [
        f"Aged {age // _BAND * _BAND} to {age // _BAND * _BAND + _BAND - 1}" if age != UNKNOWN else "Age not known"
        for age in features.age.tolist()
    ]


def _location(features: BookingFeatures, _: int) -> list[str]:
    return ["At this location"] * len(features.location)


_TEXTS: Mapping[Reason, Callable[[BookingFeatures, int], list[str]]] = {
    Reason.LEAD: _lead,
    Reason.OWN_RATE: _own_rate,
    Reason.FAMILIAR: _familiar,
    Reason.TOGETHER: _together,
    Reason.CONFIRMED: _confirmed,
    Reason.TIME: _time,
    Reason.KIND: _kind,
    Reason.AGE: _age,
    Reason.LOCATION: _location,
}
# The figure that each sentence names: days, appointments, hours, minutes, years.
_VALUES: Mapping[Reason, Callable[[BookingFeatures], list[int]]] = {
    Reason.LEAD: lambda f: f.lead.tolist(),
    Reason.OWN_RATE: lambda f: f.missed_lately.tolist(),
    Reason.FAMILIAR: lambda f: (f.missed + f.kept).tolist(),
    Reason.TOGETHER: lambda f: f.together.tolist(),
    Reason.CONFIRMED: lambda f: f.confirmed.astype(np.int64).tolist(),
    Reason.TIME: lambda f: f.weekday.tolist(),
    Reason.KIND: lambda f: f.minutes.tolist(),
    Reason.AGE: lambda f: f.age.tolist(),
    Reason.LOCATION: lambda f: f.location.tolist(),
}
# Everything that sentence and figures of a reason are made of: where these are equal, so are those.
_MADE_OF: Mapping[Reason, Callable[[BookingFeatures], tuple[Ints | Flags, ...]]] = {
    Reason.LEAD: lambda f: (f.lead,),
    Reason.OWN_RATE: lambda f: (f.missed_lately, f.known_lately, f.rebooked, f.late_cancels),
    Reason.FAMILIAR: lambda f: (f.missed + f.kept, f.since_seen),
    Reason.TOGETHER: lambda f: (f.together, f.series),
    Reason.CONFIRMED: lambda f: (f.confirmed,),
    Reason.TIME: lambda f: (f.weekday, f.hour),
    Reason.KIND: lambda f: (f.minutes,),
    Reason.AGE: lambda f: (f.age,),
    Reason.LOCATION: lambda f: (f.location,),
}
# The further figures of sentences that name several, in their order.
_MORE: Mapping[Reason, Callable[[BookingFeatures], tuple[Ints | Flags, ...]]] = {
    # Known appointments of the newest few, whether the one before was missed and booked anew, late cancellations.
    Reason.OWN_RATE: lambda f: (f.known_lately, f.rebooked, f.late_cancels),
    # Days since a kept one, -1: none was kept.
    Reason.FAMILIAR: lambda f: (np.where(f.since_seen == NEVER, -1, f.since_seen),),
    Reason.TOGETHER: lambda f: (f.series,),
    # The hour, UNKNOWN: nobody said.
    Reason.TIME: lambda f: (f.hour,),
}
