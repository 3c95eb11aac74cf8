"""Why a patient is in the queue or not, worded in the language in force from the figures that services return."""

from __future__ import annotations

from collections.abc import Callable

from reactivate_desktop.domain.call_sheets import CallSheetRow
from reactivate_desktop.domain.enums import PatientState
from reactivate_desktop.domain.outreach import QueueRow
from reactivate_desktop.domain.scores import Exclusion, Factor, RuleCheck, RuleFact, WhyRow
from reactivate_desktop.domain.spans import SpanUnit, span_of
from ui import formats, words
from ui.score_points import score_of
from ui.text import decimal, tr, trn


def first(row: QueueRow | CallSheetRow) -> str:
    """Return the strongest reason; empty: not scored."""
    if isinstance(row, CallSheetRow):
        return row.reason if row.factor is None else factor(row.factor)
    return factor(row.factors[0]) if row.factors else row.reason


def second(row: QueueRow) -> str:
    """Return the next reason; empty: there is none."""
    return factor(row.factors[1]) if len(row.factors) > 1 else row.second_reason


def factor(found: Factor) -> str:
    """Return the sentence of a reason; one that is not known here, as of a newer scorer, in the words it came with."""
    say = _FACTORS.get(found.code)
    if say is None or found.value is None:
        return found.text
    return say(int(found.value), None if found.typical is None else int(found.typical)) or found.text


def exclusion(rule: Exclusion) -> str:
    """Return what a rule that keeps a patient out says of her."""
    return {
        Exclusion.DECEASED: tr("The patient has died."),
        Exclusion.MOVED: tr("The patient moved or goes to another clinic."),
        Exclusion.INACTIVE: tr("The record is marked as inactive."),
        Exclusion.DO_NOT_CONTACT: tr("The patient asked not to be contacted."),
        Exclusion.OPTED_OUT: tr("Every phone number and address of the patient has opted out."),
        Exclusion.NO_ADDRESS: tr("There is no phone number or email address that could work."),
        Exclusion.FUTURE_APPOINTMENT: tr("An appointment is booked already."),
        Exclusion.NEVER_VISITED: tr("No visit is recorded, so there is nothing to come back to."),
        Exclusion.SEEN_LATELY: tr("The last visit is less than 90 days ago."),
        Exclusion.CALLBACK_LATER: tr("A call back is promised for later."),
        Exclusion.COOL_OFF: tr("Contacted recently; it is not time for the next try yet."),
        Exclusion.TOO_MANY_ATTEMPTS: tr("Tried as often as the clinic allows since the last visit, without an answer."),
    }[rule]


def rule(check: RuleCheck) -> str:
    """Return what a rule found."""
    found = check.fact
    if check.exclusion in (Exclusion.DECEASED, Exclusion.MOVED, Exclusion.INACTIVE):
        return tr("State of the record: {state}", state=_state(found.state))
    if check.exclusion == Exclusion.DO_NOT_CONTACT:
        return tr("Asked not to be contacted: {answer}", answer=tr("no") if check.passed else tr("yes"))
    if check.exclusion == Exclusion.SEEN_LATELY:
        return _last_visit(found)
    if check.exclusion == Exclusion.FUTURE_APPOINTMENT:
        return tr("Future appointment: {day}", day=tr("none") if found.day is None else formats.day(found.day))
    if check.exclusion in (Exclusion.CALLBACK_LATER, Exclusion.COOL_OFF):
        when = tr("none") if found.at is None else formats.moment(found.at)
        if check.exclusion == Exclusion.CALLBACK_LATER:
            return tr("Promised call: {when}", when=when)
        return tr("Next try: {when}", when=when)
    return _counted(check.exclusion, found)


def verdict(why: WhyRow) -> str:
    """Return where a patient stands and why, in a sentence or two."""
    if why.reason is not None:
        return exclusion(why.reason)
    if why.called_back:
        return tr("A call back is promised and due: it stands on top of the queue.")
    if why.priority is None:
        return why.sentence
    stands = tr("In the queue, priority {priority}.", priority=words.priority(why.priority))
    if why.score is None:
        return stands
    share = tr("About {n} in 100 patients like this return within 3 months.", n=score_of(why.score))
    return f"{stands} {share}"


def stage(said: str) -> str:
    """Return what kind of estimate made a score; one of a newer program by its own words."""
    known = {
        "starting estimate": tr("starting estimate"),
        "learning": tr("learning"),
        "learned": tr("learned"),
    }
    return known.get(said, said)


def _state(state: PatientState | None) -> str:
    return {
        PatientState.PRESENT: tr("present"),
        PatientState.INACTIVE: tr("inactive"),
        PatientState.MOVED: tr("moved"),
        PatientState.DECEASED: tr("deceased"),
        None: tr("unknown"),
    }[state]


def _counted(rule: Exclusion, found: RuleFact) -> str:
    count, of = found.count or 0, found.of or 0
    if rule == Exclusion.OPTED_OUT:
        return tr("Opted out: {n} of {total} numbers and addresses", n=count, total=of)
    if rule == Exclusion.NO_ADDRESS:
        return tr("Numbers and addresses that could work: {n}", n=count)
    if rule == Exclusion.NEVER_VISITED:
        return tr("Visits: {n}", n=count)
    return tr("Tries without an answer since the last visit: {n} (the clinic allows {most})", n=count, most=of)


def _last_visit(found: RuleFact) -> str:
    if found.day is None or found.count is None:
        return tr("Last visit: none")
    return tr("Last visit: {day}, {ago}", day=formats.day(found.day), ago=_ago(found.count))


def _span(days: int) -> str:
    said = span_of(days)
    if said.unit == SpanUnit.DAYS:
        return trn("{n} day", "{n} days", said.count)
    if said.unit == SpanUnit.MONTHS:
        return trn("{n} month", "{n} months", said.count)
    return tr("{n} years", n=decimal(said.count, 10))


def _ago(days: int) -> str:
    return tr("today") if days == 0 else tr("{span} ago", span=_span(days))


def _seen(days: int, _usual: int | None) -> str:
    return tr("Last seen {ago}", ago=_ago(days))


def _rhythm(days: int, gap: int | None) -> str:
    if gap is None:
        return ""
    every = tr("every day") if gap == 1 else tr("every {span}", span=_span(gap))
    return tr("Usually comes {every}; last seen {ago}", every=every, ago=_ago(days))


def _visits(count: int, typical: int | None) -> str:
    if typical is None:
        return ""
    return trn("{n} visit so far (typical {typical})", "{n} visits so far (typical {typical})", count, typical=typical)


def _missed(missed: int, known: int | None) -> str:
    # Scores of an older program do not hold how many there were.
    if known is None:
        return ""
    return trn("Missed {missed} of {n} appointment", "Missed {missed} of {n} appointments", known, missed=missed)


def _reachable(works: int, _usual: int | None) -> str:
    return tr("Has a working phone number") if works else tr("No working phone number: check the number")


_FACTORS: dict[str, Callable[[int, int | None], str]] = {
    "RECENCY": _seen,
    "RHYTHM": _rhythm,
    "VISITS": _visits,
    "ONE_VISIT": lambda _value, _usual: tr("Only one visit so far"),
    "MISSED": _missed,
    "ANSWERED": lambda _value, _usual: tr("Answered a message in the last year"),
    "REACHABLE": _reachable,
}
