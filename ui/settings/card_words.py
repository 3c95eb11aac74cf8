"""What a model card says, in words of the desk: how good, for whom, what it looks at and what it is not for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reactivate_desktop.domain.enums import ScorerKind
from reactivate_desktop.domain.model_cards import (
    AGE,
    AGE_BANDS,
    LANGUAGE,
    SUSPICIOUS_AUC,
    UNKNOWN_GROUP,
    GroupFigures,
    ModelCard,
    OwnFigures,
)
from ui import formats, reasons, words
from ui.text import decimal, number, tr, trn

# Chances may lie so far from what happened, as a share (scoring.md section 8); fewer rows say nothing of it.
GOOD_ECE, ENOUGH_ROWS = 0.03, 500
_DAYS_IN_MONTH = 30.44
# From so many patients on, contacted and kept back at random, the effect of contact can be told (scoring.md).
_NEEDED_FOR_EFFECT = 2000


@dataclass(frozen=True)
class Fact:
    """A line of the card: what it is, the figure, what that means; `warns`: not as it should be."""

    what: str
    figure: str
    meaning: str
    warns: bool = False

    @property
    def said(self) -> str:
        """All of it, for assistive tools."""
        return f"{self.what}: {self.figure}. {self.meaning}"


def returns(kind: ScorerKind) -> bool:
    """Return whether the score is of returns; else it is of missed appointments."""
    return kind is ScorerKind.REACTIVATION


def of_100(share: float | None) -> str:
    """Return a share as a count of a hundred; "–" where it is not known."""
    return "–" if share is None else number(round(share * 100))


def points(share: float | None) -> str:
    """Return a distance of shares in points of a hundred, to a tenth; "–" where it is not known."""
    return "–" if share is None else decimal(round(share * 1000), 10)


def times(lift: float | None) -> str:
    """Return how many times as often, to a tenth; "–" where it is not known."""
    return "–" if lift is None else decimal(round(lift * 10), 10)


def percent(share: float) -> str:
    """Return a share in per cent."""
    return tr("{n} %", n=number(round(share * 100)))


def state(card: ModelCard) -> tuple[str, str, str]:
    """Return what the chip beside the title says, its icon and its tone."""
    if card.fallen_back:
        return tr("Stepped aside"), "warning", "yellow"
    if card.scorer_id is None:
        return tr("Starting estimate"), "info", "muted"
    return tr("In use"), "check-circle", "green"


def version(card: ModelCard) -> str:
    """Return since when the scorer is in use and what it learned from."""
    if card.scorer_id is None or card.learned_at is None:
        return tr("nothing learned from this clinic yet")
    parts = [tr("learned {day}", day=formats.day(formats.day_of(card.learned_at)))]
    if card.first_day is not None and card.last_day is not None:
        months = max(1, round(((card.last_day - card.first_day).days + 1) / _DAYS_IN_MONTH))
        span = trn("{n} month", "{n} months", months)
        parts = [tr("learned {day} from {span}", day=formats.day(formats.day_of(card.learned_at)), span=span)]
    if card.stage == "learning":
        parts.append(tr("still close to the starting estimate"))
    return " · ".join(parts)


def facts(card: ModelCard) -> list[Fact]:
    """Return how good the scorer is here, one line each."""
    own = card.own
    found = [_picks(card.kind, own), _top(card.kind, own), _chance(own)] if own is not None else []
    return [*found, _learned_from(card), _ranks(card.kind)]


def not_measured() -> str:
    """Return why there are no figures of the clinic's own."""
    return tr(
        "How good it is here was not measured yet: that takes outcomes which it had not seen when it learned, "
        "and there were too few."
    )


def _picks(kind: ScorerKind, own: OwnFigures) -> Fact:
    what = tr("Picks the likelier of two")
    if own.auc is None:
        return Fact(what, "–", tr("all outcomes were alike, so there was nothing to tell apart"))
    figure = tr("{n} of 100", n=of_100(own.auc))
    if own.auc > SUSPICIOUS_AUC[kind]:
        return Fact(what, figure, tr("too good to be true: something may give the outcome away"), warns=True)
    if own.auc_low is None or own.auc_high is None:
        return Fact(what, figure, tr("coin flip is 50"))
    low, high = of_100(own.auc_low), of_100(own.auc_high)
    said = tr("{low} to {high}, coin flip is 50", low=low, high=high)
    return Fact(what, figure, said, warns=own.auc_low <= 0.5)


def _top(kind: ScorerKind, own: OwnFigures) -> Fact:
    if returns(kind):
        what, than = tr("Top tenth returns"), tr("as often as the average patient")
    else:
        what, than = tr("Riskiest tenth misses"), tr("as often as the average appointment")
    if own.lift10 is None:
        return Fact(what, "–", tr("it never happened, so there was nothing to find"))
    return Fact(what, tr("{n} times", n=times(own.lift10)), than, warns=own.lift10 <= 1)


def _chance(own: OwnFigures) -> Fact:
    what, good = tr("Chance given vs. seen"), tr("good under {n}", n=points(GOOD_ECE))
    if own.ece is None:
        return Fact(what, "–", good)
    return Fact(what, tr("{n} points off", n=points(own.ece)), good, warns=own.ece >= GOOD_ECE)


