"""OffsetFetch and ListOffsets straight to and from numpy columns.

The two big answers of a poll have a fixed stride per partition as long as a commit carries no
metadata: OffsetFetch v8-9 has 20 bytes, ListOffsets v6-9 has 27, big-endian. A topic whose bytes do
not fit the stride is walked partition by partition; other versions are left to kafka-python's
decoder (`offsets.py`). Tests hold all three equal on random messages.

Layouts: Kafka's OffsetFetchResponse.json and ListOffsetsResponse.json; KIP-482 (compact lengths are
one more than the count, as unsigned varints), KIP-709 (many groups in one OffsetFetch).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lagtop.snapshot import Codes, Ints
from lagtop.wire.cursor import Cursor, MalformedError

OFFSET_FETCH_VERSIONS = (8, 9)
LIST_OFFSETS_VERSIONS = (6, 9)

COMMIT = np.dtype(
    [("index", ">i4"), ("offset", ">i8"), ("epoch", ">i4"), ("metadata", "u1"), ("error", ">i2"),
     ("tags", "u1")]
)  # fmt: skip
OFFSET = np.dtype(
    [("index", ">i4"), ("error", ">i2"), ("timestamp", ">i8"), ("offset", ">i8"), ("epoch", ">i4"),
     ("tags", "u1")]
)  # fmt: skip
ASKED = np.dtype(
    [("index", ">i4"), ("epoch", ">i4"), ("timestamp", ">i8"), ("tags", "u1")]
)  # fmt: skip

_METADATA_AT = 16
_COMMIT_HEAD = struct.Struct(">iqi")


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """An answer as columns: R partitions under S spans, one span a topic (of one group).

    owners: S group names ("" in ListOffsets); topics: S names; counts: int64[S] partitions each.
    index (int32[R]), offset (int64[R]), error (int32[R]), in the order of the answer.
    time_ms (int64[R]): the record's time in ListOffsets, -1 where it was not asked for or is none.
    errors: the group-level error codes of OffsetFetch, one per group in the answer.
    """

    owners: tuple[str, ...]
    topics: tuple[str, ...]
    counts: Ints
    index: Codes
    offset: Ints
    error: Codes
    time_ms: Ints
    errors: dict[str, int]


class _Spans:
    """Collects where each topic's partitions lie, to read all of them in one gather."""

    def __init__(self, data: bytes, record: np.dtype[np.void]) -> None:
        self._data, self._record = data, record
        self._owners: list[str] = []
        self._topics: list[str] = []
        self._starts: list[int] = []
        self._counts: list[int] = []
        self._loose: list[tuple[int, NDArray[Any]]] = []
        self.errors: dict[str, int] = {}

    def add(self, owner: str, topic: str, start: int, count: int) -> None:
        self._owners.append(owner)
        self._topics.append(topic)
        self._starts.append(start)
        self._counts.append(count)

    def add_loose(self, owner: str, topic: str, rows: list[tuple[int, int, int]]) -> None:
        """Add partitions that were walked one by one: (index, offset, error)."""
        records = np.zeros(len(rows), self._record)
        for name, values in zip(("index", "offset", "error"), zip(*rows, strict=True), strict=True):
            records[name] = values
        self._loose.append((len(self._counts), records))
        self.add(owner, topic, 0, len(rows))

    @property
    def starts(self) -> Ints | None:
        """Where each span begins, int64[S]; None if one has to be walked."""
        return None if self._loose else np.array(self._starts, np.int64)

    def columns(self) -> Columns:
        """Read every span at once."""
        counts = np.array(self._counts, np.int64)
        starts = np.array(self._starts, np.int64)
        records = gathered(self._data, starts, counts, self._record)
        ends = np.cumsum(counts)
        for span, loose in self._loose:
            records[ends[span] - len(loose) : ends[span]] = loose
        if (records["index"] < 0).any():
            raise MalformedError("a partition's number is negative")
        return Columns(
            tuple(self._owners),
            tuple(self._topics),
            counts,
            records["index"].astype(np.int32),
            records["offset"].astype(np.int64),
            records["error"].astype(np.int32),
            self._times(records),
            self.errors,
        )

    def _times(self, records: NDArray[Any]) -> Ints:
        if "timestamp" in (self._record.names or ()):
            return records["timestamp"].astype(np.int64)
        return _no_times(len(records))


def gathered(data: bytes, starts: Ints, counts: Ints, record: np.dtype[np.void]) -> NDArray[Any]:
    """The records of spans that begin at `starts` and have `counts` of them each."""
    size = record.itemsize
    within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    at = np.repeat(starts, counts) + within * size
    windows = np.lib.stride_tricks.sliding_window_view(
        np.frombuffer(data + bytes(size), np.uint8), size
    )
    return windows[at].view(record)[:, 0] if len(at) else np.zeros(0, record)


