"""What is said before, while and after many patients are changed."""

from __future__ import annotations

from dataclasses import dataclass

from reactivate_desktop.domain.bulk import BulkAction, BulkDone, BulkKind, BulkPreview, BulkUndone, LeftOut
from ui.text import tr, trn


@dataclass(frozen=True)
class Plan:
    """An action with the name of its tag or location."""

    action: BulkAction
    name: str = ""

    def question(self, count: int) -> str:
        """Return what is asked before."""
        return {
            BulkKind.ADD_TAG: trn("Tag {n} patient “{name}”?", "Tag {n} patients “{name}”?", count, name=self.name),
            BulkKind.REMOVE_TAG: trn(
                "Take the tag “{name}” from {n} patient?",
                "Take the tag “{name}” from {n} patients?",
                count,
                name=self.name,
            ),
            BulkKind.ASSIGN_LOCATION: trn(
                "Assign {n} patient to {name}?", "Assign {n} patients to {name}?", count, name=self.name
            ),
            BulkKind.DO_NOT_CONTACT: trn(
                "Mark {n} patient as do not contact?", "Mark {n} patients as do not contact?", count
            ),
            BulkKind.MARK_INACTIVE: trn("Mark {n} patient as inactive?", "Mark {n} patients as inactive?", count),
        }[self.action.kind]

    @property
    def word(self) -> str:
        """Return the word of the button that does it."""
        return {
            BulkKind.ADD_TAG: tr("Tag"),
            BulkKind.REMOVE_TAG: tr("Take tag away"),
            BulkKind.ASSIGN_LOCATION: tr("Assign"),
            BulkKind.DO_NOT_CONTACT: tr("Mark"),
            BulkKind.MARK_INACTIVE: tr("Mark"),
        }[self.action.kind]

    @property
    def title(self) -> str:
        """Return what it does, as long work is listed."""
        return {
            BulkKind.ADD_TAG: tr("Tagging patients"),
            BulkKind.REMOVE_TAG: tr("Taking a tag away"),
            BulkKind.ASSIGN_LOCATION: tr("Assigning a location"),
            BulkKind.DO_NOT_CONTACT: tr("Marking as do not contact"),
            BulkKind.MARK_INACTIVE: tr("Marking as inactive"),
        }[self.action.kind]

    def done(self, count: int) -> str:
        """Return what was done."""
        return {
            BulkKind.ADD_TAG: trn("{n} patient tagged “{name}”", "{n} patients tagged “{name}”", count, name=self.name),
            BulkKind.REMOVE_TAG: trn(
                "“{name}” taken from {n} patient", "“{name}” taken from {n} patients", count, name=self.name
            ),
            BulkKind.ASSIGN_LOCATION: trn(
                "{n} patient assigned to {name}", "{n} patients assigned to {name}", count, name=self.name
            ),
            BulkKind.DO_NOT_CONTACT: trn(
                "{n} patient marked as do not contact", "{n} patients marked as do not contact", count
            ),
            BulkKind.MARK_INACTIVE: trn("{n} patient marked as inactive", "{n} patients marked as inactive", count),
        }[self.action.kind]


def details(plan: Plan, preview: BulkPreview) -> str:
    """Return the muted line below the question: who is left out and why, and what else it does."""
    said = {
        LeftOut.ALREADY: lambda n: trn("{n} is so already", "{n} are so already", n),
        LeftOut.MERGED: lambda n: trn("{n} was merged", "{n} were merged", n),
        LeftOut.MOVED_OR_DECEASED: lambda n: trn("{n} moved or died", "{n} moved or died", n),
        LeftOut.GONE: lambda n: trn("{n} is not here any more", "{n} are not here any more", n),
    }
    parts = [said[reason](count) for reason, count in preview.left_out.items() if count]
    if plan.action.kind in (BulkKind.DO_NOT_CONTACT, BulkKind.MARK_INACTIVE) and preview.count:
        parts.append(tr("They leave the queue"))
    if preview.count:
        parts.append(tr("Can be undone"))
    return " · ".join(parts)


def nobody(plan: Plan, preview: BulkPreview) -> str:
    """Return why nothing would be done."""
    if preview.left_out.get(LeftOut.ALREADY):
        return tr("Nothing to do: all of them are so already")
    return tr("Nothing to do: none of them can be changed")


def stopped(done: int) -> str:
    """Return what is said of a change that was stopped half way."""
    return trn("Stopped · {n} patient was changed", "Stopped · {n} patients were changed", done)


def undone(answer: BulkUndone) -> str:
    """Return what was taken back."""
    said = trn("{n} patient is as before", "{n} patients are as before", answer.undone)
    if answer.kept:
        said += " · " + trn("{n} was changed since and stays", "{n} were changed since and stay", answer.kept)
    return said


def changed(plan: Plan, answer: BulkDone) -> str:
    """Return what was done."""
    return plan.done(answer.changed)
