"""Makes threads with messages behind the program's back, as the inbox will write them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.identity import uuid7
from tests.factories.queue import QueueMaker


def thread(queue: QueueMaker, patient: UUID, **last_inbound_at: datetime) -> UUID:
    """Add a conversation with a patient, who last wrote then by channel, and return its id."""
    made = uuid7()
    kept = json.dumps({channel: at.isoformat() for channel, at in last_inbound_at.items()})
    queue.run(
        "INSERT INTO unified_conversation (clinic_id, id, patient_id, last_inbound_at) VALUES (%s, %s, %s, %s)",
        queue.clinic,
        made,
        patient,
        kept,
    )
    return made


def message(queue: QueueMaker, conversation: UUID, at: datetime, text: str = "Hello", **values: Any) -> UUID:
    """Add a message of that time, a text that was delivered to the patient unless `values` say otherwise."""
    made = uuid7()
    row = {
        "clinic_id": queue.clinic,
        "id": made,
        "conversation_id": conversation,
        "message_text": text,
        "channel": "SMS",
        "direction": "OUTBOUND",
        "status": "DELIVERED",
        "sent_at": at,
        **values,
    }
    marks = ", ".join(["%s"] * len(row))
    queue.run(f"INSERT INTO unified_message ({', '.join(row)}) VALUES ({marks})", *row.values())
    return made
