"""The demo cluster: brokers on loopback ports that tell one story, and the faults to spoil it.

    async with DemoCluster("spike") as cluster:
        print(cluster.bootstrap)

Tests pass their own `clock` and move it; without one the story runs in real time. What the
cluster was asked is in `requests`, newest last.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from lagtop.demo.apis import APIS
from lagtop.demo.ask import Address, Ask
from lagtop.demo.broker import HOST, Broker, Request
from lagtop.demo.faults import FOREVER, Cut, ErrorRule, Faults, Mishap
from lagtop.demo.stories import find_story
from lagtop.demo.story import Group, Story, Topic
from lagtop.demo.world import HISTORY_S, World
from lagtop.protocol.messages import ApiKey

TEND_EVERY_S = 0.1
REQUESTS_KEPT = 2_000


def steady_clock() -> Callable[[], float]:
    """Seconds since the epoch that never jump: the wall clock now, carried on monotonically."""
    offset = time.time() - time.monotonic()
    return lambda: offset + time.monotonic()


class DemoCluster:
    """Brokers that play a story; `world` is the truth that they tell.

    With `port`, broker n listens on port + n - 1. `history_s` is how much of the story has been
    played before the cluster starts.
    """

    def __init__(
        self,
        story: str | Story = "all",
        seed: int = 1,
        clock: Callable[[], float] | None = None,
        port: int = 0,
        history_s: float = HISTORY_S,
    ) -> None:
        self.story = find_story(story) if isinstance(story, str) else story
        self.world = World(self.story, seed, history_s)
        self.faults = Faults()
        self.requests: deque[Request] = deque(maxlen=REQUESTS_KEPT)
        self._clock = clock or steady_clock()
        self._epoch_s = self._clock()
        self._port = port
        self._brokers = {
            node: Broker(node, self._answer, self.requests.append, self.faults)
            for node in self.world.leadership.brokers
        }
        self._tender: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._epoch_s = self._clock()
        for turn, broker in enumerate(self._brokers.values()):
            await broker.start(self._port and self._port + turn)
        self._tender = asyncio.create_task(self._tend())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._tender is not None:
            self._tender.cancel()
            with suppress(asyncio.CancelledError):
                await self._tender
        for broker in self._brokers.values():
            await broker.stop()

    @property
    def bootstrap(self) -> str:
        """Every broker's address, as a client wants it."""
        return ",".join(f"{HOST}:{broker.port}" for broker in self._brokers.values())

    def address(self, broker: int) -> Address:
        """Where one broker listens."""
        return Address(HOST, self._brokers[broker].port)

    def advance(self) -> World:
        """The world as it is at the clock's time."""
        self.world.advance(self._clock() - self._epoch_s)
        return self.world

    def count(self, *apis: ApiKey) -> int:
        """How many requests came in of these APIs, or of all but ApiVersions."""
        wanted = set(apis) or set(ApiKey) - {ApiKey.ApiVersions}
        return sum(request.api in wanted for request in self.requests)

    async def settle(self) -> None:
        """Open and close listeners so that exactly the living brokers accept connections."""
        alive = self.advance().alive
        for node, broker in self._brokers.items():
            if node not in alive and broker.up:
                await broker.stop()
            elif node in alive and not broker.up:
                with suppress(OSError):  # the port may be taken for a moment: tried again
                    await broker.start()

    async def kill(self, broker: int) -> None:
        """The broker dies: connections close, leaders and coordinators move."""
        self.world.leadership.killed.add(broker)
        await self.settle()

    async def revive(self, broker: int) -> None:
        """A killed or vanished broker is back, on the same port."""
        self.world.leadership.killed.discard(broker)
        self.faults.silent.discard(broker)
        await self._brokers[broker].stop()
        await self.settle()

    def vanish(self, broker: int) -> None:
        """The network to a broker drops every packet; to the cluster it lives on."""
        self.faults.silent.add(broker)
        self._brokers[broker].vanish()

    def delay(self, broker: int | None, api: ApiKey | None, seconds: float) -> None:
        """Hold back a broker's answers of a kind; None means every one."""
        self.faults.delays_s[broker, api] = seconds

    def silence(self, broker: int) -> None:
        """The broker accepts connections and requests, and never answers."""
        self.faults.silent.add(broker)

    def garble(self, broker: int) -> None:
        """The broker's answers carry a wrong correlation id."""
        self.faults.garbled.add(broker)

    def cut(self, broker: int | None, api: ApiKey, after_bytes: int) -> None:
        """Close the connection in the middle of an answer."""
        self.faults.cuts.append(Cut(broker, api, after_bytes))

    def error(
        self,
        api: ApiKey,
        code: int,
        *,
        group: str | None = None,
        topic: str | None = None,
        partition: int | None = None,
        times: int = FOREVER,
    ) -> None:
        """Answer with an error code for what is named, so many times."""
        self.faults.errors.append(ErrorRule(api, code, group, topic, partition, times))

    def fail_nth_request(self, n: int, once: bool = True, how: Mishap = Mishap.HANG_UP) -> None:
        """Fail the n-th request from now (1 is the next), once or from there on."""
        self.faults.fail_in, self.faults.fail_once, self.faults.mishap = n, once, how

    def move_coordinator(self, group: str, broker: int) -> None:
        """Another broker coordinates the group from now on."""
        self.world.leadership.moved_coordinators[group] = broker

    def move_leader(self, topic: str, partition: int, broker: int) -> None:
        """Another broker leads the partition from now on."""
        self.world.leadership.moved_leaders[topic, partition] = broker
        self.world.elect(self.advance().t)

    def add_topic(self, topic: Topic) -> None:
        """Create a topic now."""
        world = self.advance()
        world.logs.add(topic, world.t)
        world.elect(world.t)

    def delete_topic(self, name: str, keep_commits: bool = False) -> None:
        """Delete a topic now; its commits go with it, as in Kafka, unless they are kept."""
        self.advance().delete_topic(name, keep_commits)

    def recreate_topic(self, name: str) -> None:
        """Delete a topic and create it again, empty, with a new id; commits are kept."""
        self.advance().recreate_topic(name)

    def lose_record(self, topic: str, n: int) -> None:
        """The n-th record that clients write to a topic, from 0, is acknowledged and not kept."""
        self.world.written.losing.add((topic, n))

    def double_record(self, topic: str, n: int) -> None:
        """The n-th record that clients write to a topic, from 0, is kept twice."""
        self.world.written.doubling.add((topic, n))

    def add_group(self, group: Group) -> None:
        """Create a group now; it has read everything so far."""
        world = self.advance()
        world.consumers.add(group, world.logs, world.t)

    def delete_group(self, name: str) -> None:
        """Delete a group and its commits."""
        self.advance().consumers.remove(name)

    def send_away(self, group: str) -> None:
        """A group's consumers leave it."""
        self.advance().consumers.send_away(group)

    def call_back(self, group: str) -> None:
        """They come back, as other members than before."""
        self.advance().consumers.call_back(group)

    def set_committed(
        self, group: str, topic: str, partition: int, offset: int, metadata: str = ""
    ) -> None:
        """Commit an offset by hand; members read on from there."""
        self.advance().set_committed(group, topic, partition, offset, metadata)

    async def _tend(self) -> None:
        while True:
            await self.settle()
            await asyncio.sleep(TEND_EVERY_S)

    def _answer(self, request: Request) -> Any:
        api = APIS[ApiKey(request.api)]
        addresses = {node: self.address(node) for node in self._brokers}
        ask = Ask(
            request.body,
            request.version,
            request.broker,
            self.advance(),
            addresses,
            self._epoch_s,
            self.faults.rules(api.key),
        )
        return api.answer(ask)
