"""When retention will delete what a group has not read yet: at the earliest, and at the latest.

A record goes when its segment goes, and a segment when its last record is too old, at a check every
five minutes (UnifiedLog.deleteRetentionMsBreachedSegments): so a record goes no sooner than when it
is too old itself, and no later than a segment's span and a check after that. The consumer moves on
meanwhile: while it reads at rate c what was written at rate p, the record it has come to is older
by 1 - c/p seconds each second, and never gets too old when c >= p. By size, a log that is full
drops as much at its start as is written at its end, a segment at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from lagtop.analysis.age import Age
from lagtop.analysis.drain import NEVER
from lagtop.analysis.lean import lean, parts, unknowns
from lagtop.snapshot import UNKNOWN, Codes, Floats, Ints, Snapshot, TopicConfig

CHECK_S: Final = 300.0
"""log.retention.check.interval.ms as it is unless somebody changed it."""

SOON_S: Final = 86_400.0
"""A loss that is further away is no reason to act yet: until then much may change."""


@dataclass(frozen=True, slots=True, eq=False)
class Loss:
    """Seconds until a row's next record is deleted: floats[N] each, NaN unknown, inf never.

    earliest: it may be from then on; latest: it will have been by then.
    """

    earliest: Floats
    latest: Floats


def data_loss(
    snapshot: Snapshot, lag: Floats, age: Age, produced: Floats, consumed: Floats
) -> Loss:
    """When the next record of each commit row may be deleted, and when it must have been.

    `age` is the lag in time with its bounds; rates are messages per second, float64[N].
    """
    if not snapshot.configs:
        unknown = lean(np.where(lag == 0, NEVER, np.nan))
        return Loss(unknown, unknown)
    found, limits = Loss(unknowns(len(lag)), unknowns(len(lag))), _Limits.of(snapshot)
    for rows in parts(len(lag)):
        logs = limits.at(snapshot.commits.partition[rows])
        rates, committed = (produced[rows], consumed[rows]), snapshot.commits.committed[rows]
        earliest, latest = _soonest(logs, committed, (age.low[rows], age.high[rows]), *rates)
        for column, seconds in ((found.earliest, earliest), (found.latest, latest)):
            column[rows] = np.where(lag[rows] == 0, NEVER, seconds)
            column[rows][np.isnan(lag[rows])] = np.nan
    return found


class _Limits(NamedTuple):
    """How far logs go and what they may hold, float64[n] each; NaN where a setting is not known."""

    start: Ints
    end: Ints
    retention_s: Floats
    segment_s: Floats
    limit_bytes: Floats
    segment_bytes: Floats

    @classmethod
    def of(cls, snapshot: Snapshot) -> _Limits:
        """Those of all partitions."""
        settings = (_retention_s, _segment_s, _limit_bytes, _segment_bytes)
        partitions = snapshot.partitions
        told = (_of_topics(snapshot, of) for of in settings)
        return cls(partitions.log_start, partitions.log_end, *told)

    def at(self, partitions: Codes) -> _Limits:
        """Those of some."""
        return _Limits(
            self.start[partitions], self.end[partitions], self.retention_s[partitions],
            self.segment_s[partitions], self.limit_bytes[partitions],
            self.segment_bytes[partitions],
        )  # fmt: skip


def _soonest(
    logs: _Limits,
    committed: Ints,
    ages_s: tuple[Floats, Floats],
    produced: Floats,
    consumed: Floats,
) -> tuple[Floats, Floats]:
    """The earliest and the latest of some rows; `ages_s`: how old they are, least and most."""
    least_s, most_s = ages_s
    early, late = _by_size(logs, committed, produced - consumed)
    earliest = np.minimum(_by_time(logs.retention_s, most_s, produced, consumed), early)
    span_s = logs.retention_s + logs.segment_s + CHECK_S
    kept_s = np.where(np.isinf(logs.retention_s), NEVER, span_s)
    by_time = _by_time(kept_s, least_s, produced, consumed)
    by_either = np.where(np.isinf(late), by_time, np.fmin(by_time, late))
    return earliest, np.maximum(by_either, earliest)


def _by_time(kept_s: Floats, age_s: Floats, produced: Floats, consumed: Floats) -> Floats:
    """When what is `age_s` old now is older than `kept_s`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ageing = np.where(produced > 0, 1 - consumed / produced, np.where(consumed > 0, 0.0, 1.0))
        seconds = np.maximum((kept_s - age_s) / ageing, 0.0)
    seconds[np.isinf(age_s)] = np.nan
    seconds[np.isnan(produced) | np.isnan(consumed)] = np.nan
    seconds[(ageing <= 0) | np.isinf(kept_s)] = NEVER
    seconds[np.isnan(kept_s)] = np.nan
    return seconds


def _by_size(logs: _Limits, committed: Ints, growing: Floats) -> tuple[Floats, Floats]:
    """A log whose start is still 0 has never been full; sizes themselves are not known here.

    A full log has about `retention.bytes`: so a segment has its share of the log's offsets.
    """
    start, limit = logs.start, logs.limit_bytes
    headroom = np.maximum(committed - start, 0).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.minimum(logs.segment_bytes / limit, 1.0)
        segment = np.fmax(share * (logs.end - start), 0.0)
        early, late = (
            np.where(growing <= 0, NEVER, left / growing)
            for left in (np.fmax(headroom - np.nan_to_num(segment), 0.0), headroom)
        )
    # A log without a limit, or with all that was ever written, is not full.
    other = np.where((limit <= 0) | (start == 0), NEVER, np.nan)
    is_full = (limit > 0) & (start > 0)
    return np.where(is_full, early, other), np.where(is_full, late, other)


def _retention_s(config: TopicConfig) -> float:
    if "delete" not in config.cleanup_policy or config.retention_ms == -1:
        return NEVER
    return np.nan if config.retention_ms == UNKNOWN else config.retention_ms / 1000


def _limit_bytes(config: TopicConfig) -> float:
    if "delete" not in config.cleanup_policy:
        return -1.0
    return np.nan if config.retention_bytes == UNKNOWN else float(config.retention_bytes)


def _segment_s(config: TopicConfig) -> float:
    return np.nan if config.segment_ms == UNKNOWN else config.segment_ms / 1000


def _segment_bytes(config: TopicConfig) -> float:
    return np.nan if config.segment_bytes == UNKNOWN else float(config.segment_bytes)


def _of_topics(snapshot: Snapshot, of: Callable[[TopicConfig], float]) -> Floats:
    """A setting of each partition's topic, float64[P]; NaN where the settings are not known."""
    partitions, configs = snapshot.partitions, snapshot.configs
    known = [of(configs[topic]) if topic in configs else np.nan for topic in partitions.topics]
    return np.array(known, np.float64)[partitions.topic]
