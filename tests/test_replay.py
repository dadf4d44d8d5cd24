"""A recording on the screen: paused, stepped, gone to, and the same as it was live."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lagtop.analysis.observer import Observer
from lagtop.analysis.report import Report
from lagtop.errors import UsageError
from lagtop.export import delimited, ndjson
from lagtop.export.selection import Selection
from lagtop.live import Rerun, Update
from lagtop.record.recorder import Recorder
from lagtop.record.when import parse_moment
from lagtop.replay import Replay
from lagtop.snapshot import Failure
from tests.analysis.build import snapshots
from tests.cli.recording import STARTED_AT, two_groups

PATIENCE_S = 20.0
POLLS = 30
EVERY_S = 2.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A recording of an hour's worth of polls' beginning: one every two seconds."""
    with Recorder(tmp_path / "r.jsonl.gz") as recorder:
        for snapshot in snapshots(*(two_groups(step) for step in range(POLLS))):
            recorder.record(snapshot)
    return tmp_path / "r.jsonl.gz"


class Shown:
    """What a player delivered."""

    def __init__(self, player: Replay) -> None:
        self.player = player
        self.updates: queue.Queue[Update] = queue.Queue()

    def next(self) -> list[Report]:
        """The reports that come next: one, or several after a jump."""
        update = self.updates.get(timeout=PATIENCE_S)
        if isinstance(update, Rerun):
            return list(update.reports)
        assert isinstance(update, Report)
        return [update]

    def until(self, step: int) -> list[Report]:
        """All that come until the poll of a step is shown."""
        reports = self.next()
        while round((reports[-1].captured_at - STARTED_AT) / EVERY_S) != step:
            reports += self.next()
        return reports


@contextmanager
def playing(path: Path, at: float | None = None, speed: float = 1.0) -> Iterator[Shown]:
    player = Replay(path, Observer, at, speed)
    shown = Shown(player)
    player.begin(shown.updates.put)
    try:
        yield shown
    finally:
        player.end()


def printed(report: Report) -> str:
    everything = Selection.all(report)
    return delimited.body(report, everything) + ndjson.body(report, everything)


def test_each_report_is_what_it_was_live(path: Path) -> None:
    observer = Observer()
    polled = snapshots(*(two_groups(step) for step in range(POLLS)))
    lived = [observer.observe(snapshot) for snapshot in polled]

    with playing(path, speed=1000.0) as shown:
        replayed = shown.until(POLLS - 1)

    assert list(map(printed, replayed)) == list(map(printed, lived))
    assert [one.alerts for one in replayed] == [one.alerts for one in lived]


def test_it_begins_where_it_is_told_to_with_the_past_before(path: Path) -> None:
    with playing(path, at=STARTED_AT + 41) as shown:
        reports = shown.next()
        player = shown.player
        assert [one.captured_at for one in reports] == [STARTED_AT + 2 * n for n in range(21)]
        assert (player.is_playing, player.is_seeking, player.is_over) == (True, False, False)


def test_it_stands_still_and_steps(path: Path) -> None:
    with playing(path, speed=0.1) as shown:
        assert shown.until(0)
        shown.player.step()
        assert shown.next()[-1].captured_at == STARTED_AT + 2
        assert not shown.player.is_playing
        shown.player.step()
        assert shown.next()[-1].captured_at == STARTED_AT + 4


def test_it_goes_on_and_back_to_a_time(path: Path) -> None:
    with playing(path, speed=0.1) as shown:
        shown.until(0)
        shown.player.pause()
        shown.player.go_to(STARTED_AT + 50.5)
        on = shown.until(25)
        shown.player.go_to(STARTED_AT + 20)
        back = shown.updates.get(timeout=PATIENCE_S)
        assert not shown.player.is_playing

    assert [one.captured_at for one in on] == [STARTED_AT + 2 * n for n in range(1, 26)]
    assert isinstance(back, Rerun)
    assert back.afresh
    assert back.reports[-1].captured_at == STARTED_AT + 20


def test_at_the_end_it_waits_and_can_be_played_again(path: Path) -> None:
    with playing(path, at=STARTED_AT + 1_000) as shown:
        assert shown.until(POLLS - 1)
        deadline = time.monotonic() + PATIENCE_S
        while not shown.player.is_over:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        shown.player.toggle()
        assert shown.next()[-1].captured_at == STARTED_AT


def test_a_fault_in_the_middle_is_told_and_what_came_before_stays(path: Path) -> None:
    torn = path.with_name("bad.jsonl")
    good = '{"lagtop_record": 1}\n{"t": 5.0, "full": true}\n'
    torn.write_text(good + '{"t": 6.0, "topics": []}\n', "utf-8")

    with playing(torn, speed=1000.0) as shown:
        assert shown.next()
        failure = shown.updates.get(timeout=PATIENCE_S)

    assert isinstance(failure, Failure)
    assert "line 3: topics is []" in failure.what


def test_times_are_read_as_people_type_them() -> None:
    near = parse_moment("2026-01-31T14:05:00")

    assert parse_moment("14:07", near) == near + 120
    assert parse_moment("14:05:30", near) == near + 30
    assert parse_moment("-5m", near) == near - 300
    assert parse_moment("+90", near) == near + 90
    assert parse_moment("1700000000.5", near) == 1_700_000_000.5
    for silly in ("", "noon", "25:61:", "nan", "-5m"):
        with pytest.raises(UsageError, match="not a time"):
            parse_moment(silly)
    for no_time_of_day in ("14:75", "24:00", "14:05:60"):
        with pytest.raises(UsageError, match="not a time"):
            parse_moment(no_time_of_day, near)
    with pytest.raises(UsageError) as alone:
        parse_moment("14:05")
    assert "14:05," not in alone.value.hint


def test_a_player_that_has_ended_by_a_bug_can_still_be_spoken_to(path: Path) -> None:
    def buggy() -> Observer:
        if threading.current_thread() is not threading.main_thread():
            raise ZeroDivisionError
        return Observer()

    def speak(update: Update) -> None:
        player.step()
        told.append(update)

    told: list[Update] = []
    player = Replay(path, buggy, None, 1.0)
    player.begin(speak)
    player.join(PATIENCE_S)

    assert [type(update) for update in told] == [Failure]
    with pytest.raises(ZeroDivisionError):
        player.end()
