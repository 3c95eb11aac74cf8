"""Object names of widgets that tests and assistive tools rely on: only added to, never changed."""

from __future__ import annotations

WINDOW = "window"
RAIL = "rail"
STATUS_STRIP = "status-strip"
PAGES = "pages"
SIGN_IN = "sign-in"
SIGN_IN_EMAIL = "sign-in-email"
SIGN_IN_PASSWORD = "sign-in-password"
SIGN_IN_BUTTON = "sign-in-button"
LOCK = "lock"
COMMAND_PALETTE = "command-palette"
COMMAND_PALETTE_INPUT = "command-palette-input"
SHORTCUT_SHEET = "shortcut-sheet"
TOAST = "toast"
ERROR_BAR = "error-bar"
JOBS = "jobs"

QUEUE_TAB = "priority-queue"
QUEUE_LIST = "queue-list"
QUEUE_NEXT = "queue-next"
QUEUE_PANE = "queue-pane"
QUEUE_DOCK = "queue-dock"
QUEUE_NOTE = "queue-note"
QUEUE_CALLBACK = "queue-callback"
QUEUE_BOOKING = "queue-booking"
QUEUE_WHY = "queue-why"

PATIENTS_TAB = "patients"
PATIENTS_SEARCH = "patients-search"
PATIENTS_LIST = "patients-list"
PATIENTS_BULK = "patients-bulk"
PATIENT_RECORD = "patient-record"
PATIENT_FORM = "patient-form"
PATIENT_CONFLICT = "patient-conflict"
MERGE = "merge"
IMPORT_WIZARD = "import-wizard"

INBOX_TAB = "inbox"
CAMPAIGNS_TAB = "campaigns"
SCHEDULE_TAB = "schedule"
INSIGHTS_TAB = "insights"
SETTINGS_TAB = "settings"


def outcome(word: str) -> str:
    """Return the name of the dock's button for an outcome."""
    return f"outcome-{word.lower()}"


def tab(word: str) -> str:
    """Return the name of a rail entry."""
    return f"rail-{word}"
