"""Sees and works the window from outside as a screen reader and a keyboard do; run by the system's own Python.

Reads one JSON command a line from stdin and answers each with one line. Holds the programs it started.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402 - the version is asked for first

_LOOK = 0.05
# Reading takes time of the program that is read.
_PAUSE = 0.01
# More than a row has columns: below these nothing shows.
_HIDDEN_CELLS = 30
Node = Any


class NotSeen(Exception):
    """What was looked for is not on the screen."""


class Eyes:
    """The commands; `pid` names the program that is meant."""

    def __init__(self) -> None:
        self._programs: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, command: list[str], env: dict[str, str], log: str) -> int:
        """Start a program and return its pid."""
        with open(log, "ab") as out:
            program = subprocess.Popen(command, env={**os.environ, **env}, stdout=out, stderr=out)
        self._programs[program.pid] = program
        return program.pid

    def stop(self, pid: int) -> int:
        """End a program and return its exit code."""
        program = self._programs.pop(pid)
        program.terminate()
        return program.wait(20)

    def wait(
        self, pid: int, name: str, role: str = "", seconds: float = 20, gone: bool = False, enabled: bool = False
    ) -> dict[str, Any]:
        """Return a showing node whose name has `name` in it, once it is `enabled`; `gone`: wait until there is none."""
        end = time.monotonic() + seconds
        while True:
            found = self._find(pid, name, role)
            if gone and found is None:
                return {}
            if not gone and found is not None and (_facts(found)["enabled"] or not enabled):
                return _facts(found)
            if time.monotonic() > end:
                raise NotSeen(f"{name!r} {role} {'is still there' if gone else 'is not there'}: {self.names(pid)}")
            time.sleep(_LOOK)

    def press(self, pid: int, name: str, role: str = "") -> bool:
        """Do the first action of a node, as a screen reader presses it."""
        node = self._must(pid, name, role)
        return bool(node.get_action_iface().do_action(0))

    def focus(self, pid: int, name: str, role: str = "") -> bool:
        """Put the keyboard on a node."""
        return bool(self._must(pid, name, role).get_component_iface().grab_focus())

    def text(self, pid: int, name: str, role: str = "") -> str:
        """Return what stands in a field."""
        iface = self._must(pid, name, role).get_text_iface()
        return str(Atspi.Text.get_text(iface, 0, -1))

    def names(self, pid: int) -> list[str]:
        """Return the names of all that shows."""
        return [f"{node.get_role_name()}: {node.get_name()}" for node in _showing(self._app(pid)) if node.get_name()]

    def unnamed(self, pid: int) -> list[str]:
        """Return the controls that show and have no name."""
        controls = {"push button", "check box", "radio button", "text", "combo box", "table", "list", "password text"}
        return [
            f"{node.get_role_name()} in {node.get_parent().get_name()!r}"
            for node in _showing(self._app(pid))
            if node.get_role_name() in controls and not node.get_name()
        ]

    def focused(self, pid: int) -> dict[str, Any]:
        """Return the node that has the keyboard."""
        found, place = None, self._app(pid)
        # Whoever gives the keyboard on to a part says to have it, too: the innermost one has it.
        while (place := _with_keyboard(place)) is not None:
            found = place
        return _facts(found) if found is not None else {}

    def keys(self, pid: int, keys: list[str]) -> None:
        """Press keys in the window of a program."""
        self._activate(pid)
        _xdotool("key", "--delay", "40", *keys)

    def type(self, pid: int, text: str) -> None:
        """Type text in the window of a program."""
        self._activate(pid)
        _xdotool("type", "--delay", "30", text)

    def tab_to(self, pid: int, name: str, most: int = 30) -> None:
        """Press the Tab key until the node with this name has the keyboard."""
        self._activate(pid)
        for _ in range(most):
            if self.focused(pid).get("name") == name:
                return
            _xdotool("key", "Tab")
        raise NotSeen(f"{most} Tabs do not lead to {name!r}")

    def crossing(
        self, pid: int, keys: list[str], at: int, inside: str, name: str, gone: bool = False, seconds: float = 5
    ) -> dict[str, float]:
        """Press keys in one program and return in how many seconds another one (`at`) shows a name, or does no more.

        Only the node `inside` ("role: name") is read there, with what is in it. `look`: how long the last reading
        took, which is part of the seconds.
        """
        role, _, said = inside.partition(": ")
        place: Node | None = self._must(at, said, role)
        if _shows(place, name) != gone:
            raise NotSeen(f"{inside!r} {'shows no' if gone else 'shows'} {name!r} before anything is done")
        self._activate(pid)
        started = time.monotonic()
        with subprocess.Popen(["xdotool", "key", "--delay", "40", *keys]):
            while (looked := time.monotonic()) < started + seconds:
                try:
                    place = place or self._look(at, said, role)
                    there = place is not None and _shows(place, name)
                except GLib.Error:
                    # It was built anew.
                    place = None
                    continue
                if there != gone:
                    now = time.monotonic()
                    return {"seconds": now - started, "look": now - looked}
                time.sleep(_PAUSE)
        raise NotSeen(f"{name!r} in {inside!r} did not cross in {seconds} s: {self.names(at)}")

    def _activate(self, pid: int) -> None:
        windows = _xdotool("search", "--onlyvisible", "--pid", str(pid)).split()
        if not windows:
            raise NotSeen(f"no window of {pid}")
        _xdotool("windowactivate", "--sync", windows[-1])

    def _app(self, pid: int) -> Node:
        desktop = Atspi.get_desktop(0)
        for place in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(place)
            if app is not None and app.get_process_id() == pid:
                return app
        raise NotSeen(f"the program {pid} does not speak to screen readers yet")

    def _look(self, pid: int, name: str, role: str) -> Node | None:
        """Look once. Raises GLib.Error where nodes go while the tree is walked."""
        for node in _showing(self._app(pid)):
            if name in (node.get_name() or "") and role in node.get_role_name():
                return node
        return None

    def _find(self, pid: int, name: str, role: str) -> Node | None:
        try:
            return self._look(pid, name, role)
        except (NotSeen, GLib.Error):
            # The next look is a new one.
            return None

    def _must(self, pid: int, name: str, role: str) -> Node:
        self.wait(pid, name, role)
        node = self._find(pid, name, role)
        if node is None:
            raise NotSeen(f"{name!r} {role} went away")
        return node


def _showing(node: Node) -> Iterator[Node]:
    """Yield all nodes below that show; of a long table only what shows."""
    table = node.get_role() == Atspi.Role.TABLE
    begun, hidden = False, 0
    for place in range(min(node.get_child_count(), 400)):
        child = node.get_child_at_index(place)
        if child is None:
            continue
        if not child.get_state_set().contains(Atspi.StateType.SHOWING):
            hidden += 1
            if begun and hidden > _HIDDEN_CELLS:
                return
            continue
        hidden = 0
        begun = begun or (table and child.get_role() == Atspi.Role.TABLE_CELL)
        yield child
        if not table:
            yield from _showing(child)


def _shows(place: Node, name: str) -> bool:
    """Return whether a node or one in it that shows has `name` in its name. Raises GLib.Error when it is gone."""
    return name in place.get_name() or any(name in (node.get_name() or "") for node in _showing(place))


def _with_keyboard(place: Node) -> Node | None:
    """Return the first node in `place` that says to have the keyboard."""
    states = ((node, node.get_state_set()) for node in _showing(place) if node.get_role_name() != "frame")
    return next((node for node, state in states if state.contains(Atspi.StateType.FOCUSED)), None)


def _facts(node: Node) -> dict[str, Any]:
    states = node.get_state_set()
    return {
        "name": node.get_name(),
        "role": node.get_role_name(),
        "description": node.get_description(),
        "enabled": states.contains(Atspi.StateType.ENABLED),
        "checked": states.contains(Atspi.StateType.CHECKED),
        "focused": states.contains(Atspi.StateType.FOCUSED),
    }


def _xdotool(*arguments: str) -> str:
    done = subprocess.run(["xdotool", *arguments], capture_output=True, text=True, check=False)
    return done.stdout


def main() -> None:
    """Answer commands until stdin ends, then end every program."""
    Atspi.init()
    eyes = Eyes()
    for line in sys.stdin:
        command = json.loads(line)
        call: Callable[..., Any] = getattr(eyes, command.pop("do"))
        try:
            answer = {"answer": call(**command)}
        except (NotSeen, GLib.Error, subprocess.SubprocessError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
