"""What lagtop would have been told of a story of the demo: the same reports at every run.

The clocks of the cluster and of the poller are one that is moved by hand, so that minutes pass in
seconds and the figures depend on the story and its seed alone.
"""

from __future__ import annotations

from dataclasses import replace

from lagtop.analysis.observer import Observer
from lagtop.analysis.report import Report
from lagtop.demo.cluster import DemoCluster
from lagtop.live import ROUNDS_A_POLL, search_times
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import Broker, PollCost, Snapshot
from lagtop.wire.clock import Clock
from lagtop.wire.poller import Poller

NOON = 1_767_268_800.0
COST = PollCost(wall_s=0.041, cpu_s=0.006, requests=9, bytes_in=40_000)
TOLD_AFTER_S = 0.3


class HandClock(Clock):
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> float:
        """Where it was moved to, seconds since the epoch."""
        return self.at


async def played(story: str, seed: int, polls: int) -> list[Report]:
    """The reports of so many polls, a second apart."""
    clock, observer, reports = HandClock(), Observer(), []
    async with DemoCluster(story, seed, clock=clock.now) as cluster:
        poller = Poller(Settings(parse_bootstrap(cluster.bootstrap)), clock=clock)
        try:
            for _ in range(polls):
                clock.at += 1.0
                snapshot = await poller.poll()
                if isinstance(snapshot, Snapshot):
                    reports.append(observer.observe(_at_home(snapshot)))
                    await search_times(poller, observer, ROUNDS_A_POLL)
        finally:
            await poller.close()
    return reports


def _at_home(snapshot: Snapshot) -> Snapshot:
    """The snapshot with what differs from run to run made the same: ports, cost, round trips."""
    brokers = tuple(_named(broker) for broker in snapshot.brokers)
    now = snapshot.captured_at + TOLD_AFTER_S
    return replace(snapshot, brokers=brokers, cost=COST, captured_at=now)


def _named(broker: Broker) -> Broker:
    node = broker.node_id
    trip_s = None if broker.round_trip_s is None else 0.001 * node + 0.0007
    return replace(broker, host=f"kafka-{node}.prod.example", port=9092, round_trip_s=trip_s)
