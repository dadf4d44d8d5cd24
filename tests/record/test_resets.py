"""A recording tells whether anybody ever joined a group; one of before plays as it did."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lagtop.analysis.observer import Observer
from lagtop.record.player import play
from lagtop.record.recorder import Recorder
from lagtop.snapshot import CONSUMER, Snapshot
from tests.analysis.build import Line, poll, snapshots

END = 10**6


def told(t: int, **more: str) -> Line:
    """A group without members, whose offset leaps at the twentieth poll."""
    offsets = {"orders": [[0, 50_000 * (t >= 40)]]}
    group = {"type": "classic", "state": "Empty", "offsets": offsets, "members": []} | more
    return poll(float(t), {"orders": [[0, 1, 0, END, END]]}, {"g": group})


def recorded(path: Path, **more: str) -> list[Snapshot]:
    """What is played of such a recording."""
    with Recorder(path) as recorder:
        for snapshot in snapshots(*(told(t, **more) for t in range(0, 80, 2))):
            recorder.record(snapshot)
    return list(play(path, pytest.fail))


def most_consumed(played: list[Snapshot]) -> float:
    """The highest rate of consumption that is known at any poll."""
    observer = Observer()
    rates = [observer.observe(one).groups.consumed_per_s[0] for one in played]
    return float(np.nanmax(rates))


def test_whether_anybody_joined_is_played_and_with_it_a_reset(tmp_path: Path) -> None:
    played = recorded(tmp_path / "r.jsonl", protocol_type=CONSUMER)

    first = json.loads((tmp_path / "r.jsonl").read_text(encoding="utf-8").splitlines()[1])
    assert first["groups"]["g"]["protocol_type"] == CONSUMER
    assert {one.groups[0].protocol_type for one in played} == {CONSUMER}
    assert most_consumed(played) == 0


def test_a_recording_that_does_not_tell_plays_as_it_did(tmp_path: Path) -> None:
    path = tmp_path / "old.jsonl"
    recorded(path)
    path.write_text(path.read_text(encoding="utf-8").replace('"protocol_type"', '"unheard_of"'))

    played = list(play(path, pytest.fail))

    assert {one.groups[0].protocol_type for one in played} == {""}
    assert most_consumed(played) > 500
