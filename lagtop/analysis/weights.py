"""What a record weighs in the log: the leader's bytes on disk over how many records are in them.

As compressed as the log is, and so as dear to fetch. Of a compacted topic nobody knows, because
offsets do not count its records.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lagtop.snapshot import UNKNOWN, Floats, Snapshot


class Weights:
    """Weights as of the last reading of disks: sizes that are old say nothing of newer offsets."""

    def __init__(self) -> None:
        self._of: tuple[object, object] = (None, None)
        self._each: Floats = np.zeros(0)
        self._topics: Floats = np.zeros(0)

    def each(self, snapshot: Snapshot) -> Floats:
        """Bytes a record in each partition, float64[P]; NaN unknown."""
        self._follow(snapshot)
        return self._each

    def of_topics(self, snapshot: Snapshot) -> Floats:
        """Bytes a record in each topic, float64[T]; NaN unknown."""
        self._follow(snapshot)
        return self._topics

    def _follow(self, snapshot: Snapshot) -> None:
        of = (snapshot.bytes_each, snapshot.partitions.topic)
        if of[0] is not self._of[0] or of[1] is not self._of[1]:
            self._of = of
            self._each = bytes_a_record(snapshot)
            self._topics = _of_topics(snapshot)


def bytes_a_record(snapshot: Snapshot) -> Floats:
    """What a record weighs in each partition, float64[P]; NaN where nobody knows."""
    size, records = _log(snapshot)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(records > 0, size / records, np.nan)


def _of_topics(snapshot: Snapshot) -> Floats:
    size, records = _log(snapshot)
    topic, count = snapshot.partitions.topic, len(snapshot.partitions.topics)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight: Floats = np.bincount(topic, size, count) / np.bincount(topic, records, count)
    return np.where(np.isfinite(weight) & ~_compacted(snapshot), weight, np.nan)


def _log(snapshot: Snapshot) -> tuple[Floats, Floats]:
    """Bytes and records in each partition's log, float64[P]; 0 for both where one is unknown."""
    partitions, size = snapshot.partitions, snapshot.bytes_each
    if size is None or len(size) != len(partitions.log_end):
        return np.zeros(len(partitions.log_end)), np.zeros(len(partitions.log_end))
    told = (size != UNKNOWN) & (partitions.log_end != UNKNOWN) & (partitions.log_start != UNKNOWN)
    records = np.where(told, partitions.log_end - partitions.log_start, 0)
    return np.where(told, size, 0).astype(np.float64), records.astype(np.float64)


def _compacted(snapshot: Snapshot) -> NDArray[np.bool_]:
    configs = snapshot.configs
    named = snapshot.partitions.topics
    policies = (configs[one].cleanup_policy if one in configs else "" for one in named)
    return np.array(["compact" in policy for policy in policies], np.bool_)
