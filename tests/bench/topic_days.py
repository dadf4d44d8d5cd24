"""Days on which a topic is made anew under its name, and offsets are reset back and forth."""

from __future__ import annotations

import asyncio
from functools import partial

from tests.bench.watch import COMMITTED, COUNTS, GROUPS, USUAL, Lags, Watch, play, stand_still
from tests.kafka.cluster import KafkaCluster
from tests.kafka.kafka_tools import GROUP_COMMAND
from tests.kafka.traffic import (
    classic_member,
    commit,
    create_topic,
    delete_topic,
    produce,
)

TIMES = 3
NEW_COUNTS = {0: 25, 1: 45, 2: 65}
NEW_COMMITTED = {0: 20, 1: 35, 2: 50}


async def topic_days(cluster: KafkaCluster, watch: Watch) -> None:
    """Every fault of a topic in turn; a lag is that of before or that of after."""
    bootstrap, topic = cluster.bootstrap, "anew"
    create_topic(bootstrap, topic, partitions=3, replicas=3)
    stand_still(bootstrap, topic)
    after = lags(NEW_COUNTS, NEW_COMMITTED)
    watch.allowed[topic] = {part: USUAL[part] | after[part] for part in COUNTS}
    for turn in range(TIMES):
        counts, committed = (NEW_COUNTS, NEW_COMMITTED) if turn % 2 == 0 else (COUNTS, COMMITTED)
        again = partial(make_anew, bootstrap, topic, counts, committed)
        await play(watch, f"topic made anew, time {turn + 1}", [again], 1)
    watch.allowed["safe"] = {
        part: USUAL[part] | {0, count, count - 5} for part, count in COUNTS.items()
    }
    await asyncio.to_thread(join_once, bootstrap, "safe")
    for where in ("--to-latest", "--to-earliest", "--to-offset 5", "--to-latest"):
        reset = partial(reset_offsets, cluster, "safe", where)
        await play(watch, f"all offsets reset {where}", [reset], 1)


def join_once(bootstrap: str, topic: str) -> None:
    """Let a member come to every group and go: where nobody ever was, resets look like reading."""
    for group in GROUPS:
        with classic_member(bootstrap, group, topic, "once"):
            pass


def lags(counts: dict[int, int], committed: dict[int, int]) -> Lags:
    """The lag of each partition."""
    return {part: frozenset({counts[part] - committed[part]}) for part in counts}


def make_anew(
    bootstrap: str, topic: str, counts: dict[int, int], committed: dict[int, int]
) -> None:
    """Delete a topic, make it again at once, and let the groups go on in it."""
    delete_topic(bootstrap, topic)
    create_topic(bootstrap, topic, partitions=len(counts), replicas=3)
    produce(bootstrap, topic, counts)
    for group in GROUPS:
        commit(bootstrap, group, topic, committed)


def reset_offsets(cluster: KafkaCluster, topic: str, where: str) -> None:
    """Let Kafka's own tool reset every group."""
    cluster.tool(
        GROUP_COMMAND, "--bootstrap-server", cluster.bootstrap, "--reset-offsets", "--execute",
        "--topic", topic, *where.split(), *(word for one in GROUPS for word in ("--group", one)),
    )  # fmt: skip
