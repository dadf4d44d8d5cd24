"""Three brokers, one of which dies, hangs and comes back, under a running lagtop."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lagtop.analysis.diagnosis.diagnose import diagnose
from lagtop.analysis.report import Report
from lagtop.settings import Settings, parse_bootstrap
from tests.kafka.cluster import KafkaCluster
from tests.kafka.front_door import Poll, watching
from tests.kafka.traffic import commit, create_pinned_topic, create_topic, produce
from tests.kafka.watching import polling, seen_until

VICTIM = 2
COUNTS = {0: 10, 1: 20, 2: 30}
COMMITTED = {0: 1, 1: 2, 2: 3}
TRUE_LAG = {str(partition): str(COUNTS[partition] - COMMITTED[partition]) for partition in COUNTS}


@pytest.fixture
def pinned(kafka3: KafkaCluster, name: str) -> Iterator[str]:
    """A topic without replicas whose partition n lives on node n + 1, and a group behind on it.

    The group and topic have the same name; beside them a replicated topic stands, which every
    broker's death leaves readable. Afterwards all nodes are alive again.
    """
    create_pinned_topic(kafka3.bootstrap, name, leaders=[1, 2, 3])
    create_topic(kafka3.bootstrap, f"{name}-safe", partitions=3, replicas=3)
    for topic in (name, f"{name}-safe"):
        produce(kafka3.bootstrap, topic, COUNTS)
        commit(kafka3.bootstrap, name, topic, COMMITTED)
    yield name
    victim = kafka3.nodes[VICTIM]
    victim.resume() if victim.is_running else victim.start()
    kafka3.await_nodes()


def test_the_dead_leaders_partition_says_so_and_the_others_go_on(
    kafka3: KafkaCluster, pinned: str
) -> None:
    with watching(kafka3.bootstrap) as watch:
        watch.until(lambda poll: all_known(poll, pinned), "every lag while all are alive")

        kafka3.nodes[VICTIM].kill()
        dead = watch.until(
            lambda poll: verdicts(poll, pinned) == ["ok", "offline", "ok"]
            and all_known(poll, f"{pinned}-safe", group=pinned),
            "the dead leader's partition offline and the rest known",
        )
        assert [row["reason"] != "" for row in rows(dead, pinned)] == [False, True, False]

        kafka3.restart(VICTIM)
        watch.until(
            lambda poll: all_known(poll, pinned) and verdicts(poll, pinned) == ["ok"] * 3,
            "every lag after the restart",
        )

    assert_nothing_wrong_was_shown(watch.polls, pinned)


def test_a_broker_that_hangs_ages_its_own_values_only(kafka3: KafkaCluster, pinned: str) -> None:
    with watching(kafka3.bootstrap) as watch:
        watch.until(lambda poll: all_known(poll, pinned), "every lag while all are well")

        kafka3.nodes[VICTIM].pause()
        watch.until(
            lambda poll: verdicts(poll, pinned) == ["ok", "offline", "ok"]
            and all_known(poll, f"{pinned}-safe", group=pinned),
            "the hanging leader's partition offline and the rest known",
        )

        kafka3.nodes[VICTIM].resume()
        watch.until(
            lambda poll: all_known(poll, pinned) and verdicts(poll, pinned) == ["ok"] * 3,
            "every lag after the broker woke up",
        )

    assert_nothing_wrong_was_shown(watch.polls, pinned)


async def test_a_dead_brokers_replicas_are_missed(
    kafka3: KafkaCluster, pinned: str
) -> None:
    settings = Settings(parse_bootstrap(kafka3.bootstrap), 0.5, deadline_s=1.0)
    async with polling(settings) as poller:
        await seen_until(poller, itself, lambda report: missed(report) == 0)

        kafka3.nodes[VICTIM].kill()
        report = await seen_until(
            poller, itself, lambda report: report.health[VICTIM - 1].out_of_sync > 0
        )
        ill = report.health
        assert ill[VICTIM - 1].leads == 0
        assert sum(one.under_replicated for one in ill) > 0
        assert sum(one.leaderless for one in ill) > 0
        row = [facts.name for facts in report.group_facts].index(pinned)
        assert "failing broker" in {finding.cause for finding in diagnose(report, row)}


def itself(report: Report) -> Report:
    """All of it."""
    return report


def missed(report: Report) -> int:
    """How many replicas are out of sync."""
    return sum(one.out_of_sync for one in report.health)


def rows(poll: Poll, topic: str, group: str = "") -> list[dict[str, str]]:
    """The rows of a topic in the order of its partitions."""
    wanted = (group or topic, topic)
    return [row for place, row in sorted(poll.items()) if place[:2] == wanted]


def verdicts(poll: Poll, topic: str) -> list[str]:
    """The verdict of every partition of a topic."""
    return [row["verdict"] for row in rows(poll, topic)]


def all_known(poll: Poll, topic: str, group: str = "") -> bool:
    """Whether every partition of a topic shows its true lag."""
    return {row["partition"]: row["lag_messages"] for row in rows(poll, topic, group)} == TRUE_LAG


def assert_nothing_wrong_was_shown(polls: list[Poll], group: str) -> None:
    """Nothing moved, so every number ever shown must be the true one; unknown is allowed."""
    for poll in polls:
        for place, row in poll.items():
            if place[0] == group:
                assert row["lag_messages"] in ("", TRUE_LAG[row["partition"]]), row
