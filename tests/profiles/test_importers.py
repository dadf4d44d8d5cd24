"""What other tools have saved: the same connection out of every tool's own file."""

from __future__ import annotations

from pathlib import Path

import pytest

from lagtop.cli import profiles
from lagtop.errors import UsageError
from lagtop.profiles.importers import TOOLS, found_files, read_source, read_tool
from lagtop.security import Secret, Security

FILES = Path(__file__).parent / "files"
SAVED = {
    "kcat": ("kcat.conf", "kcat"),
    "properties": ("client.properties", "client"),
    "kaf": ("kaf.yaml", "prod"),
    "kafkactl": ("kafkactl.yaml", "prod"),
    "rpk": ("rpk.yaml", "prod"),
    "kcl": ("kcl.toml", "prod"),
    "ktea": ("ktea.yaml", "prod"),
    "yozefu": ("yozefu.json", "prod"),
    "kaskade": ("kaskade.ini", "kaskade"),
    "topicctl": ("topicctl.yaml", "prod"),
    "akhq": ("akhq.yml", "prod"),
    "kafbat": ("kafbat.env", "prod"),
}
EXPECTED = Security(
    protocol="SASL_SSL",
    mechanism="SCRAM-SHA-512",
    username="me",
    password=Secret("planted-secret"),
    ca_file="/etc/ssl/kafka-ca.pem",
)


def test_every_tool_has_a_file_here() -> None:
    assert SAVED.keys() == TOOLS.keys()


@pytest.mark.parametrize("tool", SAVED)
def test_a_connection_comes_over_whole(tool: str) -> None:
    file, name = SAVED[tool]

    found = {one.name: one for one in read_tool(tool, FILES / file)}

    connection = found[name].connection()
    assert connection.bootstrap == "kafka-1:9093,kafka-2:9093"
    assert connection.security == EXPECTED
    assert read_source(found[name].source, "here") == connection
    assert found[name].colour == ("red" if tool == "ktea" else "")


def test_what_has_no_password_has_no_security() -> None:
    for tool, file, name in (
        ("kaf", "kaf.yaml", "local"),
        ("kafkactl", "kafkactl.yaml", "default"),
    ):
        found = {one.name: one.connection() for one in read_tool(tool, FILES / file)}
        assert found[name].bootstrap == "localhost:9092"
        assert found[name].security == Security()


def test_what_could_not_be_carried_over_is_said() -> None:
    told = read_tool("properties", FILES / "client.properties")[0].connection().left_out
    assert len(told) == 1
    assert "ssl.cipher.suites has no use here" in told[0]
    azure = next(
        one for one in read_tool("kafkactl", FILES / "kafkactl.yaml") if one.name == "azure"
    )
    assert "sasl.tokenprovider.plugin has no use here" in azure.connection().left_out[0]


def read_all(tool: str, path: Path) -> None:
    for one in read_tool(tool, path):
        one.connection()
    read_source(f"{tool}:{path}#prod", "here")


@pytest.mark.parametrize("tool", SAVED)
def test_a_file_of_something_else_is_refused_without_its_words(tool: str, tmp_path: Path) -> None:
    path = tmp_path / "strange"
    path.write_text('[planted-secret\n"clusters": planted-secret: [}\n')

    with pytest.raises(UsageError) as caught:
        read_all(tool, path)

    assert str(path) in caught.value.what
    assert "planted-secret: [" not in caught.value.what


def test_files_are_found_where_they_usually_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KAFKA_CTL_CONFIG", str(FILES / "kafkactl.yaml"))
    (tmp_path / ".kaf").mkdir()
    (tmp_path / ".kaf" / "config").write_text((FILES / "kaf.yaml").read_text())

    found = {tool for tool, path in found_files() if path.is_relative_to(tmp_path)}

    assert found == {"kaf"}
    assert ("kafkactl", FILES / "kafkactl.yaml") in list(found_files())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--name", "mine"), "--name is for one connection, not for local, prod"),
        (("--only", "nosuch"), "no connection 'nosuch' was found"),
    ],
)
def test_which_connection_of_several_is_meant_must_be_clear(
    words: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    with pytest.raises(UsageError, match=told):
        profiles.main(["import", "kaf", str(FILES / "kaf.yaml"), *words])
    assert not list(tmp_path.iterdir())
