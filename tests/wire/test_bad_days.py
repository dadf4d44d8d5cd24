"""What befalls a cluster, a network and a laptop: nothing wrong is shown, and two polls heal it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from lagtop.demo.cluster import DemoCluster
from lagtop.demo.story import Group
from lagtop.protocol.codes import (
    COORDINATOR_LOADING,
    LEADER_NOT_AVAILABLE,
    NOT_COORDINATOR,
    NOT_LEADER,
)
from lagtop.protocol.messages import ApiKey
from lagtop.snapshot import Snapshot
from lagtop.wire.clock import Clock
from tests.wire.quick import QuickLoop, quickly
from tests.wire.watched import STORY, Watched, nothing_left, watching

HOUR_S = 3600.0
BROKERS = (1, 2, 3)
GROUPS = ("billing", "shipping", "crm")

REQUEST_TIMED_OUT = 7


async def hang_up_on_all(cluster: DemoCluster) -> None:
    """Every connection breaks; the brokers go on listening."""
    for broker in cluster._brokers.values():
        await broker.stop()
        await broker.start()


async def killed(watched: Watched) -> None:
    await watched.cluster.kill(3)
    await watched.polls(4)
    await watched.cluster.revive(3)


async def all_killed(watched: Watched) -> None:
    for broker in BROKERS:
        await watched.cluster.kill(broker)
    await watched.polls(4)
    for broker in BROKERS:
        await watched.cluster.revive(broker)


async def rolling_restart(watched: Watched) -> None:
    for broker in BROKERS:
        await watched.cluster.kill(broker)
        await watched.polls(2)
        await watched.cluster.revive(broker)
        await watched.polls(1)


async def black_holed(watched: Watched) -> None:
    watched.cluster.vanish(2)
    await watched.polls(4)
    await watched.cluster.revive(2)


async def silent(watched: Watched) -> None:
    for broker in BROKERS:
        watched.cluster.silence(broker)
    await watched.polls(3)
    watched.cluster.faults.clear()


async def slowed(watched: Watched) -> None:
    watched.cluster.delay(2, None, 1.5)
    await watched.polls(3)
    watched.cluster.faults.clear()


async def slower_than_the_deadline(watched: Watched) -> None:
    watched.cluster.delay(2, None, 8.0)
    await watched.polls(3)
    watched.cluster.faults.clear()


async def names_not_found(watched: Watched) -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, QuickLoop)
    loop.is_deaf = True
    await hang_up_on_all(watched.cluster)
    await watched.polls(6)
    loop.is_deaf = False


async def slept_for_an_hour(watched: Watched) -> None:
    watched.clock.slept_s += HOUR_S
    await hang_up_on_all(watched.cluster)


async def recreated(watched: Watched) -> None:
    watched.cluster.recreate_topic("orders")
    await watched.polls(5)


async def gone_and_made_anew_later(watched: Watched) -> None:
    watched.cluster.delete_topic("mails")
    await watched.polls(8)
    watched.cluster.add_topic(next(topic for topic in STORY.topics if topic.name == "mails"))
    watched.cluster.add_group(Group("late", ("mails",), 1, 200, commit_every_s=2.0))
    await watched.polls(4)  # so long it may take until the group is listed


def reset(watched: Watched, *, to_end: bool) -> None:
    """Set all offsets of a group that nobody is in."""
    world = watched.cluster.world
    for index in range(6):
        end = int(world.ends()[world.logs.by_name["orders"].first + index])
        watched.cluster.set_committed("billing", "orders", index, end if to_end else 0)


async def reset_back_and_forth(watched: Watched) -> None:
    watched.cluster.send_away("billing")
    for turn in range(6):
        reset(watched, to_end=bool(turn % 2))
        await watched.polls(1)
    watched.cluster.call_back("billing")
    await watched.polls(4)


async def reset_between_two_polls(watched: Watched) -> None:
    for to_end in (False, True):
        watched.cluster.send_away("billing")
        reset(watched, to_end=to_end)
        watched.cluster.call_back("billing")
        await watched.polls(2)


async def coordinators_move(watched: Watched) -> None:
    for broker in BROKERS:
        for group in GROUPS:
            watched.cluster.move_coordinator(group, broker)
        await watched.polls(1)


async def leaders_move(watched: Watched) -> None:
    for broker in BROKERS:
        for index in range(6):
            watched.cluster.move_leader("orders", index, broker)
        await watched.polls(1)


def erring(api: ApiKey, code: int) -> Callable[[Watched], Awaitable[None]]:
    """Every answer of an API has an error code for a while."""

    async def err(watched: Watched) -> None:
        watched.cluster.error(api, code)
        await watched.polls(3)
        watched.cluster.faults.clear()

    return err


DAYS = {
    "a broker dies and returns": killed,
    "all brokers die and return": all_killed,
    "a rolling restart": rolling_restart,
    "a broker is black-holed": black_holed,
    "no broker answers": silent,
    "a slow broker": slowed,
    "a broker slower than the deadline": slower_than_the_deadline,
    "names are not found": names_not_found,
    "an hour of sleep": slept_for_an_hour,
    "a topic is made anew": recreated,
    "a topic goes, and is made anew later": gone_and_made_anew_later,
    "offsets are reset": reset_back_and_forth,
    "offsets are reset between two polls": reset_between_two_polls,
    "coordinators move": coordinators_move,
    "leaders move": leaders_move,
    "coordinators load": erring(ApiKey.OffsetFetch, COORDINATOR_LOADING),
    "nobody coordinates": erring(ApiKey.OffsetFetch, NOT_COORDINATOR),
    "descriptions fail": erring(ApiKey.DescribeGroups, COORDINATOR_LOADING),
    "lists fail": erring(ApiKey.ListGroups, COORDINATOR_LOADING),
    "nobody leads": erring(ApiKey.ListOffsets, NOT_LEADER),
    "leaders time out": erring(ApiKey.ListOffsets, REQUEST_TIMED_OUT),
    "topics have no leader yet": erring(ApiKey.Metadata, LEADER_NOT_AVAILABLE),
}


@pytest.mark.parametrize("day", DAYS)
def test_nothing_wrong_is_shown_and_two_polls_heal(
    day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lagtop.demo.cluster.HOST", "localhost")

    async def live() -> None:
        async with watching() as watched:
            await watched.settle()
            await DAYS[day](watched)
            await watched.assert_recovers()
            await watched.polls(3)

    with nothing_left():
        quickly(live())


@pytest.mark.parametrize("jump_s", [HOUR_S, -HOUR_S])
def test_a_wall_clock_that_jumps_does_not_move_the_time_line(
    jump_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, wall = Clock(), time.time
    before = clock.now()

    monkeypatch.setattr(time, "time", lambda: wall() + jump_s)

    assert 0 <= clock.now() - before < HOUR_S / 2


@pytest.mark.parametrize("jump_s", [HOUR_S, -HOUR_S])
def test_brokers_whose_clock_is_wrong_make_no_age_wrong(jump_s: float) -> None:
    async def live() -> None:
        async with watching() as watched:
            await watched.settle()
            watched.cluster._epoch_s += jump_s
            watched.cluster._clock = lambda: watched.clock.now() + jump_s
            assert isinstance(await watched.polls(10), Snapshot)

    quickly(live())
