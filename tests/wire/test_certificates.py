"""Certificates that are replaced while a cluster is watched: theirs, and whom we trust."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from lagtop.demo.cluster import DemoCluster
from lagtop.security import Security
from lagtop.settings import parse_bootstrap
from lagtop.wire.access import Access
from lagtop.wire.link import HANDSHAKE_CALL_AGAIN_S, Link, Node
from lagtop.wire.question import LinkError
from lagtop.wire.tellers import ask_topology
from tests.bench.counting_proxy import pump
from tests.kafka.certificates import Authority
from tests.wire.quick import LoopClock, quickly

LONGEST_S = 1.2 * HANDSHAKE_CALL_AGAIN_S + 0.1


@asynccontextmanager
async def behind_tls(context: ssl.SSLContext, ca_file: Path) -> AsyncIterator[Node]:
    """A broker behind a door that shows what is in `context`, and we who trust `ca_file`."""

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, questions = await asyncio.open_connection(host, port)
        await asyncio.gather(
            pump(reader, questions, lambda _: None), pump(answers, writer, lambda _: None)
        )

    async with DemoCluster("healthy", seed=3, history_s=0) as cluster:
        host, port = parse_bootstrap(cluster.bootstrap)[0]
        door = await asyncio.start_server(join, host, ssl=context)
        access = Access(Security("SSL", ca_file=str(ca_file)))
        link = Link(LoopClock(), 3.0, access)
        node = link.node(host, door.sockets[0].getsockname()[1])
        try:
            yield node
        finally:
            await node.close()
            door.close()


async def refused(node: Node) -> str:
    """Why the broker is not asked."""
    with pytest.raises(LinkError) as error:
        await ask_topology(node)
    assert error.value.refusal is not None
    return error.value.refusal.what


async def a_while_later(node: Node) -> None:
    """As the next poll but one asks."""
    await asyncio.sleep(LONGEST_S)
    node.recall()


@pytest.mark.parametrize("fault", ["unknown issuer", "expired"])
def test_a_bad_certificate_is_told_and_a_good_one_is_soon_seen(tmp_path: Path, fault: str) -> None:
    authority = Authority(tmp_path, "authority")
    signer = Authority(tmp_path, "stranger") if fault == "unknown issuer" else authority
    bad = signer.issue("bad", ("127.0.0.1",), expired=fault == "expired").both()
    good = authority.issue("good", ("127.0.0.1",)).both()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(bad)

    async def live() -> None:
        async with behind_tls(context, authority.file) as node:
            said = "nobody that we trust" if fault == "unknown issuer" else "expired"
            assert said in await refused(node)
            await a_while_later(node)
            assert said in await refused(node)
            context.load_cert_chain(good)
            await a_while_later(node)
            assert (await ask_topology(node)).brokers

    quickly(live())


def test_a_ca_file_that_is_replaced_is_read_again(tmp_path: Path) -> None:
    old, new = Authority(tmp_path, "old"), Authority(tmp_path, "new")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(new.issue("broker", ("127.0.0.1",)).both())

    async def live() -> None:
        async with behind_tls(context, old.file) as node:
            assert "nobody that we trust" in await refused(node)
            old.file.write_bytes(new.file.read_bytes())
            for _ in range(2):  # the first of these calls finds that the file is another
                await a_while_later(node)
            assert (await ask_topology(node)).brokers

    quickly(live())
