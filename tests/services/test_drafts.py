"""Half-typed notes survive whatever ends the program, and are shown to nobody else."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from reactivate_desktop.config.sealed_files import SealedFiles
from reactivate_desktop.config.secrets import FileSecrets
from reactivate_desktop.services.drafts import Drafts


def _store(folder: Path) -> SealedFiles:
    """Return the store as a program that has just started opens it."""
    return SealedFiles(folder / "kept", FileSecrets(folder / "secrets"), "server/clinic")


def test_a_note_is_there_after_a_new_start(tmp_path: Path) -> None:
    me, patient, other = uuid4(), uuid4(), uuid4()
    text = "llamar después de las 15 —\n  «con calma»"
    Drafts(_store(tmp_path), me).keep(patient, "first")
    Drafts(_store(tmp_path), me).keep(patient, text)
    Drafts(_store(tmp_path), me).keep(other, "second")
    drafts = Drafts(_store(tmp_path), me)
    assert (drafts.of(patient), drafts.of(uuid4())) == (text, "")
    assert drafts.all() == {patient: text, other: "second"}
    drafts.forget(patient)
    drafts.forget(patient)
    assert drafts.all() == {other: "second"}
    drafts.keep(other, "  \n")
    assert (drafts.all(), list(tmp_path.rglob("*.sealed"))) == ({}, [])


def test_each_person_sees_her_own(tmp_path: Path) -> None:
    patient = uuid4()
    mine, hers = Drafts(_store(tmp_path), uuid4()), Drafts(_store(tmp_path), uuid4())
    mine.keep(patient, "mine")
    assert (hers.of(patient), hers.all()) == ("", {})
    hers.keep(patient, "hers")
    hers.forget(patient)
    assert mine.of(patient) == "mine"