def _no_times(rows: int) -> Ints:
    """A column that takes no memory."""
    return np.broadcast_to(np.int64(-1), rows)


def read_offset_fetch(data: bytes) -> tuple[Columns, Ints | None]:
    """Read an OffsetFetch response of version 8 or 9; raises MalformedError.

    Gives also where in it each span's partitions begin (int64[S]), if those are records.
    """
    cursor, spans = Cursor(data), _Spans(data, COMMIT)
    cursor.take(4)
    for _ in range(cursor.count()):
        group = cursor.text()
        for _ in range(cursor.count()):
            _read_commits(cursor, spans, group, cursor.text())
        spans.errors[group] = cursor.int16()
        cursor.tags()
    return spans.columns(), spans.starts


def _read_commits(cursor: Cursor, spans: _Spans, group: str, topic: str) -> None:
    count, start, data = cursor.count(), cursor.at, cursor.data
    end = start + count * COMMIT.itemsize
    fits = (
        end <= len(data)
        and not data[start + _METADATA_AT : end : COMMIT.itemsize].strip(b"\x00\x01")
        and not data[start + COMMIT.itemsize - 1 : end : COMMIT.itemsize].strip(b"\x00")
    )
    if fits:
        spans.add(group, topic, start, count)
        cursor.at = end
    else:
        spans.add_loose(group, topic, [_walk_commit(cursor) for _ in range(count)])
    cursor.tags()


def _walk_commit(cursor: Cursor) -> tuple[int, int, int]:
    index, offset, _ = _COMMIT_HEAD.unpack(cursor.take(_COMMIT_HEAD.size))
    cursor.take(cursor.varint() - 1)
    error = cursor.int16()
    cursor.tags()
    return index, offset, error


def read_list_offsets(data: bytes) -> Columns:
    """Read a ListOffsets response of version 6 to 9; raises MalformedError."""
    cursor, spans = Cursor(data), _Spans(data, OFFSET)
    cursor.take(4)
    for _ in range(cursor.count()):
        topic, count, start = cursor.text(), cursor.count(), cursor.at
        body = cursor.take(count * OFFSET.itemsize)
        if body[OFFSET.itemsize - 1 :: OFFSET.itemsize].strip(b"\x00"):
            raise MalformedError("ListOffsets has tagged fields in a partition")
        spans.add("", topic, start, count)
        cursor.tags()
    return spans.columns()


def write_offset_fetch(groups: Sequence[str], version: int) -> bytes:
    """Ask for all offsets of each group (KIP-709), at version 8 or 9."""
    member = b"\x00" + struct.pack(">i", -1) if version >= 9 else b""
    asked = b"".join(_text(group) + member + b"\x00\x00" for group in groups)
    return _varint(len(groups) + 1) + asked + b"\x00\x00"


def write_list_offsets(
    topics: Iterable[tuple[str, Codes]], timestamp: int | Ints, isolation: int
) -> bytes:
    """Ask (topic, int32 indexes) for one timestamp, or for one each, at version 6 to 9."""
    spans = list(topics)
    indexes = np.concatenate([index for _, index in spans]) if spans else np.zeros(0, np.int32)
    asked = np.zeros(len(indexes), ASKED)
    asked["index"], asked["epoch"], asked["timestamp"] = indexes, -1, timestamp
    data, start = asked.tobytes(), 0
    parts = []
    for topic, index in spans:
        end = start + len(index) * ASKED.itemsize
        parts.append(_text(topic) + _varint(len(index) + 1) + data[start:end] + b"\x00")
        start = end
    head = struct.pack(">ib", -1, isolation) + _varint(len(parts) + 1)
    return head + b"".join(parts) + b"\x00"


def _text(text: str) -> bytes:
    data = text.encode()
    return _varint(len(data) + 1) + data


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def joined(parts: list[Columns]) -> Columns:
    """The answers to the chunks of one question about commits, as one."""
    if len(parts) == 1:
        return parts[0]
    return Columns(
        sum((one.owners for one in parts), ()),
        sum((one.topics for one in parts), ()),
        np.concatenate([one.counts for one in parts]),
        np.concatenate([one.index for one in parts]),
        np.concatenate([one.offset for one in parts]),
        np.concatenate([one.error for one in parts]),
        _no_times(sum(len(one.time_ms) for one in parts)),
        {group: code for one in parts for group, code in one.errors.items()},
    )
