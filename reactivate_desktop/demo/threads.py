"""Conversations and their messages: both directions, several channels, delivered, read, failed and waiting."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from reactivate_desktop.demo.addresses import OptOut
from reactivate_desktop.demo.columns import DAY
from reactivate_desktop.demo.contacts import VALID, Contacts
from reactivate_desktop.demo.lists import read_list
from reactivate_desktop.demo.people import PRESENT, People
from reactivate_desktop.demo.scripts import Line, Script, ScriptBook, spoken_day
from reactivate_desktop.demo.world import World

_SHARE = 0.2
_FAILED, _WAITING = 0.055, 0.004
_HOUR = 3600


@dataclass
class Message:
    """One message before it becomes a row; times in seconds since 1970."""

    outbound: bool
    text: str
    at: int
    status: str
    send_state: str
    sender: int | None
    automation: str | None
    error: str | None = None
    scheduled_for: int | None = None


@dataclass
class Thread:
    """One conversation before it becomes rows."""

    person: int
    channel: str
    script: Script
    language: str
    status: str = "ACTIVE"
    assigned: int | None = None
    messages: list[Message] = field(default_factory=list)

    @property
    def unread(self) -> int:
        return sum(m.status == "DELIVERED" for m in self.messages if not m.outbound)


def make_threads(
    world: World, rng: np.random.Generator, people: People, contacts: Contacts, scripts: ScriptBook
) -> list[Thread]:
    """Return the conversations of the chunk, each of the last six weeks."""
    chance = rng.random(people.size)
    adults = (people.state == PRESENT) & ~people.blocked & (people.age >= 16)
    threads = []
    for person in np.flatnonzero(adults & (chance < _SHARE)).tolist():
        draws = rng.random(24).tolist()
        script = scripts.at(draws[0])
        channel = _channel(script, contacts, person, draws[1])
        if channel:
            thread = Thread(person, channel, script, script.language(str(people.language[person])))
            _talk(world, people, thread, draws)
            threads.append(thread)
    return threads


def opt_outs(threads: list[Thread]) -> list[OptOut]:
    """Return who answered STOP."""
    return [
        OptOut(t.person, t.messages[-1].at) for t in threads if t.script.kind == "stop" and not t.messages[-1].outbound
    ]


def _channel(script: Script, contacts: Contacts, person: int, draw: float) -> str | None:
    """Return the script's channel if this person can be reached there, else another one or None."""
    wanted = script.channels[int(draw * len(script.channels))]
    texts = bool(contacts.textable[person])
    reach = {
        "SMS": texts,
        "WHATSAPP": texts,
        "EMAIL": contacts.email[person] is not None,
        "FACEBOOK_MESSENGER": contacts.messenger[person] is not None,
        "INSTAGRAM_DM": contacts.instagram[person] is not None,
        "VOICE": contacts.quality[person] == VALID,
    }
    if reach[wanted]:
        return wanted
    return next((c for c in reversed(script.channels) if reach[c]), None)


def _talk(world: World, people: People, thread: Thread, draws: list[float]) -> None:
    """Fill in the messages, then who has the thread and where it stands."""
    place = int(people.location[thread.person])
    # Denser towards today; every talk begins on a working day and stays within its desk hours.
    ago = 1 + int(41 * draws[2] ** 1.7)
    one = np.array([place])
    day = int(world.calendar.snap_back(np.array([world.today - ago]))[0])
    start = int(world.calendar.utc(one, np.array([day]), np.array([int((9 + 4 * draws[3]) * _HOUR)]))[0])
    lines = _lines(world, people, thread, draws, day)
    at = start
    desk = int(world.desk_staff[int(draws[4] * len(world.desk_staff))])
    for number, line in enumerate(lines):
        if number:
            longest = 150 if lines[number - 1].outbound else 45
            at += 60 + int(60 * longest * draws[5 + number] ** 2)
        thread.messages.append(_message(thread, line, number, min(at, world.morning - 60), desk, draws[10 + number]))
    first = thread.messages[0]
    if first.outbound and draws[16] < _FAILED:
        _fail(thread, first, draws[17])
    elif first.outbound and draws[16] < _FAILED + _WAITING:
        _wait(world, thread, first, place)
    _settle(world, thread, desk, draws)


def _lines(world: World, people: People, thread: Thread, draws: list[float], day: int) -> list[Line]:
    later = int(world.calendar.snap_on(np.array([day + 2 + int(8 * draws[18])]))[0])
    half_hour = 16 + int(17 * draws[19])
    merge = {
        "first": str(people.first[thread.person]),
        "day": spoken_day(thread.language, later),
        "time": f"{half_hour // 2}:{half_hour % 2 * 3}0",
        "provider": str(world.lists["providers"][int(draws[20] * 12)]),
    }
    steps = len(thread.script.steps)
    whole = thread.script.kind == "stop" or draws[21] < 0.5
    return thread.script.lines(thread.language, merge, steps if whole else 1 + int(draws[22] * steps))


def _message(thread: Thread, line: Line, number: int, at: int, desk: int, draw: float) -> Message:
    if not line.outbound:
        return Message(False, line.text, at, "READ", "NONE", None, None)
    automatic = thread.script.automation if number == 0 else None
    status = "DELIVERED" if draw < 0.93 else "SENT"
    if thread.channel in ("WHATSAPP", "FACEBOOK_MESSENGER", "INSTAGRAM_DM") and draw < 0.7:
        status = "READ"
    return Message(True, line.text, at, status, "SENT", None if automatic else desk, automatic)


def _fail(thread: Thread, first: Message, draw: float) -> None:
    lists = read_list("messages")
    errors = lists["mail_errors"] if thread.channel == "EMAIL" else lists["errors"]
    first.status, first.send_state = "FAILED", "FAILED"
    first.error = errors[int(draw * len(errors))]
    del thread.messages[1:]


def _wait(world: World, thread: Thread, first: Message, place: int) -> None:
    """The first message waits for tomorrow morning."""
    day = world.calendar.snap_on(np.array([world.today + 1]))
    first.status, first.send_state = "PENDING", "QUEUED"
    first.at = world.morning - 8 * _HOUR
    first.scheduled_for = int(world.calendar.utc(np.array([place]), day, np.array([9 * _HOUR + 1800]))[0])
    del thread.messages[1:]


def _settle(world: World, thread: Thread, desk: int, draws: list[float]) -> None:
    """Decide who has the thread, whether its last words were read, and whether it is done."""
    last = thread.messages[-1]
    age = world.morning - last.at
    if not last.outbound:
        fresh = age < 3 * DAY and draws[23] < 0.6
        for message in reversed(thread.messages):
            if message.outbound or not fresh:
                break
            message.status = "DELIVERED"
    people_spoke = any(m.sender is not None or not m.outbound for m in thread.messages)
    if people_spoke and draws[15] < 0.65:
        thread.assigned = desk
    if thread.script.kind == "stop" and not last.outbound:
        thread.status = "ARCHIVED"
    elif last.status != "PENDING" and age > 4 * DAY and draws[14] < (0.8 if last.outbound else 0.6):
        thread.status = "RESOLVED"
