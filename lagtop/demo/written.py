"""Records that clients have written to the demo cluster, and what goes wrong with some of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from lagtop.demo.logs import Logs


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it lies in a log; `timestamp_ms` is its writer's."""

    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]


class Written:
    """Records by partition row; the n-th record of a topic, from 0, may be lost or come twice.

    One that is lost is acknowledged and not kept.
    """

    def __init__(self, logs: Logs) -> None:
        self.losing: set[tuple[str, int]] = set()
        self.doubling: set[tuple[str, int]] = set()
        self._logs = logs
        self._records: defaultdict[int, list[Record]] = defaultdict(list)
        self._seen: Counter[str] = Counter()

    def accepts(self, topic: str) -> bool:
        """Whether the story leaves a topic to be written to by clients."""
        log = self._logs.by_name.get(topic)
        return log is not None and log.spec.rate_per_s == 0

    def add(self, topic: str, row: int, record: Record) -> None:
        """Append a record, unless it is to be lost; its own offset does not matter."""
        number = self._seen[topic]
        self._seen[topic] += 1
        times = 2 if (topic, number) in self.doubling else (topic, number) not in self.losing
        for _ in range(times):
            offset = int(self._logs.ends[row])
            kept = Record(offset, record.timestamp_ms, record.key, record.value, record.headers)
            self._records[row].append(kept)
            self._logs.ends[row] += 1
            self._logs.next_ends[row] += 1

    def has(self, row: int) -> bool:
        """Whether a client has written to the row."""
        return row in self._records

    def since(self, row: int, offset: int, most: int) -> list[Record]:
        """Up to so many records of a row from an offset on."""
        return [record for record in self._records[row] if record.offset >= offset][:most]
