"""What a person types for a callback, in English and Spanish, and what is offered to her."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reactivate_desktop.domain.callback_times import CallbackWord, callback_choices, read_callback_time
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.opening import Opening, usual

_ZONE = ZoneInfo("America/New_York")
# Open 8-12 and 13-18, Saturday 9-12; Thursday is Thanksgiving.
_WEEK = {day: ((time(8), time(12)), (time(13), time(18))) for day in range(5)} | {5: ((time(9), time(12)),)}
_OPENING = Opening(_ZONE, _WEEK, frozenset({date(2026, 11, 26)}))
# A Tuesday.
_NOW = datetime(2026, 11, 24, 10, 20, tzinfo=_ZONE)

_READ = {
    # A day and a time.
    "mon 9": "2026-11-30 09:00",
    "tomorrow 15:30": "2026-11-25 15:30",
    "3 dec 10": "2026-12-03 10:00",
    "Dec 3rd at 3 p.m.": "2026-12-03 15:00",
    "dec 3 10am": "2026-12-03 10:00",
    "15:30 tomorrow": "2026-11-25 15:30",
    "wed at 10 o'clock": "2026-11-25 10:00",
    "quarter to 9 fri": "2026-11-27 08:45",
    "friday half past nine": "2026-11-27 09:30",
    "2026-12-03 10:30": "2026-12-03 10:30",
    "2026-12-03T10:30": "2026-12-03 10:30",
    "mon 30 nov 9": "2026-11-30 09:00",
    "25/12 11:00": "2026-12-25 11:00",
    "12/25/26 11:00": "2026-12-25 11:00",
    "lunes 9": "2026-11-30 09:00",
    "mañana 15:30": "2026-11-25 15:30",
    "3 dic a las 10": "2026-12-03 10:00",
    "3 de diciembre de 2026 a las 10": "2026-12-03 10:00",
    "viernes a las 9 menos cuarto": "2026-11-27 08:45",
    "viernes a las nueve y media": "2026-11-27 09:30",
    "lun 9h30": "2026-11-30 09:30",
    "lunes 1530": "2026-11-30 15:30",
    "vie 10 horas": "2026-11-27 10:00",
    "el 3 a las 10": "2026-12-03 10:00",
    "mar 15:30": "2026-11-24 15:30",
    "hoy a las 4 de la tarde": "2026-11-24 16:00",
    "el martes a la 1": "2026-11-24 13:00",
    "día 3 a las 11 de la mañana": "2026-12-03 11:00",
    # Three in the morning nobody is there: three in the afternoon.
    "mon 3": "2026-11-30 15:00",
    "mon 3:30": "2026-11-30 15:30",
    # A day alone: when the clinic opens. Today's opening is over, so that weekday comes again.
    "the 3rd": "2026-12-03 08:00",
    "el 3": "2026-12-03 08:00",
    "9 mar": "2027-03-09 08:00",
    "sat": "2026-11-28 09:00",
    "tue": "2026-12-01 08:00",
    "tue 9": "2026-12-01 09:00",
    "next friday 10": "2026-12-04 10:00",
    "el próximo viernes 10:15": "2026-12-04 10:15",
    "lunes que viene": "2026-11-30 08:00",
    # Parts of a day.
    "monday morning": "2026-11-30 08:00",
    "monday afternoon": "2026-11-30 14:00",
    "monday evening": "2026-11-30 17:00",
    "mañana por la mañana": "2026-11-25 08:00",
    "mañana por la tarde": "2026-11-25 14:00",
    "esta tarde": "2026-11-24 14:00",
    "today": "2026-11-24 13:00",
    # A time alone: the next such time on an open day.
    "15:30": "2026-11-24 15:30",
    "9": "2026-11-25 09:00",
    "a las 3": "2026-11-24 15:00",
    "3pm": "2026-11-24 15:00",
    # Counted from today; days, weeks and months move on to an open day.
    "in 2 weeks": "2026-12-08 08:00",
    "in a week": "2026-12-01 08:00",
    "in 2 weeks at 10": "2026-12-08 10:00",
    "en 2 semanas": "2026-12-08 08:00",
    "dentro de dos semanas": "2026-12-08 08:00",
    "in 2 days": "2026-11-27 08:00",
    "en cinco días": "2026-11-30 08:00",
    "in a month": "2026-12-24 08:00",
    "en un mes a las 9": "2026-12-24 09:00",
    "next week": "2026-11-30 08:00",
    "la semana que viene": "2026-11-30 08:00",
    "next month": "2026-12-01 08:00",
    "in 30 min": "2026-11-24 10:50",
    "en media hora": "2026-11-24 10:50",
    "in 3 hours": "2026-11-24 13:20",
    "en 1 hora": "2026-11-24 11:20",
}
_REFUSED = {
    "mar 9": "may mean March or martes",
    "12/3": 'may mean two dates. Please write the month as a word: "3 Dec" or "12 Mar"',
    "yesterday": "is not a time that can be read",
    "call her back": "is not a time that can be read",
    "": "is not a time that can be read",
    "mon 25:00": "is not a time that can be read",
    "mon 9:75": "is not a time that can be read",
    "mon 9 10": "is not a time that can be read",
    "in 2 hours at 9": "is not a time that can be read",
    "today 9": "Tue 24 Nov 09:00 is over already",
    "24 nov 9": "is over already",
    "24 nov 2028": "Fri 24 Nov 2028 is more than a year ahead",
    "31 nov": "has no day 31 in month 11",
    "mon 1 dec 9": "1 December 2026 is a Tuesday, not a Monday",
    "thu 10": "closed on Thu 26 Nov. It is open again on Fri 27 Nov, 08:00 to 12:00, 13:00 to 18:00",
    "pasado mañana a las 9": "closed on Thu 26 Nov",
    "sun": "closed on Sun 29 Nov",
    "sábado 15": "closed at 15:00 on Sat 28 Nov. It is open 09:00 to 12:00",
    "mañana al mediodía": "closed at 12:00 on Wed 25 Nov",
    "mon 03:30": "closed at 03:30",
    "saturday evening": "not open in the evening on Sat 28 Nov",
    "in 9 hours": "closed at 19:20",
}


def _local(at: datetime) -> str:
    assert at.utcoffset() == at.replace(tzinfo=None).replace(tzinfo=_ZONE).utcoffset()
    return f"{at:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(("text", "expected"), _READ.items(), ids=_READ)
def test_what_is_typed_is_read(text: str, expected: str) -> None:
    assert _local(read_callback_time(text, _NOW, _OPENING)) == expected
    assert _local(read_callback_time(f"  {text.upper()} ", _NOW.astimezone(UTC), _OPENING)) == expected


@pytest.mark.parametrize(("text", "sentence"), _REFUSED.items(), ids=_REFUSED)
def test_what_cannot_be_is_said(text: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_callback_time(text, _NOW, _OPENING)
    assert sentence in str(refused.value)
    assert str(refused.value).endswith((".", '".'))


@pytest.mark.parametrize(
    ("now", "text", "expected"),
    [
        # The clocks go forward on Sunday, March 8th 2026: nine o'clock is nine o'clock.
        ("2026-03-06T15:00", "mon 9", "2026-03-09T09:00:00-04:00"),
        ("2026-03-07T15:00", "in 2 days", "2026-03-09T09:00:00-04:00"),
        # Hours are counted as they pass: two hours after 01:30 it is 04:30 that night.
        ("2026-03-08T01:30", "in 2 hours", "2026-03-08T04:30:00-04:00"),
        ("2026-03-07T12:00", "mañana 3:30", "2026-03-08T03:30:00-04:00"),
        # They go back on Sunday, November 1st 2026; of the hour that comes twice the first one is meant.
        ("2026-10-30T15:00", "mon 9", "2026-11-02T09:00:00-05:00"),
        ("2026-10-31T15:00", "sun 1:30", "2026-11-01T01:30:00-04:00"),
        ("2026-11-01T00:30", "in 2 hours", "2026-11-01T01:30:00-05:00"),
        ("2026-10-25T12:00", "en una semana", "2026-11-02T09:00:00-05:00"),
    ],
)
def test_where_clocks_change(now: str, text: str, expected: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=_ZONE)
    assert read_callback_time(text, moment, usual(_ZONE)).isoformat() == expected


def test_an_hour_that_the_clocks_skip_is_said() -> None:
    with pytest.raises(Invalid, match="the clocks go forward: there is no 02:30"):
        read_callback_time("sun 02:30", datetime(2026, 3, 6, 12, tzinfo=_ZONE), usual(_ZONE))


def test_assumed_hours_refuse_nothing_but_holidays() -> None:
    assumed = usual(_ZONE, frozenset({date(2026, 11, 26)}))
    assert _local(read_callback_time("sun 20:00", _NOW, assumed)) == "2026-11-29 20:00"
    assert _local(read_callback_time("sat", _NOW, assumed)) == "2026-11-28 09:00"
    assert _local(read_callback_time("mon 3", _NOW, assumed)) == "2026-11-30 15:00"
    with pytest.raises(Invalid, match="closed on Thu 26 Nov"):
        read_callback_time("thu 10", _NOW, assumed)


def _check(text: str) -> None:
    """Read a text that may be anything: it is a time that the clinic is open, or refused with a sentence."""
    try:
        at = read_callback_time(text, _NOW, _OPENING)
    except Invalid:
        return
    assert _NOW < at <= _NOW + timedelta(days=366)
    assert _OPENING.is_open(at)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    _check(text)


_SOME = ("mon", "next", "3", "dec", "12/25", "9", "9:30", "pm", "in", "2", "weeks", "mañana", "tarde", "el", "a", "hoy")


@given(st.lists(st.sampled_from(_SOME), max_size=6).map(" ".join))
def test_words_in_any_order_are_read_or_refused(text: str) -> None:
    _check(text)


def _offers(now: datetime, opening: Opening = _OPENING) -> dict[str, str]:
    return {choice.label: _local(choice.at) for choice in callback_choices(now, opening)}


def test_the_choices_are_open_hours_at_the_clinic() -> None:
    assert _offers(_NOW.astimezone(UTC)) == {
        "Today 13:00": "2026-11-24 13:00",
        "Tomorrow morning": "2026-11-25 08:00",
        "Tomorrow 14:00": "2026-11-25 14:00",
        "in 1 week": "2026-12-01 08:00",
    }


def test_over_a_holiday_the_next_open_day_is_named() -> None:
    assert list(_offers(datetime(2026, 11, 25, 11, tzinfo=_ZONE))) == [
        "Today 13:00",
        "Fri morning",
        "Fri 14:00",
        "in 1 week",
    ]


def test_late_in_the_day_today_is_not_offered() -> None:
    offered = callback_choices(datetime(2026, 11, 27, 16, 10, tzinfo=_ZONE), _OPENING)
    # Saturday closes at noon.
    words = [CallbackWord.NEXT_MORNING, CallbackWord.IN_A_WEEK]
    assert [choice.word for choice in offered] == words


def test_a_clinic_that_never_opens_offers_nothing() -> None:
    assert callback_choices(_NOW, Opening(_ZONE, {})) == []
