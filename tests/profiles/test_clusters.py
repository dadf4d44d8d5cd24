"""What the screen offers to go to: nothing is saved that does not work, and nothing crashes."""

from __future__ import annotations

from pathlib import Path

import pytest

from lagtop.cli.chooser import Chooser

PROFILES = """\
[typed]
bootstrap_servers = "localhost:1"
[typed.security]
protocol = "SASL_SSL"
mechanism = "PLAIN"
username = "me"
password = "${prompt}"
[missing]
bootstrap_servers = "localhost:1"
[missing.security]
protocol = "SASL_SSL"
mechanism = "PLAIN"
username = "me"
password = "${env:LAGTOP_TEST_NOT_THERE}"
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".kaf").mkdir()
    kaf = "clusters: [{name: found, brokers: ['no-such-host.invalid:1']}]"
    (tmp_path / ".kaf" / "config").write_text(kaf)
    path = tmp_path / "lagtop" / "profiles.toml"
    path.parent.mkdir()
    path.write_text(PROFILES)
    return path


def test_profiles_then_what_was_found_then_the_demo(path: Path) -> None:
    every = Chooser().choices(first=True).every()

    assert [one.name for one in every] == ["typed", "missing", "found", "demo"]


def test_a_secret_that_is_typed_is_asked_for_when_the_screen_has_gone(path: Path) -> None:
    chooser = Chooser()
    choices = chooser.choices(first=False)
    choices.every()

    assert "it asks for a secret" in choices.attempt("typed")
    assert (choices.take("typed"), chooser.taken) == ("", "typed")


def test_what_does_not_work_is_said_and_not_taken(path: Path) -> None:
    chooser = Chooser()
    choices = chooser.choices(first=False)
    found = choices.every()[2].id

    assert "the environment has no LAGTOP_TEST_NOT_THERE" in choices.take("missing")
    assert "unknown host: no-such-host.invalid" in choices.take(found)
    assert chooser.taken is None
    assert path.read_text() == PROFILES


def test_a_wrong_file_of_profiles_is_told_on_the_screen(path: Path) -> None:
    path.write_text("[a]\nintervall = 3\n")
    choices = Chooser().choices(first=False)

    broken = choices.every()[0]

    assert f"{path}:2: no such key: intervall" in broken.about
    assert choices.take(broken.id) == "this cannot be opened"
