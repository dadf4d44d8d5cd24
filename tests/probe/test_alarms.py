"""Which alerts end a load: those of groups that were well before it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lagtop.analysis.rules import STALLED, Alert, Rule, State
from lagtop.probe.alarms import Alarms
from lagtop.probe.watched import Watched
from lagtop.snapshot import NO_COMMIT, UNKNOWN, Group, Snapshot
from tests.analysis.simulate import Story as Simulated
from tests.analysis.simulate import simulate, steady

BEGAN_AT = 1000.0


def poll(at: float, *committed: int) -> Snapshot:
    """A poll of groups named 0, 1, ..., each with one partition of its own."""
    story = Simulated(steady(0.0), steady(0.0), seconds=2.0)
    snapshot = next(iter(simulate(story, runs=len(committed)).polls(1.0)))
    numbers = np.arange(len(committed), dtype=np.int32)
    commits = replace(snapshot.commits, group=numbers, committed=np.array(committed, np.int64))
    groups = tuple(Group(str(number)) for number in range(len(committed)))
    return replace(snapshot, captured_at=at, groups=groups, commits=commits)


def alert(group: str, rule: str, active_since: float, state: State = State.FIRING) -> Alert:
    """An alert of a group."""
    return Alert(Rule(rule, "lag_messages"), group, state, active_since, active_since, 1.0)


@pytest.mark.parametrize(
    ("fires", "ends"),
    [
        (alert("1", "ConsumerLagHigh", BEGAN_AT + 60), True),
        (alert("1", "ConsumerLagHigh", BEGAN_AT + 60, State.PENDING), False),
        (alert("1", "ConsumerLagHigh", BEGAN_AT + 1), False),
        (alert("2", STALLED, BEGAN_AT + 100), False),
        (alert("0", "ConsumerLagHigh", BEGAN_AT + 60), False),
        (alert("0", STALLED, BEGAN_AT + 60), True),
    ],
    ids=[
        "another group's ends it",
        "a pending one does not",
        "one from the beginning does not",
        "nor one of a group that stood still before",
        "the watched group is meant to lag",
        "but not to stall",
    ],
)
def test_a_load_ends_for_trouble_that_it_may_have_made(fires: Alert, ends: bool) -> None:
    alarms = Alarms("0")
    assert alarms.fresh(poll(BEGAN_AT, 5, 5, 5), ()) == ""

    said = alarms.fresh(poll(BEGAN_AT + 200, 9, 9, 5), (fires,))

    assert said == (f"alert {fires.rule.name} fires for {fires.group}" if ends else "")


def with_offsets(snapshot: Snapshot, ends: list[int], committed: list[int]) -> Snapshot:
    """The same poll with other offsets, all of one group."""
    partitions = replace(snapshot.partitions, log_end=np.array(ends, np.int64))
    commits = replace(
        snapshot.commits,
        committed=np.array(committed, np.int64),
        group=np.zeros(len(ends), np.int32),
    )
    return replace(snapshot, partitions=partitions, commits=commits, groups=(Group("group"),))


def test_offsets_are_summed_over_the_partitions() -> None:
    watched = Watched("group", "topic")

    reading = watched.read(with_offsets(poll(BEGAN_AT, 0, 0), [100, 50], [90, 50]))

    assert reading is not None
    assert (reading.end, reading.committed, reading.lag) == (150, 140, 10)


def test_what_was_there_before_the_first_commit_is_not_the_loads() -> None:
    watched = Watched("group", "topic")
    snapshot = poll(BEGAN_AT, 0, 0)

    before = watched.read(with_offsets(snapshot, [100, 50], [NO_COMMIT, 50]))
    after = watched.read(with_offsets(snapshot, [130, 50], [NO_COMMIT, 50]))

    assert before is not None
    assert after is not None
    assert (before.lag, after.lag) == (0, 30)


@pytest.mark.parametrize(("ends", "committed"), [([UNKNOWN, 5], [0, 0]), ([5, 5], [0, UNKNOWN])])
def test_an_unknown_part_makes_the_sum_unknown(ends: list[int], committed: list[int]) -> None:
    watched = Watched("group", "topic")

    assert watched.read(with_offsets(poll(BEGAN_AT, 0, 0), ends, committed)) is None


def test_another_group_or_topic_is_not_read() -> None:
    snapshot = with_offsets(poll(BEGAN_AT, 0, 0), [5, 5], [5, 5])

    assert Watched("other", "topic").read(snapshot) is None
    assert Watched("group", "other").read(snapshot) is None
    assert Watched("group", "topic").is_there(snapshot)
    assert not Watched("other", "topic").is_there(snapshot)
