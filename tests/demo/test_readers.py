"""Two other people's clients read the cluster, and see what is true."""

from __future__ import annotations

import asyncio
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from kafka import KafkaAdminClient

from lagtop.demo.cluster import DemoCluster


def truth(cluster: DemoCluster, group: str) -> dict[tuple[str, int], int]:
    """What a group has committed, straight from the model."""
    world, found = cluster.world, {}
    for row in world.consumers.by_name[group].rows.tolist():
        partition = int(world.consumers.partition[row])
        log = world.logs.every[world.logs.topic_of[partition]]
        found[log.spec.name, partition - log.first] = int(world.consumers.committed[row])
    return found


async def test_aiokafka_reads_groups_and_offsets(cluster: DemoCluster) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=cluster.bootstrap)
    await admin.start()
    try:
        groups = {name for name, _ in await admin.list_consumer_groups()}
        offsets = await admin.list_consumer_group_offsets("heatmaps")
    finally:
        await admin.close()

    assert groups == set(cluster.world.consumers.by_name)
    assert {tuple(tp): meta.offset for tp, meta in offsets.items()} == truth(cluster, "heatmaps")


async def test_aiokafka_reads_where_logs_end(cluster: DemoCluster) -> None:
    partitions = [TopicPartition("orders", index) for index in range(24)]
    consumer = AIOKafkaConsumer(bootstrap_servers=cluster.bootstrap)
    await consumer.start()
    try:
        ends = await consumer.end_offsets(partitions)
    finally:
        await consumer.stop()

    rows = cluster.world.logs.by_name["orders"].rows
    assert [ends[tp] for tp in partitions] == cluster.world.ends()[rows].tolist()


async def test_kafka_python_reads_the_same(cluster: DemoCluster) -> None:
    def look() -> tuple[Any, Any, Any, Any]:
        admin = KafkaAdminClient(bootstrap_servers=cluster.bootstrap)
        try:
            return (
                admin.list_groups(),
                admin.describe_groups(["billing"]),
                admin.list_group_offsets("billing"),
                admin.describe_cluster(),
            )
        finally:
            admin.close()

    groups, described, offsets, brokers = await asyncio.to_thread(look)

    assert {group["group_id"] for group in groups} == set(cluster.world.consumers.by_name)
    assert len(described["billing"]["members"]) == 6
    committed = {tuple(tp): meta.offset for tp, meta in offsets["billing"].items()}
    assert committed == truth(cluster, "billing")
    assert len(brokers["brokers"]) == 3
