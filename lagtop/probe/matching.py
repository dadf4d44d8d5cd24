"""Matches events by correlation id: what came, how late, twice, out of order, or not at all.

Memory is bounded: at most `capacity` ids are waited for, and as many are remembered after.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TypeVar

from lagtop.probe.histogram import Histogram

CAPACITY = 200_000
TIDY_S = 0.1
"""How often a run asks what has been waited for in vain."""

Value = TypeVar("Value")


@dataclass(slots=True)
class Tally:
    """What became of the events of one place.

    `lost` are those that did not arrive in time; one that arrives after all is `late` instead, and
    its latency counts. `failed` could not be sent and are not in `sent`; `forgotten` had to be
    dropped while they were waited for: nobody knows.
    """

    sent: int = 0
    arrived: int = 0
    duplicates: int = 0
    out_of_order: int = 0
    lost: int = 0
    late: int = 0
    failed: int = 0
    forgotten: int = 0
    latency: Histogram = field(default_factory=Histogram)

    @property
    def waiting(self) -> int:
        """How many may still arrive in time."""
        return self.sent - self.arrived - self.lost - self.forgotten

    def add(self, other: Tally) -> None:
        """Count what another place has counted too."""
        self.sent += other.sent
        self.arrived += other.arrived
        self.duplicates += other.duplicates
        self.out_of_order += other.out_of_order
        self.lost += other.lost
        self.late += other.late
        self.failed += other.failed
        self.forgotten += other.forgotten
        self.latency.merge(other.latency)


@dataclass(frozen=True, slots=True)
class _Start:
    place: int
    number: int
    at: float
    seen_at: float


@dataclass(frozen=True, slots=True)
class _Arrival:
    at: float
    seen_at: float


class Matcher:
    """Pairs each id's start with its arrival, whichever is seen first; times in seconds.

    A place is where an event started: a partition's number; `number` is its turn in that place.
    """

    def __init__(self, timeout_s: float, capacity: int = CAPACITY) -> None:
        self.tallies: defaultdict[int, Tally] = defaultdict(Tally)
        self.unmatched = 0
        self._timeout_s = timeout_s
        self._capacity = capacity
        self._waiting: dict[str, _Start] = {}
        self._early: dict[str, _Arrival] = {}
        self._done: dict[str, int] = {}
        self._lost: dict[str, _Start] = {}
        self._furthest: dict[int, int] = {}

    @property
    def waiting(self) -> int:
        """How many starts have no arrival yet, and may still have one."""
        return len(self._waiting)

    def total(self) -> Tally:
        """All places together."""
        total = Tally()
        for tally in self.tallies.values():
            total.add(tally)
        return total

    def start(self, key: str, place: int, number: int, at: float, seen_at: float) -> None:
        """An event began at `at`; `seen_at` is when we learnt of it: its timeout runs from there.

        An id that begins twice is a duplicate of its first beginning.
        """
        tally = self.tallies[place]
        if key in self._waiting or key in self._done or key in self._lost:
            tally.duplicates += 1
            return
        tally.sent += 1
        start = _Start(place, number, at, seen_at)
        early = self._early.pop(key, None)
        if early is not None:
            self._match(key, start, early.at)
            return
        self._waiting[key] = start
        if len(self._waiting) > self._capacity:
            self.tallies[_pop_oldest(self._waiting).place].forgotten += 1

    def arrive(self, key: str, at: float, seen_at: float) -> float | None:
        """An event's other end was seen; its latency in seconds when that is new."""
        if (start := self._waiting.pop(key, None)) is not None:
            return self._match(key, start, at)
        if (start := self._lost.pop(key, None)) is not None:
            tally = self.tallies[start.place]
            tally.lost, tally.late = tally.lost - 1, tally.late + 1
            return self._match(key, start, at)
        if (place := self._done.get(key)) is not None:
            self.tallies[place].duplicates += 1
        elif key not in self._early:
            self._early[key] = _Arrival(at, seen_at)
            if len(self._early) > self._capacity:
                _pop_oldest(self._early)
                self.unmatched += 1
        return None

    def withdraw(self, key: str) -> None:
        """An event did not begin after all: it could not be sent."""
        start = self._waiting.pop(key, None)
        if start is not None:
            tally = self.tallies[start.place]
            tally.sent, tally.failed = tally.sent - 1, tally.failed + 1

    def expire(self, now: float) -> None:
        """Give up on what has been waited for longer than the timeout."""
        for key in _older(self._waiting, now - self._timeout_s):
            start = self._lost[key] = self._waiting.pop(key)
            self.tallies[start.place].lost += 1
            self._bound(self._lost)
        for key in _older(self._early, now - self._timeout_s):
            del self._early[key]
            self.unmatched += 1

    def _match(self, key: str, start: _Start, at: float) -> float:
        tally = self.tallies[start.place]
        furthest = self._furthest.get(start.place, -1)
        tally.out_of_order += start.number < furthest
        self._furthest[start.place] = max(furthest, start.number)
        self._done[key] = start.place
        self._bound(self._done)
        latency_s = max(0.0, at - start.at)
        tally.arrived += 1
        tally.latency.add(latency_s)
        return latency_s

    def _bound(self, remembered: dict[str, int] | dict[str, _Start]) -> None:
        if len(remembered) > self._capacity:
            del remembered[next(iter(remembered))]


def _pop_oldest(mapping: dict[str, Value]) -> Value:
    return mapping.pop(next(iter(mapping)))


def _older(mapping: dict[str, _Start] | dict[str, _Arrival], before: float) -> list[str]:
    """The keys seen before a moment; the mapping is in the order in which they were seen."""
    keys = []
    for key, seen in mapping.items():
        if seen.seen_at > before:
            break
        keys.append(key)
    return keys
