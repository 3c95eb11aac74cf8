"""Asks a server whether it takes logins, in one round trip and without a driver."""

from __future__ import annotations

import socket
import struct

HOST = "127.0.0.1"
_LIMIT_S = 5.0
_LOGIN = b"user\0postgres\0database\0postgres\0\0"
_STARTUP = struct.pack("!ii", 8 + len(_LOGIN), 3 << 16) + _LOGIN
_CANNOT_CONNECT_NOW = b"57P03"  # starting, stopping or repairing itself after the loss of a child


def takes_logins(port: int) -> bool:
    """Tell whether a server on `port` asks for a password (about 1 ms).

    The pid file says "ready" for some milliseconds more while a killed server dies.
    """
    try:
        with socket.create_connection((HOST, port), timeout=_LIMIT_S) as connection:
            connection.sendall(_STARTUP)
            answer = connection.recv(4096)
    except OSError:
        return False
    return answer[:1] == b"R" or (answer[:1] == b"E" and _CANNOT_CONNECT_NOW not in answer)
