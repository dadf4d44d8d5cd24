"""When retention will delete what a group has not read yet: the earliest moment.

A record goes when its segment goes, and a segment when its last record is too old, so this is early
by up to a segment and a check (UnifiedLog.deleteRetentionMsBreachedSegments). The consumer moves on
meanwhile: while it reads at rate c what was written at rate p, the record it has come to is older
by 1 - c/p seconds each second, and never gets too old when c >= p. By size, a log that is full
drops as much at its start as is written at its end.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lagtop.snapshot import UNKNOWN, Floats, Snapshot, TopicConfig

NEVER = np.inf


def data_loss_s(
    snapshot: Snapshot, lag: Floats, oldest_s: Floats, produced: Floats, consumed: Floats
) -> Floats:
    """Seconds until the next record of each commit row may be deleted; NaN unknown, inf never.

    `oldest_s` is the upper bound of the lag in time, infinite where it has none; rates are messages
    per second; all are float64[N].
    """
    if not snapshot.configs:
        return np.where(lag == 0, NEVER, np.nan)
    by_time = _by_time(snapshot, oldest_s, produced, consumed)
    by_size = _by_size(snapshot, produced - consumed)
    loss: Floats = np.minimum(by_time, by_size)
    loss[lag == 0] = NEVER
    loss[np.isnan(lag)] = np.nan
    return loss


def _by_time(snapshot: Snapshot, oldest_s: Floats, produced: Floats, consumed: Floats) -> Floats:
    retention_s = _of_topics(snapshot, _retention_s)
    with np.errstate(divide="ignore", invalid="ignore"):
        ageing = np.where(produced > 0, 1 - consumed / produced, np.where(consumed > 0, 0.0, 1.0))
        seconds = np.maximum((retention_s - oldest_s) / ageing, 0.0)
    seconds[np.isinf(oldest_s)] = np.nan
    seconds[np.isnan(produced) | np.isnan(consumed)] = np.nan
    seconds[(ageing <= 0) | np.isinf(retention_s)] = NEVER
    seconds[np.isnan(retention_s)] = np.nan
    return seconds


def _by_size(snapshot: Snapshot, growing: Floats) -> Floats:
    """A log whose start is still 0 has never been full; sizes themselves are not known here."""
    partitions, at = snapshot.partitions, snapshot.commits.partition
    start = partitions.log_start[at]
    headroom = np.maximum(snapshot.commits.committed - start, 0).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        seconds = headroom / growing
    seconds[growing <= 0] = NEVER
    limited = _of_topics(snapshot, _limit_bytes) > 0
    return np.where(limited & (start > 0), seconds, NEVER)


def _retention_s(config: TopicConfig) -> float:
    if "delete" not in config.cleanup_policy or config.retention_ms == -1:
        return NEVER
    return np.nan if config.retention_ms == UNKNOWN else config.retention_ms / 1000


def _limit_bytes(config: TopicConfig) -> float:
    return float(config.retention_bytes) if "delete" in config.cleanup_policy else -1.0


def _of_topics(snapshot: Snapshot, of: Callable[[TopicConfig], float]) -> Floats:
    """A setting of each commit row's topic, float64[N]; NaN where the settings are not known."""
    partitions, configs = snapshot.partitions, snapshot.configs
    known = [of(configs[topic]) if topic in configs else np.nan for topic in partitions.topics]
    values = np.array(known, np.float64)[partitions.topic[snapshot.commits.partition]]
    return np.asarray(values, np.float64)
