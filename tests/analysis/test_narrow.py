"""A narrowed snapshot is one as if the rest had never been there."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lagtop.analysis.narrow import Narrow
from lagtop.snapshot import NOBODY, Replicas
from tests.analysis.build import poll, snapshots

TOPICS = {name: [[0, 1, 0, 10, 10], [1, 1, 0, 20, 20]] for name in ("a", "b")}
GROUPS = {
    "g": {
        "offsets": {"a": [[0, 1], [1, 2]], "b": [[0, 3]]},
        "members": [["m", "c", "/h", {"a": [1]}]],
    },
    "h": {"offsets": {"b": [[1, 4]]}, "members": [["n", "d", "/h", {"b": [1]}]]},
}


def test_without_patterns_it_is_the_same() -> None:
    (snapshot,) = snapshots(poll(1.0, TOPICS, GROUPS))

    assert Narrow()(snapshot) is snapshot


def test_a_group_without_a_row_of_the_topic_is_left_out_with_its_members() -> None:
    (snapshot,) = snapshots(poll(1.0, TOPICS, GROUPS))

    cut = Narrow(topics=re.compile("a"))(snapshot)

    assert [group.name for group in cut.groups] == ["g"]
    assert [member.member_id for member in cut.members] == ["m"]
    assert cut.commits.committed.tolist() == [1, 2]
    assert cut.commits.member.tolist() == [NOBODY, 0]


@given(st.sampled_from(["g", "h", "x", ""]), st.sampled_from(["a", "b", "x", ""]))
def test_what_is_kept_keeps_its_facts(group: str, topic: str) -> None:
    (snapshot,) = snapshots(poll(1.0, TOPICS, GROUPS))

    cut = Narrow(re.compile(group), re.compile(topic))(snapshot)

    names = [snapshot.groups[row].name for row in snapshot.commits.group.tolist()]
    of = snapshot.partitions.topic[snapshot.commits.partition].tolist()
    kept = [
        row
        for row, (name, at) in enumerate(zip(names, of, strict=True))
        if group in name and topic in snapshot.partitions.topics[at]
    ]
    assert cut.commits.committed.tolist() == snapshot.commits.committed[kept].tolist()
    assert [cut.groups[row].name for row in cut.commits.group] == [names[row] for row in kept]
    ends = cut.partitions.log_end[cut.commits.partition].tolist()
    assert ends == snapshot.partitions.log_end[snapshot.commits.partition[kept]].tolist()
    owners = [None if row == NOBODY else cut.members[row].member_id for row in cut.commits.member]
    assert owners == [
        None if row == NOBODY else snapshot.members[row].member_id
        for row in snapshot.commits.member[kept]
    ]


def test_topics_that_no_wanted_group_reads_are_left_out() -> None:
    (snapshot,) = snapshots(poll(1.0, TOPICS, GROUPS))

    assert Narrow(re.compile("h"))(snapshot).partitions.topics == ("b",)
    assert Narrow(topics=re.compile("a"))(snapshot).partitions.topics == ("a",)


def test_replicas_and_bytes_stay_with_their_partitions() -> None:
    (snapshot,) = snapshots(poll(1.0, TOPICS, GROUPS))
    every = np.arange(4, dtype=np.int32)
    flags = np.array([True, False, True, False])
    told = replace(
        snapshot,
        replicas=Replicas(every, every + 10, flags, flags),
        bytes_each=np.arange(100, 104),
    )
    narrow = Narrow(topics=re.compile("b"))

    cut, again = narrow(told), narrow(told)

    assert cut.replicas is not None
    assert cut.replicas.partition.tolist() == [0, 1]
    assert cut.replicas.node.tolist() == [12, 13]
    assert cut.bytes_each is not None
    assert cut.bytes_each.tolist() == [102, 103]
    assert again.replicas is cut.replicas


def test_key_columns_stay_the_same_objects_while_nothing_comes_or_goes() -> None:
    first, second = snapshots(poll(1.0, TOPICS, GROUPS), {"t": 2.0})
    narrow = Narrow(re.compile("g"))

    one, other = narrow(first), narrow(second)

    assert one.commits.group is other.commits.group
    assert np.array_equal(one.commits.committed, other.commits.committed)
