"""One cluster's connections: a question goes to a node; its answer comes back, or a Gap says why.

Connections are kept here rather than in aiokafka's client because that one connects under a single
lock, where one black-holed broker holds up all the others.

A node that fails is quarantined: questions to it fail at once, and it is called again in the
background until it answers, so that after its first silence no poll waits for it. Who answered a
call is asked again from the next poll on.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aiokafka.errors import KafkaError

from lagtop.errors import AccessError, HandshakeError
from lagtop.snapshot import NO_GAP, Broker, Gap
from lagtop.wire.access import Access
from lagtop.wire.causes import in_a_word
from lagtop.wire.clock import Clock
from lagtop.wire.connection import Connection
from lagtop.wire.question import Answer, Envelope, LinkError, Question, throttled_s

CALL_AGAIN_S = 1.0
CALL_AGAIN_AT_MOST_S = 1.6
"""With its jitter shorter than the usual interval: who is back is read within two polls."""
HANDSHAKE_CALL_AGAIN_S = 3.0
"""Brokers write a line about each handshake that fails."""
REFUSED_CALL_AGAIN_S = 30.0
"""Who was refused asks seldom again: directories lock accounts after a few wrong passwords."""
CLOSE_GRACE_S = 0.2
ANSWERS_KEPT = 64
SHORTEST_DEADLINE_S = 2.0
DEADLINE_IN_ROUND_TRIPS = 10
SILENT = (KafkaError, OSError, EOFError, AssertionError)
"""What keeps a broker from answering; a TimeoutError is an OSError."""

NodeId = int

# Every failure becomes a Gap; the library's own log lines would only disturb the terminal.
# Its debug lines would hold whole requests, those with passwords too.
logging.getLogger("aiokafka").addHandler(logging.NullHandler())
logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


@dataclass(slots=True)
class Tally:
    """How many questions were asked of a cluster, and how many bytes of answers came."""

    requests: int = 0
    bytes_in: int = 0


class Node:
    """One broker's address, its connection, and what we know of its health."""

    def __init__(
        self, host: str, port: int, clock: Clock, deadline_s: float, tally: Tally, access: Access
    ) -> None:
        self.host, self.port = host, port
        self.gap: Gap | None = None
        self._refusal: AccessError | None = None
        self.round_trip_s: float | None = None
        self._last: deque[tuple[float, float]] = deque(maxlen=ANSWERS_KEPT)
        self._tally = tally
        self._clock = clock
        self._deadline_s = deadline_s
        self._access = access
        self._connection: Connection | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._lock = asyncio.Lock()
        self._calling: asyncio.Task[None] | None = None
        self._is_back = False
        self._is_closed = False

    @property
    def deadline_s(self) -> float:
        """How long to wait for an answer: longer for far brokers, bounded by the setting."""
        if self.round_trip_s is None:
            return self._deadline_s
        usual_s = DEADLINE_IN_ROUND_TRIPS * self.round_trip_s
        return min(self._deadline_s, max(SHORTEST_DEADLINE_S, usual_s))

    async def ask(self, question: Question) -> Answer:
        """Ask and wait; raises LinkError with the reason when no answer comes in time."""
        if self.gap is not None:
            raise self._why()
        asked_at = asyncio.get_running_loop().time()
        try:
            return await self._exchange(question)
        except (AccessError, *SILENT) as error:
            self._quarantine(error, asked_at)
            raise self._why() from error

    @property
    def name(self) -> str:
        """The address as shown to people."""
        return f"broker {self.host}:{self.port}"

    def broker(self, node_id: NodeId, rack: str) -> Broker:
        """What is known of it: whether it answers, how fast, and how long it held us up."""
        return Broker(
            node_id,
            self.host,
            self.port,
            rack,
            self.gap or NO_GAP,
            self.round_trip_s,
            *_middle_and_p95(sorted(took for took, _ in self._last)),
            *_middle_and_p95(sorted(held for _, held in self._last)),
        )

    def recall(self) -> None:
        """Ask it again from now on, if it has taken a call since it fell silent.

        Once a poll: a broker that says hello and then nothing holds up no poll twice.
        """
        if self._is_back:
            self._is_back = False
            self.gap = self._refusal = None

    async def close(self) -> None:
        """Let go of the connection, and of one that is being opened."""
        self._is_closed = True
        for task in (self._calling, *self._leaving):
            if task is not None:
                task.cancel()
        closed = self._drop()
        if closed is not None:
            await asyncio.wait([closed], timeout=CLOSE_GRACE_S)

    async def connect(self) -> Connection:
        """The open connection, opened if need be; one attempt at a time."""
        async with self._lock:
            if self._connection is None or not self._connection.is_good:
                fresh = await self._access.open(
                    self.host, self.port, self._deadline_s, self.deadline_s
                )
                if self._is_closed:
                    fresh.close()
                    raise ConnectionAbortedError("the broker has left the cluster")
                self._leave(self._connection)
                self._connection = fresh
            return self._connection

    def _leave(self, old: Connection | None) -> None:
        """Let go of a connection whose session ends, once every answer is there or late."""

        async def leave(old: Connection) -> None:
            try:
                await asyncio.sleep(self._deadline_s)
            finally:
                old.close()

        if old is not None:
            task = asyncio.create_task(leave(old))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def _exchange(self, question: Question) -> Answer:
        await self._access.prepare()
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
        self._last.append((took_s, throttled_s(envelope, body)))
        self._tally.bytes_in += len(body)
        self.gap = None
        return Answer(body, envelope.version, answered_at)

    def _why(self) -> LinkError:
        assert self.gap is not None
        return LinkError(self.gap, self._refusal)

    def _quarantine(self, error: Exception, asked_at: float) -> None:
        """Ask no more; who asked beside hears only that the connection was closed for it."""
        if self.gap is not None:
            return
        self._is_back = False
        self._note(error, asked_at)
        self._drop()
        if not self._is_closed and (self._calling is None or self._calling.done()):
            self._calling = asyncio.create_task(self._call_again())

    def _note(self, error: Exception, asked_at: float) -> None:
        """Keep why there is no answer, as far as the last attempt tells."""
        self._refusal = error if isinstance(error, AccessError) else None
        if isinstance(error, AccessError):
            self.gap = Gap("unreachable", error.what)
        elif isinstance(error, TimeoutError):
            waited_s = asyncio.get_running_loop().time() - asked_at
            self.gap = Gap("timeout", f"{self.name} did not answer in {waited_s:.1f} s")
        else:
            self.gap = Gap("unreachable", f"{self.name} cannot be reached: {in_a_word(error)}")

    def _drop(self) -> asyncio.Future[None] | None:
        connection, self._connection = self._connection, None
        closed: asyncio.Future[None] | None = connection.close() if connection else None
        return closed

    async def _call_again(self) -> None:
        """Call until a call is taken; one that was waited for long is followed by the next at once.

        A call that vanishes is repeated by the kernel ever more seldom, and so is not waited for
        longer than an answer would be.
        """
        now = asyncio.get_running_loop().time
        called_at, pause_s = now(), CALL_AGAIN_S
        while True:
            next_at = called_at + self._call_after_s(pause_s) * random.uniform(0.8, 1.2)
            await asyncio.sleep(next_at - now())
            called_at, pause_s = now(), CALL_AGAIN_AT_MOST_S
            try:
                async with asyncio.timeout(self._deadline_s):
                    await self.connect()
            except (AccessError, *SILENT) as error:
                self._note(error, called_at)
                continue
            self._calling, self._is_back = None, True
            return

    def _call_after_s(self, usual_s: float) -> float:
        """How long to wait before the next call, by who or what refused the last one."""
        if self._refusal is None:
            return usual_s
        is_tls = isinstance(self._refusal, HandshakeError)
        return HANDSHAKE_CALL_AGAIN_S if is_tls else REFUSED_CALL_AGAIN_S


class Link:
    """All brokers of one cluster, by node id."""

    def __init__(self, clock: Clock, deadline_s: float, access: Access) -> None:
        self.nodes: dict[NodeId, Node] = {}
        self._clock = clock
        self._deadline_s = deadline_s
        self._access = access
        self.tally = Tally()

    def node(self, host: str, port: int) -> Node:
        """A node that is not, or not yet, in the cluster's list: a bootstrap address."""
        return Node(host, port, self._clock, self._deadline_s, self.tally, self._access)

    @property
    def healthy(self) -> dict[NodeId, Node]:
        """The brokers that answer."""
        return {node_id: node for node_id, node in self.nodes.items() if node.gap is None}

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


def _middle_and_p95(ordered: Sequence[float]) -> tuple[float | None, float | None]:
    """The median and the 95th percentile, of some."""
    count = len(ordered)
    return (ordered[count // 2], ordered[int(count * 0.95)]) if count else (None, None)
