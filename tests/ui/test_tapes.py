"""Recordings on the screen: played with the keys of time, and made while one looks."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from lagtop.analysis.observer import Observer
from lagtop.record.player import play
from lagtop.record.tap import Tap
from lagtop.replay import Replay
from lagtop.ui.app import LagtopApp
from lagtop.ui.options import Options
from tests.analysis.build import snapshots
from tests.cli.recording import STARTED_AT, recorded, two_groups
from tests.ui.reports import report
from tests.ui.screens import opened

PATIENCE_S = 20.0


class Player:
    """A screen that plays a recording."""

    def __init__(self, app: LagtopApp, pilot: Pilot[int], replay: Replay) -> None:
        self.app, self.pilot, self.replay = app, pilot, replay

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, command: str) -> None:
        await self.press(":", *("space" if key == " " else key for key in command), "enter")

    @property
    def step(self) -> int:
        """Which poll is shown."""
        shown = self.app.session.shown.report
        return -1 if shown is None else round((shown.captured_at - STARTED_AT) / 2)

    @property
    def head(self) -> str:
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in strips[:2])

    async def until(self, step: int) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while self.step != step:
            assert time.monotonic() < deadline, (self.step, self.head)
            await self.pilot.pause(0.02)


@asynccontextmanager
async def playing(tmp_path: Path) -> AsyncIterator[Player]:
    """A recording of thirty polls, standing still at the twentieth."""
    path = recorded(tmp_path / "r.jsonl", *(two_groups(step) for step in range(30)))
    replay = Replay(path, Observer, STARTED_AT + 40, 0.1)
    app = LagtopApp(replay, Options(target="r.jsonl", tag="replay", transport=replay))
    try:
        async with app.run_test(size=(120, 30)) as pilot:
            player = Player(app, pilot, replay)
            await player.until(20)
            await player.press("p")
            yield player
    finally:
        replay.end()


async def test_a_recording_is_stepped_through_and_gone_to(tmp_path: Path) -> None:
    async with playing(tmp_path) as player:
        assert "replay" in player.head
        assert "PAUSED at" in player.head
        await player.press("right_square_bracket")
        await player.until(21)
        await player.press("left_square_bracket", "left_square_bracket")
        await player.until(19)
        await player.type("goto +10")
        await player.until(24)
        await player.press("left_curly_bracket")
        await player.until(0)
        await player.type("goto noon")
        assert "not a time: 'noon'" in "\n".join(
            strip.text for strip in player.app.screen._compositor.render_strips()
        )


async def test_a_recording_is_played_to_its_end_at_any_speed(tmp_path: Path) -> None:
    async with playing(tmp_path) as player:
        await player.type("speed 500")
        assert player.replay.speed == 500
        await player.press("+")
        assert player.replay.speed == 250
        await player.press("p")
        await player.until(29)
        deadline = time.monotonic() + PATIENCE_S
        while "END at" not in player.head:
            assert time.monotonic() < deadline, player.head
            await player.pilot.pause(0.05)
        await player.type("every 5")
        assert player.step == 29


async def test_what_is_polled_is_recorded_while_one_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tap, path = Tap(), tmp_path / "seen.jsonl"
    monkeypatch.chdir(tmp_path)
    polls = snapshots(*(two_groups(step) for step in range(3)))
    async with opened(report(1, 1), tap=tap) as screen:
        await screen.press(":", *"record", "space", *path.name, "enter")
        assert tap.path == path
        for poll in polls:
            tap.take(poll)
        await screen.deliver(report(1, 1))
        assert "REC seen.jsonl" in screen.lines[1]
        await screen.press(":", *"record", "enter")
        await screen.deliver(report(1, 1))
        assert "REC" not in screen.lines[1]

    assert len(list(play(path, pytest.fail))) == 3


async def test_a_recording_that_cannot_be_made_is_said_and_the_screen_goes_on() -> None:
    async with opened(report(1, 1), tap=Tap()) as screen:
        await screen.press(":", *"record", "space", *"/no/where/x", "enter")
        assert "/no/where/x cannot be written" in screen.text


async def test_there_is_nothing_to_record_and_no_speed_where_there_is_none() -> None:
    async with opened(report(1, 1)) as screen:
        await screen.press(":", *"record", "enter")
        assert "nothing to record" in screen.text
        await screen.press(":", *"speed", "space", "2", "enter")
        assert "only a recording has a speed" in screen.text
