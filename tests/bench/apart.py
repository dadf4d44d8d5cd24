"""Programs in namespaces of their own: what they do to network and mounts ends with them.

No namespace and no link has a name that could clash, or that could be left behind.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from tests.kafka.java import Child
from tests.kafka.waiting import wait_until

APART = ("unshare", "--net", "--mount")
TUNNEL = ("ip", "tuntap", "add", "dev", "lagtop0", "mode", "tun")
TUNNELS = Path("/dev/net/tun")


def may_be_apart() -> bool:
    """Whether this machine lets us have namespaces, and tunnels between them."""
    try:
        done = subprocess.run([*APART, *TUNNEL], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0 and TUNNELS.exists()


def is_apart() -> bool:
    """Whether our mounts are not those of the program that started us."""
    mine, others = (f"/proc/{who}/ns/mnt" for who in ("self", os.getppid()))
    return not os.path.samestat(os.stat(mine), os.stat(others))


def run_apart(module: str) -> None:
    """Run a module where there is no network but what it makes, and no mount that others see."""
    child = Child([*APART, sys.executable, "-m", module])
    try:
        child.wait()
    finally:
        child.kill()


def lay_over(path: str, file: Path) -> None:
    """Let everybody in this mount namespace read `file` where `path` is asked for."""
    assert is_apart(), "these mounts are not ours alone"
    subprocess.run(["mount", "--bind", str(file), path], check=True)


class Names:
    """What host names mean, told by a file alone: no server is ever asked."""

    def __init__(self, directory: Path, addresses: dict[str, str]) -> None:
        self._file, switch = directory / "hosts", directory / "nsswitch.conf"
        self._addresses = addresses
        self.know()
        switch.write_text("hosts: files\n", encoding="utf-8")
        lay_over("/etc/hosts", self._file)
        lay_over("/etc/nsswitch.conf", switch)

    def know(self, *, but: str = "") -> None:
        """All names are found from now on, but that one."""
        named = {"localhost": "127.0.0.1"} | self._addresses
        lines = [f"{address} {name}\n" for name, address in named.items() if name != but]
        self._file.write_text("".join(lines), encoding="utf-8")


class Room:
    """A network namespace, kept by a program that sleeps in it."""

    def __init__(self, log: Path) -> None:
        self._keeper = Child(["unshare", "--net", "sleep", "infinity"], log)
        wait_until(self._is_apart, "a network namespace")
        self.pid = self._keeper.pid
        self.prefix = ("nsenter", f"--target={self.pid}", "--net", "--")

    def _is_apart(self) -> bool:
        where = os.stat(f"/proc/{self._keeper.pid}/ns/net")
        return not os.path.samestat(where, os.stat("/proc/self/ns/net"))

    def close(self) -> None:
        """Nobody keeps it any more."""
        self._keeper.kill()


@contextmanager
def rooms(count: int) -> Iterator[list[Room]]:
    """So many network namespaces, which end with the `with`."""
    with tempfile.TemporaryDirectory() as logs, ExitStack() as made:
        yield [
            made.enter_context(closing(Room(Path(logs) / f"room-{number}.log")))
            for number in range(count)
        ]
