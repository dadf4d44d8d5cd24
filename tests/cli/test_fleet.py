"""`lagtop PROFILE PROFILE ...` from the command line: what is refused, and a cluster that dies."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from lagtop.demo.launch import demo_process
from tests.cli.recording import ran
from tests.ui.pty_terminal import PtyTerminal

SAVED = """\
[prod]
bootstrap_servers = "127.0.0.1:1"
[stage]
bootstrap_servers = "127.0.0.1:1"
[wrong]
bootstrap_servers = "127.0.0.1:1"
[wrong.security]
protocol = "SASL_PLAINTEXT"
mechanism = "PLAIN"
username = "me"
password = "${env:LAGTOP_TEST_NOT_THERE}"
"""


def saved(folder: Path, text: str) -> dict[str, str]:
    """The environment in which these profiles are the saved ones."""
    path = folder / "lagtop" / "profiles.toml"
    path.parent.mkdir()
    path.write_text(text)
    path.chmod(0o600)
    return {"XDG_CONFIG_HOME": str(folder), "XDG_STATE_HOME": str(folder)}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("prod nosuch", "no profile 'nosuch'"),
        ("prod stage prod", "profile 'prod' is named twice"),
        ("prod stage --metrics 1=http://a/m", "which of several clusters"),
        ("prod wrong", "profile 'wrong'"),
        ("prod stage -b x:1", "leave out -b"),
        ("prod stage --set ssl.ca.location=x", "leave out -b"),
        ("snapshot prod stage", "one profile at a time"),
        ("check prod stage", "one profile at a time"),
        ("serve prod stage", "one profile at a time"),
        ("record file prod stage", "one profile at a time"),
    ],
)
def test_what_is_refused_names_the_profile_before_anything_starts(
    words: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for name, value in saved(tmp_path, SAVED).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    told = ran(capfd, *words.split())
    assert told.status == (3 if words.startswith("check") else 64)
    assert said in told.out + told.err


def test_one_cluster_dies_and_the_other_goes_on(tmp_path: Path) -> None:
    with ExitStack() as stage, demo_process("spike", 1) as prod, ExitStack() as screen:
        servers = {"prod": prod, "stage": stage.enter_context(demo_process("spike", 2))}
        servers["dead"] = "127.0.0.1:1"
        text = "".join(f'[{name}]\nbootstrap_servers = "{at}"\n' for name, at in servers.items())
        words = ("-m", "lagtop", *servers, "--interval", "1")
        terminal = PtyTerminal(*words, size=(150, 16), env=saved(tmp_path, text))
        screen.callback(terminal.close)

        def row(name: str) -> list[str]:
            found = (line.split() for line in terminal.lines if f" {name} " in line[:20])
            return next(found, [])

        terminal.wait_for(lambda: "3/3" in row("prod") and "3/3" in row("stage"))
        terminal.wait_for(lambda: "nothing listens on 127.0.0.1:1" in " ".join(row("dead")))
        stage.close()
        terminal.wait_for(lambda: "0/3" in row("stage") and "no broker" in " ".join(row("stage")))
        before = row("prod")
        terminal.wait_for(lambda: "3/3" in row("prod") and row("prod") != before)

        terminal.send("jj\r")
        terminal.wait_for("groups  ")
        terminal.send("0")
        terminal.wait_for("worst first")
        terminal.send("q")
        assert terminal.wait_for_end() == 0
        assert terminal.is_restored


def test_where_no_cluster_ever_answered_the_status_says_so(tmp_path: Path) -> None:
    terminal = PtyTerminal("-m", "lagtop", "prod", "stage", env=saved(tmp_path, SAVED))
    try:
        terminal.wait_for(lambda: terminal.text.count("nothing listens") >= 2)
        terminal.wait_for(lambda: "connecting" not in terminal.text)
        terminal.send("q")
        assert terminal.wait_for_end() == 69
    finally:
        terminal.close()
