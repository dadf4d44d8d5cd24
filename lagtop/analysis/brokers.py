"""What ails brokers, by the protocol alone: replicas out of sync, leaders astray, disks, bytes in.

Bytes in are reckoned: what is written per second times what a record weighs on the leader's disk,
which is what the partition weighs over how many records are in it. They are as compressed as the
log is, and without the traffic of replication.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lagtop.analysis.sums import total_known
from lagtop.analysis.weights import Weights
from lagtop.snapshot import NO_LEADER, UNKNOWN, Broker, Floats, Ints, Replicas, Snapshot


@dataclass(frozen=True, slots=True)
class BrokerHealth:
    """One broker; counts are of partitions, UNKNOWN where nobody has said.

    leads: that it leads, and prefers: that it is to lead; stray: those of them that another one
    leads; leaderless: those that nobody leads. under_replicated: that it leads with a replica out
    of sync, and under_min: with fewer in sync than producers with acks=all need. out_of_sync: its
    own replicas that are behind. bytes_in_per_s: about, without replication. used_bytes,
    total_bytes, usable_bytes: sums over its directories, of what is known; disk_share: of its
    fullest volume.
    """

    leads: int = UNKNOWN
    prefers: int = UNKNOWN
    stray: int = UNKNOWN
    leaderless: int = UNKNOWN
    under_replicated: int = UNKNOWN
    under_min: int = UNKNOWN
    out_of_sync: int = UNKNOWN
    bytes_in_per_s: float = np.nan
    used_bytes: int = UNKNOWN
    total_bytes: int = UNKNOWN
    usable_bytes: int = UNKNOWN
    disk_share: float = np.nan


Counts = dict[str, dict[int, int]]


class Brokers:
    """Works out the health of brokers; replicas are counted anew only when they change."""

    def __init__(self) -> None:
        self._of: tuple[object, ...] = ()
        self._counts: Counts | None = None
        self.weights = Weights()

    def health(self, snapshot: Snapshot, produced_per_s: Floats) -> tuple[BrokerHealth, ...]:
        """One for each of the snapshot's brokers; produced_per_s is float64[P]."""
        counts = self._counted(snapshot)
        bytes_in = produced_per_s * self.weights.each(snapshot)
        leader = snapshot.partitions.leader
        return tuple(
            BrokerHealth(
                **_of_broker(counts, broker.node_id),
                bytes_in_per_s=total_known(bytes_in[leader == broker.node_id]),
                **_disks(broker),
            )
            for broker in snapshot.brokers
        )

    def _counted(self, snapshot: Snapshot) -> Counts | None:
        key = (snapshot.replicas, snapshot.partitions.leader, snapshot.configs)
        if len(self._of) != len(key) or any(
            one is not other for one, other in zip(self._of, key, strict=True)
        ):
            self._of = key
            replicas = snapshot.replicas
            self._counts = None if replicas is None else count(snapshot, replicas)
        return self._counts


def count(snapshot: Snapshot, replicas: Replicas) -> Counts:
    """Partitions by broker, for each of the counts of BrokerHealth."""
    leader, size = snapshot.partitions.leader, len(snapshot.partitions.leader)
    in_sync = np.bincount(replicas.partition[replicas.in_sync], minlength=size)
    held = np.bincount(replicas.partition, minlength=size)
    preferred = np.full(size, NO_LEADER, np.int32)
    preferred[replicas.partition[replicas.preferred]] = replicas.node[replicas.preferred]
    led = leader != NO_LEADER
    least = _least_in_sync(snapshot)
    return {
        "leads": _by_node(leader[led]),
        "prefers": _by_node(preferred[held > 0]),
        "stray": _by_node(preferred[(held > 0) & led & (leader != preferred)]),
        "leaderless": _by_node(preferred[(held > 0) & ~led]),
        "under_replicated": _by_node(leader[led & (in_sync < held)]),
        "under_min": _by_node(leader[led & (in_sync < least)]),
        "out_of_sync": _by_node(replicas.node[~replicas.in_sync]),
    }


def _least_in_sync(snapshot: Snapshot) -> Ints:
    """min.insync.replicas of each partition (int64[P]), 0 where it is not known."""
    partitions, configs = snapshot.partitions, snapshot.configs
    least = [
        max(configs[topic].min_insync_replicas, 0) if topic in configs else 0
        for topic in partitions.topics
    ]
    return np.array(least, np.int64)[partitions.topic]


def _by_node(nodes: NDArray[np.int32]) -> dict[int, int]:
    found, counts = np.unique(nodes, return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))


def _of_broker(counts: Counts | None, node: int) -> dict[str, int]:
    return {} if counts is None else {name: of.get(node, 0) for name, of in counts.items()}


def _disks(broker: Broker) -> dict[str, Any]:
    used = [one.used_bytes for one in broker.dirs if one.used_bytes != UNKNOWN]
    told = [one for one in broker.dirs if one.total_bytes > 0 and one.usable_bytes >= 0]
    shares = [1 - one.usable_bytes / one.total_bytes for one in told]
    return {
        "used_bytes": sum(used) if used else UNKNOWN,
        "total_bytes": sum(one.total_bytes for one in told) if told else UNKNOWN,
        "usable_bytes": sum(one.usable_bytes for one in told) if told else UNKNOWN,
        "disk_share": max(shares, default=np.nan),
    }
