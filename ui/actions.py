"""Every command of the window, declared once: menu, command palette, shortcut sheet, buttons and tests read it here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reactivate_desktop.domain.enums import UserRole


class Scope(StrEnum):
    """Where a command works."""

    WINDOW = "window"
    QUEUE = "queue"
    PATIENTS = "patients"
    RECORD = "record"
    FORM = "form"
    IMPORT = "import"
    DUPLICATES = "duplicates"
    MERGE = "merge"
    SETTINGS = "settings"


@dataclass(frozen=True)
class Action:
    """One command. `title` is the English source of its words; `keys` in Qt's portable notation, the first is shown."""

    id: str
    title: str
    keys: tuple[str, ...]
    scope: Scope
    role: UserRole = UserRole.VIEWER
    icon: str = ""


def N_(text: str) -> str:
    """Mark words for translation."""
    return text


_STAFF, _ADMIN = UserRole.STAFF, UserRole.ADMIN
_WINDOW, _QUEUE, _PATIENTS, _RECORD = Scope.WINDOW, Scope.QUEUE, Scope.PATIENTS, Scope.RECORD

ACTIONS: tuple[Action, ...] = (
    Action("palette", N_("Find a patient or a command"), ("Ctrl+K",), _WINDOW, icon="magnifying-glass"),
    Action("keys", N_("Show all keys"), ("?",), _WINDOW, icon="keyboard"),
    Action("undo", N_("Undo what was done last"), ("Ctrl+Z",), _WINDOW, _STAFF, "arrow-counter-clockwise"),
    Action("privacy", N_("Blur names and numbers"), ("F9",), _WINDOW, icon="eye-slash"),
    Action("lock", N_("Lock this desk"), ("Ctrl+L",), _WINDOW, icon="lock-simple"),
    Action("change-user", N_("Let somebody else sign in"), ("Ctrl+Shift+L",), _WINDOW, icon="user-switch"),
    Action("theme", N_("Light or dark"), ("F7",), _WINDOW, icon="sun"),
    Action("language", N_("Change the language"), (), _WINDOW, icon="translate"),
    Action("jobs", N_("Show long work"), ("Ctrl+J",), _WINDOW, icon="list-checks"),
    Action("score", N_("Score now"), ("Ctrl+Shift+S",), _WINDOW, _STAFF, "arrows-clockwise"),
    Action("learn", N_("Learn the scores from outcomes"), (), _WINDOW, _ADMIN, "arrows-clockwise"),
    Action("tour", N_("Show the tour again"), ("F1",), _WINDOW, icon="info"),
    Action("tour-end", N_("End the tour"), ("Shift+F1",), _WINDOW, icon="x"),
    Action("state", N_("Show the state of the server and the data"), ("F10",), _WINDOW, icon="hard-drives"),
    Action("go-queue", N_("Go to the priority queue"), ("Ctrl+1",), _WINDOW, icon="queue"),
    Action("go-patients", N_("Go to the patients"), ("Ctrl+2",), _WINDOW, icon="users"),
    Action("go-inbox", N_("Go to the inbox"), ("Ctrl+3",), _WINDOW, icon="chats"),
    Action("go-campaigns", N_("Go to the campaigns"), ("Ctrl+4",), _WINDOW, icon="megaphone-simple"),
    Action("go-schedule", N_("Go to the schedule"), ("Ctrl+5",), _WINDOW, icon="calendar-blank"),
    Action("go-insights", N_("Go to the insights"), ("Ctrl+6",), _WINDOW, icon="chart-bar"),
    Action("go-settings", N_("Go to the settings"), ("Ctrl+7",), _WINDOW, icon="gear"),
    Action("next", N_("Next patient"), ("Return", "Enter"), _QUEUE, _STAFF, "phone-call"),
    Action("claim", N_("Take this patient"), ("Space",), _QUEUE, _STAFF, "lock-simple"),
    Action("release", N_("Let this patient go"), ("Esc",), _QUEUE, _STAFF, "x"),
    Action("open", N_("Open the record"), ("O",), _QUEUE, icon="user-circle"),
    Action("show-other", N_("Show the list or the patient"), ("L",), _QUEUE, icon="queue"),
    Action("call", N_("Call"), ("C",), _QUEUE, _STAFF, "phone"),
    Action("text", N_("Text"), ("T",), _QUEUE, _STAFF, "chat-centered-text"),
    Action("book", N_("Book an appointment"), ("B",), _QUEUE, _STAFF, "calendar-plus"),
    Action("snooze", N_("Call back later"), ("S",), _QUEUE, _STAFF, "clock-counter-clockwise"),
    Action("note", N_("Write a note"), ("N",), _QUEUE, _STAFF, "note-pencil"),
    Action("why", N_("Why is this patient here? All rules"), ("W",), _QUEUE, icon="question"),
    Action("why-not", N_("Why is someone not here?"), ("Shift+W",), _QUEUE, icon="question"),
    Action("outcome-1", N_("Booked"), ("1",), _QUEUE, _STAFF),
    Action("outcome-2", N_("Left message"), ("2",), _QUEUE, _STAFF),
    Action("outcome-3", N_("No answer"), ("3",), _QUEUE, _STAFF),
    Action("outcome-4", N_("Call back"), ("4",), _QUEUE, _STAFF),
    Action("outcome-5", N_("Declined"), ("5",), _QUEUE, _STAFF),
    Action("outcome-6", N_("Wrong number"), ("6",), _QUEUE, _STAFF),
    Action("outcome-7", N_("Moved"), ("7",), _QUEUE, _STAFF),
    Action("outcome-8", N_("Deceased"), ("8",), _QUEUE, _STAFF),
    Action("outcome-9", N_("Opt out"), ("9",), _QUEUE, _STAFF),
    Action("call-sheet", N_("Print a call sheet"), ("Ctrl+P",), _QUEUE, _STAFF, "printer"),
    Action("enter-sheet", N_("Enter the outcomes of a call sheet"), ("Ctrl+Shift+P",), _QUEUE, _STAFF, "list-checks"),
    Action("undo-batch", N_("Undo a batch of outcomes"), ("Ctrl+Shift+Z",), _QUEUE, _STAFF, "arrow-counter-clockwise"),
    Action("open-next", N_("After an outcome: open the next patient, or nobody"), (), _QUEUE, _STAFF, "caret-right"),
    Action("export-queue", N_("Export the queue"), ("Ctrl+E",), _QUEUE, icon="export"),
    Action("search", N_("Search patients"), ("/", "Ctrl+F"), _PATIENTS, icon="magnifying-glass"),
    Action("open-record", N_("Open the record"), ("Return", "Enter"), _PATIENTS, icon="user-circle"),
    Action("add-patient", N_("Add a patient"), ("Ctrl+N",), _PATIENTS, _STAFF, "user-plus"),
    Action("import", N_("Import a file"), ("Ctrl+I",), _PATIENTS, _STAFF, "download-simple"),
    Action("export-patients", N_("Export these patients"), ("Ctrl+E",), _PATIENTS, icon="export"),
    Action("select", N_("Select this patient"), ("Space",), _PATIENTS, _STAFF, "check"),
    Action("select-all", N_("Select all matching"), ("Ctrl+A",), _PATIENTS, _STAFF, "list-checks"),
    Action("clear-selection", N_("Take all ticks away"), ("Esc",), _PATIENTS, _STAFF, "x"),
    Action("save-view", N_("Save this view"), ("Ctrl+S",), _PATIENTS, icon="bookmark-simple"),
    Action("duplicates", N_("Review possible duplicates"), ("Ctrl+D",), _PATIENTS, _STAFF, "copy-simple"),
    Action("record-back", N_("Back to the list"), ("Esc", "Alt+Left"), _RECORD, icon="caret-left"),
    Action("record-next", N_("Next patient in the list"), ("Alt+Down",), _RECORD, icon="caret-down"),
    Action("record-previous", N_("Previous patient in the list"), ("Alt+Up",), _RECORD, icon="caret-up"),
    Action("record-call", N_("Call"), ("C",), _RECORD, _STAFF, "phone"),
    Action("record-text", N_("Text"), ("T",), _RECORD, _STAFF, "chat-centered-text"),
    Action("record-book", N_("Book an appointment"), ("B",), _RECORD, _STAFF, "calendar-plus"),
    Action("record-note", N_("Write a note"), ("N",), _RECORD, _STAFF, "note-pencil"),
    Action("record-edit", N_("Edit the record"), ("E",), _RECORD, _STAFF, "pencil-simple"),
    Action("record-why", N_("Why is this patient (not) in the queue?"), ("W",), _RECORD, icon="question"),
    Action("record-print", N_("Print for the chart"), ("Ctrl+P",), _RECORD, icon="printer"),
    Action("form-save", N_("Save the patient"), ("Ctrl+S",), Scope.FORM, _STAFF, "check"),
    Action("form-close", N_("Back, and keep a draft"), ("Esc", "Alt+Left"), Scope.FORM, _STAFF, "caret-left"),
    Action("import-back", N_("One step back"), ("Alt+Left",), Scope.IMPORT, _STAFF, "arrow-left"),
    Action("import-on", N_("Continue"), ("Ctrl+Return",), Scope.IMPORT, _STAFF, "arrow-right"),
    Action("pair-merge", N_("Merge these two"), ("Return", "Enter"), Scope.DUPLICATES, _STAFF, "git-merge"),
    Action("pair-dismiss", N_("Not the same person"), ("N",), Scope.DUPLICATES, _STAFF, "users"),
    Action("pair-back", N_("Back to the list"), ("Esc", "Alt+Left"), Scope.DUPLICATES, icon="caret-left"),
    Action("merge-apply", N_("Merge"), ("Ctrl+Return",), Scope.MERGE, _STAFF, "git-merge"),
    Action("merge-swap", N_("Keep the other record"), ("X",), Scope.MERGE, _STAFF, "arrows-clockwise"),
    Action("merge-back", N_("Do not merge"), ("Esc", "Alt+Left"), Scope.MERGE, icon="caret-left"),
    Action("settings-save", N_("Save the changes"), ("Ctrl+S",), Scope.SETTINGS, _ADMIN, "check"),
    Action("settings-discard", N_("Back, or discard the changes"), ("Esc",), Scope.SETTINGS, icon="x"),
    Action("settings-history", N_("Show the kept scorers"), ("Ctrl+H",), Scope.SETTINGS, icon="list-checks"),
    Action("import-problem", N_("Next problem"), ("F8",), Scope.IMPORT, _STAFF, "warning"),
)

BY_ID = {action.id: action for action in ACTIONS}
