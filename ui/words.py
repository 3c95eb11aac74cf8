"""The window's word for each word of the domain, with its icon where it has one."""

from __future__ import annotations

from reactivate_desktop.domain.enums import (
    AppointmentStatus,
    CommunicationChannel,
    ContactOutcome,
    ContactPriority,
    PatientSegment,
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
