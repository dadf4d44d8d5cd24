"""More partitions for the topics of a group, as they would be loaded.

Kafka moves no record: what is there stays where it is, and only what is produced from then on is
spread. A hot key hashes to one partition whatever their number.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lagtop.analysis.members import GroupLoad
from lagtop.snapshot import NOBODY, Codes, Floats, Ints

HOT = 2.0
"""A partition that gets this many times the median of its topic holds a hot key."""


def repartitioned(load: GroupLoad, factor: float) -> GroupLoad:
    """Each topic with `factor` times its partitions, never fewer; the same load if none is new.

    The rest is spread evenly; what a hot partition gets above its topic's median stays there.
    """
    sizes = np.bincount(load.topic, load.dealt, len(load.topics)).astype(np.int64)
    more = np.maximum(np.rint(sizes * factor).astype(np.int64) - sizes, 0)
    if not more.any():
        return load
    topic = np.repeat(np.arange(len(sizes)), more).astype(np.int32)
    first = np.repeat(np.cumsum(more) - more, more)
    number = (sizes[topic] + np.arange(len(topic)) - first).astype(np.int32)
    return _with_new(load, topic, number, _spread(load, sizes, more))


def _spread(load: GroupLoad, sizes: Ints, more: Ints) -> Floats:
    """What every old and then every new partition gets, messages per second."""
    produced = load.produced.copy()
    new = []
    for topic in np.flatnonzero(more).tolist():
        here = np.flatnonzero(load.topic == topic)
        rates = load.produced[here]
        median = _median(rates)
        above = np.where(rates > HOT * median, rates - median, 0.0)
        rest = float(_mean(rates - above) * sizes[topic] / (sizes[topic] + more[topic]))
        produced[here] = np.where(np.isnan(rates), np.nan, above + rest)
        new.append(np.full(more[topic], rest))
    return np.concatenate([produced, *new])


def _with_new(load: GroupLoad, topic: Codes, number: Codes, produced: Floats) -> GroupLoad:
    topics = np.append(load.topic, topic)
    numbers = np.append(load.number, number)
    order = np.lexsort((numbers, topics))
    zeros = np.zeros(len(topic))
    return replace(
        load,
        topic=topics[order],
        number=numbers[order],
        owner=np.append(load.owner, np.full(len(topic), NOBODY, np.int32))[order],
        lag=np.append(load.lag, zeros)[order],
        produced=produced[order],
        consumed=np.append(load.consumed, zeros)[order],
        behind=np.append(load.behind, zeros > 0)[order],
    )


def _median(rates: Floats) -> float:
    return float(np.nanmedian(rates)) if not np.isnan(rates).all() else np.nan


def _mean(rates: Floats) -> float:
    return float(np.nanmean(rates)) if not np.isnan(rates).all() else np.nan
