"""The endpoint answers scrapes, refuses what is none, and waits for nobody."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

import pytest
from prometheus_client.openmetrics import parser

from lagtop.export import http
from lagtop.export.http import MOST_CLIENTS, MOST_HEAD_BYTES, Server
from lagtop.export.scrape import Scrapes
from lagtop.snapshot import Failure
from tests.export.build import troubled

FAILURE = Failure(1.0, "nothing listens", "start it", 2.0)


@asynccontextmanager
async def serving(scrapes: Scrapes) -> AsyncIterator[int]:
    """The port of a server."""
    server = await asyncio.start_server(
        Server(scrapes.respond).serve, "127.0.0.1", 0, limit=MOST_HEAD_BYTES
    )
    async with server:
        yield server.sockets[0].getsockname()[1]


async def asked(port: int, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, fields and body of the answer to raw bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *fields = head.decode().split("\r\n")
    named = dict(field.lower().split(": ", 1) for field in fields)
    return int(first.split(" ")[1]), named, body


def get(path: str, *fields: str, method: str = "GET") -> bytes:
    """A request."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", *fields, "\r\n"]).encode()


def samples(body: bytes) -> dict[str, list[Any]]:
    """What Prometheus's own parser reads."""
    families = parser.text_string_to_metric_families(body.decode())  # type: ignore[no-untyped-call]
    return {sample.name: family.samples for family in families for sample in family.samples}


def filled() -> Scrapes:
    """After one poll."""
    scrapes = Scrapes(most_rows=100)
    scrapes.take(troubled())
    return scrapes


async def test_a_scrape_is_what_was_polled_last() -> None:
    async with serving(filled()) as port:
        status, fields, body = await asked(port, get("/metrics?x=1"))

    found = samples(body)
    assert status == 200
    assert fields["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert int(fields["content-length"]) == len(body)
    assert found["lagtop_up"][0].value == 1
    assert found["lagtop_polls_total"][0].value == 1
    assert {one.value for one in found["kafka_consumergroup_lag"]} == {400, 40}


async def test_after_a_failed_poll_there_are_no_figures_of_the_cluster() -> None:
    scrapes = filled()
    scrapes.take(FAILURE)
    async with serving(scrapes) as port:
        _, _, body = await asked(port, get("/metrics"))
        health = await asked(port, get("/healthz"))
        scrapes.take(troubled())
        again = await asked(port, get("/healthz"))

    found = samples(body)
    assert (found["lagtop_up"][0].value, found["lagtop_polls_failed_total"][0].value) == (0, 1)
    assert not any(name.startswith("kafka_") for name in found)
    assert (health[0], health[2]) == (503, b"nothing listens\n")
    assert (again[0], again[2]) == (200, b"ok\n")


async def test_before_the_first_poll_it_says_so() -> None:
    async with serving(Scrapes(10)) as port:
        assert (await asked(port, get("/healthz")))[0] == 503
        assert samples((await asked(port, get("/metrics")))[2])["lagtop_up"][0].value == 0


async def test_gzip_and_head() -> None:
    async with serving(filled()) as port:
        plain = await asked(port, get("/metrics"))
        packed = await asked(port, get("/metrics", "Accept-Encoding: deflate, gzip"))
        head = await asked(port, get("/metrics", method="HEAD"))

    assert packed[1]["content-encoding"] == "gzip"
    assert gzip.decompress(packed[2]) == plain[2]
    assert (head[1]["content-length"], head[2]) == (plain[1]["content-length"], b"")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\r\n\r\n", 400),
        (b"GET http://x/ HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 505),
        (get("/metrics", method="POST"), 405),
        (get("/secrets"), 404),
        (get("/../../etc/passwd"), 404),
        (get("/"), 200),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 2 * MOST_HEAD_BYTES, 431),
    ],
)
async def test_what_is_no_scrape_is_answered_too(request_: bytes, status: int) -> None:
    async with serving(filled()) as port:
        assert (await asked(port, request_))[0] == status


async def test_slow_clients_are_few_and_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(filled()) as port:
        slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(MOST_CLIENTS)]
        await answers(port, 503)
        for _, writer in slow:
            writer.close()
        await answers(port, 200)

        monkeypatch.setattr(http, "PATIENCE_S", 0.05)
        assert (await asked(port, b"GET / HT"))[0] == 408


async def answers(port: int, status: int) -> None:
    """Until a scrape is answered so."""
    while (await asked(port, get("/metrics")))[0] != status:
        pass


def prometheus_file(name: str) -> str:
    return files("lagtop.export").joinpath("prometheus", name).read_text("utf-8")


@pytest.mark.parametrize("name", ["rules.yml", "dashboard.json"])
async def test_rules_and_dashboard_ask_for_what_is_exposed(name: str) -> None:
    async with serving(filled()) as port:
        exposed = set(samples((await asked(port, get("/metrics")))[2])) | {"lagtop_alert"}

    exposed |= {"lagtop_group_drain_seconds"}  # nothing known to drain in this report
    asked_for = set(re.findall(r"\b(?:kafka|lagtop)_[a-z_]+\b", prometheus_file(name)))
    assert asked_for
    assert asked_for <= exposed


def test_the_dashboard_is_one() -> None:
    panels = json.loads(prometheus_file("dashboard.json"))["panels"]

    assert len({panel["id"] for panel in panels}) == len(panels) > 5
    assert all(panel["targets"] for panel in panels)
