"""Notes: everybody reads them, each writes her own, and the trail never says what they say."""

from __future__ import annotations

from uuid import uuid4

import pytest

from reactivate_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from reactivate_desktop.domain.merges import PersonCard
from reactivate_desktop.services.merges import Merges
from reactivate_desktop.services.notes import Notes
from tests.factories.queue import QueueMaker


@pytest.fixture
def notes(queue: QueueMaker) -> Notes:
    return Notes(queue.staff.begin)


def test_a_note_is_added_changed_and_removed_by_its_author(queue: QueueMaker, notes: Notes) -> None:
    patient = queue.waiting()
    added = notes.add(patient, "  Prefers early mornings.\nAsk for Ann. ")
    assert (added.text, added.author, added.pinned) == ("Prefers early mornings.\nAsk for Ann.", "Staff Person", False)
    assert added.edited_at is None
    changed = notes.edit(added.id, "Prefers evenings.", pinned=True)
    assert (changed.text, changed.pinned, changed.created_at) == ("Prefers evenings.", True, added.created_at)
    assert changed.edited_at is not None
    last = notes.edit(added.id, pinned=False)
    assert (last.text, last.pinned) == ("Prefers evenings.", False)
    assert notes.of_patient(patient) == [last]
    notes.remove(added.id)
    assert notes.of_patient(patient) == []


def test_pinned_ones_come_first_then_the_newest(queue: QueueMaker, notes: Notes) -> None:
    patient = queue.waiting()
    first, second, third = (notes.add(patient, f"Note {n}", pinned=n == 1).id for n in range(3))
    assert [note.id for note in notes.of_patient(patient)] == [second, third, first]
    assert [note.id for note in notes.of_patient(patient, limit=2)] == [second, third]


def test_nobody_speaks_in_anothers_name(queue: QueueMaker, notes: Notes) -> None:
    patient = queue.waiting()
    mine = notes.add(patient, "Mine")
    others = Notes(queue.desk.admin.begin)
    for wish in (lambda: others.edit(mine.id, "Yours"), lambda: others.remove(mine.id)):
        with pytest.raises(NotAllowed, match="Only Staff Person may change this note"):
            wish()
    viewer = Notes(queue.desk.viewer.begin)
    assert [note.text for note in viewer.of_patient(patient)] == ["Mine"]
    for wish in (lambda: viewer.add(patient, "No"), lambda: viewer.edit(mine.id, "No"), lambda: viewer.remove(mine.id)):
        with pytest.raises(NotAllowed, match="needs the role STAFF"):
            wish()


def test_the_trail_has_no_text(queue: QueueMaker, notes: Notes) -> None:
    patient = queue.waiting()
    note = notes.add(patient, "Afraid of needles")
    notes.edit(note.id, "Very afraid of needles")
    notes.remove(note.id)
    notes.of_patient(patient)
    rows = queue.run(
        "SELECT action, metadata FROM audit_log WHERE clinic_id = %s AND resource_id = %s AND action LIKE 'NOTE%%' "
        "ORDER BY created_at, id",
        queue.clinic,
        str(patient),
    )
    told = {"note_id": str(note.id)}
    assert [(row["action"], row["metadata"]) for row in rows] == [
        ("NOTE_ADDED", told),
        ("NOTE_CHANGED", told),
        ("NOTE_REMOVED", told),
        ("NOTES_READ", {"count": 0}),
    ]


def test_a_merged_records_notes_are_read_with_the_survivors(queue: QueueMaker, notes: Notes) -> None:
    survivor, merged = queue.waiting(), queue.waiting()
    kept, moved = notes.add(survivor, "Hers").id, notes.add(merged, "From before").id
    merges = Merges(queue.staff.begin)
    preview = merges.preview(survivor, merged)
    cards: tuple[PersonCard, PersonCard] = (preview.survivor, preview.merged)
    merges.merge(survivor, merged, (cards[0].version, cards[1].version))
    assert [(note.id, note.patient_id) for note in notes.of_patient(survivor)] == [(moved, merged), (kept, survivor)]
    assert [note.id for note in notes.of_patient(merged)] == [moved]
    assert notes.edit(moved, "From long before").text == "From long before"
    with pytest.raises(Conflict, match="merged into another"):
        notes.add(merged, "Too late")


@pytest.mark.parametrize(("text", "sentence"), [(" \n ", "is empty"), ("x" * 20_001, "at most 20,000 letters")])
def test_a_note_that_cannot_be(queue: QueueMaker, notes: Notes, text: str, sentence: str) -> None:
    patient = queue.waiting()
    with pytest.raises(Invalid, match=sentence):
        notes.add(patient, text)
    note = notes.add(patient, "x" * 20_000)
    with pytest.raises(Invalid, match=sentence):
        notes.edit(note.id, text)
    with pytest.raises(Invalid, match="Nothing of the note"):
        notes.edit(note.id)
    with pytest.raises(Invalid, match="ask for 1 or more"):
        notes.of_patient(patient, limit=0)


def test_what_is_not_there(notes: Notes) -> None:
    for wish in (
        lambda: notes.add(uuid4(), "Hello"),
        lambda: notes.edit(uuid4(), "Hello"),
        lambda: notes.remove(uuid4()),
        lambda: notes.of_patient(uuid4()),
    ):
        with pytest.raises(NotFound):
            wish()
