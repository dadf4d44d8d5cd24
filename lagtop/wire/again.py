"""An OffsetFetch answer that is laid out as the one before is not taken apart again.

Of tens of thousands of small groups the walk from name to name costs more than all offsets. From
poll to poll nothing but the offsets changes: the bytes between them are compared as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from lagtop.snapshot import Ints
from lagtop.wire.columns import COMMIT, Columns, gathered, read_offset_fetch

THROTTLE_BYTES = 4
FEW_PARTITIONS = 32
"""Of so many a topic the walk is short beside what it finds, and what is kept is not little."""
NO_OFFSETS, NO_ERRORS = np.zeros(0, np.int64), np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """An answer: its columns without offsets and errors, where its spans begin, and its length.

    between: all bytes but those of its partitions.
    """

    columns: Columns
    starts: Ints
    length: int
    between: bytes

    def like(self, data: bytes) -> Columns | None:
        """The columns of an answer that differs in offsets alone, else None."""
        if len(data) != self.length or _between(data, self.starts, self.columns) != self.between:
            return None
        records = gathered(data, self.starts, self.columns.counts, COMMIT)
        is_plain = not (records["metadata"] > 1).any() and not records["tags"].any()
        if not is_plain or not np.array_equal(records["index"], self.columns.index):
            return None
        offset, error = records["offset"].astype(np.int64), records["error"].astype(np.int32)
        return replace(self.columns, offset=offset, error=error)


class Again:
    """Reads the answers to the questions that are asked of each coordinator, by their place."""

    def __init__(self) -> None:
        self._seen: dict[int, dict[int, _Seen]] = {}

    def keep(self, nodes: Mapping[int, object]) -> None:
        """Forget all other coordinators."""
        self._seen = {node: seen for node, seen in self._seen.items() if node in nodes}

    def read(self, node: int, place: int, data: bytes) -> Columns:
        """The columns of a coordinator's answer; raises MalformedError."""
        of_node = self._seen.setdefault(node, {})
        last = of_node.pop(place, None)
        found = None if last is None else last.like(data)
        if last is not None and found is not None:
            of_node[place] = last
            return found
        found, starts = read_offset_fetch(data)
        if starts is not None and len(found.index) <= FEW_PARTITIONS * len(starts):
            bare = replace(found, offset=NO_OFFSETS, error=NO_ERRORS)
            of_node[place] = _Seen(bare, starts, len(data), _between(data, starts, found))
        return found


def _between(data: bytes, starts: Ints, columns: Columns) -> bytes:
    ends = (starts + columns.counts * COMMIT.itemsize).tolist()
    spans = zip([THROTTLE_BYTES, *ends], [*starts.tolist(), len(data)], strict=True)
    return b"".join([data[begin:end] for begin, end in spans])
