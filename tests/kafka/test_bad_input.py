"""Wrong addresses and wrong doors: a clear sentence on stderr, an exit status, no traceback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.kafka.cluster import KafkaCluster
from tests.kafka.front_door import Ran, run
from tests.kafka.kafka_tools import Kafka
from tests.kafka.ports import HOST, free_ports

USAGE, UNREACHABLE = 64, 69


def assert_plain(ran: Ran, status: int, *words: str) -> None:
    """It failed with that status and said so to a person, in at most a few lines."""
    assert (ran.status, ran.stdout) == (status, ""), ran
    assert "Traceback" not in ran.stderr
    assert 0 < len(ran.stderr.splitlines()) <= 4, ran.stderr
    for word in words:
        assert word in ran.stderr


def ask(address: str) -> Ran:
    """`lagtop snapshot` of the cluster at that address."""
    return run("snapshot", "-b", address, "--format", "csv")


def test_a_port_that_nobody_listens_on() -> None:
    address = f"{HOST}:{free_ports(1)[0]}"
    assert_plain(ask(address), UNREACHABLE, address)


def test_a_host_that_does_not_exist() -> None:
    assert_plain(ask("no-such-host.invalid:9092"), UNREACHABLE, "no-such-host.invalid")


class QuietHandler(BaseHTTPRequestHandler):
    """Answers what is no HTTP with 400, as web servers do."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing of what strangers send belongs in the test's output."""


@pytest.fixture
def web_server() -> Iterator[str]:
    """The address of a server that speaks HTTP."""
    with ThreadingHTTPServer((HOST, 0), QuietHandler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"{HOST}:{server.server_address[1]}"
        server.shutdown()


def test_a_port_that_is_no_kafka(web_server: str) -> None:
    assert_plain(ask(web_server), UNREACHABLE, web_server)


@pytest.fixture
def silent_server() -> Iterator[str]:
    """The address of a server that takes connections and never says a word."""
    with socket.create_server((HOST, 0)) as server:
        yield f"{HOST}:{server.getsockname()[1]}"


def test_a_port_that_never_answers(silent_server: str) -> None:
    assert_plain(ask(silent_server), UNREACHABLE, silent_server)


def test_a_tls_port_spoken_to_in_plain(own_kafka: KafkaCluster) -> None:
    assert_plain(ask(own_kafka.tls_address), UNREACHABLE, own_kafka.tls_address, "TLS")


@pytest.mark.parametrize(
    "arguments",
    [
        ("snapshot",),
        ("snapshot", "-b", ""),
        ("snapshot", "-b", "host:port"),
        ("snapshot", "-b", "host:99999"),
        ("snapshot", "-b", "host:9092", "--format", "wax"),
        ("snapshot", "-b", "host:9092", "--group", "("),
        ("snapshot", "-b", "host:9092", "-d", "never"),
        ("no-such-command",),
        ("--no-such-flag",),
    ],
    ids=lambda arguments: " ".join(arguments),
)
def test_a_command_line_that_cannot_be(arguments: tuple[str, ...]) -> None:
    assert_plain(run(*arguments), USAGE)


def test_the_screen_without_a_terminal(kafka: Kafka) -> None:
    assert_plain(run("-b", kafka.bootstrap), USAGE, "terminal", "snapshot")
