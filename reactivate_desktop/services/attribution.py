"""What contacting patients added, told by those who were kept back at random, and how far that can be relied on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reactivate_desktop.domain.attribution import RETURN_DAYS, Effect, effect
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.hold_out import Stretch, hold_out_rules, period_begin, stretches
from reactivate_desktop.domain.proportions import Arm, percent
from reactivate_desktop.storage.queries import attribution, organization, settings
from reactivate_desktop.storage.unit_of_work import Begin, Transaction

# scoring.md section 8: before that a rank by effect would be a rank by noise.
PATIENTS_NEEDED, RETURNS_NEEDED = 2_000, 100
_FIRST, _LAST = date(1900, 1, 1), date(2200, 12, 31)


@dataclass(frozen=True)
class EffectStage:
    """How many patients were compared for 90 days, how many of them came back in each group, and what it takes.

    enough: the queue could rank by effect; it ranks by chance of return until such a score is learned.
    """

    compared: int
    returned: int
    returned_held_out: int
    needed: int
    returns_needed: int
    enough: bool
    sentence: str


class Attribution:
    """Use cases of what contact adds: counts only, nobody's name."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def effect(self, since: date, until: date | None = None) -> Effect:
        """Return what contact added among the patients first drawn in these days, by intention to treat.

        Days are the clinic's, both included; until: default today. Every patient counts once where she was drawn,
        called or not, after 90 days. Where the share kept back was changed, only the newest time of one share counts:
        others compared other patients. Raises Invalid for days in the wrong order or far off.
        """
        with self._begin() as tx:
            today = organization.today(tx)
            until = today if until is None else until
            if not _FIRST <= since <= until <= _LAST:
                raise Invalid("What contact added is told from an earlier to a later day. Please check both days.")
            tx.audit("EFFECT_READ", "clinic", tx.clinic_id, {"since": str(since), "until": str(until)})
            return _effect(tx, since, until, today)

    def stage(self) -> EffectStage:
        """Return whether enough patients have been compared to rank the queue by what contact adds."""
        with self._begin() as tx:
            today = organization.today(tx)
            found = _effect(tx, _FIRST, today, today)
        compared = found.contacted.patients + found.held_out.patients
        came = (found.contacted.returned, found.held_out.returned)
        enough = compared >= PATIENTS_NEEDED and min(came) >= RETURNS_NEEDED
        words = _stage_words(compared, came, enough)
        return EffectStage(compared, *came, PATIENTS_NEEDED, RETURNS_NEEDED, enough, words)


def _effect(tx: Transaction, since: date, until: date, today: date) -> Effect:
    zone = ZoneInfo(organization.clinic(tx).timezone)
    first, last = _midnight(period_begin(since), zone), _midnight(until + timedelta(days=1), zone)
    stretch = _stretch(stretches(hold_out_rules(settings.read(tx, "scoring"))), first, last)
    if stretch is None:
        return effect(Arm("contacted", 0, 0), Arm("held out", 0, 0))
    begin = first if stretch.begin is None else max(first, stretch.begin)
    end = last if stretch.end is None else min(last, stretch.end)
    contacted, held_out = attribution.arms(tx, begin, end, since, until, today)
    found = effect(
        Arm("contacted", contacted.patients, contacted.returned),
        Arm("held out", held_out.patients, held_out.returned),
        stretch.percent / 100,
        RETURN_DAYS,
        contacted.waiting + held_out.waiting,
        contacted.booked,
    )
    if stretch.begin is None or stretch.begin.astimezone(zone).date() <= since:
        return found
    day = stretch.begin.astimezone(zone).date()
    words = f"Counted from {day} on, when {percent(stretch.percent / 100)} began to be held out."
    return replace(found, sentence=f"{found.sentence} {words}")


def _stretch(known: list[Stretch], first: datetime, last: datetime) -> Stretch | None:
    """Return the newest of these times that lies in a span."""
    for each in known:
        if (each.begin is None or each.begin < last) and (each.end is None or each.end > first):
            return each
    return None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _stage_words(compared: int, came: tuple[int, int], enough: bool) -> str:
    so_far = f"{compared:,} patients, with {came[0]:,} and {came[1]:,} who came back"
    if enough:
        return f"Enough patients have been compared to rank by what contact adds: {so_far}."
    return (
        f"The queue ranks by chance of return. By what contact adds it can rank once {PATIENTS_NEEDED:,} patients have "
        f"been compared for {RETURN_DAYS} days and {RETURNS_NEEDED:,} of each group came back; so far {so_far}."
    )
