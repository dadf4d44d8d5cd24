"""What happened to groups of late: rebalances, offsets that went back, what is usually written."""

from __future__ import annotations

from collections import deque

import numpy as np

from lagtop.analysis.report import PAST_S, Flags, GroupPast, Trace
from lagtop.analysis.trend import REBALANCING_STATES
from lagtop.snapshot import Codes, Floats, Ints, Snapshot

USUAL_EVERY_S = 15.0
USUAL_PICTURES = 240
"""An hour of them."""

NEWS_S = 120.0
"""What is younger than this is no measure of what is usual."""

LEAST_PICTURES = 6
SPIKE = 2.0


def spikes(produced_per_s: Floats, usual_per_s: Floats) -> Flags:
    """For which groups at least SPIKE times as much is written as usual."""
    is_more: Flags = produced_per_s >= SPIKE * usual_per_s
    return is_more & (usual_per_s > 0)


class Past:
    """Remembers by name, so that groups may come and go."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._rebalancing: frozenset[str] = frozenset()
        self._rebalances: dict[str, deque[float]] = {}
        self._rewinds: dict[str, deque[float]] = {}
        self._committed: tuple[Codes, Ints] | None = None
        self._usual = Usual()

    def observe(self, snapshot: Snapshot, produced_per_s: Floats) -> GroupPast:
        """Take in a snapshot; produced_per_s is of each group (float64[G])."""
        now = snapshot.captured_at
        began = self._began = now if self._began is None else self._began
        names = [group.name for group in snapshot.groups]
        self._note_rebalances(snapshot, now, first=began == now)
        self._note_rewinds(snapshot, names, now)
        return GroupPast(
            rebalances=_counts(self._rebalances, names, now),
            rewinds=_counts(self._rewinds, names, now),
            usual_per_s=self._usual.observe(tuple(names), produced_per_s, now),
            watched_s=now - began,
        )

    def _note_rebalances(self, snapshot: Snapshot, now: float, *, first: bool) -> None:
        moving = frozenset(g.name for g in snapshot.groups if g.state in REBALANCING_STATES)
        for name in () if first else moving - self._rebalancing:
            self._rebalances.setdefault(name, deque()).append(now)
        self._rebalancing = moving

    def _note_rewinds(self, snapshot: Snapshot, names: list[str], now: float) -> None:
        commits, before = snapshot.commits, self._committed
        self._committed = (commits.partition, commits.committed)
        if before is None or before[0] is not commits.partition:
            return
        back = (commits.committed < before[1]) & (commits.committed >= 0) & (before[1] >= 0)
        for group in np.unique(commits.group[back]).tolist():
            self._rewinds.setdefault(names[group], deque()).append(now)


class Usual:
    """What is usually produced for each group: the lower quartile of pictures over an hour.

    The median would call spikes usual that come often, since a rate remembers them for a while.
    """

    def __init__(self) -> None:
        self._names: tuple[str, ...] = ()
        self._pictures: deque[tuple[float, Trace]] = deque(maxlen=USUAL_PICTURES)
        self._usual = np.zeros(0)

    def observe(self, names: tuple[str, ...], produced_per_s: Floats, now: float) -> Floats:
        """Messages per second, float64[G], NaN while there is too little to tell from."""
        if names != self._names:
            self._follow(names)
        if not self._pictures or now - self._pictures[-1][0] >= USUAL_EVERY_S:
            self._pictures.append((now, produced_per_s.astype(np.float32)))
            old = [picture for at, picture in self._pictures if now - at >= NEWS_S]
            known = np.array(old[-USUAL_PICTURES:]) if len(old) >= LEAST_PICTURES else None
            self._usual = np.full(len(names), np.nan) if known is None else _quartile(known)
        return self._usual

    def _follow(self, names: tuple[str, ...]) -> None:
        place = {name: row for row, name in enumerate(self._names)}
        sources = np.array([place.get(name, -1) for name in names], np.int64)
        for at, (moment, picture) in enumerate(self._pictures):
            self._pictures[at] = (moment, np.append(picture, np.float32(np.nan))[sources])
        self._usual = np.append(self._usual, np.nan)[sources]
        self._names = names


def _quartile(pictures: Trace) -> Floats:
    known = (~np.isnan(pictures)).sum(axis=0) >= LEAST_PICTURES
    quartile = np.full(pictures.shape[1], np.nan)
    quartile[known] = np.nanpercentile(pictures[:, known], 25, axis=0)
    return quartile


def _counts(times: dict[str, deque[float]], names: list[str], now: float) -> Codes:
    for name, moments in list(times.items()):
        while moments and now - moments[0] > PAST_S:
            moments.popleft()
        if not moments:
            del times[name]
    return np.array([len(times.get(name, ())) for name in names], np.int32)
