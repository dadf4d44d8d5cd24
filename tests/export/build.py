"""Reports for the tests of what is written: small ones with every kind of trouble, and random."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from lagtop.analysis.report import Report
from tests.analysis.build import poll, reports

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
OFFSET = st.one_of(st.none(), st.integers(0, 2**60))


def troubled() -> Report:
    """A report with one row of every kind, after four polls two seconds apart."""
    return reports(*(_moment(1_700_000_000.0 + 2 * step, step) for step in range(4)))[-1]


def _moment(t: float, step: int) -> dict[str, Any]:
    topics = {
        "orders": [[0, 1, 0, 1_000 + 200 * step, 1_000], [1, 2, 50, 90, 90], [2, -1, 0, 9, 9]],
        "mails": [[0, 1, 0, 500, 500]],
    }
    members = [["m-1", "app,1", "/10.0.0.1", {"orders": [0, 1]}]]
    groups = {
        "billing": {
            "type": "classic",
            "state": "Stable",
            "offsets": {"orders": [[0, 900 + 100 * step], [1, 40], [2, 5]]},
            "members": members,
        },
        '=cmd|"x"': {"type": "consumer", "state": "Empty", "offsets": {"mails": [[0, None]]}},
        "tab\tand\nline": {"type": "classic", "offsets": {"gone": [[0, 7]], "mails": [[0, -1]]}},
    }
    brokers = [[1, "one", 9092], [2, "two", 9092, {"gap": ["timeout", "broker 2 is silent"]}]]
    readings = {"1": [{"cpu_busy_share": 0.25, "handler_idle_share": 0.5}, ""]}
    return poll(
        t, topics, groups,
        brokers=brokers, controller=1, cost=[0.04, 0.01, 9, 4_096], readings=readings,
    )  # fmt: skip


@st.composite
def any_report(draw: st.DrawFn) -> Report:
    """A report of any few groups, topics and members, whatever they are called."""
    topics = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    said = {topic: [[n, 1, 0, draw(OFFSET), None] for n in range(2)] for topic in topics}
    groups = {
        group: {
            "type": draw(st.sampled_from(["", "classic", "consumer"])),
            "state": draw(st.sampled_from(["", "Stable", "Empty"])),
            "offsets": {topic: [[n, draw(OFFSET)] for n in range(2)] for topic in topics},
            "members": [[draw(NAMES), draw(NAMES), draw(NAMES), {topics[0]: [0]}]],
        }
        for group in draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    }
    lines = [poll(1_700_000_000.0 + t, said, groups) for t in range(draw(st.integers(1, 2)))]
    return reports(*lines)[-1]
