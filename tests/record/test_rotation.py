"""Files of a bounded length, each of which can be played alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lagtop.errors import OutputError
from lagtop.record.player import play
from lagtop.record.rotation import RotatedRecorder, Rotation
from lagtop.record.tap import Tap
from tests.analysis.build import one, snapshots

POLLS = snapshots(*(one(1_700_000_000.0 + 10 * t, 5, 9 + t) for t in range(12)))


def recorded(path: Path, rotation: Rotation) -> list[list[float]]:
    """The times in each file, oldest file first, after all polls were recorded."""
    recorder = RotatedRecorder(path, rotation)
    for snapshot in POLLS:
        recorder.record(snapshot)
    recorder.close()
    full = sorted(one for one in path.parent.iterdir() if one != path)
    return [[poll.captured_at for poll in play(one, pytest.fail)] for one in [*full, path]]


def test_no_poll_is_lost_between_files(tmp_path: Path) -> None:
    files = recorded(tmp_path / "r.jsonl", Rotation(seconds=40.0))

    assert [len(times) for times in files] == [4, 4, 4]
    assert [time for times in files for time in times] == [poll.captured_at for poll in POLLS]
    assert sorted(os.listdir(tmp_path))[0] == "r.20231114T221350Z.jsonl"


def test_files_are_bounded_by_size_and_old_ones_go(tmp_path: Path) -> None:
    files = recorded(tmp_path / "r.jsonl.gz", Rotation(size_bytes=300, keep=2))

    assert len(files) == 3
    assert files[-1][-1] == POLLS[-1].captured_at
    assert all(path.stat().st_size < 1_000 for path in tmp_path.iterdir())


def test_files_that_are_full_within_a_second_keep_every_poll(tmp_path: Path) -> None:
    polls = snapshots(*(one(1_700_000_000.0 + 0.25 * t, 5, 9 + t) for t in range(12)))
    recorder = RotatedRecorder(tmp_path / "r.jsonl", Rotation(size_bytes=1))
    for snapshot in polls:
        recorder.record(snapshot)
    recorder.close()

    played = [poll.captured_at for path in tmp_path.iterdir() for poll in play(path, pytest.fail)]
    assert sorted(played) == [poll.captured_at for poll in polls]


def test_a_file_that_nothing_was_written_to_goes_away(tmp_path: Path) -> None:
    RotatedRecorder(tmp_path / "r", Rotation()).close()

    assert os.listdir(tmp_path) == []


def test_a_tap_records_what_comes_while_it_is_open(tmp_path: Path) -> None:
    tap, path = Tap(), tmp_path / "r"
    tap.take(POLLS[0])
    tap.open(path)
    tap.take(POLLS[1])
    tap.take(POLLS[2])
    tap.close()
    tap.take(POLLS[3])

    assert [poll.captured_at for poll in play(path, pytest.fail)] == [
        poll.captured_at for poll in POLLS[1:3]
    ]


def test_a_tap_that_cannot_write_says_so_and_lets_the_polls_go_on() -> None:
    tap = Tap()
    with pytest.raises(OutputError):
        tap.open(Path("/no/such/place"))
    tap.open(Path("/dev/full"))

    tap.take(POLLS[0])

    assert tap.path is None
    assert "No space left" in tap.problem
