"""A commit for each message is told from batches, and from what cannot be told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from lagtop.analysis.report import GroupRows
from lagtop.protocol.java import partition_hash, string_hash
from tests.analysis.build import Line, observed, poll, reports

SLOTS = 5
WATCHED_S = 60


@dataclass(frozen=True)
class Reader:
    """A group that reads so much of each of its partitions, and commits every so often.

    records_per_s: what it writes to the log of commits for each partition, None for as many as
    there are commits.
    """

    per_s: float
    every_s: float
    records_per_s: float | None = None
    waiting: int = 0
    partitions: int = 1

    def committed(self, t: float) -> int:
        """The offset committed by then."""
        return int(self.per_s * (t // self.every_s * self.every_s))

    def records(self, t: float) -> float:
        """How much it has written to the log of commits by then."""
        per_s = 1 / self.every_s if self.records_per_s is None else self.records_per_s
        return per_s * self.partitions * t


def seen(readers: dict[str, Reader], gap_s: float, with_log: bool = True) -> GroupRows:
    """The groups after some minutes of polls; their names say where they are in the log."""
    lines = []
    for turn in range(int(WATCHED_S / gap_s)):
        t = turn * gap_s
        topics: Line = {}
        groups: Line = {}
        for name, reader in readers.items():
            numbers, end = range(reader.partitions), int(reader.per_s * t) + reader.waiting
            topics[f"of-{name}"] = [[number, 1, 0, end, end] for number in numbers]
            committed = reader.committed(t)
            groups[name] = {f"of-{name}": [[number, committed] for number in numbers]}
        if with_log:
            written = np.zeros(SLOTS)
            for name, reader in readers.items():
                written[partition_hash(name) % SLOTS] += reader.records(t)
            ends = written.astype(int).tolist()
            topics["__consumer_offsets"] = [[n, 1, 0, end, end] for n, end in enumerate(ends)]
        lines.append(poll(1_000 + t, topics, groups))
    return observed(*lines).groups


EACH_AT_50 = Reader(50, 0.001, records_per_s=50)


@pytest.mark.parametrize(
    ("reader", "gap_s", "with_log", "messages", "each"),
    [
        pytest.param(EACH_AT_50, 2, True, 1, True, id="a record for every message"),
        pytest.param(EACH_AT_50, 2, False, None, False, id="the same when the log is hidden"),
        pytest.param(Reader(50, 5), 2, True, 250, False, id="every five seconds, as usual"),
        pytest.param(Reader(50, 5), 2, False, 250, False, id="the same by the offset's steps"),
        pytest.param(Reader(50, 2), 2, True, 100, False, id="a batch at every poll of ours"),
        pytest.param(Reader(1, 1, waiting=500), 1, False, 1, True, id="slow, and much is waiting"),
        pytest.param(Reader(1, 1), 1, False, 1, False, id="slow, and nothing waits: no batch"),
        pytest.param(Reader(1, 1), 1, True, 1, False, id="the same with the log"),
        pytest.param(Reader(1, 5, partitions=12), 2, True, 5, False, id="a dozen slow partitions"),
        pytest.param(Reader(0, 5), 2, True, None, False, id="nothing to read"),
    ],
)
def test_a_commit_for_each_message_is_told(
    reader: Reader, gap_s: float, with_log: bool, messages: float | None, each: bool
) -> None:
    found = seen({"g": reader}, gap_s, with_log)

    assert bool(found.commits_each[0]) == each
    expected = np.nan if messages is None else messages
    assert found.messages_per_commit[0] == pytest.approx(expected, rel=0.15, nan_ok=True)


def test_what_others_write_to_the_same_partition_of_the_log_is_not_held_against_a_group() -> None:
    slot = partition_hash("g") % SLOTS
    same_slot = next(name for name in map(str, range(99)) if partition_hash(name) % SLOTS == slot)
    found = seen({"g": Reader(50, 2), same_slot: Reader(500, 0.001, records_per_s=500)}, 2)

    assert not found.commits_each[1], "g is the second by name"


def test_the_reason_says_how_often() -> None:
    lines = []
    for t in range(0, 60, 2):
        end = 50 * t
        written = [[n, 1, 0, end, end] for n in range(SLOTS)]
        topics = {"orders": [[0, 1, 0, end + 20, end + 20]], "__consumer_offsets": written}
        lines.append(poll(1_000 + t, topics, {"g": {"orders": [[0, end]]}}))
    report = observed(*lines)
    reason = report.reasons[report.groups.reason[0]]

    assert reason == "a commit per message: an offset is committed for each message, at 50/s"


@pytest.mark.parametrize("partitions", [1, 3])
def test_a_partition_that_stops_is_no_commit_for_each_message(partitions: int) -> None:
    """Its rate sinks slowly while its cadence is remembered, and a backlog grows meanwhile."""
    lines, stopped_s = [], 15
    for t in range(WATCHED_S):
        end, read = 10 * t + 5, [10 * min(t, stopped_s), *[10 * t] * (partitions - 1)]
        topics: Line = {"a": [[number, 1, 0, end, end] for number in range(partitions)]}
        committed = [[number, offset] for number, offset in enumerate(read)]
        lines.append(poll(1_000.0 + t, topics, {"g": {"a": committed}}))

    told = [report.groups.commits_each[0] for report in reports(*lines)]

    assert not any(told)


def test_hashes_are_javas() -> None:
    assert string_hash("") == 0
    assert string_hash("billing") == (-109829509) % 2**32
    assert string_hash("\U0001f600") == (0xD83D * 31 + 0xDE00) % 2**32


def test_a_group_writes_where_kafka_says() -> None:
    # As seen on Kafka 4.3, six partitions of __consumer_offsets; two of the hashes are negative.
    names = ("record-1a87bb-each", "record-1a87bb-usual", "record-73cba5-each")
    slots = [partition_hash(f"test_a_reader_that_commits_every_{name}") % 6 for name in names]

    assert slots == [3, 0, 3]
    assert partition_hash("polygenelubricants") == 0  # the smallest hash there is has no opposite
