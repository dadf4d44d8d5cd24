"""Secrets are planted everywhere, and every artefact of a run is searched for them."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kafka.guarded import PASSWORD, GuardedKafka

WRONG = "planted-wrong-4711"
KEY_PASSWORD = "planted-key-4711"
PLANTED = (PASSWORD, WRONG, KEY_PASSWORD)
PROFILES = """\
[right]
bootstrap_servers = "{address}"
[right.security]
protocol = "SASL_SSL"
mechanism = "SCRAM-SHA-512"
username = "admin"
password = "{password}"
ca_file = "{ca}"
[outside]
bootstrap_servers = "{address}"
[outside.security]
protocol = "SASL_SSL"
mechanism = "PLAIN"
username = "admin"
password = "${{env:LAGTOP_TEST_PASSWORD}}"
ca_file = "{ca}"
[wrong]
source = "properties:{other}"
[locked]
bootstrap_servers = "{address}"
[locked.security]
protocol = "SSL"
ca_file = "{ca}"
certificate_file = "{certificate}"
key_file = "{key}"
key_password = "{key_password}"
"""
RUNS = (
    ("snapshot", "right", "--output", "out.csv"),
    ("snapshot", "outside", "--format", "openmetrics"),
    ("snapshot", "wrong"),
    ("snapshot", "locked"),
    ("record", "recorded.jsonl", "right", "-n", "2", "-d", "0.2"),
    ("profiles", "list"),
    ("profiles", "show", "right", "--origin"),
    ("profiles", "show", "wrong", "--origin"),
    ("profiles", "test", "wrong"),
    ("right",),
)


@pytest.fixture
def home(guarded: GuardedKafka, tmp_path: Path) -> Path:
    """A directory with profiles of every kind, each with a secret in it."""
    other = tmp_path / "client.properties"
    other.write_text(
        f"bootstrap.servers={guarded.address('SECURE')}\nsecurity.protocol=SASL_SSL\n"
        f"sasl.mechanism=PLAIN\nssl.ca.location={guarded.authority.file}\n"
        'sasl.jaas.config=x.PlainLoginModule required username="admin" '
        f'password="{WRONG}" secretOption="{KEY_PASSWORD}";\n'
    )
    friend = guarded.authority.issue("friend")
    profiles = tmp_path / "config" / "lagtop" / "profiles.toml"
    profiles.parent.mkdir(parents=True)
    profiles.write_text(
        PROFILES.format(
            address=guarded.address("SECURE"),
            ca=guarded.authority.file,
            password=PASSWORD,
            key_password=KEY_PASSWORD,
            other=other,
            certificate=friend.certificate(),
            key=friend.key("another"),
        )
    )
    return tmp_path


def test_no_artefact_of_a_run_holds_a_secret(home: Path) -> None:
    work = home / "work"
    work.mkdir()
    env = {
        **os.environ,
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "LAGTOP_TEST_PASSWORD": PASSWORD,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    for words in RUNS:
        run = subprocess.run(
            [sys.executable, "-m", "lagtop", *words],
            cwd=work,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
        told = run.stdout + run.stderr
        assert b"Traceback" not in told, told.decode()
        assert not leaks(told), f"{words}: {told.decode()}"

    written = [path for path in (*work.rglob("*"), *(home / "state").rglob("*")) if path.is_file()]
    assert {path.name for path in written} >= {"out.csv", "recorded.jsonl"}
    assert [path for path in written if leaks(path.read_bytes())] == []


def leaks(data: bytes) -> bool:
    """Whether a secret stands in there, as it is or in base64."""
    forms = [
        form for one in PLANTED for form in (one.encode(), base64.b64encode(one.encode())[:-4])
    ]
    return any(form in data for form in forms)
