"""Records as they are peeked at; polls never read any."""

from __future__ import annotations

from dataclasses import dataclass

from lagtop.snapshot import NO_GAP, Gap


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it lies in a log; `written_ms` is its own time, ms since the epoch.

    Key and value are None where it has none; the value is also None where it was not asked for,
    and `value_bytes` is -1 where it has none.
    """

    partition: int
    offset: int
    written_ms: int
    headers: tuple[tuple[str, bytes | None], ...]
    key: bytes | None
    value_bytes: int
    value: bytes | None = None


@dataclass(frozen=True, slots=True)
class Peek:
    """The last few records of a topic, newest first; `gap` says why there are fewer, or none."""

    topic: str
    records: tuple[Record, ...] = ()
    gap: Gap = NO_GAP
