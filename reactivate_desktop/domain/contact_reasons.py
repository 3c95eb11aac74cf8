"""What the decision on a contact answers: reason codes, and what each says to a receptionist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ContactReason(StrEnum):
    """Why a contact is allowed or not; the order is about that in which the rules are asked."""

    ALLOWED = "ALLOWED"
    REPLY = "REPLY"
    MERGED = "MERGED"
    DECEASED = "DECEASED"
    DO_NOT_CONTACT = "DO_NOT_CONTACT"
    NO_ADDRESS = "NO_ADDRESS"
    NOT_LINKED = "NOT_LINKED"
    WRONG_NUMBER = "WRONG_NUMBER"
    INVALID_NUMBER = "INVALID_NUMBER"
    LANDLINE = "LANDLINE"
    OPTED_OUT = "OPTED_OUT"
    AWAY = "AWAY"
    NEVER_WROTE = "NEVER_WROTE"
    WINDOW_CLOSED = "WINDOW_CLOSED"
    PERSON_ONLY = "PERSON_ONLY"
    CHANNEL_BLOCKED_US = "CHANNEL_BLOCKED_US"
    NO_CONSENT = "NO_CONSENT"
    ZONE_UNKNOWN = "ZONE_UNKNOWN"
    RULES_UNREADABLE = "RULES_UNREADABLE"
    QUIET_HOURS = "QUIET_HOURS"
    DAILY_CAP = "DAILY_CAP"
    WEEKLY_CAP = "WEEKLY_CAP"


@dataclass(frozen=True)
class Decision:
    """Whether a contact is allowed, why, until when that holds, and at which address.

    until: of an allowed one, when it ends (None: not by itself); of a refused one, when it will be allowed if nothing
    else happens (None: waiting does not help). address: None where the patient has none.
    """

    allowed: bool
    reason: ContactReason
    until: datetime | None = None
    address: str | None = None


# One word or two, for the cell of a strip.
CONTACT_REASON_SHORT: dict[ContactReason, str] = {
    ContactReason.ALLOWED: "Allowed",
    ContactReason.REPLY: "Answer",
    ContactReason.MERGED: "Merged",
    ContactReason.DECEASED: "Deceased",
    ContactReason.DO_NOT_CONTACT: "Do not contact",
    ContactReason.NO_ADDRESS: "No address",
    ContactReason.NOT_LINKED: "No account",
    ContactReason.WRONG_NUMBER: "Wrong number",
    ContactReason.INVALID_NUMBER: "Check number",
    ContactReason.LANDLINE: "Landline",
    ContactReason.OPTED_OUT: "Opted out",
    ContactReason.AWAY: "Moved or inactive",
    ContactReason.NEVER_WROTE: "Replies only",
    ContactReason.WINDOW_CLOSED: "Replies only",
    ContactReason.PERSON_ONLY: "Person only",
    ContactReason.CHANNEL_BLOCKED_US: "Blocked in the US",
    ContactReason.NO_CONSENT: "No consent",
    ContactReason.ZONE_UNKNOWN: "Time unknown",
    ContactReason.RULES_UNREADABLE: "Rules to correct",
    ContactReason.QUIET_HOURS: "Quiet hours",
    ContactReason.DAILY_CAP: "Enough today",
    ContactReason.WEEKLY_CAP: "Enough this week",
}
# The desk reads it as it stands, beside a button that is disabled.
CONTACT_REASON_WORDS: dict[ContactReason, str] = {
    ContactReason.ALLOWED: "Yes, this is allowed now.",
    ContactReason.REPLY: "Yes, as an answer to the patient's own message.",
    ContactReason.MERGED: "This record was merged into another one. Please open that one.",
    ContactReason.DECEASED: "The patient has died.",
    ContactReason.DO_NOT_CONTACT: "The patient asked not to be contacted at all.",
    ContactReason.NO_ADDRESS: "The record has no number or address for this. Please ask for one.",
    ContactReason.NOT_LINKED: "No account of the patient is linked here. It is linked when the patient writes.",
    ContactReason.WRONG_NUMBER: "This number was reported as wrong. Please ask for another one.",
    ContactReason.INVALID_NUMBER: "This is no number that can get messages. Please check it.",
    ContactReason.LANDLINE: "This is a landline, which gets no messages. Please call.",
    ContactReason.OPTED_OUT: "The patient opted out of this. Only a new consent of the patient allows it again.",
    ContactReason.AWAY: "The patient moved or is inactive. A person may call; nothing is sent.",
    ContactReason.NEVER_WROTE: "Here the patient has to write first, and has not done so.",
    ContactReason.WINDOW_CLOSED: "The patient's last message here is too long ago. Please use another way.",
    ContactReason.PERSON_ONLY: "The patient wrote more than a day ago: only a person may answer now.",
    ContactReason.CHANNEL_BLOCKED_US: "WhatsApp sends no marketing to this country. Please use a text message.",
    ContactReason.NO_CONSENT: "No consent is recorded for this. Please ask the patient and record it.",
    ContactReason.ZONE_UNKNOWN: "It is not known what time it is there. Please enter the state or time zone.",
    ContactReason.RULES_UNREADABLE: "The clinic's rules cannot be read. Please ask an ADMIN to correct the settings.",
    ContactReason.QUIET_HOURS: "It is quiet time where the patient lives. Please wait until it is over.",
    ContactReason.DAILY_CAP: "The patient already got as many messages within 24 hours as are allowed.",
    ContactReason.WEEKLY_CAP: "The patient already got as many messages within 7 days as are allowed.",
}
