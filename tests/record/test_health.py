"""What is known of brokers, replicas, disks and the quorum comes back as it was."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from lagtop.quotas import OTHERS, UNASKED, Quota, Quotas
from lagtop.readings import Readings
from lagtop.record.fields import MalformedError
from lagtop.record.lines import Lines
from lagtop.record.state import State
from lagtop.snapshot import (
    NO_GAP,
    UNKNOWN,
    Broker,
    Gap,
    LogDir,
    Quorum,
    Replicas,
    Snapshot,
    TimeAnswer,
    TimeQuestion,
    Voter,
)
from tests.analysis.build import poll, snapshots

TOPICS = {"a": [[0, 1, 0, 5, 5], [1, 2, 0, 6, 6]], "b": [[0, -1, None, None, None]]}


def there_and_back(*lived: Snapshot) -> list[Snapshot]:
    """The snapshots after they were lines."""
    writer, state = Lines(), State("test")
    return [state.apply(json.loads(json.dumps(writer.line(one)))) for one in lived]


def replicas(nodes: list[int]) -> Replicas:
    """Two replicas of each partition; the first of each in sync."""
    return Replicas(
        np.repeat(np.arange(3, dtype=np.int32), 2),
        np.array(nodes * 3, np.int32),
        np.array([True, False] * 3),
        np.array([True, False] * 3),
    )


def columns(snapshot: Snapshot) -> list[Any]:
    found = snapshot.replicas
    assert found is not None
    assert snapshot.bytes_each is not None
    return [getattr(found, one.name).tolist() for one in fields(found)] + [
        snapshot.bytes_each.tolist(), snapshot.quorum, snapshot.reassigning,
        snapshot.brokers, snapshot.answers, snapshot.readings, snapshot.quotas,
        snapshot.failing,
    ]  # fmt: skip


def test_health_and_answers_come_back_as_they_were() -> None:
    first, second, third = snapshots(*(poll(float(t), TOPICS) for t in range(3)))
    dirs = (LogDir("/data", 10, 20, UNKNOWN, Gap("error", "bad disk")), LogDir("/more", 1))
    broker = Broker(
        1, "h", 9092, "r", NO_GAP, 0.1, 0.2, 0.3, 0.4, 0.5, dirs=dirs, dirs_gap=NO_GAP
    )
    answers = tuple(
        (TimeAnswer(TimeQuestion("a", 0, asked_ms), offset, found_ms),)
        for asked_ms, offset, found_ms in ((0, 3, 9), (9, 4, 12))
    )
    told = [
        replace(
            first, brokers=(broker,), replicas=replicas([1, 2]),
            bytes_each=np.array([7, UNKNOWN, 9]), quorum=Quorum(1, 2, (Voter(1, 5, 6),)),
            reassigning=3,
            readings={"1": Readings({"cpu_busy_share": 0.5}), "2": Readings(reason="no")},
            quotas=Quotas((Quota("alice", OTHERS, 1e6), Quota("", "b", None, 0.5))),
            failing={"a-dlq": ("billing", "audit")},
        ),
        replace(
            second, brokers=(broker,), replicas=replicas([2, 1]), bytes_each=np.array([8, 8, 8]),
            quorum=Quorum(gap=Gap("unsupported", "too old")), reassigning=0, answers=answers,
            quotas=Quotas(reason="no DESCRIBE_CONFIGS on the cluster"),
        ),
    ]  # fmt: skip
    told.append(replace(told[1], captured_at=3.0, answers=()))

    played = there_and_back(*told)

    assert [columns(one) for one in played] == [columns(one) for one in told]
    assert played[2].replicas is played[1].replicas
    bare = there_and_back(*told, third)[-1]
    assert bare.quotas == UNASKED
    assert (bare.replicas, bare.bytes_each, bare.quorum, bare.reassigning) == (
        None, None, None, UNKNOWN,
    )  # fmt: skip


def test_settings_that_may_not_be_read_come_back_as_hidden() -> None:
    (open_to_us,) = snapshots(poll(1.0, TOPICS))
    refused = replace(open_to_us, configs_refused=frozenset({"a", "b"}))

    back = there_and_back(refused, refused, replace(refused, configs_refused=frozenset({"b"})))
    assert [sorted(one.configs_refused) for one in back] == [["a", "b"], ["a", "b"], ["b"]]


def test_a_partition_that_is_gone_says_why_as_it_was_said() -> None:
    groups = {"g": {"offsets": {"gone": [[0, 5]]}}}
    (bare,) = snapshots(poll(1.0, TOPICS, groups))
    gone = [gap.code == "deleted" for gap in bare.gaps].index(True)
    why = Gap("deleted", "the topic went with last year's sales")
    gaps = tuple(why if row == gone else gap for row, gap in enumerate(bare.gaps))

    (back,) = there_and_back(replace(bare, gaps=gaps))

    assert [back.gaps[row] for row in back.partitions.gap.tolist()].count(why) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"replicas": []},
        {"replicas": {"a": [[0, 1]]}},
        {"replicas": {"a": [[0, [None], []]]}},
        {"replicas": {"a": [[0, [2**31], []]]}},
        {"replicas": {"a": [[0, [1], [[]]]]}},
        {"topics": {"a": [[0, 2**32 + 1, 0, 5, 5]]}},
        {"brokers": [[2**32 + 1, "h", 9092]]},
        {"gaps": [["timeout", "late", {"a": [-1]}, {}]]},
        {"read": {"leaders": {"--1": 1.0}}},
        {"bytes": {"a": [["x", 1]]}},
        {"quorum": [1, 2]},
        {"reassigning": "many"},
        {"failing": {"a-dlq": [7]}},
        {"times": [[["a", 0, 1]]]},
        {"brokers": [[1, "h", 9092, {"dirs": [["/d"]]}]]},
        {"brokers": [[1, "h", 9092, {"throttle_p95_s": "long"}]]},
    ],
)
def test_what_is_malformed_is_said(more: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        State("test").apply(poll(1.0, TOPICS) | more)
