"""Where chance puts a patient: a hash of her, of what is drawn for, and of a salt, the same whenever it is asked."""

from __future__ import annotations

import hashlib
import math
import struct
from uuid import UUID

from reactivate_desktop.domain.errors import Invalid

_BITS = 53


def place_on_line(purpose: bytes, patient_id: UUID, campaign_id: UUID, salt: str) -> float:
    """Return the patient's place on a line from 0 to 1, uniform and independent between campaigns and purposes."""
    known = purpose + patient_id.bytes + campaign_id.bytes + salt.encode()
    return (int.from_bytes(hashlib.sha256(known).digest()[:8]) >> (64 - _BITS)) / float(1 << _BITS)


def held_out_of(packed: bytes, campaign_id: UUID, salt: str, share: float) -> list[bool]:
    """Return of patients whether place_on_line(b"hold-out") puts them below `share`, 0 to 1.

    packed: their ids, 16 bytes each: a million of them take about a second.
    """
    if not 0.0 <= share <= 1.0:
        raise Invalid("The share of patients who are held out must lie between 0 and 100 percent.")
    after, edge, digest = campaign_id.bytes + salt.encode(), _edge(share), hashlib.sha256
    return [digest(b"hold-out" + patient + after).digest() < edge for (patient,) in struct.iter_unpack("16s", packed)]


def _edge(share: float) -> bytes:
    """Return the least digest whose place is not below `share`."""
    least = math.ceil(share * (1 << _BITS))
    return b"\xff" * 33 if least >> _BITS else (least << (64 - _BITS)).to_bytes(8)
