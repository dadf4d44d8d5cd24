"""Probe and trace on the embedded cluster, with injected loss, duplicates and delay."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator, Callable

import pytest

from lagtop.cli import run
from lagtop.demo.cluster import DemoCluster
from lagtop.demo.story import Story, Topic
from lagtop.errors import UnreachableError, UsageError
from lagtop.probe.correlation import IdPlace
from lagtop.probe.fleet import Fleet, running_fleet
from lagtop.probe.flow import LOAD_MARK, Flow, Keys
from lagtop.probe.matching import Tally
from lagtop.probe.prober import CONSUMED, MARK, PUBLISHED, Plan, Prober
from lagtop.probe.target import create_topic, find_topic, must_create
from lagtop.probe.tracer import TRACED, Route, Tracer
from lagtop.protocol.messages import ApiKey
from lagtop.settings import Settings, parse_bootstrap
from lagtop.wire.clock import Clock

ROUNDS = 12
TIMEOUT_S = 4.0
PATIENCE_S = 30.0
STORY = Story(
    name="probed",
    about="topics that clients write to",
    topics=(
        Topic("probes", partitions=2, rate_per_s=0.0, backlog=0),
        Topic("copies", partitions=1, rate_per_s=0.0, backlog=0),
        Topic("busy", partitions=1, rate_per_s=50.0),
        Topic("__secret", partitions=1, rate_per_s=0.0, internal=True),
    ),
    groups=(),
)


@pytest.fixture
async def cluster() -> AsyncIterator[DemoCluster]:
    async with DemoCluster(STORY, history_s=0) as running:
        yield running


@pytest.fixture
def settings(cluster: DemoCluster) -> Settings:
    return Settings(parse_bootstrap(cluster.bootstrap), deadline_s=2.0)


async def probe(settings: Settings, topic: str = "probes") -> Prober:
    """A probe of ROUNDS rounds, to its end."""
    target = await find_topic(settings, topic)
    plan = Plan(target, interval_s=0.05, rounds=ROUNDS, timeout_s=TIMEOUT_S)
    prober = Prober(settings, plan, Clock())
    await prober.run(asyncio.Event())
    return prober


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = asyncio.get_running_loop().time() + PATIENCE_S
    while not holds():
        assert asyncio.get_running_loop().time() < end
        await asyncio.sleep(0.02)


def heard(fleet: Fleet) -> Fleet:
    """A fleet that has taken in what its processes report."""
    fleet.poll()
    return fleet


def counts(tally: Tally) -> tuple[int, int, int, int]:
    """How many were sent, arrived, were lost and came again."""
    return tally.sent, tally.arrived, tally.lost, tally.duplicates


async def test_a_healthy_cluster_loses_nothing(settings: Settings) -> None:
    prober = await probe(settings)

    for stage in (PUBLISHED, CONSUMED):
        assert counts(prober.matchers[stage].total()) == (2 * ROUNDS, 2 * ROUNDS, 0, 0)
        assert prober.matchers[stage].total().out_of_order == 0
    assert sorted(prober.matchers[CONSUMED].tallies) == [0, 1]


async def test_what_the_cluster_loses_or_doubles_is_counted_exactly(
    cluster: DemoCluster, settings: Settings
) -> None:
    for number in (2, 7, 11):
        cluster.lose_record("probes", number)
    for number in (4, 5):
        cluster.double_record("probes", number)

    prober = await probe(settings)

    assert counts(prober.matchers[PUBLISHED].total()) == (2 * ROUNDS, 2 * ROUNDS, 0, 0)
    assert counts(prober.matchers[CONSUMED].total()) == (2 * ROUNDS, 2 * ROUNDS - 3, 3, 2)


async def test_a_delay_of_the_brokers_is_in_the_latency_of_its_stage(
    cluster: DemoCluster, settings: Settings
) -> None:
    cluster.delay(None, ApiKey.Produce, 0.3)

    prober = await probe(settings)

    published, consumed = (prober.matchers[stage].total() for stage in (PUBLISHED, CONSUMED))
    assert published.latency.least_s >= 0.3
    assert consumed.latency.least_s >= 0.3
    assert counts(consumed) == (2 * ROUNDS, 2 * ROUNDS, 0, 0)


async def test_what_a_broker_refuses_is_failed_and_not_lost(settings: Settings) -> None:
    prober = await probe(settings, "busy")

    assert prober.failed == {"TopicAuthorizationFailed": ROUNDS}
    total = prober.matchers[CONSUMED].total()
    assert (total.sent, total.lost, total.failed) == (0, 0, ROUNDS)


async def test_a_trace_sees_what_a_probe_sees(cluster: DemoCluster, settings: Settings) -> None:
    source, sink = await find_topic(settings, "probes"), await find_topic(settings, "copies")
    place = IdPlace(header=MARK)
    tracer = Tracer(settings, Route(source, sink, place, place, TIMEOUT_S), Clock())
    ready, stop = asyncio.Event(), asyncio.Event()
    tracing = asyncio.create_task(tracer.run(stop, None, ready.set))
    async with asyncio.timeout(30):
        await ready.wait()

    await probe(settings)
    await until(lambda: tracer.matchers[TRACED].total().lost == 2 * ROUNDS)
    stop.set()
    await tracing

    assert counts(tracer.matchers[TRACED].total()) == (2 * ROUNDS, 0, 2 * ROUNDS, 0)
    assert tracer.without_id == {"probes": 0, "copies": 0}


async def test_a_topic_is_written_to_only_if_it_is_there_and_not_internal(
    settings: Settings,
) -> None:
    assert await must_create(settings, "probes", may_create=False) is False
    assert await must_create(settings, "new", may_create=True) is True
    for topic in ("missing", "__secret", "__made_up"):
        with pytest.raises(UsageError):
            await must_create(settings, topic, may_create=False)
    with pytest.raises(UnreachableError, match="cannot create new"):
        await create_topic(settings, "new", partitions=1)


async def test_a_probe_that_would_write_too_much_makes_no_topic(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("probe", "-b", settings.address, "--topic", "new", "--create", "30", "--yes")

    assert await asyncio.to_thread(run, (*words, "--max-rate", "20")) == 64

    said = capsys.readouterr().err
    assert "30 events a second are more than 20" in said
    assert "will write" not in said
    assert await must_create(settings, "new", may_create=True) is True


async def test_a_probe_asks_for_no_group_and_no_coordinator(
    cluster: DemoCluster, settings: Settings
) -> None:
    await probe(settings)

    asked = {request.api for request in cluster.requests}
    assert ApiKey.Produce in asked
    assert asked <= {
        ApiKey.ApiVersions,
        ApiKey.Metadata,
        ApiKey.Produce,
        ApiKey.ListOffsets,
        ApiKey.Fetch,
    }


async def test_a_probe_that_is_stopped_says_what_it_has(settings: Settings) -> None:
    target = await find_topic(settings, "probes")
    prober = Prober(settings, Plan(target, interval_s=0.05), Clock())
    stop = asyncio.Event()
    running = asyncio.create_task(prober.run(stop))
    await until(lambda: prober.matchers[CONSUMED].total().arrived >= 4)
    stop.set()
    await running

    total = prober.matchers[CONSUMED].total()
    assert counts(total) == (total.sent, total.sent, 0, 0)


async def test_a_fleet_writes_at_its_rate_marks_its_records_and_ends(
    cluster: DemoCluster, settings: Settings
) -> None:
    flow = Flow("probes", (0, 1), "the-run", keys=Keys(10), headers=(("team", b"a"),))
    rows = cluster.world.logs.by_name["probes"].rows
    async with running_fleet(settings, flow, 1) as fleet:
        assert fleet.able_per_s > 0
        fleet.set_rate(400.0)
        for process in multiprocessing.active_children():
            os.kill(process.pid or 0, signal.SIGINT)  # as Ctrl+C does, to the whole group
        await until(lambda: heard(fleet).acked > 100)
        fleet.set_rate(0.0)
        assert not fleet.failed
    written = int(cluster.world.logs.ends[rows].sum())

    assert written >= fleet.acked > 100
    (record, *_) = cluster.world.written.since(rows.start, 0, 1)
    assert record.headers == ((LOAD_MARK, b"the-run"), ("team", b"a"))
    assert record.key is not None
    assert record.key.startswith(b"key-")


async def test_a_fleet_says_what_could_not_be_written(settings: Settings) -> None:
    async with running_fleet(settings, Flow("busy", (0,), "the-run"), 1) as fleet:
        fleet.set_rate(100.0)
        await until(lambda: bool(heard(fleet).failed))

    assert set(fleet.failed) == {"TopicAuthorizationFailed"}
    assert fleet.acked == 0
