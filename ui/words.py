"""The window's word for each word of the domain, with its icon where it has one."""

from __future__ import annotations

from reactivate_desktop.domain.contact_reasons import ContactReason
from reactivate_desktop.domain.enums import (
    AppointmentStatus,
    CommunicationChannel,
    ContactOutcome,
    ContactPriority,
    ContactPurpose,
    JobState,
    PatientSegment,
    PatientState,
    RiskLevel,
    UserRole,
)
from ui.text import tr

# The keys 1-9 in their order.
OUTCOME_KEYS: tuple[ContactOutcome, ...] = tuple(ContactOutcome)
CHANNEL_ICONS = {
    CommunicationChannel.VOICE: "phone",
    CommunicationChannel.SMS: "chat-centered-text",
    CommunicationChannel.EMAIL: "envelope-simple",
    CommunicationChannel.WHATSAPP: "whatsapp-logo",
    CommunicationChannel.FACEBOOK_MESSENGER: "messenger-logo",
    CommunicationChannel.INSTAGRAM_DM: "instagram-logo",
}


def priority(word: ContactPriority) -> str:
    """Return the short word of a pill."""
    return {
        ContactPriority.RED: tr("Red"),
        ContactPriority.YELLOW: tr("Yellow"),
        ContactPriority.GREEN: tr("Green"),
    }[word]


def priority_long(word: ContactPriority) -> str:
    """Return the words of a pill in a header: the colour and what it asks for."""
    return {
        ContactPriority.RED: tr("Red · contact today"),
        ContactPriority.YELLOW: tr("Yellow · this week"),
        ContactPriority.GREEN: tr("Green · can wait"),
    }[word]


def outcome(word: ContactOutcome) -> str:
    """Return what an outcome is called in histories and lists."""
    return {
        ContactOutcome.BOOKED: tr("Booked"),
        ContactOutcome.LEFT_MESSAGE: tr("Left message"),
        ContactOutcome.NO_ANSWER: tr("No answer"),
        ContactOutcome.CALL_BACK: tr("Call back"),
        ContactOutcome.DECLINED: tr("Declined"),
        ContactOutcome.WRONG_NUMBER: tr("Wrong number"),
        ContactOutcome.MOVED: tr("Moved"),
        ContactOutcome.DECEASED: tr("Deceased"),
        ContactOutcome.OPT_OUT: tr("Opt out"),
    }[word]


def channel(word: CommunicationChannel) -> str:
    """Return the verb or name by which a channel is known at the desk."""
    return {
        CommunicationChannel.VOICE: tr("Call"),
        CommunicationChannel.SMS: tr("Text"),
        CommunicationChannel.EMAIL: tr("Email"),
        CommunicationChannel.WHATSAPP: tr("WhatsApp"),
        CommunicationChannel.FACEBOOK_MESSENGER: tr("Messenger"),
        CommunicationChannel.INSTAGRAM_DM: tr("Instagram"),
    }[word]


def segment(word: PatientSegment) -> str:
    """Return the word of a segment's tag."""
    return {
        PatientSegment.ACTIVE: tr("Active"),
        PatientSegment.AT_RISK: tr("At risk"),
        PatientSegment.DORMANT: tr("Dormant"),
        PatientSegment.NEW: tr("New"),
    }[word]


def status(word: AppointmentStatus) -> str:
    """Return the word of an appointment's status."""
    return {
        AppointmentStatus.SCHEDULED: tr("Not confirmed"),
        AppointmentStatus.CONFIRMED: tr("Confirmed"),
        AppointmentStatus.COMPLETED: tr("Came"),
        AppointmentStatus.CANCELLED: tr("Cancelled"),
        AppointmentStatus.NO_SHOW: tr("Missed"),
        AppointmentStatus.RESCHEDULED: tr("Moved to another time"),
    }[word]


def role(word: UserRole) -> str:
    """Return what a role is called under a person's name."""
    return {
        UserRole.ADMIN: tr("Manager"),
        UserRole.STAFF: tr("Reception"),
        UserRole.VIEWER: tr("Reads only"),
    }[word]


