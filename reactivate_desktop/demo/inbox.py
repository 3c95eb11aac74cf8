"""Rows of unified_conversation, unified_message, conversation_note and mention."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np

from reactivate_desktop.demo.columns import DAY, Column, Words, same, stamp
from reactivate_desktop.demo.lists import read_list
from reactivate_desktop.demo.people import People
from reactivate_desktop.demo.tables import Block
from reactivate_desktop.demo.threads import Message, Thread
from reactivate_desktop.demo.world import World

_NOTED = 0.09
_SNOOZED = 0.03
_TEXT_COST = 0.0079


def inbox_blocks(
    world: World, rng: np.random.Generator, people: People, patient_ids: Words, threads: list[Thread]
) -> list[Block]:
    """Return the rows of the chunk's threads."""
    ids = world.ids.take("unified_conversation", len(threads)).tolist()
    places = [str(world.location_ids[people.location[t.person]]) for t in threads]
    return [
        _conversations(world, rng, patient_ids, threads, ids, places),
        _messages(world, people, threads, ids),
        *_notes(world, rng, threads, ids),
    ]


def _conversations(
    world: World,
    rng: np.random.Generator,
    patient_ids: Words,
    threads: list[Thread],
    ids: Column,
    places: list[str],
) -> Block:
    first = [stamp(t.messages[0].at) for t in threads]
    last = [stamp(t.messages[-1].at) for t in threads]
    snooze = rng.random(len(threads)).tolist()
    later = stamp(world.morning + 2 * DAY + 9 * 3600)
    waits = [_waiting_since(t) for t in threads]
    return Block(
        "unified_conversation",
        {
            "clinic_id": same(str(world.clinic), len(threads)),
            "id": ids,
            "location_id": places,
            "patient_id": [patient_ids[t.person] for t in threads],
            "status": [t.status for t in threads],
            "assigned_to": [None if t.assigned is None else str(world.staff_ids[t.assigned]) for t in threads],
            "tags": ['{"' + t.script.tag + '"}' for t in threads],
            "unread_count": [str(t.unread) for t in threads],
            "last_message_at": last,
            "last_message_preview": [t.messages[-1].text[:100] for t in threads],
            "snoozed_until": [
                later if s < _SNOOZED and t.status == "ACTIVE" else None for s, t in zip(snooze, threads, strict=True)
            ],
            "waiting_since": [None if w is None else stamp(w) for w in waits],
            "first_reply_at": [_first_reply(t) for t in threads],
            "last_inbound_at": [_last_inbound(t) for t in threads],
            "created_at": first,
            "updated_at": last,
        },
    )


def _waiting_since(thread: Thread) -> int | None:
    """When the patient's first unanswered message came, in threads that are open."""
    since = None
    for message in reversed(thread.messages):
        if message.outbound:
            break
        since = message.at
    return since if thread.status == "ACTIVE" else None


def _first_reply(thread: Thread) -> str | None:
    asked = False
    for message in thread.messages:
        if asked and message.outbound:
            return stamp(message.at)
        asked = asked or not message.outbound
    return None


def _last_inbound(thread: Thread) -> str:
    inbound = [m.at for m in thread.messages if not m.outbound]
    return json.dumps({thread.channel: stamp(max(inbound))} if inbound else {})


