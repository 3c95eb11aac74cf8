"""What all chunks of one demo clinic share: its calendar, lists, staff, and the dealers of ids and numbers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np

from reactivate_desktop.demo.calendar import Calendar
from reactivate_desktop.demo.columns import DAY, Ints, Words, day_number, words
from reactivate_desktop.demo.ids import Ids, clinic_id, named_id
from reactivate_desktop.demo.lists import read_list
from reactivate_desktop.demo.names import NameBook
from reactivate_desktop.demo.phones import PhoneBook

CHUNK = 2_000
OPENED_DAYS = 1_700
EPOCH_ORDINAL = 719_163


@dataclass(frozen=True)
class World:
    """The fixed frame of a demo clinic, and (ids, phones) the dealers that chunks use in order."""

    patients: int
    seed: int
    today: int
    clinic: UUID
    lists: dict[str, Any]
    calendar: Calendar
    names: NameBook
    phones: PhoneBook
    ids: Ids
    location_ids: Words
    connection_ids: Words
    account_ids: dict[tuple[str, int], str]
    staff_ids: Words
    desk_staff: Ints
    tag_ids: Words
    salt: bytes

    @property
    def morning(self) -> int:
        """The moment that counts as now: the clinic's midnight at the start of today, in seconds."""
        zero = np.zeros(1, dtype=np.int64)
        return int(self.calendar.utc(zero, zero + self.today, zero)[0])

    @property
    def opened(self) -> int:
        """When the clinic began to use the program, in seconds."""
        return (self.today - OPENED_DAYS) * DAY

    def rng(self, chunk: int) -> np.random.Generator:
        """Return the generator of one chunk: the same for equal arguments, whatever came before."""
        return _generator(self.patients, self.seed, self.today, chunk + 1)

    def address_key(self, kind: str, address: str) -> str:
        """Return the key of an address as app.address_key() makes it, as text of a bytea."""
        plain = f"{kind}:{address.strip(' ').lower()}".encode()
        return "\\x" + hashlib.sha256(self.salt + plain).hexdigest()


def build(patients: int, seed: int, today: date) -> World:
    """Return the frame for these arguments, its dealers at the start."""
    clinic = clinic_id(patients, seed, today)
    lists = read_list("clinic")
    places = lists["locations"]
    staff = lists["staff"]
    number = day_number(today)
    return World(
        patients=patients,
        seed=seed,
        today=number,
        clinic=clinic,
        lists=lists,
        calendar=Calendar(today, [p["timezone"] for p in places]),
        names=NameBook(),
        phones=PhoneBook(
            _generator(patients, seed, number, 0),
            [group.split() for group in lists["areas"]],
            [p["own_areas"] for p in places],
        ),
        ids=Ids(_generator(patients, seed, number, 1 << 40), today),
        location_ids=words(str(named_id(clinic, f"location {p['name']}")) for p in places),
        connection_ids=words(str(named_id(clinic, f"connection {kind}")) for kind in ("CSV", "FHIR_FILES")),
        account_ids=_accounts(clinic, len(places)),
        staff_ids=words(str(named_id(clinic, f"staff {s['email']}")) for s in staff),
        desk_staff=np.array([i for i, s in enumerate(staff) if s["role"] == "STAFF"], dtype=np.int64),
        tag_ids=words(str(named_id(clinic, f"tag {t}")) for t in lists["tags"]),
        salt=hashlib.sha256(f"address salt of {clinic}".encode()).digest(),
    )


def _accounts(clinic: UUID, places: int) -> dict[tuple[str, int], str]:
    """Each location has its own number for calls and texts; pages and the mailbox are the clinic's."""
    ids: dict[tuple[str, int], str] = {}
    for channel in ("SMS", "WHATSAPP", "VOICE", "EMAIL", "FACEBOOK_MESSENGER", "INSTAGRAM_DM"):
        for place in range(places):
            own = place if channel in ("SMS", "WHATSAPP", "VOICE") else 0
            ids[channel, place] = str(named_id(clinic, f"account {channel} {own}"))
    return ids


def _generator(patients: int, seed: int, today: int, stream: int) -> np.random.Generator:
    entropy = [abs(seed), int(seed < 0), patients, today + EPOCH_ORDINAL, stream]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))
