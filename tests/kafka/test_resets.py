"""Offsets that are reset on a real Kafka while lagtop watches: nobody read that, and it says so."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from aiokafka import TopicPartition

from lagtop.analysis.moved import Span
from lagtop.analysis.observer import Observer
from lagtop.analysis.report import Report
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import Group, Snapshot
from lagtop.wire.poller import Poller
from tests.kafka.flow import Reader, flowing, read_assigned
from tests.kafka.kafka_tools import GROUP_COMMAND, Kafka, kip848_member
from tests.kafka.traffic import commit, create_topic, produce

PARTITIONS = (0, 1)
BACKLOG = 20_000
PER_S = 200.0
MOST_PER_S = 3 * PER_S
"""A reset of the backlog counts as more, however long the window."""

LONGEST_S = 60.0


class Watch:
    """What an observer makes of one group, poll by poll."""

    def __init__(self, poller: Poller) -> None:
        self._poller, self._observer = poller, Observer()
        self.seen: list[Report] = []

    async def until(self, holds: Callable[[Report], object], what: str) -> Report:
        """Poll until it holds."""
        try:
            async with asyncio.timeout(LONGEST_S):
                async for update in self._poller:
                    if isinstance(update, Snapshot):
                        self.seen.append(self._observer.observe(update))
                        if holds(self.seen[-1]):
                            return self.seen[-1]
        except TimeoutError:
            rates = [rate(report) for report in self.seen]
            pytest.fail(f"no poll showed {what}; rates: {rates}")
        raise AssertionError("the poller ended")

    def most(self) -> float:
        """The highest rate that was shown, of a partition or of the group."""
        columns = [report.partitions.consumed_per_s for report in self.seen]
        columns += [report.groups.consumed_per_s for report in self.seen]
        return float(np.nanmax(np.concatenate(columns)))


@asynccontextmanager
async def watching(kafka: Kafka, name: str) -> AsyncIterator[Watch]:
    """Watch one group."""
    settings = Settings(parse_bootstrap(kafka.bootstrap), 0.5, groups=re.compile(f"^{name}$"))
    poller = Poller(settings)
    try:
        yield Watch(poller)
    finally:
        await poller.close()


def rate(report: Report) -> float:
    """What the group is shown to consume, messages per second, NaN if unknown."""
    return float(report.groups.consumed_per_s[0]) if len(report.groups.consumed_per_s) else np.nan


def whole(report: Report) -> bool:
    """Whether all partitions have a rate."""
    return len(report.group_facts) == 1 and not np.isnan(report.partitions.consumed_per_s).any()


def group(report: Report) -> Group:
    """The group's facts."""
    (facts,) = report.group_facts
    return facts


def is_over(report: Report) -> bool:
    """Whether nothing is left and nothing is consumed."""
    return whole(report) and not report.partitions.lag_messages.any() and rate(report) == 0


def has_moved(report: Report) -> bool:
    """Whether the group is known to be read."""
    return whole(report) and rate(report) > PER_S / 4


def why(report: Report) -> str:
    """What is said of the group on the first screen."""
    return report.reasons[int(report.groups.reason[0])]


def filled(kafka: Kafka, name: str) -> None:
    """A topic with a backlog in each partition."""
    create_topic(kafka.bootstrap, name, partitions=len(PARTITIONS))
    produce(kafka.bootstrap, name, dict.fromkeys(PARTITIONS, BACKLOG))


@pytest.mark.parametrize("is_seen_empty", [False, True])
async def test_a_classic_group_that_was_left_and_reset_has_consumed_nothing(
    kafka: Kafka, name: str, is_seen_empty: bool
) -> None:
    filled(kafka, name)
    async with watching(kafka, name) as watch:
        with flowing(Reader(name, name, name, PER_S).run(kafka.bootstrap)):
            await watch.until(has_moved, "the reader to read")
        if is_seen_empty:
            await watch.until(lambda report: group(report).state == "Empty", "an empty group")
        wanted = dict.fromkeys(PARTITIONS, BACKLOG)
        await asyncio.to_thread(commit, kafka.bootstrap, name, name, wanted)
        last = await watch.until(is_over, "the end of the lag")

    assert (group(last).state, group(last).protocol_type) == ("Empty", "consumer")
    assert watch.most() <= MOST_PER_S
    assert len(last.moves) == is_seen_empty


