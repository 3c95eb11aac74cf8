"""Every fixed set of words: the sixteen of the schema, then those that the product adds."""

from __future__ import annotations

from enum import StrEnum

# --- the schema's own sixteen -----------------------------------------------------------------


class SubscriptionTier(StrEnum):
    STARTER = "STARTER"
    PROFESSIONAL = "PROFESSIONAL"
    ADVANCED = "ADVANCED"
    ENTERPRISE = "ENTERPRISE"


class SubscriptionStatus(StrEnum):
    TRIAL = "TRIAL"
    ACTIVE = "ACTIVE"
    CANCELLED = "CANCELLED"
    PAUSED = "PAUSED"
    PAST_DUE = "PAST_DUE"


class UserRole(StrEnum):
    ADMIN = "ADMIN"
    STAFF = "STAFF"
    VIEWER = "VIEWER"


class EmrSystem(StrEnum):
    EPIC = "EPIC"
    CERNER = "CERNER"
    ATHENA = "ATHENA"


class PatientSegment(StrEnum):
    ACTIVE = "ACTIVE"
    AT_RISK = "AT_RISK"
    DORMANT = "DORMANT"
    NEW = "NEW"


class ContactPriority(StrEnum):
    RED = "RED"
    YELLOW = "YELLOW"
    GREEN = "GREEN"


class VisitSource(StrEnum):
    EMR = "EMR"
    MANUAL = "MANUAL"


class CommunicationChannel(StrEnum):
    SMS = "SMS"
    WHATSAPP = "WHATSAPP"
    EMAIL = "EMAIL"
    FACEBOOK_MESSENGER = "FACEBOOK_MESSENGER"
    INSTAGRAM_DM = "INSTAGRAM_DM"
    VOICE = "VOICE"


class MessageDirection(StrEnum):
    INBOUND = "INBOUND"
    OUTBOUND = "OUTBOUND"


class MessageStatus(StrEnum):
    PENDING = "PENDING"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    READ = "READ"
    FAILED = "FAILED"


class ConversationStatus(StrEnum):
    ACTIVE = "ACTIVE"
    RESOLVED = "RESOLVED"
    ARCHIVED = "ARCHIVED"


class AppointmentStatus(StrEnum):
    SCHEDULED = "SCHEDULED"
    CONFIRMED = "CONFIRMED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"
    NO_SHOW = "NO_SHOW"
    RESCHEDULED = "RESCHEDULED"


class RiskLevel(StrEnum):
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


class CampaignType(StrEnum):
    REMINDER = "REMINDER"
    CONFIRMATION = "CONFIRMATION"
    NO_SHOW_PREVENTION = "NO_SHOW_PREVENTION"
    POST_OP_FOLLOWUP = "POST_OP_FOLLOWUP"
    REACTIVATION = "REACTIVATION"
    RETENTION = "RETENTION"


class ABTestStatus(StrEnum):
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    PAUSED = "PAUSED"


class WebhookSource(StrEnum):
    TWILIO = "TWILIO"
    META = "META"
    STRIPE = "STRIPE"
    EPIC = "EPIC"
    CERNER = "CERNER"
    ATHENA = "ATHENA"


# --- what the product adds --------------------------------------------------------------------


class PatientState(StrEnum):
    """Whether the clinic may still expect this person."""

    PRESENT = "PRESENT"
    INACTIVE = "INACTIVE"
    MOVED = "MOVED"
    DECEASED = "DECEASED"


class PhoneType(StrEnum):
    MOBILE = "MOBILE"
    LANDLINE = "LANDLINE"
    VOIP = "VOIP"
    UNKNOWN = "UNKNOWN"


class PhoneQuality(StrEnum):
    """VALID by the numbering plan, INVALID (check the number), WRONG (a person said so)."""

    VALID = "VALID"
    INVALID = "INVALID"
    WRONG = "WRONG"
    UNKNOWN = "UNKNOWN"


class ContactOutcome(StrEnum):
    """What came of one contact attempt; the order is that of the keys 1-9."""

    BOOKED = "BOOKED"
    LEFT_MESSAGE = "LEFT_MESSAGE"
    NO_ANSWER = "NO_ANSWER"
    CALL_BACK = "CALL_BACK"
    DECLINED = "DECLINED"
    WRONG_NUMBER = "WRONG_NUMBER"
    MOVED = "MOVED"
    DECEASED = "DECEASED"
    OPT_OUT = "OPT_OUT"


class ContactPurpose(StrEnum):
    CARE = "CARE"
    MARKETING = "MARKETING"


class ConsentState(StrEnum):
    GRANTED = "GRANTED"
    REVOKED = "REVOKED"


class AddressKind(StrEnum):
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    MESSENGER = "MESSENGER"
    INSTAGRAM = "INSTAGRAM"


class SendState(StrEnum):
    """The outbox's own steps, finer than MessageStatus."""

    NONE = "NONE"
    QUEUED = "QUEUED"
    SENDING = "SENDING"
    SENT = "SENT"
    RECONCILING = "RECONCILING"
    UNKNOWN = "UNKNOWN"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class Arm(StrEnum):
    A = "A"
    B = "B"
    HOLD_OUT = "HOLD_OUT"


class RunState(StrEnum):
    """Steps of a campaign run or an import run."""

    DRAFT = "DRAFT"
    DRY_RUN = "DRY_RUN"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


class RecipientState(StrEnum):
    PLANNED = "PLANNED"
    EXCLUDED = "EXCLUDED"
    HELD_OUT = "HELD_OUT"
    QUEUED = "QUEUED"
    SENT = "SENT"
    FAILED = "FAILED"


class ConnectionKind(StrEnum):
    """Where imported rows come from."""

    EPIC = "EPIC"
    CERNER = "CERNER"
    ATHENA = "ATHENA"
    FHIR_FILES = "FHIR_FILES"
    HL7V2 = "HL7V2"
    CSV = "CSV"


class ScorerKind(StrEnum):
    REACTIVATION = "REACTIVATION"
    NO_SHOW = "NO_SHOW"


class JobState(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class ReviewState(StrEnum):
    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    DISMISSED = "DISMISSED"


class WebhookStatus(StrEnum):
    RECEIVED = "RECEIVED"
    DONE = "DONE"
    FAILED = "FAILED"
    IGNORED = "IGNORED"
