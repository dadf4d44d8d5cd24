"""A few whole screens, cell by cell: what is written and in which style.

`LAGTOP_UPDATE_SNAPSHOTS=1` writes them anew; then look at what git says has changed.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from string import ascii_letters

import numpy as np
import pytest
from rich.style import Style

from lagtop.analysis.report import LagMethod, Report, Totals, Trend
from lagtop.analysis.verdicts import Verdict
from lagtop.live import Update
from lagtop.snapshot import UNKNOWN, Failure, Gap, Group, Progress, Step
from tests.ui.reports import report
from tests.ui.screens import Opened, opened

KEPT = Path(__file__).parent / "snapshots"
NAMES = ("search-index", "billing", "mailer", "audit", "shipping", "日本語-clicks")
WHY = (
    "",
    "hot key: orders-7 takes 38 % of what is written, 8.1k/s in, 2.5k/s out on b-3",
    "stalled 6m: mails-1 on mailer-1 has read nothing",
    "no members since 13:48",
)
DOWN = Failure(0.0, "no broker answers: broker 1 cannot be reached", "lagtop goes on trying", 2.0)


def healthy() -> Report:
    """Six groups that keep up."""
    small = [12, 340, 0, 7, 55, 1_200]
    return report(
        6, 3, names=NAMES, of_groups={"lag_messages": small, "drain_s": [0.0] * 6},
        totals=Totals(1_614, 0, 0.4, 8_000.0, 8_000.0, 1.0, (1.0,) * 8, (1.0,) * 8),
    )  # fmt: skip


def failing() -> Report:
    """A hot key, a stalled group, one without members, one that may not be read."""
    lags = [1_100, 8_120_344, 412_000, 18_200, UNKNOWN, 22_000]
    steady, unknown = Trend.STEADY, Trend.UNKNOWN
    trends = [steady, Trend.GROWING, Trend.STALLED, steady, unknown, Trend.SHRINKING]
    of_groups = {
        "lag_messages": lags, "lag_missing": [0, 0, 0, 2, 3, 0], "trend": trends,
        "members": [4, 6, 1, 0, 2, 8], "lag_s": [0.3, 842.0, 1_330.0, 720.0, np.nan, 91.0],
        "lag_s_method": [LagMethod.EXACT] * 3 + [LagMethod.AT_LEAST] * 3,
        "drain_s": [0.0, np.inf, np.inf, np.inf, np.nan, 89.0], "reason": [0, 1, 2, 3, 0, 0],
        "consumed_per_s": [100.0, 90.0, 0.0, 0.0, np.nan, 120.0],
    }  # fmt: skip
    verdicts = [0] * 18
    verdicts[4] = Verdict.LOST
    denied = Gap("unauthorized", "no DESCRIBE on group shipping")
    facts = {3: Group("audit", "classic", "Empty"), 4: Group("shipping", gap=denied)}
    seen = report(
        6, 3, names=NAMES, facts=facts, reasons=WHY, of_groups=of_groups,
        of_partitions={"verdict": verdicts, "unbalanced": [row == 3 for row in range(18)]},
        totals=Totals(8_573_644, 5, 1_330.0, 48_200.0, 41_900.0, 0.87, (1.0, 2.0) * 4, (2.0,) * 8),
    )  # fmt: skip
    down = replace(seen.brokers[2], gap=Gap("timeout", "broker 3 did not answer in 5 s"))
    return replace(seen, brokers=(*seen.brokers[:2], down))


CASES: dict[str, tuple[list[Update], str]] = {
    "connecting": ([Progress((Step("brokers", 2, 3), Step("groups", 120, 582)))], ""),
    "groups-healthy": ([healthy()], ""),
    "groups-failing": ([failing()], "j l"),
    "groups-away": ([failing(), DOWN], ""),
    "group-failing": ([failing()], "enter"),
}


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", CASES)
async def test_the_screen_is_as_it_was_approved(name: str, size: tuple[int, int]) -> None:
    updates, keys = CASES[name]
    async with opened(size=size, target="prod") as screen:
        for update in updates:
            await screen.deliver(update)
        if keys:
            await screen.press(*keys.split())
        drawn = "\n".join(cells(screen)) + "\n"

    path = KEPT / f"{name}-{size[0]}x{size[1]}.txt"
    if os.environ.get("LAGTOP_UPDATE_SNAPSHOTS"):
        path.write_text(drawn, encoding="utf-8")
    was = path.read_text(encoding="utf-8")
    changes = difflib.unified_diff(was.splitlines(), drawn.splitlines(), path.name, "now", n=0)
    assert drawn == was, "\n".join(changes)


def cells(screen: Opened) -> Iterator[str]:
    """Each line of the screen, its styles under it in letters, and what the letters mean."""
    letters: dict[str, str] = {}
    for strip in screen.app.screen._compositor.render_strips():
        yield f"|{strip.text}|"
        looks = [(told(style), text) for text, style, _ in strip]
        for style, _ in looks:
            letters.setdefault(style, ascii_letters[len(letters)])
        if strip.text.strip():
            yield " " + "".join(letters[style] * len(text) for style, text in looks)
    yield from (f"{letter} = {style}" for style, letter in letters.items())


def told(style: Style | None) -> str:
    """A style in words."""
    return str(style or Style.null())
