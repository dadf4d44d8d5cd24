"""Who may see a part sees that part; the rest is counted, and the missing ACL named."""

from __future__ import annotations

import pytest
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
)

from lagtop.analysis.hidden import hidden
from lagtop.analysis.observer import Observer
from lagtop.analysis.verdicts import Verdict
from lagtop.security import Secret, Security
from lagtop.settings import Settings, parse_bootstrap
from lagtop.snapshot import Snapshot
from lagtop.wire.poller import Poller
from tests.kafka.guarded import PASSWORD, GuardedKafka
from tests.kafka.traffic import admin, classic_member, commit, create_topic, delete_group, produce

GROUPS = [f"partial-{number}" for number in range(6)]
SEEN = GROUPS[:2]
TOPIC, HIDDEN = "partial", "partial-hidden"


def allowed(operation: ACLOperation, kind: ResourceType, name: str) -> ACL:
    return ACL(
        principal="User:reader",
        host="*",
        operation=operation,
        permission_type=ACLPermissionType.ALLOW,
        resource_pattern=ResourcePattern(kind, name),
    )


@pytest.fixture(scope="module")
def partial(guarded: GuardedKafka) -> GuardedKafka:
    """Six groups on two topics; the reader may describe two groups and one topic."""
    for topic in (TOPIC, HIDDEN):
        create_topic(guarded.bootstrap, topic)
        produce(guarded.bootstrap, topic, {0: 5})
    for group in GROUPS:
        commit(guarded.bootstrap, group, TOPIC, {0: 2})
    commit(guarded.bootstrap, SEEN[0], HIDDEN, {0: 1})
    with admin(guarded.bootstrap) as client:
        client.create_acls(
            [allowed(ACLOperation.DESCRIBE, ResourceType.GROUP, group) for group in SEEN]
            + [allowed(ACLOperation.DESCRIBE, ResourceType.TOPIC, TOPIC)]
        )
    return guarded


async def seen_by_reader(kafka: GuardedKafka) -> Snapshot:
    security = Security(
        protocol="SASL_PLAINTEXT", mechanism="PLAIN", username="reader", password=Secret(PASSWORD)
    )
    poller = Poller(Settings(parse_bootstrap(kafka.address("CLEAR")), security=security))
    try:
        await poller.poll()
        await poller.look_around()
        update = await poller.poll()
    finally:
        await poller.close()
    assert isinstance(update, Snapshot), update
    return update


async def test_groups_that_may_not_be_described_are_counted_and_their_acl_is_named(
    partial: GuardedKafka,
) -> None:
    with admin(partial.bootstrap) as client:
        cluster = allowed(ACLOperation.DESCRIBE, ResourceType.CLUSTER, "kafka-cluster")
        client.create_acls([cluster])

    snapshot = await seen_by_reader(partial)

    gaps = {group.name: group.gap.reason for group in snapshot.groups}
    assert gaps == {name: "" if name in SEEN else f"no DESCRIBE on group {name}" for name in GROUPS}
    assert snapshot.partitions.topics == (TOPIC,)
    totals = Observer().observe(snapshot).totals
    assert (totals.lag_messages, totals.lag_missing) == (6, 4)
    told = "4 of 6 groups are hidden: no DESCRIBE on group partial-2, and 3 more"
    settings = "the settings of 1 of 1 topic are hidden: no DESCRIBE_CONFIGS on topic partial"
    assert hidden(snapshot) == (told, settings)


async def test_without_describe_on_the_cluster_only_the_own_groups_are_there(
    partial: GuardedKafka,
) -> None:
    with admin(partial.bootstrap) as client:
        client.delete_acls(
            [
                ACLFilter(
                    principal="User:reader",
                    host=None,
                    operation=ACLOperation.ANY,
                    permission_type=ACLPermissionType.ANY,
                    resource_pattern=ResourcePatternFilter(
                        ResourceType.CLUSTER, "kafka-cluster", ACLResourcePatternType.LITERAL
                    ),
                )
            ]
        )

    snapshot = await seen_by_reader(partial)

    assert [group.name for group in snapshot.groups] == SEEN
    assert {broker.gap.code for broker in snapshot.brokers} == {"ok"}
    assert snapshot.configs == {}
    assert hidden(snapshot)[-1] == (
        "hidden: the disks of 1 of 1 broker, the quorum of controllers, groups that you may not"
        " describe: no DESCRIBE on the cluster"
    )


async def test_a_topic_that_only_a_member_names_is_hidden_and_not_called_deleted(
    partial: GuardedKafka,
) -> None:
    group = "hidden-topics-reader"
    with admin(partial.bootstrap) as client:
        client.create_acls([allowed(ACLOperation.DESCRIBE, ResourceType.GROUP, group)])
    with classic_member(partial.bootstrap, group, HIDDEN, "member", reads=1):
        snapshot = await seen_by_reader(partial)
    delete_group(partial.bootstrap, group)

    report = Observer().observe(snapshot)
    row = report.topics.index(HIDDEN)
    verdicts = report.partitions.verdict[report.partitions.topic == row].tolist()
    assert verdicts == [Verdict.UNAUTHORIZED]
    assert f"1 of 2 topics is hidden: no DESCRIBE on topic {HIDDEN}" in report.hidden
