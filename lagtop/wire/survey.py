"""What changes seldom: brokers, topics, groups and members, each asked at its own cadence.

What a broker knew stays, with the reason why it is old, until another one tells better.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace

from lagtop.snapshot import CONSUMER, NO_LEADER, Broker, Gap, Group
from lagtop.wire.groups import Described, ask_descriptions, ask_groups
from lagtop.wire.known import Known
from lagtop.wire.link import Link, Node, NodeId
from lagtop.wire.listing import Listed
from lagtop.wire.meter import Meter
from lagtop.wire.question import LinkError
from lagtop.wire.tellers import ask_refused, first_topology
from lagtop.wire.topology import Topology, unless_equal, with_unsure

TOPOLOGY_EVERY_S = 30.0
TOPOLOGY_IN_TROUBLE_S = 3.0
"""While a partition has no leader, or nobody told of one that a group names: it may be new."""
TOPOLOGY_OUT_OF_SYNC_S = 10.0
MOST_TELLERS = 3
"""A poll asks no more of the brokers that it knows: where all fall silent, there may be many."""
LIST_EVERY_S = 5.0
DESCRIBE_EVERY_S = 10.0
MOST_SOUGHT = 500
NEVER = float("-inf")
SETTLED = frozenset({"Stable", "Empty", "Dead", ""})
EMPTY = "Empty"
"""The state of a group without members: there is nothing to describe."""
PASSING = frozenset({"timeout", "unreachable", "error"})
"""Gaps that the next poll may fill: a group that was not described for one is asked for again."""
NOT_DESCRIBED = Described()
NO_GROUP, MOST_FAR = Group(""), 500


class Survey:
    """The cluster as last seen: `topology`, `groups` and `described`, by name.

    Of topics named in `refused` nothing may be seen.
    """

    def __init__(
        self, link: Link, bootstrap: Iterable[Node], wanted: re.Pattern[str] | None, meter: Meter
    ) -> None:
        self.topology = Topology()
        self.replication = self.topology.replication
        self.groups: dict[str, Group] = {}
        self.described: dict[str, Described] = {}
        self.unread = 0
        self.refused: frozenset[str] = frozenset()
        self._sought: frozenset[str] = frozenset()
        self._sought_at = NEVER
        self._absent_since: dict[str, float] | None = None
        self._link = link
        self._bootstrap = tuple(bootstrap)
        self._wanted = wanted
        self._meter = meter
        self._known = Known()
        self._seen: dict[NodeId, tuple[str, int, str]] = {}
        self._topology_at = self._listed_at = self._described_at = self._vain_at = NEVER

    def doubt_topology(self) -> None:
        """A leader was not where it was thought to be: ask again."""
        self._topology_at = NEVER

    def doubt_groups(self) -> None:
        """A coordinator was not where it was thought to be: ask again at the next poll."""
        self._listed_at = NEVER

    async def refresh(self, now: float) -> None:
        """Ask what is due; raises LinkError while no broker has ever told the topology."""
        await self.list_all(now)
        await self.describe(now)

    async def list_all(self, now: float, at_most: int | None = None) -> None:
        """Ask for topics and for the names of groups, if that is due; raises LinkError so too.

        Of each coordinator so many groups are kept at most; `unread` says how many are not.
        """
        for node in (*self._link.nodes.values(), *self._bootstrap):
            node.recall()
        offline = bool((self.topology.leader == NO_LEADER).any() or self.topology.unsure)
        every_s = TOPOLOGY_IN_TROUBLE_S if offline else TOPOLOGY_EVERY_S
        if not self.replication.in_sync.all():
            every_s = min(every_s, TOPOLOGY_OUT_OF_SYNC_S)
        if now - self._topology_at >= every_s:
            await self._ask_topology(now)
        if now - self._listed_at >= LIST_EVERY_S:
            await self._list_groups(now, at_most)

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
        is_due = now - self._topology_at >= TOPOLOGY_IN_TROUBLE_S
        lately = any(now - at < TOPOLOGY_EVERY_S for at in self._absent_since.values())
        if not is_new and not (is_due and lately) and self._topology_at != NEVER:
            return False
        await self._ask_topology(now)
        return True

    def brokers(self) -> tuple[Broker, ...]:
        """Every broker that was ever seen, with the reason where it does not answer."""
        return tuple(self._broker(node_id) for node_id in sorted(self._seen))

    def coordinated(self) -> dict[NodeId, list[str]]:
        """The groups whose offsets are to be read, by coordinator."""
        found: dict[NodeId, list[str]] = defaultdict(list)
        for group in self.groups.values():
            found[group.coordinator].append(group.name)
        return found

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

    async def _list_groups(self, now: float, at_most: int | None) -> None:
        nodes = list(self._link.nodes)
        self._meter.begin("brokers", len(nodes))
        answers = await asyncio.gather(*(self._list_of(node) for node in nodes))
        silent = {
            node: one for node, one in zip(nodes, answers, strict=True) if isinstance(one, Gap)
        }
        wanted = {
            node: self._wanted_of(listed)
            for node, listed in zip(nodes, answers, strict=True)
            if not isinstance(listed, Gap)
        }
        found = {
            group.name: self._group(group, node)
            for node, listed in wanted.items()
            for group in listed[:at_most]
        }
        self.unread = sum(len(listed[at_most:]) for listed in wanted.values()) if at_most else 0
        gone = Gap("unreachable", "its coordinator has left the cluster")
        for name, group in self.groups.items():
            if group.coordinator in silent or group.coordinator not in self._link.nodes:
                found.setdefault(name, replace(group, gap=silent.get(group.coordinator, gone)))
        if silent.keys() != set(nodes) and not self.unread:
            self._listed_at = now
        names = self.groups if found.keys() == self.groups.keys() else sorted(found)
        self.groups = {name: found[name] for name in names}

    async def _list_of(self, node: NodeId) -> tuple[Listed, ...] | Gap:
        try:
            found = await ask_groups(self._link, node, self._known)
        except LinkError as error:
            return error.gap
        self._meter.add("brokers", 1)
        return found

    def _wanted_of(self, listed: tuple[Listed, ...]) -> tuple[Listed, ...]:
        if self._wanted is None:
            return listed
        return tuple(group for group in listed if self._wanted.search(group.name))

    def _group(self, listed: Listed, node: NodeId) -> Group:
        if listed.state == EMPTY:
            self.described.pop(listed.name, None)
        described = self.described.get(listed.name, NOT_DESCRIBED)
        state = listed.state or described.state
        old = self.groups.get(listed.name)
        # There may be tens of thousands, and to compare one costs a fifth of making it.
        if old is not None and (
            (old.type, old.state, old.assignor, old.coordinator, old.gap, old.protocol_type)
            == (listed.type, state, described.assignor, node, described.gap, listed.protocol_type)
        ):  # fmt: skip
            return old
        return Group(
            listed.name, listed.type, state, described.assignor, node, described.gap,
            listed.protocol_type,
        )  # fmt: skip

    async def describe(self, now: float) -> None:
        """Ask for the members of groups where that is due."""
        due = now - self._described_at >= DESCRIBE_EVERY_S
        asked: dict[NodeId, list[Listed]] = defaultdict(list)
        for group in self.groups.values():
            if self._is_due(group, due):
                asked[group.coordinator].append(Listed(group.name, group.type, group.state))
        if not asked:
            return
        if due and not self.unread:
            self._described_at = now
        await self._describe(asked, self._known)

    async def look_again(self, moved: Mapping[str, float]) -> None:
        """Ask who is in the groups that committed with nobody there, or further than they use to.

        `moved` has those that committed: how far if that is unusual, else 0. Of very many that go
        far, as small ones do by chance, the furthest are asked; others have their turn every 10 s.
        """
        groups = (self.groups.get(name, NO_GROUP) for name in moved)
        joined = [group for group in groups if group.protocol_type == CONSUMER]
        empty = [group for group in joined if group.state == EMPTY]
        far = [group for group in joined if moved[group.name] and group.state != EMPTY]
        far.sort(key=lambda group: -moved[group.name])
        asked: dict[NodeId, list[Listed]] = defaultdict(list)
        for group in [*empty, *far][:MOST_FAR]:
            asked[group.coordinator].append(Listed(group.name, group.type, group.state))
        if asked:
            await self._describe(asked, Known())

    async def _describe(self, asked: Mapping[NodeId, list[Listed]], known: Known) -> None:
        self._meter.begin("groups", sum(map(len, asked.values())))
        for found in await asyncio.gather(*(self._ask(*some, known) for some in asked.items())):
            self._take(found)

    async def _ask(self, node: NodeId, groups: list[Listed], known: Known) -> dict[str, Described]:
        found = await ask_descriptions(self._link, node, groups, known)
        self._meter.add("groups", len(groups))
        return found

    def _is_due(self, group: Group, due: bool) -> bool:
        known = self.described.get(group.name)
        if group.state == EMPTY and known is None:
            return False
        moving = group.state not in SETTLED
        changed = known is not None and known.state != group.state and not known.gap.reason
        failed = known is not None and known.gap.code in PASSING
        return due or known is None or moving or changed or failed

    def _take(self, found: dict[str, Described]) -> None:
        """Keep what was learnt; a group that could not be described keeps its old members."""
        described = dict(self.described)
        for name, new in found.items():
            group, old = self.groups[name], described.get(name)
            kept = new if old is None or not new.gap.reason else replace(old, gap=new.gap)
            described[name] = old if old == kept else kept
            self.groups[name] = replace(
                group, state=kept.state or group.state, assignor=kept.assignor, gap=kept.gap
            )
        self.described = {name: described[name] for name in self.groups if name in described}
