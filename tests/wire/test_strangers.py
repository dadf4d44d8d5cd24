"""A server may be anything: whatever it says costs an error, never memory, a hang or a crash."""

from __future__ import annotations

import asyncio
import random
import resource
import struct
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from lagtop.analysis.observer import Observer
from lagtop.demo.cluster import DemoCluster
from lagtop.protocol.messages import ApiKey, ListGroupsResponse
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import Failure, Snapshot
from lagtop.wire.connection import _BoundedScram
from lagtop.wire.poller import Poller
from lagtop.wire.question import LONGEST_DECODED_BYTES, Answer, LinkError, read
from tests.wire.conftest import DEADLINE_S, Clock, healthy
from tests.wire.quick import LoopClock, quickly

PATIENCE_S = 30
"""On simulated time, but where a cluster heals."""

CHUNK = bytes(1 << 16)
MOST_TAKEN_BYTES = 48 << 20
"""What the kernel and asyncio may hold of a stream that we do not read."""

MOST_GROWTH_BYTES = 100 << 20

EVIL = (
    b"\xff\xff\xff\xff\x07", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"\x80\0\0\0", b"\0",
    b"\xff" * 8, b"\x7f" + b"\xff" * 7, b"\xff" * 6, b"\1", b"\2",
)  # fmt: skip
"""Lengths and offsets at the ends of their ranges, as numbers and as varints."""


@asynccontextmanager
async def server(talk: Callable[[asyncio.StreamWriter], AsyncIterator[None]]) -> AsyncIterator[str]:
    """A server that reads a first frame and then says what it likes; gives its address."""
    talks: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.current_task())
        try:
            await reader.read(64)
            async for _ in talk(writer):
                await writer.drain()
            await reader.read()
        except OSError:
            pass  # the other side has had enough
        finally:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        ending = [task for task in talks if task is not None]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)


async def failure(address: str) -> Failure:
    """What a first poll says, which must not learn anything."""
    poller = Poller(Settings(parse_bootstrap(address), deadline_s=DEADLINE_S), clock=LoopClock())
    try:
        async with asyncio.timeout(PATIENCE_S):
            update = await poller.poll()
    finally:
        await poller.close()
    assert isinstance(update, Failure)
    return update


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (b"SSH-2.0-OpenSSH_9.6\r\n", "it speaks SSH"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "it speaks HTTP"),
        (b"220 mail.example ESMTP\r\n", "no Kafka broker"),
        (b"\x15\x03\x03\x00\x02\x02\x46", "speaks TLS"),
        (struct.pack(">i", -1), "no Kafka broker"),
        (struct.pack(">i", 0), "no Kafka broker"),
        (struct.pack(">iiHi", 10, 99, 0, 0), "no Kafka broker"),
        (struct.pack(">iiHi", 10, 1, 0, 0x7FFFFFFF), "cannot be read"),
        (struct.pack(">iiHi", 10, 1, 0, -1), "cannot be read"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_a_first_word_that_is_no_kafkas(words: bytes, told: str) -> None:
    async def talk(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
        writer.write(words)
        yield

    async def said_of_it() -> None:
        async with server(talk) as address:
            said = await failure(address)

        assert address in said.what
        assert told in said.what

    quickly(said_of_it())


@pytest.mark.parametrize("size", [0x7FFFFFFF, 99_000_000], ids=["2 GB", "99 MB"])
def test_an_endless_frame_is_not_taken(size: int) -> None:
    taken = 0

    async def talk(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
        nonlocal taken
        writer.write(struct.pack(">ii", size, 1))
        for _ in range(size // len(CHUNK)):
            writer.write(CHUNK)
            yield
            taken += len(CHUNK)

    async def refuse() -> None:
        async with server(talk) as address:
            await failure(address)

    quickly(refuse())

    assert taken < MOST_TAKEN_BYTES


def mutated(chance: random.Random, frame: bytes) -> bytes:
    """The same frame with a few bytes of its body changed, put in or taken out."""
    body = bytearray(frame[4:])
    for _ in range(chance.choice((1, 1, 2, 5))):
        at, evil = chance.randrange(4, len(body) + 1), chance.choice(EVIL)
        cut = chance.choice((0, 1, len(evil), 8))
        body[at : at + cut] = b"" if cut == 8 else evil
    return struct.pack(">i", len(body)) + body


@pytest.mark.parametrize("seed", range(6))
def test_answers_with_wrong_bytes_cost_no_poll(seed: int) -> None:
    chance, peak_before = random.Random(seed), peak_bytes()

    async def poll_each() -> None:
        async with healthy(Clock()) as cluster:
            for _ in range(8):
                await polls_with_wrong_bytes(cluster, chance)

    quickly(poll_each())

    assert peak_bytes() - peak_before < MOST_GROWTH_BYTES


async def polls_with_wrong_bytes(cluster: DemoCluster, chance: random.Random) -> None:
    """A good poll, and three in which three answers of ten have wrong bytes."""

    def rewrite(api: ApiKey, frame: bytes) -> bytes:
        return mutated(chance, frame) if chance.random() < 0.3 else frame

    settings = Settings(parse_bootstrap(cluster.bootstrap), deadline_s=DEADLINE_S)
    poller, observer = Poller(settings, clock=LoopClock()), Observer()
    try:
        assert isinstance(await poller.poll(), Snapshot)
        cluster.faults.rewrite = rewrite
        for _ in range(3):
            poller._survey.doubt_topology()
            poller._roster.doubt()
            update = await poller.poll()
            if isinstance(update, Snapshot):
                observer.observe(update)
                observer.learn_times(await poller.find_times(observer.time_questions()))
    finally:
        cluster.faults.rewrite = None
        await poller.close()


def peak_bytes() -> int:
    """The most memory that this process has ever had; Linux counts it in KiB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


async def test_a_cluster_heals_after_wrong_bytes(
    cluster: DemoCluster, poller: Poller, clock: Clock
) -> None:
    assert isinstance(await poller.poll(), Snapshot)
    chance = random.Random(1)
    cluster.faults.rewrite = lambda _, frame: mutated(chance, frame)
    clock.now += 60
    await poller.poll()
    cluster.faults.rewrite = None

    async with asyncio.timeout(PATIENCE_S):
        while True:
            update = await poller.poll()
            if isinstance(update, Snapshot):
                gaps = [one.gap for one in update.brokers] + [one.gap for one in update.groups]
                if not any(gap.reason for gap in gaps):
                    break
            await asyncio.sleep(0.1)


def test_an_answer_that_is_too_long_is_not_decoded() -> None:
    with pytest.raises(LinkError, match=f"lagtop reads {LONGEST_DECODED_BYTES} at most"):
        read(ListGroupsResponse, Answer(bytes(LONGEST_DECODED_BYTES + 1), 4, 0.0), list)


@pytest.mark.parametrize("rounds", [1, 4095, 2_000_000_000])
def test_a_server_does_not_choose_how_long_we_calculate(rounds: int) -> None:
    scram = _BoundedScram(
        loop=None,
        sasl_plain_username="me",
        sasl_plain_password="x",
        sasl_mechanism="SCRAM-SHA-256",
    )

    with pytest.raises(ValueError, match="rounds"):
        scram.create_salted_password(b"salt", rounds)
