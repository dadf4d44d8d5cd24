"""The columnar decoders agree with kafka-python's general one on any message."""

from __future__ import annotations

import struct
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagtop.protocol.messages import (
    ListOffsetsRequest,
    ListOffsetsResponse,
    OffsetFetchRequest,
    OffsetFetchResponse,
)
from lagtop.wire import columns
from lagtop.wire.again import Again
from lagtop.wire.cursor import MalformedError

NAMES = st.text(min_size=1, max_size=200).filter(lambda text: text.isprintable())
INT16 = st.integers(-(2**15), 2**15 - 1)
INT32 = st.integers(-(2**31), 2**31 - 1)
INDEX = st.integers(0, 2**31 - 1)
INT64 = st.integers(-(2**63), 2**63 - 1)
METADATA = st.one_of(st.none(), st.just(""), st.text(max_size=300))

Groups = dict[str, tuple[list[tuple[str, list[tuple[int, int, int, str | None, int]]]], int]]
Topics = list[tuple[str, list[tuple[int, int, int, int, int]]]]
COMMITS = st.lists(st.tuples(INDEX, INT64, INT32, METADATA, INT16), max_size=40)
GROUPS = st.dictionaries(
    NAMES, st.tuples(st.lists(st.tuples(NAMES, COMMITS), max_size=4), INT16), max_size=4
)


def offset_fetch(groups: Groups, version: int) -> bytes:
    group_class = OffsetFetchResponse.OffsetFetchResponseGroup
    topic_class = group_class.OffsetFetchResponseTopics
    response = OffsetFetchResponse(
        throttle_time_ms=0,
        groups=[
            group_class(
                group_id=name,
                error_code=error,
                topics=[
                    topic_class(
                        name=topic,
                        partitions=[
                            topic_class.OffsetFetchResponsePartitions(
                                partition_index=index,
                                committed_offset=offset,
                                committed_leader_epoch=epoch,
                                metadata=metadata,
                                error_code=code,
                            )
                            for index, offset, epoch, metadata, code in commits
                        ],
                    )
                    for topic, commits in topics
                ],
            )
            for name, (topics, error) in groups.items()
        ],
    )
    return bytes(response.encode(version=version))


def rows_of(read: columns.Columns) -> list[tuple[str, str, int, int, int]]:
    spans = np.repeat(np.arange(len(read.counts)), read.counts)
    return [
        (read.owners[span], read.topics[span], index, offset, error)
        for span, index, offset, error in zip(
            spans, read.index.tolist(), read.offset.tolist(), read.error.tolist(), strict=True
        )
    ]


@given(groups=GROUPS, version=st.sampled_from([8, 9]))
def test_offset_fetch_reads_as_the_general_decoder_does(groups: Groups, version: int) -> None:
    data = offset_fetch(groups, version)
    general = OffsetFetchResponse.decode(data, version=version)

    read, _ = columns.read_offset_fetch(data)

    assert rows_of(read) == [
        (group.group_id, topic.name, part.partition_index, part.committed_offset, part.error_code)
        for group in general.groups
        for topic in group.topics
        for part in topic.partitions
    ]
    assert read.errors == {group.group_id: group.error_code for group in general.groups}


@given(groups=GROUPS, others=GROUPS, by=INT64, metadata=METADATA, code=INT16, throttle=INT32)
def test_an_answer_laid_out_as_the_last_reads_as_if_it_were_the_first(
    groups: Groups, others: Groups, by: int, metadata: str | None, code: int, throttle: int
) -> None:
    moved: Groups = {
        name: ([(topic, [(c[0], by, *c[2:4], code) for c in part]) for topic, part in topics], err)
        for name, (topics, err) in groups.items()
    }
    told: Groups = {
        name: ([(topic, [(*c[:3], metadata, c[4]) for c in part]) for topic, part in topics], code)
        for name, (topics, _) in moved.items()
    }
    again = Again()
    for answer in (groups, moved, moved, told, groups, others, moved):
        data = struct.pack(">i", throttle) + offset_fetch(answer, 8)[4:]
        first, _ = columns.read_offset_fetch(data)
        read = again.read(1, 0, data)
        assert rows_of(read) == rows_of(first)
        assert read.errors == first.errors


