"""A screen on which things come, go and are looked at holds no more of them afterwards."""

from __future__ import annotations

import asyncio
import gc
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from lagtop.analysis.report import Report
from lagtop.analysis.rules import DEFAULT_RULES, Alert, State
from lagtop.records import Peek, Record
from lagtop.ui import past, reel
from lagtop.ui.choices import Choice, Choices
from tests.remembered import ways_to
from tests.ui.reports import report
from tests.ui.screens import Opened, opened
from tests.ui.test_dlq import ORDERS
from tests.ui.test_fleet import fleet

GONE = re.compile(r"\bgone-\d")
KEPT = 4
"""Reports that a screen remembers in these tests; else it is some megabytes of them."""

LOOKS = (
    ("enter", "v", "v", "down", "enter", "enter", "escape", "escape", "escape", "escape"),
    ("w", "right", "down", "L", "escape"),
    ("enter", "w", "right", "escape", "escape"),
    ("W", "escape", "d", "escape", "x", "escape", "?", "escape", "o", "space", "escape"),
    ("2", "down", "enter", "escape", "3", "L", "A", "I", "4", "enter", "escape", "5", "enter"),
    ("v", "escape", "6", "a", "enter", "escape", "7", "1"),
    ("/", "g", "o", "n", "e", "enter", "n", "N", "z", "z", "escape"),
    ("space", "down", "space", "U", "p", "[", "[", "]", "p", "C", "escape"),
    (":", "l", "o", "g", "enter", "escape", ":", "h", "i", "d", "d", "e", "n", "enter", "escape"),
    ("y", "e", "e", "r", "1", "g"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def short_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "MOST_MOMENTS", KEPT)
    monkeypatch.setattr(reel, "_MOST", KEPT)


def wave(number: int, moment: int) -> Report:
    """A cluster in which all has a name that it never had before, or the usual one for none."""
    name = f"gone-{number}" if number else "usual"
    made = report(
        3, 2,
        names=[f"{name}-{g}" for g in range(3)],
        topics=[f"{name}.t{t}" for t in range(3)],
        clients=[f"{name}-client-{g}" for g in range(3)],
        reasons=("", f"{name} stands still"),
        captured_at=1_700_000_000.0 + 2 * moment,
    )  # fmt: skip
    at = made.captured_at
    alert = Alert(DEFAULT_RULES[0], f"{name}-0", State.FIRING, at, at, 5.0)
    letters = replace(ORDERS, topic=f"{name}.t0-dlq", source=f"{name}.t0")
    return replace(made, alerts=(alert,), dead_letters=(letters,))


def peek(topic: str, values: bool, deliver: Callable[[Peek], None]) -> None:
    """The records of a topic, at once."""
    deliver(Peek(topic, (Record(0, 7, 1, (), None, 3, topic.encode()),)))


def held_now() -> Counter[str]:
    """How many objects there are of lagtop's classes, painted lines and tasks."""
    gc.collect()
    kinds = (type(one) for one in gc.get_objects())
    names = (f"{kind.__module__}.{kind.__qualname__}" for kind in kinds)
    held = Counter(name for name in names if name.startswith(("lagtop.", "textual.strip.")))
    held["tasks"] = len(asyncio.all_tasks())
    return held


def is_meant(way: str) -> bool:
    """Whether it is the row that the cursor waits for, or what was copied."""
    return "_chosen" in way or way.startswith("'GROUP")


async def look_around(screen: Opened, number: int) -> None:
    """One wave comes, is looked at in every way there is, and goes."""
    for turn, keys in enumerate(LOOKS):
        await screen.deliver(wave(number, 100 * number + turn))
        await screen.press(*keys)
    await screen.app.workers.wait_for_complete()
    for turn in range(KEPT + 1):
        await screen.deliver(wave(0, 100 * number + 50 + turn))


async def test_what_was_looked_at_and_is_gone_is_forgotten() -> None:
    choices = Choices(lambda: (Choice("prod", "profiles", "prod", "kafka:9092"),), str, str)
    async with opened(wave(0, 0), peek=peek, choices=choices, runs=lambda: ()) as screen:
        await look_around(screen, 1)
        await look_around(screen, 2)
        held = held_now()

        await look_around(screen, 3)

        ways = [way for way in ways_to(GONE, [screen.app]) if not is_meant(way)]
        assert ways == [], "\n".join(ways)
        more = held_now() - held
        assert not more, more


async def test_a_fleet_that_is_gone_through_holds_no_more_afterwards() -> None:
    async with fleet("east", "west") as clusters:
        counts = []
        for number in (1, 2, 3):
            for name in ("east", "west"):
                await clusters.deliver(name, wave(number, number))
                await clusters.press("enter", "enter", "w", "escape", "escape", "0", "down")
                for turn in range(KEPT + 1):
                    await clusters.deliver(name, wave(0, 100 * number + turn))
            await clusters.press("/", "e", "a", "s", "enter", "escape", "?", "escape", "g")
            await clusters.press("enter", "0", "down", "enter", "0", "g")
            counts.append(held_now())

        ways = ways_to(GONE, [clusters.app])
        assert ways == [], "\n".join(ways)
        assert not counts[-1] - counts[-2], counts[-1] - counts[-2]
