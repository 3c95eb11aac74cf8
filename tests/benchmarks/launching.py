"""How long the embedded server takes to be made, started, shared and stopped."""

from __future__ import annotations

from pathlib import Path

from reactivate_desktop.config.secrets import MemorySecrets
from reactivate_desktop.storage.server.launcher import EmbeddedServer
from tests.benchmarks.rows import Row, timed
from tests.benchmarks.timing import once

_GROUP = "launcher"


def run(folder: Path, times: int = 3) -> list[Row]:
    """Return the times of a first start (initdb), a later start, a second program's attach, and a stop."""
    first, second, attach, stop = [], [], [], []
    for number in range(times):
        secrets = MemorySecrets()
        place = folder / f"launcher-{number}"
        server = EmbeddedServer(place, secrets=secrets)
        other = EmbeddedServer(place, secrets=secrets)
        try:
            first.append(once(server.attach))
            stop.append(once(server.detach))
            second.append(once(server.attach))
            attach.append(once(other.attach))
            other.detach()
            stop.append(once(server.detach))
        finally:
            other.detach()
            server.discard()
    return [
        timed(_GROUP, "first start (initdb, start, connect)", first),
        timed(_GROUP, "second start", second),
        timed(_GROUP, "attach to the running server", attach),
        timed(_GROUP, "stop by the last program", stop),
    ]
