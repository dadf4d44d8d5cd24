"""What happened to groups of late: rebalances, offsets that moved, what is usually written."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

import numpy as np

from lagtop.analysis.moved import Move, offset_moves
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

LOG_LENGTH = 200
LOGGED = 10
"""So many moves of a group within PAST_S are logged: who goes back again and again fills no log."""

Times = dict[str, deque[float]]


def spikes(produced_per_s: Floats, usual_per_s: Floats) -> Flags:
    """For which groups at least SPIKE times as much is written as usual."""
    is_more: Flags = produced_per_s >= SPIKE * usual_per_s
    return is_more & (usual_per_s > 0)


class Past:
    """Remembers by name, so that groups may come and go.

    moves: the newest of each group whose offsets moved, by its row; log: of all, newest last.
    """

    def __init__(self) -> None:
        self.moves: Mapping[int, Move] = {}
        self.log: deque[Move] = deque(maxlen=LOG_LENGTH)
        self._began: float | None = None
        self._rebalancing: frozenset[str] = frozenset()
        self._rebalances: Times = {}
        self._rewinds: Times = {}
        self._logged: Times = {}
        self._newest: dict[str, Move] = {}
        self._usual = Usual()

    def observe(self, snapshot: Snapshot, produced_per_s: Floats) -> GroupPast:
        """Take in a snapshot; produced_per_s is of each group (float64[G])."""
        now = snapshot.captured_at
        began = self._began = now if self._began is None else self._began
        names = [group.name for group in snapshot.groups]
        self._note_rebalances(snapshot, now, first=began == now)
        return GroupPast(
            rebalances=_counts(self._rebalances, names, now),
            rewinds=_counts(self._rewinds, names, now),
            usual_per_s=self._usual.observe(tuple(names), produced_per_s, now),
            watched_s=now - began,
            moves=self.moves,
        )

    def note(self, snapshot: Snapshot, before: Ints, before_at: Floats, empty: Ints) -> None:
        """Take in how committed offsets moved at this poll; the rest is as in `offset_moves`."""
        now = snapshot.captured_at
        _forget(self._logged, now)
        newest = self._newest
        for name in [name for name, one in newest.items() if now - one.at > PAST_S]:
            del newest[name]
        for move in offset_moves(snapshot, before, before_at, empty):
            newest[move.group] = move
            if move.back.messages:
                self._rewinds.setdefault(move.group, deque()).append(now)
            logged = self._logged.setdefault(move.group, deque())
            if len(logged) < LOGGED:
                logged.append(now)
                self.log.append(move)
        names = (group.name for group in snapshot.groups) if newest else ()
        self.moves = {row: newest[name] for row, name in enumerate(names) if name in newest}

    def _note_rebalances(self, snapshot: Snapshot, now: float, *, first: bool) -> None:
        moving = frozenset(g.name for g in snapshot.groups if g.state in REBALANCING_STATES)
        for name in () if first else moving - self._rebalancing:
            self._rebalances.setdefault(name, deque()).append(now)
        self._rebalancing = moving


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


def _counts(times: Times, names: list[str], now: float) -> Codes:
    _forget(times, now)
    return np.array([len(times.get(name, ())) for name in names], np.int32)


def _forget(times: Times, now: float) -> None:
    for name, moments in list(times.items()):
        while moments and now - moments[0] > PAST_S:
            moments.popleft()
        if not moments:
            del times[name]
