"""In tmux: suspended and resumed, detached and attached at another size."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect  # type: ignore[import-untyped]
import pytest

from tests.ui.pty_terminal import PATIENCE_S, ROOT, environment

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
RUN = f"{sys.executable} tests/ui/play.py once"


class Tmux:
    """A tmux server of its own with one session, in which a shell runs."""

    def __init__(self, directory: Path) -> None:
        self._words = ["tmux", "-f", "/dev/null", "-S", str(directory / "socket")]
        self._env = environment({})
        self.run("new-session", "-d", "-x", "80", "-y", "24", "bash --norc --noprofile -i")
        self.type("PS1='she''ll>'", "Enter")
        self.wait_for("shell>")

    def run(self, *words: str) -> str:
        """What a command of tmux prints."""
        done = subprocess.run(
            [*self._words, *words], check=True, env=self._env, cwd=ROOT, capture_output=True,
            text=True,
        )  # fmt: skip
        return done.stdout

    def type(self, *keys: str) -> None:
        """Press keys, as tmux names them."""
        self.run("send-keys", *keys)

    def wait_for(self, seen: str) -> str:
        """Wait until a text is on the screen; gives the screen."""
        deadline = time.monotonic() + PATIENCE_S
        while seen not in (screen := self.run("capture-pane", "-p")):
            assert time.monotonic() < deadline, f"waited in vain for {seen!r}:\n{screen}"
            time.sleep(0.1)
        return screen

    def attach(self, width: int, height: int) -> pexpect.spawn:
        """A client with a terminal of some size."""
        words = [*self._words[1:], "attach"]
        return pexpect.spawn("tmux", words, dimensions=(height, width), env=self._env)


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    server = Tmux(tmp_path)
    yield server
    server.run("kill-server")


def test_ctrl_z_gives_the_shell_back_and_fg_draws_everything_again(tmux: Tmux) -> None:
    tmux.type(RUN, "Enter")
    before = tmux.wait_for("group-29")

    tmux.type("C-z")
    assert "group-29" not in tmux.wait_for("Stopped")

    tmux.type("fg", "Enter")
    after = tmux.wait_for("group-29")
    assert (
        tmux.wait_for("? help").splitlines()[3:20]
        == before.splitlines()[3:20]
        == (after.splitlines()[3:20])
    )

    tmux.type("q")
    tmux.wait_for("shell>\n\n")
    tmux.type("echo left with $?", "Enter")
    tmux.wait_for("left with 0")


def test_it_fills_whatever_terminal_is_attached(tmux: Tmux) -> None:
    tmux.type(RUN, "Enter")
    assert "STATE" not in tmux.wait_for("group-29")

    client = tmux.attach(130, 40)
    tmux.wait_for("STATE")
    tmux.wait_for("x explain")
    tmux.run("detach-client")
    client.expect(pexpect.EOF)

    tmux.type("j")
    tmux.wait_for("group-28  ")
    tmux.type("Q")
    tmux.wait_for("shell>")
