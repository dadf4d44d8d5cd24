"""Days on which brokers, controllers and coordinators of three nodes go, hang, crawl and return."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from kafka.errors import KafkaError
from kafka.structs import TopicPartition

from lagtop.snapshot import LOG_OF_COMMITS
from lagtop.wire.health import DIRS_EVERY_S, QUORUM_EVERY_S
from tests.bench.watch import NODES, Act, Watch, leaders_amiss, play
from tests.kafka.cluster import KafkaCluster, Node
from tests.kafka.traffic import admin, create_topic, produce
from tests.kafka.waiting import wait_until

SMALL_DISK = "96m"
PULSES, STOPPED_S, RUNNING_S = 8, 1.2, 0.2
PREFERRED = 0
COORDINATORS = 6


class Disk:
    """A small file system for a second log directory of a node."""

    def __init__(self, cluster_dir: Path, node_id: int) -> None:
        self.path = cluster_dir / f"node-{node_id}" / "small"
        self.path.mkdir()
        words = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(self.path)]
        self.is_there = subprocess.run(words, capture_output=True, check=False).returncode == 0
        if self.is_there:
            with (cluster_dir / f"node-{node_id}" / "server.properties").open("a") as file:
                file.write(f"log.dirs={cluster_dir / f'node-{node_id}' / 'data'},{self.path}\n")

    def fill(self, bootstrap: str) -> None:
        """Leave not a byte, and have the node write."""
        with suppress(OSError), (self.path / "filler").open("wb", buffering=0) as file:
            while file.write(bytes(1 << 16)):
                pass
        create_topic(bootstrap, "on-the-full-disk", partitions=12, replicas=3)
        with suppress(KafkaError):
            produce(bootstrap, "on-the-full-disk", dict.fromkeys(range(12), 400))

    def free(self) -> None:
        """Take the filler away."""
        (self.path / "filler").unlink()

    def let_go(self) -> None:
        """Unmount."""
        if self.is_there:
            subprocess.run(["umount", "-l", str(self.path)], check=False)


async def broker_days(cluster: KafkaCluster, watch: Watch, disk: Disk) -> None:
    """Every fault of the brokers in turn."""
    for node in NODES:
        await play(watch, f"broker {node} killed", kill_and_restart(cluster, node), 8)
    for node in NODES:
        one = cluster.nodes[node]
        acts = [one.pause, one.resume, cluster.await_nodes]
        await play(watch, f"broker {node} stopped (SIGSTOP)", acts, 8)
    for node in NODES:
        acts = [partial(crawl, cluster.nodes[node]), cluster.await_nodes]
        await play(watch, f"broker {node} slowed (SIGSTOP in pulses)", acts, 1)
    rolling = [act for node in NODES for act in kill_and_restart(cluster, node)]
    await play(watch, "rolling restart", rolling, 1)
    await controller_days(cluster, watch)
    await coordinator_days(cluster, watch)
    if disk.is_there:
        fill = partial(disk.fill, cluster.bootstrap)
        await play(watch, "full disk on broker 3", [fill], DIRS_EVERY_S + 5)
        again = [disk.free, *kill_and_restart(cluster, NODES[-1])]
        await play(watch, "room again, broker 3 restarted", again, 1)
    else:
        print("full disk: no right to mount one here", flush=True)


def kill_and_restart(cluster: KafkaCluster, node: int) -> list[Act]:
    """A node goes as in a power failure, and comes back."""
    return [cluster.nodes[node].kill, partial(cluster.restart, node)]


def crawl(node: Node) -> None:
    """A node gets a seventh of the time, in pieces shorter than anybody's patience."""
    for _ in range(PULSES):
        node.pause()
        time.sleep(STOPPED_S)
        node.resume()
        time.sleep(RUNNING_S)


async def controller_days(cluster: KafkaCluster, watch: Watch) -> None:
    """The active controller goes, hangs, and returns; the quorum that is shown stays true."""
    gone = quorum_leader(cluster)
    await play(watch, "active controller killed", [cluster.nodes[gone].kill], QUORUM_EVERY_S + 8)
    print(f"  controller {gone} is dead; lagtop says {told_leader(watch)} leads", flush=True)
    await play(watch, "that controller is back", [partial(cluster.restart, gone)], 1)
    hangs = quorum_leader(cluster)
    one = cluster.nodes[hangs]
    acts = [one.pause, one.resume, cluster.await_nodes]
    await play(watch, "active controller stopped (SIGSTOP)", acts, QUORUM_EVERY_S)
    asked_at = watch.polls
    while told_leader(watch) != (truth := await asyncio.to_thread(quorum_leader, cluster)):
        await watch.next()
    print(f"  {truth} leads, and lagtop says so after {watch.polls - asked_at} polls", flush=True)


def told_leader(watch: Watch) -> int:
    """The active controller, as lagtop has it."""
    assert watch.report is not None
    return watch.report.controller


def quorum_leader(cluster: KafkaCluster) -> int:
    """The active controller, as the quorum itself says."""
    with admin(cluster.bootstrap) as client:
        return int(client.describe_metadata_quorum()["topics"][0]["partitions"][0]["leader_id"])


async def coordinator_days(cluster: KafkaCluster, watch: Watch) -> None:
    """The log of commits is led by each broker in turn, and all groups move with it."""
    for first in NODES:
        order = [*NODES[first - 1 :], *NODES[: first - 1]]
        move = partial(lead_commits, cluster.bootstrap, order)
        await play(watch, f"all coordinators move to broker {first}", [move], 1)
        assert watch.report is not None
        at = {group.coordinator for group in watch.report.group_facts}
        amiss = await asyncio.to_thread(leaders_amiss, cluster.bootstrap, watch.report)
        print(f"  coordinators are on {sorted(at)}; {amiss} leaders amiss", flush=True)


def lead_commits(bootstrap: str, order: Sequence[int]) -> None:
    """Reassign the log of commits, and elect the preferred leaders."""
    places = [TopicPartition(LOG_OF_COMMITS, index) for index in range(COORDINATORS)]
    with admin(bootstrap) as client:
        client.alter_partition_reassignments({place: list(order) for place in places})
        wait_until(lambda: not client.list_partition_reassignments(), "the reassignment")
        client.elect_leaders(
            PREFERRED, {LOG_OF_COMMITS: list(range(COORDINATORS))}, raise_errors=False
        )
