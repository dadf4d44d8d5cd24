"""A run of `lagtop probe`, `trace` or `load` as it stands: frozen, and free of whoever made it."""

from __future__ import annotations

from dataclasses import dataclass

SILENT_S = 5.0
"""A run tells every second; one that was silent for longer hangs, or was killed."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of the events of a stage, in one partition or (None) in all; latencies in s."""

    stage: str
    partition: int | None
    leader: int | None
    sent: int
    arrived: int
    lost: int
    late: int
    duplicates: int
    out_of_order: int
    failed: int
    waiting: int
    p50_s: float | None
    p95_s: float | None
    p99_s: float | None
    max_s: float | None


@dataclass(frozen=True, slots=True)
class Bar:
    """So many events took from `low_s` to `high_s` seconds."""

    low_s: float
    high_s: float
    count: int


@dataclass(frozen=True, slots=True)
class Curve:
    """A figure in the course of time, oldest first, over `span_s` seconds; None is not known.

    The unit is `s`, `/s` or `messages`.
    """

    name: str
    unit: str
    span_s: float
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A run: `what` it does, to the cluster at `address`; times in seconds since the epoch.

    `ended` is None while it runs, and then how it ended. `bars` are the histogram of the last
    stage; `said` are sentences.
    """

    command: str
    what: str
    address: str
    pid: int
    began_at: float
    told_at: float
    ended: str | None = None
    figures: tuple[Figures, ...] = ()
    bars: tuple[Bar, ...] = ()
    curves: tuple[Curve, ...] = ()
    said: tuple[str, ...] = ()

    def is_silent(self, now: float) -> bool:
        """Whether it should run, and has told nothing for long."""
        return self.ended is None and now - self.told_at > SILENT_S
