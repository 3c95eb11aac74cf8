"""Consents: the row of a history, and what must be known before one is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from reactivate_desktop.domain.enums import CommunicationChannel, ConsentState, ContactPurpose
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.outcomes import OPT_OUT_MEANS

_MOST_LETTERS = 200


@dataclass(frozen=True)
class ConsentRow:
    """One word of a patient on being contacted.

    opt_out: a row of the list of addresses that must not be contacted (channel and purpose None: all of them; state
    GRANTED: taken off it again). current: about an address that the record has now.
    """

    id: UUID
    opt_out: bool
    channel: CommunicationChannel | None
    purpose: ContactPurpose | None
    state: ConsentState
    source: str
    wording_version: str | None
    given_at: datetime
    recorded_at: datetime
    # None: nobody of the clinic (a reply, an import).
    recorded_by: str | None
    current: bool


@dataclass(frozen=True)
class Recorded:
    """What recording did: the new row, and whether an opt-out of this channel ended with it."""

    id: UUID
    lifted: bool


@dataclass(frozen=True)
class OptedOut:
    """What an opt-out did: how many addresses it newly forbids, and whether the patient left the queue with it."""

    addresses: int
    left_queue: bool


def check_consent(source: str, wording: str | None, *, granted: bool) -> tuple[str, str | None]:
    """Return source and wording without blanks around them.

    Raises Invalid without a source, and for a consent without its wording: who cannot show both has no consent
    (requirement C1).
    """
    tidy, version = source.strip(), (wording or "").strip() or None
    if not 1 <= len(tidy) <= _MOST_LETTERS:
        raise Invalid("Where does this come from? Please say it in 1 to 200 letters, such as: registration form.")
    if granted and version is None:
        raise Invalid("Which wording did the patient agree to? Please give the version of the form or of the sentence.")
    if version is not None and len(version) > _MOST_LETTERS:
        raise Invalid("The wording is named by its version, in at most 200 letters. Please shorten it.")
    return tidy, version


def check_given(given_at: datetime | None, now: datetime) -> None:
    """Raise Invalid for a time of consent without an offset, or one that has not come yet."""
    if given_at is None:
        return
    if given_at.tzinfo is None:
        raise Invalid("The time of a consent needs a time zone. Please pick it again.")
    if given_at > now:
        raise Invalid("This time has not come yet. Please give the day on which the patient agreed.")


def check_means(means: str) -> None:
    """Raise Invalid unless `means` is one of our words for how an opt-out reaches the clinic (requirement O3)."""
    if means not in OPT_OUT_MEANS:
        raise Invalid(f"An opt-out reaches us by one of: {', '.join(OPT_OUT_MEANS)}. Please choose one.")
