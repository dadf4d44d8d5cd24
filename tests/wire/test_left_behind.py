"""What comes and goes leaves nothing behind: after a while no object names it any more."""

from __future__ import annotations

import gc
import re
from collections.abc import Awaitable, Callable

from lagtop.analysis.observer import Observer
from lagtop.demo.cluster import DemoCluster
from lagtop.demo.story import Group, Topic
from lagtop.live import search_times
from lagtop.protocol.codes import GROUP_AUTHORIZATION_FAILED, TOPIC_AUTHORIZATION_FAILED
from lagtop.protocol.messages import ApiKey
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import Snapshot
from lagtop.wire.poller import Poller
from tests.remembered import ways_to
from tests.wire.quick import LoopClock, quickly

GONE = re.compile(r"\bgone-\d")
EVENT_LOG = "Event < deque"
"""It tells what happened to what is gone: the newest 500 events."""

WAVES = 4
LATER_S = 310.0
UNTIL_FORGOTTEN = 4
"""Polls, LATER_S apart: rebalances and rewinds are counted over 15 minutes."""


class Watch:
    """A poller and an observer on a cluster whose clock is moved by hand."""

    def __init__(self, cluster: DemoCluster, clock: LoopClock) -> None:
        self.cluster = cluster
        self.poller = Poller(Settings(parse_bootstrap(cluster.bootstrap)), clock=clock)
        self.observer = Observer()
        self._clock = clock

    async def polls(self, count: int, every_s: float) -> None:
        """Poll and observe so often."""
        for _ in range(count):
            self._clock.slept_s += every_s
            update = await self.poller.poll()
            assert isinstance(update, Snapshot)
            self.observer.observe(update)
            await search_times(self.poller, self.observer, 2)

    def remembered(self) -> list[str]:
        """What names anything that is gone, but the log of events."""
        gc.collect()
        ways = ways_to(GONE, [self.poller, self.observer])
        return [way for way in ways if EVENT_LOG not in way]


def watch_through(story: Callable[[Watch], Awaitable[None]]) -> list[str]:
    """Play a story, and let time pass; gives what is remembered after that."""

    async def play() -> list[str]:
        clock = LoopClock()
        async with DemoCluster("healthy", seed=3, clock=clock.now, history_s=60) as cluster:
            watch = Watch(cluster, clock)
            await story(watch)
            await watch.polls(UNTIL_FORGOTTEN, LATER_S)
            remembered = watch.remembered()
            await watch.poller.close()
            return remembered

    return quickly(play())


def come(cluster: DemoCluster, name: str) -> None:
    """A topic, dead letters, two groups with a backlog, and a group that may not be seen."""
    cluster.add_topic(Topic(name, 3, 50, backlog=9_000))
    cluster.add_topic(Topic(f"{name}.DLQ", 1, 5))
    cluster.add_group(Group(f"{name}-reader", (name,), 2, 40))
    cluster.add_group(Group(f"{name}-newer", (name,), 2, 60, type="consumer"))
    cluster.add_group(Group(f"{name}-secret", (name,), 1, 60))
    for group in ("reader", "newer"):
        cluster.set_committed(f"{name}-{group}", name, 0, 0)
    cluster.error(ApiKey.OffsetFetch, GROUP_AUTHORIZATION_FAILED, group=f"{name}-secret")
    cluster.error(ApiKey.ListOffsets, TOPIC_AUTHORIZATION_FAILED, topic=f"{name}.DLQ", times=3)


def go(cluster: DemoCluster, name: str) -> None:
    """All of that goes; the newer group's commits outlive the topic for a while."""
    for group in ("reader", "secret"):
        cluster.delete_group(f"{name}-{group}")
    cluster.delete_topic(name, keep_commits=True)
    cluster.delete_topic(f"{name}.DLQ")


def test_topics_groups_and_members_that_are_gone_are_forgotten() -> None:
    async def story(watch: Watch) -> None:
        for wave in range(WAVES):
            come(watch.cluster, f"gone-{wave}")
            await watch.polls(5, 11.0)
            if wave % 2:
                watch.cluster.recreate_topic(f"gone-{wave}")
                await watch.polls(1, 31.0)
            go(watch.cluster, f"gone-{wave}")
            await watch.polls(1, 31.0)
            assert watch.remembered(), "what is to be forgotten was never known"
            watch.cluster.delete_group(f"gone-{wave}-newer")

    assert watch_through(story) == []


def test_what_a_broker_told_is_forgotten_when_the_broker_is_gone() -> None:
    async def story(watch: Watch) -> None:
        come(watch.cluster, "gone-1")
        await watch.polls(4, 11.0)
        await watch.cluster.kill(watch.cluster.world.coordinator("gone-1-reader"))
        await watch.polls(4, 11.0)
        go(watch.cluster, "gone-1")
        watch.cluster.delete_group("gone-1-newer")

    assert watch_through(story) == []
