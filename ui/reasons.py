"""Why a patient is in the queue or not, worded in the language in force from the figures that services return."""

from __future__ import annotations

from decimal import Decimal

from reactivate_desktop.domain.call_sheets import CallSheetRow
from reactivate_desktop.domain.enums import PatientState
from reactivate_desktop.domain.outreach import QueueRow
from reactivate_desktop.domain.scores import Exclusion, RuleCheck, RuleFact, WhyRow
from ui import formats, words
from ui.factor_words import ago, factor, looked_at
from ui.score_points import score_of
from ui.text import tr

__all__ = ["exclusion", "factor", "first", "looked_at", "missing", "rule", "second", "share", "stage", "verdict"]


def first(row: QueueRow | CallSheetRow) -> str:
    """Return the strongest reason; empty: not scored."""
    if isinstance(row, CallSheetRow):
        return row.reason if row.factor is None else factor(row.factor)
    return factor(row.factors[0]) if row.factors else row.reason


def second(row: QueueRow) -> str:
    """Return the next reason; empty: there is none."""
    return factor(row.factors[1]) if len(row.factors) > 1 else row.second_reason


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
        Exclusion.HELD_OUT: tr("Kept back at random for some weeks, so that the clinic can see what contact adds."),
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
    if check.exclusion == Exclusion.HELD_OUT:
        return _kept_back(found)
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
    return f"{stands} {share(why.score)}"


def share(score: Decimal | float) -> str:
    """Return what a return score says, as a count of patients."""
    return tr("About {n} in 100 patients like this return within 3 months.", n=score_of(score))


def missing(risk: Decimal | float, usual: float | None) -> str:
    """Return what a no-show risk says, as a count of appointments; usual: the clinic's rate, 0 to 1, where known."""
    if usual is None:
        return tr("about {n} in 100 miss", n=score_of(risk))
    return tr("about {n} in 100 miss, usual is {usual}", n=score_of(risk), usual=score_of(usual))


def stage(said: str) -> str:
    """Return what kind of estimate made a score; one of a newer program by its own words."""
    known = {
        "starting estimate": tr("starting estimate"),
        "learning": tr("learning"),
        "learned": tr("learned"),
        "fallen back": tr("fallen back to a simpler estimate"),
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


def _kept_back(found: RuleFact) -> str:
    if found.day is None:
        return tr("Kept back at random: no")
    return tr("Kept back at random: up to {day}", day=formats.day(found.day))


def _last_visit(found: RuleFact) -> str:
    if found.day is None or found.count is None:
        return tr("Last visit: none")
    return tr("Last visit: {day}, {ago}", day=formats.day(found.day), ago=ago(found.count))
