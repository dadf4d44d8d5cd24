"""Brokers and topics, which change seldom, as some broker told last.

What a broker knew stays, with the reason why it is old, until another one tells better.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from contextlib import suppress

from lagtop.snapshot import NO_LEADER, Broker, Gap
from lagtop.wire.clock import NEVER
from lagtop.wire.known import Known
from lagtop.wire.link import Link, Node, NodeId
from lagtop.wire.question import LinkError
from lagtop.wire.tellers import ask_refused, first_topology
from lagtop.wire.topology import Topology, unless_equal, with_unsure

TOPOLOGY_EVERY_S = 30.0
TOPOLOGY_IN_TROUBLE_S, TOPOLOGY_OF_MANY_S = 1.5, 4.0
"""While a partition has no leader, or nobody told of one that a group names: it may be new."""
MANY_PARTITIONS = 20_000
"""A megabyte of topology, which a broker in trouble need not tell at each poll."""
TOPOLOGY_OUT_OF_SYNC_S = 10.0
MOST_TELLERS = 3
"""A poll asks no more of the brokers that it knows: where all fall silent, there may be many."""
MOST_SOUGHT = 500


class Survey:
    """The cluster as last seen; of topics named in `refused` nothing may be seen."""

    def __init__(self, link: Link, bootstrap: Iterable[Node]) -> None:
        self.topology = Topology()
        self.replication = self.topology.replication
        self.refused: frozenset[str] = frozenset()
        self._sought: frozenset[str] = frozenset()
        self._sought_at = NEVER
        self._absent_since: dict[str, float] | None = None
        self._link = link
        self._bootstrap = tuple(bootstrap)
        self._known = Known()
        self._seen: dict[NodeId, tuple[str, int, str]] = {}
        self._topology_at = self._vain_at = NEVER

    def doubt_topology(self) -> None:
        """A leader was not where it was thought to be: ask again."""
        self._topology_at = NEVER

    async def refresh(self, now: float) -> None:
        """Ask if that is due; raises LinkError while no broker has ever told the topology."""
        for node in (*self._link.nodes.values(), *self._bootstrap):
            node.recall()
        offline = bool((self.topology.leader == NO_LEADER).any() or self.topology.unsure)
        every_s = self._in_trouble_s if offline else TOPOLOGY_EVERY_S
        if not self.replication.in_sync.all():
            every_s = min(every_s, TOPOLOGY_OUT_OF_SYNC_S)
        if now - self._topology_at >= every_s:
            await self._ask_topology(now)

    async def seek(self, missing: frozenset[str], now: float) -> None:
        """Learn which of these topics, that some group names, are there but may not be seen."""
        self._sought, self.refused = self._sought & missing, self.refused & missing
        due = now - self._sought_at >= TOPOLOGY_EVERY_S
        healthy = list(self._link.healthy.values())
        if not missing or not healthy or (not due and missing <= self._sought):
            return
        self._sought, self._sought_at = missing, now
        with suppress(LinkError):
            self.refused = await ask_refused(random.choice(healthy), sorted(missing)[:MOST_SOUGHT])

    async def look_for(self, absent: frozenset[str], now: float) -> bool:
        """Ask for the topology anew if it is in doubt, or lacks partitions that groups name.

        They may be new; those that the first poll misses are long gone. And a topic that is not
        where it was may be another of its name. Whether it was asked.
        """
        is_first, known = self._absent_since is None, self._absent_since or {}
        since = NEVER if is_first else now
        self._absent_since = {topic: known.get(topic, since) for topic in absent}
        is_new = not is_first and not absent <= known.keys()
        is_due = now - self._topology_at >= self._in_trouble_s
        lately = any(now - at < TOPOLOGY_EVERY_S for at in self._absent_since.values())
        if not is_new and not (is_due and lately) and self._topology_at != NEVER:
            return False
        await self._ask_topology(now)
        return True

    @property
    def _in_trouble_s(self) -> float:
        many = len(self.topology.topic) > MANY_PARTITIONS
        return TOPOLOGY_OF_MANY_S if many else TOPOLOGY_IN_TROUBLE_S

    def brokers(self) -> tuple[Broker, ...]:
        """Every broker that was ever seen, with the reason where it does not answer."""
        return tuple(self._broker(node_id) for node_id in sorted(self._seen))

    async def close(self) -> None:
        """Let go of the bootstrap connections."""
        for node in self._bootstrap:
            await node.close()

    def _broker(self, node_id: NodeId) -> Broker:
        host, port, rack = self._seen[node_id]
        node = self._link.nodes.get(node_id)
        if node is None:
            gone = Gap("unreachable", f"broker {node_id} has left the cluster")
            return Broker(node_id, host, port, rack, gone)
        return node.broker(node_id, rack)

    async def _ask_topology(self, now: float) -> None:
        """Ask, but no more in a poll in which nobody told."""
        if now == self._vain_at:
            return
        found = await first_topology(self._tellers(), self._known)
        if isinstance(found, LinkError) and not self.topology.brokers:
            raise found
        if not isinstance(found, Topology):
            self._vain_at = now
            return
        self._topology_at = now
        found = with_unsure(self.topology, found)
        self.topology = unless_equal(self.topology, found)
        self.replication = found.replication
        self._seen |= {node: (host, port, rack) for node, host, port, rack in found.brokers}
        await self._link.set_nodes((node, host, port) for node, host, port, _ in found.brokers)

    def _tellers(self) -> list[Node]:
        """Some healthy brokers, or else other addresses given; who is silent is called as it is."""
        known = {(node.host, node.port) for node in self._link.nodes.values()}
        others = [node for node in self._bootstrap if (node.host, node.port) not in known]
        return list(self._link.healthy.values())[:MOST_TELLERS] or others
