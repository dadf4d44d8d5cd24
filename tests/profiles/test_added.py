"""What `lagtop profiles add` and `--set` say of files and keys that can be of no use."""

from __future__ import annotations

from pathlib import Path

import pytest

from lagtop.cli import run
from lagtop.cli.arguments import Parser, add_cluster_options, settings_from
from lagtop.profiles.store import read_profiles


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the file of profiles will be."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "lagtop" / "profiles.toml"


def add(*properties: str) -> int:
    named = [word for one in properties for word in ("--set", one)]
    return run(["profiles", "add", "new", "-b", "x:1", "--no-test", "--replace", *named])


def test_a_file_that_is_not_there_is_refused(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add("security.protocol=SSL", "ssl.ca.location=/no/such.pem") == 64

    told = "lagtop: --set: ssl.ca.location: /no/such.pem: no such file or directory\n"
    assert capsys.readouterr().err == told
    assert not path.exists()


def test_of_two_that_name_a_file_the_later_one_counts(path: Path, tmp_path: Path) -> None:
    there = f"ssl.ca.location={tmp_path}"

    assert add("security.protocol=SSL", "ssl.ca.location=/no/such.pem", there) == 0


def test_a_file_that_a_reference_names_is_not_looked_for(path: Path) -> None:
    assert add("security.protocol=SSL", "ssl.ca.location=${env:NO_SUCH_CA}") == 0

    assert read_profiles(path)["new"].values["security"]["ca_file"] == "${env:NO_SUCH_CA}"


def test_a_file_is_found_from_anywhere(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ca.pem").touch()

    assert add("security.protocol=SSL", "ssl.ca.location=ca.pem") == 0

    assert read_profiles(path)["new"].values["security"]["ca_file"] == str(tmp_path / "ca.pem")


@pytest.mark.parametrize(
    ("properties", "told"),
    [
        (["ssl.ca.location=/"], "ssl.ca.location is not used: security.protocol is PLAINTEXT"),
        (
            ["security.protocol=SSL", "sasl.username=me"],
            "sasl.username is not used: security.protocol is SSL",
        ),
        (
            ["security.protocol=SASL_SSL", "sasl.mechanism=PLAIN", "sasl.oauthbearer.scope=x"],
            "sasl.oauthbearer.scope is not used: sasl.mechanism is PLAIN",
        ),
    ],
)
def test_what_will_not_be_used_is_said_and_saved(
    path: Path, capsys: pytest.CaptureFixture[str], properties: list[str], told: str
) -> None:
    assert add(*properties) == 0

    assert capsys.readouterr().err == f"lagtop: --set: {told}\n"


def test_a_login_of_java_that_will_not_be_used_is_said(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "c.properties"
    file.write_text('sasl.jaas.config=x.PlainLoginModule required username="me" password="x";\n')

    assert run(["profiles", "add", "n", "-b", "x:1", "--no-test", "--config", str(file)]) == 0

    told = f"lagtop: {file}:1: sasl.jaas.config is not used: security.protocol is PLAINTEXT\n"
    assert capsys.readouterr().err == told


def test_nothing_is_said_where_all_is_used(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    login = ["sasl.mechanism=PLAIN", "sasl.username=me", "sasl.password=${env:X}"]

    assert add("security.protocol=SASL_SSL", "ssl.ca.location=/", *login) == 0

    assert capsys.readouterr().err == ""


def test_the_command_line_alone_says_it_too(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = Parser("", "")
    add_cluster_options(parser)

    settings_from(parser.parse_args(["-b", "x:1", "--set", "ssl.ca.location=/ca.pem"]))

    told = "lagtop: --set: ssl.ca.location is not used: security.protocol is PLAINTEXT\n"
    assert capsys.readouterr().err == told
