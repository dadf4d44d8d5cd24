"""What the writing commands refuse before they have talked to any cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from lagtop.cli import run

PROBE = ("probe", "-b", "localhost:1", "--yes")
TRACE = ("trace", "-b", "localhost:1", "--key", "header:id")
LOAD = ("load", "-b", "localhost:1", "--yes", "--topic", "orders", "--group", "billing")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*PROBE,), "--topic"),
        ((*PROBE, "--topic", "__consumer_offsets"), "internal topic"),
        ((*PROBE, "--topic", "orders", "--key", "id"), "--key: not a place"),
        ((*PROBE, "--topic", "orders", "--every", "0"), "--every"),
        ((*PROBE, "--topic", "orders", "-n", "0"), "-n"),
        ((*TRACE, "--in", "orders"), "--out"),
        ((*TRACE, "--in", "orders", "--out", "orders"), "the same topic"),
        ((*LOAD,), "--rates"),
        ((*LOAD, "--rates", "5", "--shape", "spike"), "--rates: not for spike"),
        ((*LOAD, "--rates", "x", "--shape", "steps"), "--rates: not for steps"),
        ((*LOAD, "--rates", "-5"), "--rates"),
        ((*LOAD, "--rates", "5,1e6", "--shape", "steps"), "are more than 10000/s"),
        ((*LOAD, "--rates", "5", "--keys", "some"), "--keys: not understood"),
        ((*LOAD, "--rates", "5", "--header", "name"), "--header: not understood"),
        ((*LOAD, "--rates", "5", "--acks", "2"), "--acks"),
    ],
)
def test_bad_options_are_named(
    arguments: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 64

    told = capsys.readouterr()
    assert says in told.err
    assert told.out == ""


@pytest.mark.parametrize("arguments", [(*PROBE, "--topic", "orders"), (*LOAD, "--rates", "5")])
def test_a_cluster_that_is_not_there_is_said(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 69

    assert "nothing listens on localhost:1" in capsys.readouterr().err


@pytest.mark.parametrize("command", [("probe",), ("load", "--group", "billing", "--rates", "5")])
@pytest.mark.parametrize(
    ("allows", "status", "says"),
    [("", 64, "'prod' is for reading only"), ("allow_writes = true", 69, "nothing listens")],
)
def test_through_a_profile_it_is_written_only_if_that_allows_it(
    command: tuple[str, ...],
    allows: str,
    status: int,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    profiles = tmp_path / "lagtop" / "profiles.toml"
    profiles.parent.mkdir()
    profiles.write_text(f'[prod]\nbootstrap_servers = "localhost:1"\n{allows}\n', "utf-8")
    name, *options = command

    assert run((name, "prod", "--topic", "orders", "--yes", *options)) == status

    assert says in capsys.readouterr().err