def _messages(world: World, people: People, threads: list[Thread], thread_ids: Column) -> Block:
    listed = [(t, m, c) for t, c in zip(threads, thread_ids, strict=True) for m in t.messages]
    size = len(listed)
    ids = world.ids.take("unified_message", size).tolist()
    subjects = read_list("messages")["subjects"]

    def column(cell: Callable[[Thread, Message], str | None]) -> Column:
        return [cell(t, m) for t, m, _ in listed]

    sent = column(lambda _, m: stamp(m.at))
    return Block(
        "unified_message",
        {
            "clinic_id": same(str(world.clinic), size),
            "id": ids,
            "conversation_id": [c for _, _, c in listed],
            "message_text": column(lambda _, m: m.text),
            "subject": column(lambda t, _: subjects.get(t.language, subjects["en"]) if t.channel == "EMAIL" else None),
            "channel": column(lambda t, _: t.channel),
            "direction": column(lambda _, m: "OUTBOUND" if m.outbound else "INBOUND"),
            "status": column(lambda _, m: m.status),
            "external_message_id": [_external(t, m, i) for (t, m, _), i in zip(listed, ids, strict=True)],
            "channel_account_id": column(lambda t, _: world.account_ids[t.channel, int(people.location[t.person])]),
            "sender_user_id": column(lambda _, m: None if m.sender is None else str(world.staff_ids[m.sender])),
            "automation": column(lambda _, m: m.automation),
            "scheduled_for": column(lambda _, m: None if m.scheduled_for is None else stamp(m.scheduled_for)),
            "sent_at": sent,
            "send_state": column(lambda _, m: m.send_state),
            "attempt": column(lambda _, m: "1" if m.send_state in ("SENT", "FAILED") else "0"),
            "first_attempt_at": column(lambda _, m: stamp(m.at) if m.send_state in ("SENT", "FAILED") else None),
            "provider_status": column(lambda _, m: m.status.lower() if m.send_state in ("SENT", "FAILED") else None),
            "error_code": column(lambda _, m: m.error),
            "segments": column(lambda t, m: str(_segments(m.text)) if t.channel == "SMS" else None),
            "cost": column(
                lambda t, m: (
                    f"{_segments(m.text) * _TEXT_COST:.5f}" if t.channel == "SMS" and m.send_state == "SENT" else None
                )
            ),
            "created_at": sent,
            "updated_at": sent,
        },
    )


def _external(thread: Thread, message: Message, row_id: str | None) -> str | None:
    if message.status == "PENDING":
        return None
    bare = str(row_id).replace("-", "")
    if thread.channel == "EMAIL":
        return f"<{bare}@demo.example>"
    return f"SM{bare}" if thread.channel in ("SMS", "WHATSAPP") else f"m_{bare}"


def _segments(text: str) -> int:
    """Return the parts a text is billed as: 160 plain characters, or 70 of any other alphabet."""
    one, more = (160, 153) if text.isascii() else (70, 67)
    return 1 if len(text) <= one else -(-len(text) // more)


def _notes(world: World, rng: np.random.Generator, threads: list[Thread], ids: Column) -> list[Block]:
    """Internal notes on some threads; a note that names a colleague also becomes a mention."""
    texts: list[str] = read_list("messages")["thread_notes"]
    draws = rng.random((len(threads), 4)).tolist()
    rows = [(t, i, d) for t, i, d in zip(threads, ids, draws, strict=True) if d[0] < _NOTED]
    note_ids = world.ids.take("conversation_note", len(rows)).tolist()
    desks = world.desk_staff.tolist()
    writers = [desks[int(d[1] * len(desks))] for _, _, d in rows]
    named = [desks[(int(d[1] * len(desks)) + 1) % len(desks)] for _, _, d in rows]
    filled = [texts[int(d[2] * len(texts))] for _, _, d in rows]
    calls = ["{mention}" in text for text in filled]
    first_names = [str(world.lists["staff"][n]["first"]) for n in named]
    at = [stamp(min(t.messages[-1].at + 900, world.morning - 30)) for t, _, _ in rows]
    clinic = str(world.clinic)
    called = [k for k, yes in enumerate(calls) if yes]
    return [
        Block(
            "conversation_note",
            {
                "clinic_id": same(clinic, len(rows)),
                "id": note_ids,
                "conversation_id": [i for _, i, _ in rows],
                "user_id": [str(world.staff_ids[w]) for w in writers],
                "note_text": [t.replace("{mention}", n) for t, n in zip(filled, first_names, strict=True)],
                "mentioned_users": [
                    "{" + str(world.staff_ids[n]) + "}" if yes else "{}" for n, yes in zip(named, calls, strict=True)
                ],
                "created_at": at,
                "updated_at": at,
            },
        ),
        Block(
            "mention",
            {
                "clinic_id": same(clinic, len(called)),
                "id": world.ids.take("mention", len(called)).tolist(),
                "note_id": [note_ids[k] for k in called],
                "user_id": [str(world.staff_ids[named[k]]) for k in called],
                "seen_at": [at[k] if rows[k][2][3] < 0.5 else None for k in called],
                "created_at": [at[k] for k in called],
                "updated_at": [at[k] for k in called],
            },
        ),
    ]