def _learned_from(card: ModelCard) -> Fact:
    what = tr("Learned from")
    figure = trn("{n} patient", "{n} patients", card.people)
    if returns(card.kind):
        said = trn(
            "looked at {n} time, {yes} followed by a visit in 90 days",
            "looked at {n} times, {yes} followed by a visit in 90 days",
            card.rows,
            yes=number(card.positives),
        )
    else:
        said = trn(
            "{n} appointment, {yes} missed", "{n} appointments, {yes} missed", card.rows, yes=number(card.positives)
        )
    return Fact(what, figure, said)


def _ranks(kind: ScorerKind) -> Fact:
    if returns(kind):
        needed = tr("not by effect of contact: that takes {n} patients compared", n=number(_NEEDED_FOR_EFFECT))
        return Fact(tr("Ranks by"), tr("chance of return"), needed)
    return Fact(tr("Ranks by"), tr("chance of missing"), tr("high only well above the usual rate of the clinic"))


def verdict(own: OwnFigures) -> tuple[str, str, str]:
    """Return whether the chances can be trusted, in a line, with icon and tone."""
    if own.rows < ENOUGH_ROWS or own.ece is None:
        said = tr("Too few outcomes yet: {n} of {needed}", n=number(own.rows), needed=number(ENOUGH_ROWS))
        return said, "hourglass-medium", "muted"
    if own.ece < GOOD_ECE:
        return tr("On target: {n} points off on average", n=points(own.ece)), "check-circle", "green"
    high = [each for each in own.bins if each.said > each.high]
    low = [each for each in own.bins if each.said < each.low]
    off = max((high, low), key=lambda bins: sum(each.rows * abs(each.said - each.happened) for each in bins))
    if not off:
        return tr("{n} points off on average", n=points(own.ece)), "warning", "yellow"
    first, last = percent(off[0].said), percent(off[-1].said)
    span = first if len(off) == 1 else tr("{first} to {last}", first=first, last=last)
    said = tr("Too high for chances of {span}", span=span)
    return said if off is high else tr("Too low for chances of {span}", span=span), "warning", "yellow"


def group(found: GroupFigures) -> str:
    """Return what a group is called."""
    if found.name == UNKNOWN_GROUP:
        unknown = {AGE: tr("Age not known"), LANGUAGE: tr("Language not known")}
        return unknown.get(found.by, tr("Location not known"))
    if found.by == AGE:
        bands = (tr("Under 18"), tr("18 to 39"), tr("40 to 64"), tr("65 and over"))
        return dict(zip(AGE_BANDS, bands, strict=True)).get(found.name, found.name)
    if found.by == LANGUAGE:
        # "es-mx" is Spanish; a language that is written out stays as it is.
        return tr("Speaks {language}", language=words.spoken(found.name.split("-")[0]))
    return found.name


def group_word(found: GroupFigures, own: OwnFigures) -> str:
    """Return in a word or two how a group stands beside all."""
    if found.auc is None:
        return tr("too few to say")
    if not found.worse:
        return tr("as for all")
    ranking = 0.0 if own.auc is None else own.auc - found.auc
    chances = 0.0 if own.ece is None or found.ece is None else found.ece - own.ece
    return tr("picks worse here") if ranking / 0.05 >= chances / 0.03 else tr("chances further off")


def never_looks_at(kind: ScorerKind) -> str:
    """Return what the scorer is never given."""
    said = tr("Sex, address, diagnosis, payer, free text notes")
    return said if returns(kind) else tr("{list}, reminders sent", list=said)


def forbidden() -> str:
    """Return what the score must not be used for."""
    return tr("Refuse or delay care, charge a fee, or overbook a person")


def when_checks_fail(kind: ScorerKind) -> str:
    """Return what happens then."""
    if returns(kind):
        return tr("It steps aside: a simpler estimate orders the queue until a check passes")
    return tr("It steps aside: a simpler estimate gives the risks until a check passes")


def looks_at(card: ModelCard) -> str:
    """Return the facts that the score is made of."""
    return reasons.looked_at(card.reasons)


def rule(name: str) -> str:
    """Return what a plain rule does; one of a newer program by its own words."""
    known: Mapping[str, str] = {
        "most_recent": tr("Seen last comes first"),
        "most_visits": tr("Most visits first"),
        "value_first": tr("Most valuable first"),
        "least_overdue": tr("Least overdue first"),
        "lead_time": tr("By days booked ahead"),
        "prior_no_show_rate": tr("By appointments missed before"),
    }
    return known.get(name, name.replace("_", " ").capitalize())


def measured_on(own: OwnFigures, kind: ScorerKind) -> str:
    """Return on what the figures were measured."""
    first, last = (formats.day(each, today=date.min) for each in (own.first_day, own.last_day))
    if returns(kind):
        return trn(
            "Measured on {n} outcome that it had not seen, {first} to {last}; {yes} came back.",
            "Measured on {n} outcomes that it had not seen, {first} to {last}; {yes} came back.",
            own.rows,
            first=first,
            last=last,
            yes=number(own.positives),
        )
    return trn(
        "Measured on {n} appointment that it had not seen, {first} to {last}; {yes} missed.",
        "Measured on {n} appointments that it had not seen, {first} to {last}; {yes} missed.",
        own.rows,
        first=first,
        last=last,
        yes=number(own.positives),
    )