def test_only_offsets_are_read_of_an_answer_laid_out_as_the_last() -> None:
    again = Again()
    first, second = (
        again.read(1, 0, offset_fetch({"g": ([("t", [(0, offset, 0, "", 0)])], 0)}, 8))
        for offset in (5, 6)
    )
    assert second.offset.tolist() == [6]
    assert second.topics is first.topics

    again.keep({2: ()})
    third = again.read(1, 0, offset_fetch({"g": ([("t", [(0, 7, 0, "", 0)])], 0)}, 8))
    assert third.topics is not first.topics


OFFSETS = st.lists(st.tuples(INDEX, INT16, INT64, INT64, INT32), max_size=40)


@given(
    topics=st.lists(st.tuples(NAMES, OFFSETS), max_size=5), version=st.sampled_from([6, 7, 8, 9])
)
def test_list_offsets_reads_as_the_general_decoder_does(topics: Topics, version: int) -> None:
    topic_class = ListOffsetsResponse.ListOffsetsTopicResponse
    data = ListOffsetsResponse(
        throttle_time_ms=5,
        topics=[
            topic_class(
                name=name,
                partitions=[
                    topic_class.ListOffsetsPartitionResponse(
                        partition_index=index,
                        error_code=error,
                        timestamp=timestamp,
                        offset=offset,
                        leader_epoch=epoch,
                    )
                    for index, error, timestamp, offset, epoch in parts
                ],
            )
            for name, parts in topics
        ],
    ).encode(version=version)

    read = columns.read_list_offsets(data)

    assert rows_of(read) == [
        ("", name, index, offset, error)
        for name, parts in topics
        for index, error, _, offset, _ in parts
    ]
    assert read.time_ms.tolist() == [
        time_ms for _, parts in topics for _, _, time_ms, _, _ in parts
    ]


@given(groups=st.lists(NAMES, max_size=300, unique=True), version=st.sampled_from([8, 9]))
def test_an_offset_fetch_request_says_what_the_general_encoder_says(
    groups: list[str], version: int
) -> None:
    group_class = OffsetFetchRequest.OffsetFetchRequestGroup
    general = OffsetFetchRequest(
        groups=[
            group_class(group_id=name, member_id=None, member_epoch=-1, topics=None)
            for name in groups
        ],
        require_stable=False,
    )

    assert columns.write_offset_fetch(groups, version) == general.encode(version=version)


@given(
    topics=st.dictionaries(NAMES, st.lists(st.integers(0, 2**31 - 1), max_size=200), max_size=5),
    timestamp=INT64,
    isolation=st.sampled_from([0, 1]),
    version=st.sampled_from([6, 7, 8, 9]),
)
def test_a_list_offsets_request_says_what_the_general_encoder_says(
    topics: dict[str, list[int]], timestamp: int, isolation: int, version: int
) -> None:
    topic_class = ListOffsetsRequest.ListOffsetsTopic
    general = ListOffsetsRequest(
        replica_id=-1,
        isolation_level=isolation,
        topics=[
            topic_class(
                name=name,
                partitions=[
                    topic_class.ListOffsetsPartition(
                        partition_index=index, current_leader_epoch=-1, timestamp=timestamp
                    )
                    for index in indexes
                ],
            )
            for name, indexes in topics.items()
        ],
    )
    asked = [(name, np.array(indexes, np.int32)) for name, indexes in topics.items()]
    each = np.full(sum(map(len, topics.values())), timestamp, np.int64)

    for times in (timestamp, each):
        written = columns.write_list_offsets(asked, times, isolation)
        assert written == general.encode(version=version)


@given(data=st.binary(max_size=300))
def test_bytes_that_are_no_answer_are_refused_or_read_within_their_bounds(data: bytes) -> None:
    for read in (lambda data: columns.read_offset_fetch(data)[0], columns.read_list_offsets):
        with suppress(MalformedError):
            assert len(read(data).index) * 19 <= len(data)


@given(groups=GROUPS, cut=st.integers(1, 400))
def test_a_cut_answer_is_refused(groups: Groups, cut: int) -> None:
    data = offset_fetch(groups, 8)

    with pytest.raises(MalformedError):
        columns.read_offset_fetch(data[: max(0, len(data) - 1 - cut)])
