"""One cluster's connections: a question goes to a node; its answer comes back, or a Gap says why.

aiokafka's connection is the transport: TLS, SASL, version negotiation. Connections are kept here
rather than in aiokafka's client because that one connects under a single lock, where one
black-holed broker holds up all the others.

A node that fails is quarantined: questions to it fail at once, and it is called again in the
background until it answers, so that after its first silence no poll waits for it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass

from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaError

from lagtop.snapshot import Gap
from lagtop.wire.clock import Clock
from lagtop.wire.question import Answer, Envelope, LinkError, Question

CLIENT_ID = "lagtop"
CALL_AGAIN_S = 1.0
CALL_AGAIN_AT_MOST_S = 4.0
CLOSE_GRACE_S = 0.2
SHORTEST_DEADLINE_S = 2.0
DEADLINE_IN_ROUND_TRIPS = 10
_ERRNO = re.compile(r"\[Errno (\d+)\]")
SILENT = (KafkaError, OSError, EOFError, AssertionError)

NodeId = int

# Every failure becomes a Gap; the library's own log lines would only disturb the terminal.
logging.getLogger("aiokafka").addHandler(logging.NullHandler())


@dataclass(slots=True)
class Tally:
    """How many questions were asked of a cluster, and how many bytes of answers came."""

    requests: int = 0
    bytes_in: int = 0


class Node:
    """One broker's address, its connection, and what we know of its health."""

    def __init__(self, host: str, port: int, clock: Clock, deadline_s: float, tally: Tally) -> None:
        self.host, self.port = host, port
        self.gap: Gap | None = None
        self.round_trip_s: float | None = None
        self._tally = tally
        self._clock = clock
        self._deadline_s = deadline_s
        self._connection: AIOKafkaConnection | None = None
        self._lock = asyncio.Lock()
        self._calling: asyncio.Task[None] | None = None

    @property
    def deadline_s(self) -> float:
        """How long to wait for an answer: longer for far brokers, bounded by the setting."""
        if self.round_trip_s is None:
            return self._deadline_s
        usual_s = DEADLINE_IN_ROUND_TRIPS * self.round_trip_s
        return min(self._deadline_s, max(SHORTEST_DEADLINE_S, usual_s))

    async def ask(self, question: Question) -> Answer:
        """Ask and wait; raises LinkError with the reason when no answer comes in time."""
        if self._calling is not None and self.gap is not None:
            raise LinkError(self.gap)
        try:
            return await self._exchange(question)
        except TimeoutError as error:
            waited_s = round(self.deadline_s, 1)
            self._quarantine(Gap("timeout", f"{self.name} did not answer in {waited_s:g} s"))
            raise LinkError(self._why()) from error
        except SILENT as error:
            self._quarantine(Gap("unreachable", f"{self.name} cannot be reached: {_say(error)}"))
            raise LinkError(self._why()) from error

    @property
    def name(self) -> str:
        """The address as shown to people."""
        return f"broker {self.host}:{self.port}"

    async def close(self) -> None:
        """Let go of the connection."""
        if self._calling is not None:
            self._calling.cancel()
        closed = self._drop()
        if closed is not None:
            await asyncio.wait([closed], timeout=CLOSE_GRACE_S)

    async def connect(self) -> AIOKafkaConnection:
        """The open connection, opened if need be; one attempt at a time."""
        async with self._lock:
            if self._connection is None or not self._connection.connected():
                self._drop()
                connection = AIOKafkaConnection(
                    self.host,
                    self.port,
                    client_id=CLIENT_ID,
                    request_timeout_ms=round(self._deadline_s * 1000),
                )
                await connection.connect()
                self._connection = connection
            return self._connection

    async def _exchange(self, question: Question) -> Answer:
        async with asyncio.timeout(self.deadline_s):
            connection = await self.connect()
            asked_at = self._clock.now()
            envelope = Envelope(question)
            self._tally.requests += 1
            body = await connection.send(envelope)
        answered_at = self._clock.now()
        took_s = answered_at - asked_at
        before_s = self.round_trip_s
        self.round_trip_s = took_s if before_s is None else 0.8 * before_s + 0.2 * took_s
        self._tally.bytes_in += len(body)
        self.gap = None
        return Answer(body, envelope.version, answered_at)

    def _why(self) -> Gap:
        assert self.gap is not None
        return self.gap

    def _quarantine(self, gap: Gap) -> None:
        self.gap = gap
        self._drop()
        if self._calling is None or self._calling.done():
            self._calling = asyncio.create_task(self._call_again())

    def _drop(self) -> asyncio.Future[None] | None:
        connection, self._connection = self._connection, None
        closed: asyncio.Future[None] | None = connection.close() if connection else None
        return closed

    async def _call_again(self) -> None:
        pause_s = CALL_AGAIN_S
        while True:
            await asyncio.sleep(pause_s * random.uniform(0.8, 1.2))
            pause_s = min(pause_s * 2, CALL_AGAIN_AT_MOST_S)
            try:
                async with asyncio.timeout(self._deadline_s):
                    await self.connect()
            except (TimeoutError, *SILENT):
                continue
            self._calling = self.gap = None
            return


class Link:
    """All brokers of one cluster, by node id."""

    def __init__(self, clock: Clock, deadline_s: float) -> None:
        self.nodes: dict[NodeId, Node] = {}
        self._clock = clock
        self._deadline_s = deadline_s
        self.tally = Tally()

    def node(self, host: str, port: int) -> Node:
        """A node that is not, or not yet, in the cluster's list: a bootstrap address."""
        return Node(host, port, self._clock, self._deadline_s, self.tally)

    async def set_nodes(self, addresses: Iterable[tuple[NodeId, str, int]]) -> None:
        """Keep to the cluster's list of brokers; connections of those that stay are kept."""
        before, self.nodes = self.nodes, {}
        for node_id, host, port in addresses:
            node = before.get(node_id)
            if node is None or (node.host, node.port) != (host, port):
                node = self.node(host, port)
            else:
                del before[node_id]
            self.nodes[node_id] = node
        for node in before.values():
            await node.close()

    async def ask(self, node_id: NodeId, question: Question) -> Answer:
        """Ask a broker; raises LinkError where it gives no answer."""
        node = self.nodes.get(node_id)
        if node is None:
            raise LinkError(Gap("unreachable", f"broker {node_id} is not in the cluster"))
        return await node.ask(question)

    async def close(self) -> None:
        """Let go of every connection."""
        for node in self.nodes.values():
            await node.close()


def _say(error: BaseException) -> str:
    """The system's own word for an error, without its numbers.

    asyncio puts the address into it, as a tuple, and joins several errors into one.
    """
    number = error.errno if isinstance(error, OSError) else None
    joined = _ERRNO.search(str(error))
    if number is None and joined is not None:
        number = int(joined[1])
    if number is not None and number > 0:
        return os.strerror(number).lower()
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error) or type(error).__name__
