"""Clusters that know fewer questions, as Redpanda does: what is missing is said, no more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lagtop.demo.apis import APIS
from lagtop.protocol.messages import ApiKey
from lagtop.snapshot import NO_GAP, Gap, Snapshot
from tests.wire.quick import quickly
from tests.wire.watched import watching

POLLS_UNTIL_ALL_IS_ASKED = 5
OLDER = {
    ApiKey.ListOffsets: 5,
    ApiKey.OffsetFetch: 7,
    ApiKey.Metadata: 7,
    ApiKey.ListGroups: 2,
    ApiKey.DescribeGroups: 3,
    ApiKey.DescribeConfigs: 2,
    ApiKey.DescribeLogDirs: 1,
}
"""The newest versions of about Kafka 2.4."""

UNTIL_DESCRIBED = 8


async def watch() -> Snapshot:
    """What is known when everything has been asked; whatever is shown as known was true."""
    async with watching() as watched:
        update = await watched.polls(POLLS_UNTIL_ALL_IS_ASKED)
    assert isinstance(update, Snapshot)
    return update


def does_not_know(api: str) -> Gap:
    return Gap("unsupported", f"the broker does not know {api}")


def assert_offsets_are_whole(snapshot: Snapshot) -> None:
    assert all(one.gap == NO_GAP for one in snapshot.brokers)
    assert not snapshot.commits.gap.any()
    assert not snapshot.partitions.gap.any()
    assert len(snapshot.commits.group) == 18


def test_who_does_not_know_disks_says_so_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(APIS, ApiKey.DescribeLogDirs)

    snapshot = quickly(watch())

    assert_offsets_are_whole(snapshot)
    assert {one.dirs_gap for one in snapshot.brokers} == {does_not_know("DescribeLogDirs")}
    assert all(one.gap == NO_GAP for one in snapshot.groups)


def test_who_does_not_know_new_groups_leaves_out_their_members_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(APIS, ApiKey.ConsumerGroupDescribe)

    snapshot = quickly(watch())

    assert_offsets_are_whole(snapshot)
    gaps = {one.name: one.gap for one in snapshot.groups}
    unknown = does_not_know("ConsumerGroupDescribe")
    assert gaps == {"billing": NO_GAP, "crm": NO_GAP, "shipping": unknown}


def test_who_does_not_know_settings_leaves_them_out_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(APIS, ApiKey.DescribeConfigs)

    snapshot = quickly(watch())

    assert_offsets_are_whole(snapshot)
    assert not snapshot.configs


def test_the_quorum_of_a_cluster_that_knows_none_is_said_to_be_unknown() -> None:
    assert ApiKey.DescribeQuorum not in APIS

    snapshot = quickly(watch())

    assert_offsets_are_whole(snapshot)
    assert snapshot.quorum is not None
    assert snapshot.quorum.gap == does_not_know("DescribeQuorum")


def test_a_group_that_was_empty_is_asked_for_again_where_lists_tell_no_state(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for key, newest in OLDER.items():
        monkeypatch.setitem(APIS, key, replace(APIS[key], newest=newest))

    async def live() -> set[str]:
        async with watching() as watched:
            watched.cluster.send_away("billing")
            await watched.polls(2)
            watched.cluster.call_back("billing")
            update = await watched.polls(UNTIL_DESCRIBED)
        assert isinstance(update, Snapshot)
        return {update.groups[one.group].name for one in update.members}

    assert "billing" in quickly(live())


def test_low_versions_of_everything_tell_the_same_offsets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for key, newest in OLDER.items():
        monkeypatch.setitem(APIS, key, replace(APIS[key], newest=newest))
    monkeypatch.delitem(APIS, ApiKey.ConsumerGroupDescribe)

    snapshot = quickly(watch())

    assert_offsets_are_whole(snapshot)
    assert set(snapshot.configs) == {"mails", "orders"}
    assert all(one.dirs for one in snapshot.brokers)