def contact_reason(word: ContactReason) -> str:
    """Return the word or two of a cell that says whether a channel may be used."""
    return {
        ContactReason.ALLOWED: tr("Allowed"),
        ContactReason.REPLY: tr("Answer"),
        ContactReason.MERGED: tr("Merged"),
        ContactReason.DECEASED: tr("Deceased"),
        ContactReason.DO_NOT_CONTACT: tr("Do not contact"),
        ContactReason.NO_ADDRESS: tr("No address"),
        ContactReason.NOT_LINKED: tr("No account"),
        ContactReason.WRONG_NUMBER: tr("Wrong number"),
        ContactReason.INVALID_NUMBER: tr("Check number"),
        ContactReason.LANDLINE: tr("Landline"),
        ContactReason.OPTED_OUT: tr("Opted out"),
        ContactReason.AWAY: tr("Moved or inactive"),
        ContactReason.NEVER_WROTE: tr("Replies only"),
        ContactReason.WINDOW_CLOSED: tr("Replies only"),
        ContactReason.PERSON_ONLY: tr("Person only"),
        ContactReason.CHANNEL_BLOCKED_US: tr("Blocked in the US"),
        ContactReason.NO_CONSENT: tr("No consent"),
        ContactReason.ZONE_UNKNOWN: tr("Time unknown"),
        ContactReason.RULES_UNREADABLE: tr("Rules to correct"),
        ContactReason.QUIET_HOURS: tr("Quiet hours"),
        ContactReason.DAILY_CAP: tr("Enough today"),
        ContactReason.WEEKLY_CAP: tr("Enough this week"),
    }[word]


def patient_state(word: PatientState) -> str:
    """Return whether the clinic still expects a person."""
    return {
        PatientState.PRESENT: tr("Patient here"),
        PatientState.INACTIVE: tr("Inactive"),
        PatientState.MOVED: tr("Moved"),
        PatientState.DECEASED: tr("Deceased"),
    }[word]


def purpose(word: ContactPurpose) -> str:
    """Return what a contact is about."""
    return {ContactPurpose.CARE: tr("Care"), ContactPurpose.MARKETING: tr("Offers")}[word]


def risk(word: RiskLevel) -> str:
    """Return how likely an appointment is missed, in one word."""
    return {RiskLevel.LOW: tr("Low"), RiskLevel.MEDIUM: tr("Medium"), RiskLevel.HIGH: tr("High")}[word]


def spoken(code: str) -> str:
    """Return the name of the language that a patient speaks; a code that is not known stays as it is."""
    known = {"en": tr("English"), "es": tr("Spanish"), "fr": tr("French"), "zh": tr("Chinese"), "vi": tr("Vietnamese")}
    known |= {"ko": tr("Korean"), "pt": tr("Portuguese"), "ru": tr("Russian"), "ar": tr("Arabic"), "de": tr("German")}
    return known.get(code, code)


def means(word: str) -> str:
    """Return how an opt-out reached the clinic, of domain.outcomes.OPT_OUT_MEANS."""
    known = {"phone": tr("On the phone"), "counter": tr("At the counter"), "letter": tr("By letter")}
    known |= {"email": tr("By email"), "message": tr("By message"), "other": tr("Otherwise")}
    return known.get(word, word)


def job(kind: str) -> str:
    """Return what a kind of the clinic's long work is called; one of a newer program by its own word."""
    known = {"SCORE": tr("Scoring"), "VERIFY_AUDIT": tr("Checking the audit trail")}
    return known.get(kind) or kind.replace("_", " ").capitalize()


def step(text: str) -> str:
    """Return what long work says of its step, which services say in English; what names a file stays as it is."""
    known = {
        "Bringing segments up to date": tr("Bringing segments up to date"),
        "Checking the audit trail against its seals": tr("Checking the audit trail against its seals"),
        "Reading": tr("Reading"),
        "Rows written": tr("Rows written"),
        "Scoring": tr("Scoring"),
        "Writing": tr("Writing"),
        "Writing rows": tr("Writing rows"),
    }
    return known.get(text, text)


def job_state(word: JobState) -> str:
    """Return how long work stands."""
    return {
        JobState.QUEUED: tr("Waiting"),
        JobState.RUNNING: tr("Running"),
        JobState.DONE: tr("Done"),
        JobState.FAILED: tr("Did not succeed"),
        JobState.CANCELLED: tr("Stopped, what was finished is kept"),
    }[word]
