"""What a recording has said so far, line by line, as the Snapshot of the moment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from lagtop.record.brokers import read_broker, read_gap
from lagtop.record.configs import read_configs
from lagtop.record.fields import (
    mapping,
    node_id,
    number,
    partition,
    partition_lists,
    sequence,
    text,
    whole,
)
from lagtop.record.health import Health
from lagtop.record.keys import Keys, PartitionKey, key_columns
from lagtop.record.notes import Gaps, Moments
from lagtop.record.tables import Table
from lagtop.record.times import read_times
from lagtop.snapshot import (
    NO_COMMIT,
    NO_LEADER,
    NOBODY,
    UNKNOWN,
    Broker,
    Codes,
    Commits,
    Group,
    Member,
    Partitions,
    PollCost,
    Snapshot,
    TopicConfig,
)

OFFSETS = ("log start", "log end", "last stable offset")
Owner = tuple[Member, list[PartitionKey]]


class State:
    """Takes lines in and gives the Snapshot that each line completes."""

    def __init__(self, cluster: str) -> None:
        self._cluster = cluster
        self._controller = -1
        self._brokers: tuple[Broker, ...] = ()
        self._topic_ids: dict[str, str] = {}
        self._internal: frozenset[str] = frozenset()
        self._configs: dict[str, TopicConfig] = {}
        self._refused: frozenset[str] = frozenset()
        self._groups: dict[str, Group] = {}
        self._owners: dict[str, list[Owner]] = {}
        self._partitions: Table[tuple[str, int]] = Table(4)
        self._commits: Table[tuple[str, str, int]] = Table(1)
        self._ghosts: set[PartitionKey] = set()
        self._keys = key_columns([], [], ())
        self._health = Health()

    def apply(self, line: dict[str, Any]) -> Snapshot:
        """The Snapshot after one line; raises MalformedError."""
        at = number(line.get("t"), "t")
        if line.get("full"):
            self._clear()
        self._read_facts(line)
        for topic, rows in partition_lists(line.get("topics"), "topics"):
            self._read_topic(topic, rows)
        for name, said in mapping(line.get("groups"), "groups").items():
            group = mapping(said, f"group {name}")
            self._read_group(name, group)
            self._read_offsets(name, group)
            self._read_members(name, group)
        return self._snapshot(at, line)

    def _clear(self) -> None:
        self._groups, self._owners, self._topic_ids = {}, {}, {}
        self._ghosts = set()
        self._partitions.clear()
        self._commits.clear()

    def _read_facts(self, line: dict[str, Any]) -> None:
        self._cluster = text(line.get("cluster"), "cluster") or self._cluster
        if "controller" in line:
            self._controller = whole(line["controller"], "controller")
        if "brokers" in line:
            self._brokers = tuple(map(read_broker, sequence(line["brokers"], "brokers")))
        for topic, id_ in mapping(line.get("topic_ids"), "topic_ids").items():
            self._topic_ids[topic] = text(id_, f"topic id of {topic}")
        if "configs" in line:
            self._configs = read_configs(line["configs"])
        if "configs_refused" in line:
            refused = sequence(line["configs_refused"], "configs_refused")
            self._refused = frozenset(map(str, refused))
        if "internal" in line:
            self._internal = frozenset(map(str, sequence(line["internal"], "internal")))

    def _read_topic(self, topic: str, rows: list[Any]) -> None:
        for row in rows:
            cells = sequence(row, f"a partition of topic {topic}", 4)
            where = f"of a partition of topic {topic}"
            key = (topic, partition(cells[0], f"the number {where}"))
            leader = UNKNOWN if cells[1] is None else node_id(cells[1], f"the leader {where}")
            leader = leader if leader == UNKNOWN else max(leader, NO_LEADER)
            named = zip(cells[2:], OFFSETS, strict=False)
            offsets = [whole(cell, f"{what} {where}") for cell, what in named]
            known = [offset if offset >= 0 else UNKNOWN for offset in offsets]
            self._partitions.put(key, [leader, *known, UNKNOWN][:4])
            self._ghosts.discard(key)

    def _read_group(self, name: str, said: dict[str, Any]) -> None:
        group = self._groups.get(name) or Group(name)
        group = replace(
            group,
            type=text(said.get("type", group.type), "type"),
            state=text(said.get("state", group.state), "state"),
            protocol_type=text(said.get("protocol_type", group.protocol_type), "protocol_type"),
            assignor=text(said.get("assignor", group.assignor), "assignor"),
        )
        if "coordinator" in said:
            group = replace(group, coordinator=whole(said["coordinator"], "coordinator"))
        if "gap" in said:
            group = replace(group, gap=read_gap(said["gap"]))
        self._groups[name] = group

    def _read_offsets(self, name: str, said: dict[str, Any]) -> None:
        for topic, rows in partition_lists(said.get("offsets"), f"offsets of group {name}"):
            for row in rows:
                cells = sequence(row, f"an offset of group {name} in topic {topic}", 2)
                key = (topic, partition(cells[0], f"a partition of group {name}"))
                offset = whole(cells[1], f"an offset of group {name}")
                known = offset if offset >= 0 or offset == UNKNOWN else NO_COMMIT
                self._put_commit(name, key, known)

    def _read_members(self, name: str, said: dict[str, Any]) -> None:
        if "members" in said:
            members = sequence(said["members"], f"members of group {name}")
            self._owners[name] = [_owner(name, member) for member in members]
        for _, owned in self._owners.get(name, ()):
            for key in owned:
                if (name, *key) not in self._commits:
                    self._put_commit(name, key, NO_COMMIT)

    def _put_commit(self, name: str, key: PartitionKey, committed: int) -> None:
        self._commits.put((name, *key), [committed])
        if key not in self._partitions:
            self._partitions.put(key, [NO_LEADER, UNKNOWN, UNKNOWN, UNKNOWN])
            self._ghosts.add(key)

    def _settle(self) -> Keys:
        moved = [self._partitions.settle(), self._commits.settle()]
        names = tuple(sorted(self._groups))
        if any(moved) or names != self._keys.groups:
            self._keys = key_columns(self._partitions.keys, self._commits.keys, names)
        return self._keys

    def _snapshot(self, at: float, line: dict[str, Any]) -> Snapshot:
        keys = self._settle()
        self._health.apply(line, keys)
        groups = tuple(self._groups[name] for name in keys.groups)
        gaps, moments = Gaps(keys, line), Moments(keys, at, line)
        partitions = self._partition_columns(keys, gaps, moments)
        committed = self._commits.columns()[0]
        members, owner = self._member_column(keys)
        commits = Commits(
            group=keys.group,
            partition=keys.partition,
            committed=committed,
            member=owner,
            gap=gaps.of_commits(committed),
            read_at=moments.of_commits(groups, committed),
        )
        return Snapshot(
            cluster=self._cluster,
            captured_at=at,
            controller=self._controller,
            brokers=self._brokers,
            groups=groups,
            members=members,
            partitions=partitions,
            commits=commits,
            gaps=gaps.all(),
            cost=_cost(line),
            configs=self._configs,
            configs_refused=self._refused,
            replicas=self._health.replicas,
            bytes_each=self._health.bytes_each,
            quorum=self._health.quorum,
            reassigning=self._health.reassigning,
            readings=self._health.readings,
            quotas=self._health.quotas,
            failing=self._health.failing,
            answers=read_times(line),
        )

    def _partition_columns(self, keys: Keys, gaps: Gaps, moments: Moments) -> Partitions:
        leader, log_start, log_end, last_stable = self._partitions.columns()
        ghosts = [keys.partition_rows[key] for key in self._ghosts]
        return Partitions(
            topics=keys.topics,
            topic_ids=tuple(self._topic_ids.get(topic, "") for topic in keys.topics),
            internal=tuple(topic in self._internal for topic in keys.topics),
            topic=keys.topic,
            index=keys.index,
            leader=np.maximum(leader, NO_LEADER).astype(np.int32),
            log_start=log_start,
            log_end=log_end,
            last_stable=last_stable,
            read_at=moments.of_partitions(leader, log_end),
            gap=gaps.of_partitions(ghosts, leader, log_end),
        )

    def _member_column(self, keys: Keys) -> tuple[tuple[Member, ...], Codes]:
        owner = np.full(len(keys.group), NOBODY, np.int32)
        members: list[Member] = []
        for group, name in enumerate(keys.groups):
            for member, owned in self._owners.get(name, ()):
                rows = [keys.commit_rows[(name, *key)] for key in owned]
                owner[rows] = len(members)
                members.append(replace(member, group=group))
        return tuple(members), owner


def _owner(group: str, said: Any) -> Owner:
    what = f"a member of group {group}"
    words = [text(word, what) for word in sequence(said, what, 3)[:3]]
    owned = [
        (topic, partition(index, what))
        for topic, rows in partition_lists(said[3] if len(said) > 3 else None, what)
        for index in rows
    ]
    instance = text(said[4], what) if len(said) > 4 else ""
    return Member(0, words[0], words[1], words[2], instance), owned


def _cost(line: dict[str, Any]) -> PollCost:
    wall_s, cpu_s, requests, bytes_in = (*sequence(line.get("cost"), "cost"), 0, 0, 0, 0)[:4]
    seconds = number(wall_s, "cost"), number(cpu_s, "cost")
    return PollCost(*seconds, whole(requests, "cost"), whole(bytes_in, "cost"))
