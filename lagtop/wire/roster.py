"""The groups: which there are, who coordinates each and who is in it, each at its own cadence.

What a coordinator told stays, with the reason why it is old, until another one tells better.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from lagtop.snapshot import CONSUMER, NO_GAP, Broker, Gap, Group
from lagtop.wire.clock import NEVER
from lagtop.wire.groups import Described, ask_descriptions, ask_groups
from lagtop.wire.known import Known
from lagtop.wire.link import Link, NodeId
from lagtop.wire.listing import Listed
from lagtop.wire.meter import Meter
from lagtop.wire.question import LinkError

LIST_EVERY_S = 5.0
DESCRIBE_EVERY_S = 10.0
SETTLED = frozenset({"Stable", "Empty", "Dead", ""})
EMPTY = "Empty"
"""The state of a group without members: there is nothing to describe."""
PASSING = frozenset({"timeout", "unreachable", "error"})
"""Gaps that the next poll may fill: a group that was not described for one is asked for again."""
NOT_DESCRIBED = Described()
NO_GROUP, MOST_FAR = Group(""), 500
GONE = Gap("unreachable", "its coordinator has left the cluster")


class Roster:
    """Groups as last seen: `groups` and `described`, by name, and how many are `unread` beside."""

    def __init__(self, link: Link, wanted: re.Pattern[str] | None, meter: Meter) -> None:
        self.groups: dict[str, Group] = {}
        self.described: dict[str, Described] = {}
        self.unread = 0
        self._listed: set[NodeId] = set()
        self._unlisted: dict[NodeId, Gap] = {}
        self._link = link
        self._wanted = wanted
        self._meter = meter
        self._known = Known()
        self._listed_at = self._described_at = NEVER

    def doubt(self) -> None:
        """A coordinator was not where it was thought to be: ask again at the next poll."""
        self._listed_at = NEVER

    async def refresh(self, now: float) -> None:
        """Ask what is due."""
        if now - self._listed_at >= LIST_EVERY_S:
            await self.list_all(now)
        await self.describe(now)

    def coordinated(self) -> dict[NodeId, list[str]]:
        """The groups whose offsets are to be read, by coordinator."""
        found: dict[NodeId, list[str]] = defaultdict(list)
        for group in self.groups.values():
            found[group.coordinator].append(group.name)
        return found

    def told_of(self, brokers: Iterable[Broker]) -> tuple[Broker, ...]:
        """The brokers, with the reason why the groups of some were never known."""
        gaps = self._unlisted
        return tuple(replace(one, groups_gap=gaps.get(one.node_id, NO_GAP)) for one in brokers)

    async def list_all(self, now: float, at_most: int | None = None) -> None:
        """Ask every broker which groups it coordinates.

        Of each so many are kept at most; `unread` says how many are not.
        """
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
        if not self.unread:
            self._listed.update(wanted)
        self._unlisted = {node: gap for node, gap in silent.items() if node not in self._listed}
        for name, group in self.groups.items():
            if name not in found and (gap := self._why_lost(group, silent)) is not None:
                found[name] = replace(group, gap=gap)
        if not silent and not self.unread:
            self._listed_at = now
        names = self.groups if found.keys() == self.groups.keys() else sorted(found)
        self.groups = {name: found[name] for name in names}

    def _why_lost(self, group: Group, silent: Mapping[NodeId, Gap]) -> Gap | None:
        """Why a group that nobody lists may be there: it may have moved to who is silent."""
        if group.coordinator not in self._link.nodes:
            return GONE
        return silent.get(group.coordinator) or next(iter(silent.values()), None)

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
