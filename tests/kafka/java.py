"""Java programs as children that cannot outlive the test run."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

TOOL_DEADLINE_S = 120.0

FAST_START = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")

# A child whose parent dies by SIGKILL would live on. This shell's helper waits for the end of its
# standard input, which is the parent's end, and then kills the process that the shell became.
DIE_WITH_PARENT = 'exec 3<&0; (cat <&3; kill -9 $$) >/dev/null & exec 3<&-; exec "$@" </dev/null'


def command(libs: Path, main_class: str, heap_mb: int = 256, log_level: str = "warn") -> list[str]:
    """The command line that starts a main class of the jars in `libs`."""
    return [
        "java",
        f"-Xmx{heap_mb}m",
        *FAST_START,
        f"-Dorg.slf4j.simpleLogger.defaultLogLevel={log_level}",
        "-cp",
        f"{libs}/*",
        main_class,
    ]


def run_tool(libs: Path, main_class: str, *arguments: str) -> str:
    """Run a Java tool to its end and return what it printed on stdout; a failure is raised."""
    done = subprocess.run(
        [*command(libs, main_class), *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=TOOL_DEADLINE_S,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{main_class} failed: {done.stdout[-1000:]}{done.stderr[-2000:]}")
    return done.stdout


class Child:
    """A long-running program in a process group of its own; dies with the test run.

    Without a log it prints where we do.
    """

    def __init__(self, words: Sequence[str], log: Path | None = None) -> None:
        self.log = log
        with contextlib.nullcontext() if log is None else log.open("ab") as out:
            self._process = subprocess.Popen(
                ["sh", "-c", DIE_WITH_PARENT, "sh", *words],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=None if log is None else subprocess.STDOUT,
                start_new_session=True,
            )
        atexit.register(self.kill)

    @property
    def pid(self) -> int:
        """The process that the program is."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the program still runs (or is paused)."""
        return self._process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program and all that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def kill(self) -> None:
        """End it as a power failure would; returns when it is gone."""
        self.signal(signal.SIGKILL)
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        atexit.unregister(self.kill)

    def wait(self) -> int:
        """Wait for its own end; how it ended."""
        return self._process.wait()

    def last_words(self, lines: int = 25) -> str:
        """The end of what it printed, for the message of a failing test."""
        said = "" if self.log is None else self.log.read_text(errors="replace")
        return "\n".join(said.splitlines()[-lines:])
