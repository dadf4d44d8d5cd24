"""What a broker of the giant cluster answers: bytes that were encoded once, with new offsets.

Frames are made before anybody asks, or at the first time a question comes; from then on only the
offsets in them are written over, so that the cluster takes little of the machine from its client.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lagtop.protocol.messages import ApiKey
from lagtop.snapshot import Ints
from lagtop.wire.columns import ASKED, COMMIT, OFFSET
from tests.bench.giant import Size, commits, ends, group_name, leader_of
from tests.bench.giant_messages import (
    THROTTLE,
    api_versions,
    configs,
    described,
    listed,
    log_dirs,
    metadata,
)

COMMITTED_AT, TIMESTAMP_AT, END_AT = 4, 6, 14


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """An encoded body; `at` (int64[R]) is where its offsets stand, 8 bytes each.

    group and partition (int64[R]) say whose they are, by number.
    """

    body: bytearray
    at: Ints
    group: Ints
    partition: Ints

    def write(self, offsets: Ints) -> bytes:
        """The body with these offsets."""
        write_over(self.body, self.at, offsets)
        return bytes(self.body)


def write_over(body: bytearray, at: Ints, values: Ints) -> None:
    """Put 64-bit numbers, big-endian, at these places of a body."""
    places = np.lib.stride_tricks.sliding_window_view(
        np.frombuffer(body, np.uint8), 8, writeable=True
    )
    places[at] = values.astype(">i8").view(np.uint8).reshape(-1, 8)


class Scanner:
    """Reads a request of a flexible version."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, size: int) -> bytes:
        """So many bytes."""
        self._at += size
        return self._data[self._at - size : self._at]

    def count(self) -> int:
        """A compact length; null is 0."""
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return max(value - 1, 0)
            shift += 7

    def text(self) -> str:
        """A compact string."""
        return self.take(self.count()).decode()


def text(name: str) -> bytes:
    """A compact string, encoded."""
    return count(len(name)) + name.encode()


def count(number: int) -> bytes:
    """A compact length, encoded."""
    value, out = number + 1, bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


class Desk:
    """Answers for one broker of a cluster; `ports` are those of all, in order of their nodes."""

    def __init__(self, size: Size, node: int, ports: list[int]) -> None:
        self._size, self._node = size, node
        self._frames: dict[bytes, Frame] = {}
        self._described = {group_name(n): described(size, n) for n in size.groups_of(node)}
        self._fixed = {
            ApiKey.Metadata: metadata(size, ports),
            ApiKey.ListGroups: listed(size, node),
            ApiKey.DescribeLogDirs: log_dirs(size),
        }

    def answer(self, api: ApiKey, version: int, body: bytes, since_s: float) -> bytes:
        """The body of an answer, so many seconds after the cluster began."""
        if api == ApiKey.ApiVersions:
            return api_versions(version)
        if api == ApiKey.OffsetFetch:
            frame = self._frames.get(body) or self._commits(body)
            return frame.write(commits(frame.group, frame.partition, since_s))
        if api == ApiKey.ListOffsets:
            return self._offsets(body, since_s)
        if api == ApiKey.DescribeGroups:
            return self._groups(body)
        if api == ApiKey.DescribeConfigs:
            return configs(body)
        return self._fixed[api]

    def _commits(self, body: bytes) -> Frame:
        scanner, size = Scanner(body), self._size
        names = []
        for _ in range(scanner.count()):
            names.append(scanner.text())
            scanner.take(2)
        records = np.zeros(size.partitions_a_topic, COMMIT)
        records["index"], records["epoch"] = np.arange(len(records)), -1
        records["metadata"] = 1
        rows = records.tobytes() + b"\x00"
        out, at, whose = bytearray(THROTTLE + count(len(names))), [], []
        for name in names:
            group = int(name.rpartition("-")[2])
            out += text(name) + count(size.topics_a_group)
            for topic in size.topics_of(group):
                out += text(f"topic-{topic:05}") + count(len(records))
                at.append(len(out) + COMMITTED_AT)
                whose.append((group, topic))
                out += rows
            out += b"\x00\x00\x00"
        frame = self._frames[body] = self._frame(out + b"\x00", at, whose)
        return frame

    def _frame(self, body: bytearray, at: list[int], whose: list[tuple[int, int]]) -> Frame:
        index = np.arange(self._size.partitions_a_topic)
        group, topic = np.array(whose, np.int64).reshape(-1, 2).T
        return Frame(
            body,
            (np.array(at)[:, None] + index * COMMIT.itemsize).ravel(),
            np.repeat(group, len(index)),
            (topic[:, None] * len(index) + index).ravel(),
        )

    def _offsets(self, body: bytes, since_s: float) -> bytes:
        scanner = Scanner(body)
        scanner.take(5)
        names, asked = [], []
        for _ in range(scanner.count()):
            names.append(scanner.text())
            asked.append(scanner.take(scanner.count() * ASKED.itemsize))
            scanner.take(1)
        counts = [len(rows) // ASKED.itemsize for rows in asked]
        topic = np.repeat([int(name.rpartition("-")[2]) for name in names], counts)
        located = self._located(topic, np.frombuffer(b"".join(asked), ASKED), since_s)
        out, at = [THROTTLE, count(len(names))], 0
        for name, rows in zip(names, counts, strict=True):
            end = at + rows * OFFSET.itemsize
            out += [text(name), count(rows), located[at:end], b"\x00"]
            at = end
        return b"".join([*out, b"\x00"])

    def _located(self, topic: Ints, asked: Any, since_s: float) -> bytes:
        """Ends, starts (which are 0), or as if a record had been written at the time asked for."""
        partition = topic * self._size.partitions_a_topic + asked["index"].astype(np.int64)
        end, time_ms = ends(partition, since_s), asked["timestamp"].astype(np.int64)
        found = np.zeros(len(asked), OFFSET)
        found["index"], found["epoch"] = asked["index"], -1
        found["timestamp"] = np.maximum(time_ms, -1)
        found["offset"] = np.where(time_ms == -1, end, np.where(time_ms == -2, 0, end - 1))
        found["error"] = np.where(leader_of(partition) == self._node, 0, 6)
        return found.tobytes()

    def _groups(self, body: bytes) -> bytes:
        scanner = Scanner(body)
        groups = [self._described[scanner.text()] for _ in range(scanner.count())]
        return THROTTLE + count(len(groups)) + b"".join(groups) + b"\x00"