async def test_who_comes_back_after_a_reset_has_not_consumed_it(kafka: Kafka, name: str) -> None:
    filled(kafka, name)
    half = dict.fromkeys(PARTITIONS, BACKLOG // 2)
    again = Reader(name, name, name, PER_S)
    async with watching(kafka, name) as watch:
        with flowing(Reader(name, name, name, PER_S).run(kafka.bootstrap)):
            before = await watch.until(has_moved, "the reader to read")
        await asyncio.to_thread(commit, kafka.bootstrap, name, name, half)
        with flowing(again.run(kafka.bootstrap)):
            await asyncio.to_thread(again.joined.wait, LONGEST_S)
            after = await watch.until(has_moved, "the reader to read on")

    assert before.partitions.committed_offset.max() < BACKLOG // 2
    assert after.partitions.committed_offset.min() >= BACKLOG // 2
    assert {group(report).state for report in watch.seen if report.group_facts} == {"Stable"}
    assert watch.most() <= MOST_PER_S


async def test_a_kip_848_group_that_was_reset_by_kafkas_tool_has_consumed_nothing(
    kafka: Kafka, libs: Path, tmp_path: Path, name: str
) -> None:
    create_topic(kafka.bootstrap, name, partitions=len(PARTITIONS))
    produce(kafka.bootstrap, name, dict.fromkeys(PARTITIONS, 10))
    words = ["--group", name, "--topic", name, "--reset-offsets", "--execute"]
    async with watching(kafka, name) as watch:
        with kip848_member(libs, tmp_path, kafka.bootstrap, name, name, "one") as member:
            await watch.until(
                lambda one: len(one.group_facts) and not one.partitions.lag_messages.any(),
                "the member to read all",
            )
            member.signal(signal.SIGTERM)
            await watch.until(lambda report: group(report).state == "Empty", "an empty group")
        await asyncio.to_thread(produce, kafka.bootstrap, name, dict.fromkeys(PARTITIONS, BACKLOG))
        await watch.until(lambda one: one.partitions.lag_messages.all(), "the new records")
        where = ("--bootstrap-server", kafka.bootstrap)
        await asyncio.to_thread(kafka.tool, GROUP_COMMAND, *where, *words, "--to-latest")
        last = await watch.until(is_over, "the end of the lag")
        await asyncio.to_thread(kafka.tool, GROUP_COMMAND, *where, *words, "--to-offset", "5")
        back = await watch.until(lambda one: len(one.moves) == 2, "the second reset")

    assert (group(last).type, group(last).protocol_type) == ("consumer", "consumer")
    assert watch.most() <= MOST_PER_S
    both = len(PARTITIONS)
    assert [(one.group, one.forward, one.back) for one in back.moves] == [
        (name, Span(both * BACKLOG, both), Span(0, 0)),
        (name, Span(0, 0), Span(both * (BACKLOG + 5), both)),
    ]
    assert re.match(r"offsets moved .* ago: forward by 40,000 messages in 2 partitions", why(last))


async def test_who_assigns_itself_and_commits_is_seen_to_consume(kafka: Kafka, name: str) -> None:
    filled(kafka, name)
    places = [TopicPartition(name, partition) for partition in PARTITIONS]

    async with watching(kafka, name) as watch:
        with flowing(read_assigned(kafka.bootstrap, name, places, PER_S)):
            last = await watch.until(
                lambda report: whole(report) and abs(rate(report) / PER_S - 1) < 0.2,
                "the rate of the reader",
            )

    assert (group(last).state, group(last).protocol_type) == ("Empty", "")
    assert not last.members
    assert not last.moves
