"""TCP ports for servers that a test starts, and may start again on the same port."""

from __future__ import annotations

import random
import socket

HOST = "127.0.0.1"

# Below the range from which systems draw the source port of a connection: there a client that
# calls a dead node could be given the node's own port, and reach itself.
FIRST, LAST = 21_000, 31_999


def free_ports(count: int) -> list[int]:
    """Different ports of loopback that nobody listens on."""
    ports: list[int] = []
    while len(ports) < count:
        port = random.randint(FIRST, LAST)
        if port not in ports and _is_free(port):
            ports.append(port)
    return ports


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def accepts(port: int, host: str = HOST) -> bool:
    """Whether somebody listens on that port, of loopback unless another host is named."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0
