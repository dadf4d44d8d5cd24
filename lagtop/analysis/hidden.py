"""What the cluster does not let us see: counted, with the missing ACL or another reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lagtop.analysis.words import plural
from lagtop.snapshot import LOG_OF_COMMITS, NO_GAP, NO_LEADER, Partitions, Snapshot

UNAUTHORIZED = "unauthorized"
LONGEST_NAME = 80


def hidden(snapshot: Snapshot) -> tuple[str, ...]:
    """A sentence for each kind of thing that is hidden, as far as the cluster lets it be known."""
    kinds = (unlisted, _groups, _topics, _settings, _cluster)
    return tuple(sentence for kind in kinds for sentence in kind(snapshot))


def unlisted(snapshot: Snapshot) -> tuple[str, ...]:
    """A sentence for each place whose groups nobody told: there may be more than are known.

    A group's coordinator is the leader of its partition of LOG_OF_COMMITS: a broker that is silent
    and leads none of them coordinates no group.
    """
    leaders = _leaders_of_commits(snapshot.partitions)
    told = [
        f"the groups of broker {one.node_id} are not known: {_harmless(one.groups_gap.reason)}"
        for one in snapshot.brokers
        if one.groups_gap != NO_GAP and (leaders is None or one.node_id in leaders)
    ]
    orphans = 0 if leaders is None else leaders.count(NO_LEADER)
    if leaders and orphans:
        of = plural(len(leaders), "partition")
        told.append(f"nobody leads {orphans} of {of} of {LOG_OF_COMMITS}: who lists its groups?")
    return tuple(told)


def _leaders_of_commits(partitions: Partitions) -> list[int] | None:
    """Of each partition; None where that topic may not be seen."""
    if LOG_OF_COMMITS not in partitions.topics:
        return None
    topic = partitions.topics.index(LOG_OF_COMMITS)
    leaders: list[int] = partitions.leader[partitions.topic == topic].tolist()
    return leaders


def _groups(snapshot: Snapshot) -> Iterator[str]:
    """A group that we may not describe is listed where we may describe the cluster."""
    reasons = [one.gap.reason for one in snapshot.groups if one.gap.code == UNAUTHORIZED]
    if reasons:
        of = plural(len(snapshot.groups), "group")
        yield _told(f"{len(reasons)} of {of}", reasons)


def _topics(snapshot: Snapshot) -> Iterator[str]:
    """Of a topic that we may not describe we know where a member of a group is assigned to it."""
    partitions = snapshot.partitions
    refused = np.array([gap.code == UNAUTHORIZED for gap in snapshot.gaps], np.bool_)
    rows = np.flatnonzero(refused[partitions.gap])
    if len(rows):
        _, first = np.unique(partitions.topic[rows], return_index=True)
        reasons = [snapshot.gaps[gap].reason for gap in partitions.gap[rows[first]].tolist()]
        yield _told(f"{len(reasons)} of {plural(len(partitions.topics), 'topic')}", reasons)


def _settings(snapshot: Snapshot) -> Iterator[str]:
    refused = sorted(snapshot.configs_refused)
    if refused:
        of = plural(len(snapshot.configs.keys() | snapshot.configs_refused), "topic")
        reasons = [f"no DESCRIBE_CONFIGS on topic {topic}" for topic in refused]
        yield _told(f"the settings of {len(refused)} of {of}", reasons)


def _cluster(snapshot: Snapshot) -> Iterator[str]:
    """One ACL for all of it; without it, groups that we may not describe are not listed at all."""
    disks = sum(broker.dirs_gap.code == UNAUTHORIZED for broker in snapshot.brokers)
    quorum = snapshot.quorum is not None and snapshot.quorum.gap.code == UNAUTHORIZED
    kinds = [f"the disks of {disks} of {plural(len(snapshot.brokers), 'broker')}"] if disks else []
    if quorum:
        kinds += ["the quorum of controllers", "groups that you may not describe"]
    if kinds:
        yield f"hidden: {', '.join(kinds)}: no DESCRIBE on the cluster"


def _told(what: str, reasons: Sequence[str]) -> str:
    others = f", and {len(reasons) - 1} more" if len(reasons) > 1 else ""
    verb = "are" if len(reasons) > 1 or what.startswith("the ") else "is"
    return f"{what} {verb} hidden: {_harmless(reasons[0])}{others}"


def _harmless(text: str) -> str:
    """Names are strangers': no control sequence, and not without end."""
    shown = "".join(one if one.isprintable() else "?" for one in text)
    return shown if len(shown) <= LONGEST_NAME else f"{shown[:LONGEST_NAME]}..."
