"""Which Postgres servers the storage and security suites run on."""

from __future__ import annotations

from pathlib import Path

_DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")

# (name, folder of the binaries; None: the embedded one)
SERVERS: list[tuple[str, Path | None]] = [("pg18", None)]
if (_DEBIAN_15 / "postgres").exists():
    SERVERS.append(("pg15", _DEBIAN_15))
