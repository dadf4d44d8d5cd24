"""Metadata read as columns is what kafka-python's general decoder makes of it, on any message."""

from __future__ import annotations

import dataclasses
import uuid
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagtop.protocol.messages import MetadataResponse
from lagtop.wire import metadata
from lagtop.wire.metadata import read_topology
from lagtop.wire.question import Answer, LinkError
from lagtop.wire.topology import Topology

VERSIONS = st.sampled_from(metadata.COLUMNAR_VERSIONS)
NODES = st.lists(st.integers(-(2**31), 2**31 - 1), max_size=5)
NAMES = st.text(max_size=30)
IDS = st.one_of(st.just(uuid.UUID(int=0)), st.uuids())
ERRORS = st.sampled_from([0, 3, 5, 29, -1])

Topic = MetadataResponse.MetadataResponseTopic
Partition = Topic.MetadataResponsePartition


@st.composite
def topics(draw: st.DrawFn) -> list[Any]:
    """Topics whose partitions mostly have replicas alike."""
    names = draw(st.lists(NAMES, unique=True, max_size=5))
    return [draw(a_topic(name)) for name in names]


@st.composite
def a_topic(draw: st.DrawFn, name: str) -> Any:
    nodes = draw(NODES)
    indexes = draw(st.lists(st.integers(0, 2**31 - 1), unique=True, max_size=8))
    odd = draw(st.sets(st.sampled_from(indexes or [0])))
    partitions = [
        Partition(
            error_code=draw(ERRORS),
            partition_index=index,
            leader_id=draw(st.integers(-2, 5)),
            leader_epoch=draw(st.integers(-1, 9)),
            replica_nodes=draw(NODES) if index in odd else nodes,
            isr_nodes=draw(NODES) if index in odd else nodes[::-1],
            offline_replicas=draw(NODES) if index in odd else [],
        )
        for index in indexes
    ]
    return Topic(
        error_code=draw(ERRORS),
        name=name,
        topic_id=draw(IDS),
        is_internal=draw(st.booleans()),
        partitions=partitions,
    )


def response(of_topics: list[Any], **fields: Any) -> MetadataResponse:
    brokers = [
        MetadataResponse.MetadataResponseBroker(node_id=1, host="a", port=9092, rack=None),
        MetadataResponse.MetadataResponseBroker(node_id=7, host="b" * 200, port=1, rack="r"),
    ]
    known: dict[str, Any] = {
        "throttle_time_ms": 3,
        "brokers": brokers,
        "cluster_id": "c",
        "controller_id": 7,
        "error_code": 0,
    }
    return MetadataResponse(topics=of_topics, **known | fields)


def answer(message: MetadataResponse, version: int) -> Answer:
    return Answer(bytes(message.encode(version=version)), version, 0.0)


def generally(of: Answer, monkeypatch: pytest.MonkeyPatch) -> Topology:
    with monkeypatch.context() as patch:
        patch.setattr(metadata, "COLUMNAR_VERSIONS", ())
        return read_topology(of)


def assert_equal(read: object, general: object) -> None:
    """Every field, arrays with their types."""
    for field in dataclasses.fields(general):  # type: ignore[arg-type]
        one, other = getattr(read, field.name), getattr(general, field.name)
        if dataclasses.is_dataclass(other):
            assert_equal(one, other)
        elif isinstance(other, np.ndarray):
            assert one.dtype == other.dtype, field.name
            assert one.tolist() == other.tolist(), field.name
        else:
            assert one == other, field.name


@given(of_topics=topics(), version=VERSIONS, cluster=st.one_of(st.none(), NAMES))
def test_metadata_reads_as_the_general_decoder_does(
    of_topics: list[Any], version: int, cluster: str | None
) -> None:
    found = answer(response(of_topics, cluster_id=cluster), version)
    with pytest.MonkeyPatch.context() as patch:
        assert_equal(read_topology(found), generally(found, patch))


def test_replicas_in_sync_are_those_that_the_leader_names() -> None:
    parts = [
        Partition(
            error_code=0, partition_index=index, leader_id=1, leader_epoch=0,
            replica_nodes=[1, 2, 3], isr_nodes=in_sync, offline_replicas=[],
        )
        for index, in_sync in ((2, [3, 1]), (0, [1, 2, 3]), (1, [2, 1]))
    ]  # fmt: skip
    one = Topic(
        error_code=0, name="t", topic_id=uuid.UUID(int=5), is_internal=False, partitions=parts
    )

    found = read_topology(answer(response([one]), 12))

    assert found.index.tolist() == [0, 1, 2]
    assert found.replication.partition.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert found.replication.node.tolist() == [1, 2, 3] * 3
    told = found.replication.in_sync.reshape(3, 3).tolist()
    assert told == [[True, True, True], [True, True, False], [True, False, True]]


@pytest.mark.parametrize("nodes", [[*range(126)], [*range(127)], [*range(300)]])
def test_very_many_replicas_are_read_too(nodes: list[int]) -> None:
    part = Partition(
        error_code=0, partition_index=0, leader_id=1, leader_epoch=0,
        replica_nodes=nodes, isr_nodes=nodes[:2], offline_replicas=[],
    )  # fmt: skip
    one = Topic(
        error_code=0, name="t", topic_id=uuid.UUID(int=5), is_internal=False, partitions=[part]
    )
    found = read_topology(answer(response([one]), 12))

    assert found.replication.node.tolist() == nodes
    assert found.replication.in_sync.sum() == 2


def test_an_error_of_the_whole_is_told() -> None:
    with pytest.raises(LinkError):
        read_topology(answer(response([], error_code=31), 13))


@given(of_topics=topics(), version=VERSIONS, data=st.data())
def test_whatever_the_bytes_are_the_broker_is_told_of_and_nothing_else(
    of_topics: list[Any], version: int, data: st.DataObject
) -> None:
    body = bytearray(answer(response(of_topics), version).body)
    for _ in range(data.draw(st.integers(0, 3))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(body)))
    with suppress(LinkError):
        read_topology(Answer(bytes(body[:cut]), version, 0.0))
