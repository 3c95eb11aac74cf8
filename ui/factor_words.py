"""Each reason of a score as a sentence in the language in force, and what a scorer looks at as a list of words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reactivate_desktop.domain.scores import Factor
from reactivate_desktop.domain.spans import SpanUnit, span_of
from ui import formats
from ui.text import decimal, number, tr, trn

_BAND = 10


def factor(found: Factor) -> str:
    """Return the sentence of a reason; one that is not known here, as of a newer scorer, in the words it came with."""
    say = FACTORS.get(found.code)
    # Where somebody came last is a name, not a figure.
    if say is None or (found.value is None and found.code != "LOCATION"):
        return found.text
    return say(found) or found.text


def span(days: int) -> str:
    """Return a number of days as people say it: "45 days", "14 months", "2.5 years"."""
    said = span_of(days)
    if said.unit == SpanUnit.DAYS:
        return trn("{n} day", "{n} days", said.count)
    if said.unit == SpanUnit.MONTHS:
        return trn("{n} month", "{n} months", said.count)
    return tr("{n} years", n=decimal(said.count, 10))


def ago(days: int) -> str:
    """Return how long ago a day was."""
    return tr("today") if days == 0 else tr("{span} ago", span=span(days))


def looked_at(codes: Sequence[str]) -> str:
    """Return what a scorer looks at, from the codes of its factors, as a list that begins with a capital."""
    known = _things()
    words = ", ".join(dict.fromkeys(known.get(code, code.replace("_", " ").lower()) for code in codes))
    return words[:1].upper() + words[1:]


def _things() -> dict[str, str]:
    return {
        "RECENCY": tr("time since the last visit"),
        "RHYTHM": tr("how overdue against their own rhythm"),
        "VISITS": tr("visits so far"),
        "ONE_VISIT": tr("whether they came only once"),
        "MISSED": tr("missed appointments"),
        "ANSWERED": tr("replies"),
        "REACHABLE": tr("a working phone number"),
        "VALUE": tr("what their visits were worth"),
        "SEASON": tr("season"),
        "LEAD": tr("days booked ahead"),
        "OWN_RATE": tr("appointments missed before"),
        "FAMILIAR": tr("how well known here"),
        "TOGETHER": tr("other appointments that day"),
        "CONFIRMED": tr("confirmed or not"),
        "TIME": tr("weekday and hour"),
        "KIND": tr("type and length of the appointment"),
        "AGE": tr("age"),
        "LOCATION": tr("location"),
    }


# --- the sentences; an empty one: the figures of an older program do not say enough ----------------------------------


def _value(found: Factor) -> int:
    return int(found.value or 0)


def _usual(found: Factor) -> int | None:
    return None if found.typical is None else int(found.typical)


def _seen(found: Factor) -> str:
    return tr("Last seen {ago}", ago=ago(_value(found)))


def _rhythm(found: Factor) -> str:
    gap = _usual(found)
    if gap is None:
        return tr("Too few visits to know how often")
    every = tr("every day") if gap == 1 else tr("every {span}", span=span(gap))
    return tr("Usually comes {every}; last seen {ago}", every=every, ago=ago(_value(found)))


def _visits(found: Factor) -> str:
    typical = _usual(found)
    if typical is None:
        return ""
    many = _value(found)
    return trn("{n} visit so far (typical {typical})", "{n} visits so far (typical {typical})", many, typical=typical)


def _missed(found: Factor) -> str:
    missed, known = _value(found), _usual(found)
    if not missed:
        return tr("No missed appointment known")
    # Scores of an older program do not hold how many there were.
    if known is None:
        return ""
    return trn("Missed {missed} of {n} appointment", "Missed {missed} of {n} appointments", known, missed=missed)


def _one_visit(found: Factor) -> str:
    return tr("Only one visit so far") if found.value else tr("Came more than once")


def _answered(found: Factor) -> str:
    if found.value:
        return tr("Answered a message in the last year")
    return tr("No answer to a message in the last year")


def _reachable(found: Factor) -> str:
    return tr("Has a working phone number") if found.value else tr("No working phone number: check the number")


def _worth(found: Factor) -> str:
    if not found.value:
        return tr("What the visits were worth is not known")
    return tr("Visits worth {money} on average", money=number(_value(found)))


def _lead(found: Factor) -> str:
    days, typical = _value(found), _usual(found)
    if typical is None:
        return ""
    if not days:
        return tr("Booked on the day itself (typical {typical} days ahead)", typical=typical)
    return trn(
        "Booked {n} day ahead (typical {typical})", "Booked {n} days ahead (typical {typical})", days, typical=typical
    )


def _own_rate(found: Factor) -> str:
    if len(found.more) < 3:
        return ""
    known, again, late = (int(each) for each in found.more[:3])
    parts = [_of_last(_value(found), known)]
    if again:
        parts.append(tr("booked again after missing the last one"))
    if late:
        parts.append(trn("called off late {n} time", "called off late {n} times", late))
    return "; ".join(parts)


def _of_last(missed: int, known: int) -> str:
    if not known:
        return tr("No earlier appointment known")
    if missed:
        return tr("Missed {missed} of last {n}", missed=missed, n=known)
    return tr("Kept the last one") if known == 1 else tr("Kept all of last {n}", n=known)


def _familiar(found: Factor) -> str:
    many = _value(found)
    if not many:
        return tr("First appointment here, as far as known")
    if not found.more:
        return ""
    days = int(found.more[0])
    if days < 0:
        return trn("{n} appointment so far; none kept", "{n} appointments so far; none kept", many)
    return trn(
        "{n} appointment so far; last seen {ago}", "{n} appointments so far; last seen {ago}", many, ago=ago(days)
    )


def _together(found: Factor) -> str:
    if not found.more:
        return ""
    many, series = _value(found), int(found.more[0])
    if not series:
        if not many:
            return tr("No other appointments on the same day, none booked with it")
        return trn(
            "{n} other appointment on the same day, none booked with it",
            "{n} other appointments on the same day, none booked with it",
            many,
        )
    if not many:
        return tr("No other appointments on the same day, {series} booked with it", series=series)
    return trn(
        "{n} other appointment on the same day, {series} booked with it",
        "{n} other appointments on the same day, {series} booked with it",
        many,
        series=series,
    )


def _confirmed(found: Factor) -> str:
    return tr("Confirmed") if found.value else tr("Not confirmed yet")


def _time(found: Factor) -> str:
    if not found.more:
        return ""
    day, hour = formats.day_name(_value(found)), int(found.more[0])
    return tr("On a {day}", day=day) if hour < 0 else tr("On a {day} at {hour}:00 to {hour}:59", day=day, hour=hour)


def _kind(found: Factor) -> str:
    if not found.value:
        return tr("This type of appointment")
    return tr("This type of appointment, {n} minutes", n=_value(found))


def _age(found: Factor) -> str:
    age = _value(found)
    if age < 0:
        return tr("Age not known")
    first = age // _BAND * _BAND
    return tr("Aged {first} to {last}", first=first, last=first + _BAND - 1)


def _location(found: Factor) -> str:
    if found.value is not None:
        return tr("At this location")
    if found.text == "Where the last visit was is not known":
        return tr("Where the last visit was is not known")
    # The name of a location may hold anything, so the sentence ends with its last known end.
    for end, say in _COMPARED.items():
        if found.text.startswith(_CAME) and found.text.endswith(end):
            name = found.text.removeprefix(_CAME).removesuffix(end)
            return say(tr("a location") if name == "a location" else name)
    return ""


_CAME = "Last came to "
_COMPARED: dict[str, Callable[[str], str]] = {
    "; too few patients there to compare": lambda name: tr(
        "Last came to {name}; too few patients there to compare", name=name
    ),
    ", where patients like this return more often than elsewhere": lambda name: tr(
        "Last came to {name}, where patients like this return more often than elsewhere", name=name
    ),
    ", where patients like this return about as often as elsewhere": lambda name: tr(
        "Last came to {name}, where patients like this return about as often as elsewhere", name=name
    ),
    ", where patients like this return less often than elsewhere": lambda name: tr(
        "Last came to {name}, where patients like this return less often than elsewhere", name=name
    ),
}

FACTORS: dict[str, Callable[[Factor], str]] = {
    "RECENCY": _seen,
    "RHYTHM": _rhythm,
    "VISITS": _visits,
    "ONE_VISIT": _one_visit,
    "MISSED": _missed,
    "ANSWERED": _answered,
    "REACHABLE": _reachable,
    "VALUE": _worth,
    "SEASON": lambda _: tr("The time of year"),
    "LEAD": _lead,
    "OWN_RATE": _own_rate,
    "FAMILIAR": _familiar,
    "TOGETHER": _together,
    "CONFIRMED": _confirmed,
    "TIME": _time,
    "KIND": _kind,
    "AGE": _age,
    "LOCATION": _location,
}
