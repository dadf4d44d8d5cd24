"""What the first words of a command line may be: a command, a profile, a file, or nearly one."""

from __future__ import annotations

from pathlib import Path

import pytest

from lagtop.cli import run
from lagtop.profiles.store import read_profiles

MINE = '[prod]\nbootstrap_servers = "kafka-1:9093"\n'


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of profiles, with one in it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    path = tmp_path / "lagtop" / "profiles.toml"
    path.parent.mkdir()
    path.write_text(MINE)
    path.chmod(0o600)
    return path


def test_a_file_of_client_properties_needs_no_tools_name(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.properties"
    file.write_text("bootstrap.servers=kafka-7:9093\nsecurity.protocol=SSL\n")

    assert run(["profiles", "import", str(file)]) == 0

    assert read_profiles(path)["mine"].values == {"source": f"properties:{file}"}
    assert run(["profiles", "list"]) == 0
    assert "mine                 kafka-7:9093 SSL\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["snpshot", "--format", "csv"], "profile 'snpshot'\n  did you mean snapshot?"),
        (["prodd"], "no profile 'prodd'\n  did you mean prod?"),
    ],
)
def test_a_word_that_is_nearly_a_command_or_a_profile_gets_its_name(
    path: Path, capsys: pytest.CaptureFixture[str], words: list[str], meant: str
) -> None:
    assert run(words) == 64

    assert meant in capsys.readouterr().err


def test_a_profile_may_have_nearly_the_name_of_a_command(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.write_text(MINE.replace("[prod]", "[snapshots]"))

    assert run(["snapshots"]) == 64
    assert "terminal" in capsys.readouterr().err


def test_a_variable_that_is_nearly_a_setting_gets_its_name(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("BOOTSTRP", "SECURITY_PASWORD", "GROUP", "SERVICE_HOST", "PORT_9311_TCP"):
        monkeypatch.setenv(f"LAGTOP_{name}", "x")

    assert run(["profiles", "list"]) == 0

    assert capsys.readouterr().err.splitlines()[:-1] == [
        "lagtop: LAGTOP_BOOTSTRP is no setting; did you mean LAGTOP_BOOTSTRAP_SERVERS?",
        "lagtop: LAGTOP_SECURITY_PASWORD is no setting; did you mean LAGTOP_SECURITY_PASSWORD?",
    ]


def test_nothing_is_said_of_the_environment_where_all_is_well(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LAGTOP_GROUP", "x")

    assert run(["profiles", "list"]) == 0

    assert capsys.readouterr().err == f"1 in {path}\n"


def test_the_demos_stories_are_told_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", "--story", "?"]) == 64

    assert "the stories are: all, healthy, " in capsys.readouterr().err
