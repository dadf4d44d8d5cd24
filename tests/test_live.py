"""The thread between a source and a front end."""

from __future__ import annotations

import asyncio
import queue
import re
import threading
from collections.abc import AsyncIterator, Sequence

import pytest

from lagtop.analysis.narrow import Narrow
from lagtop.analysis.observer import Observer
from lagtop.analysis.report import LagMethod, Report
from lagtop.live import Live, Update
from lagtop.records import Peek, Record
from lagtop.snapshot import Failure, Snapshot, TimeAnswer, TimeQuestion
from tests.analysis.build import one, poll, snapshots
from tests.kafka.waiting import wait_until

PATIENCE_S = 60.0
WRITTEN_AT = 1_000.0


class Script:
    """A source that gives what it was told to, then waits for ever."""

    def __init__(self, updates: list[Snapshot | Failure | Exception]) -> None:
        self.interval_s = 1.0
        self.refreshed = threading.Event()
        self.closed = threading.Event()
        self.asked: list[TimeQuestion] = []
        self._updates = updates

    async def __aiter__(self) -> AsyncIterator[Snapshot | Failure]:
        for update in self._updates:
            if isinstance(update, Exception):
                raise update
            yield update
        await asyncio.Event().wait()

    def refresh(self) -> None:
        self.refreshed.set()

    async def find_times(self, questions: Sequence[TimeQuestion]) -> list[TimeAnswer]:
        self.asked.extend(questions)
        return [TimeAnswer(one, 0, round(WRITTEN_AT * 1000)) for one in questions]

    async def peek(self, topic: str, *, values: bool) -> Peek:
        return Peek(topic, (Record(0, 7, 1, (), None, 3, b"abc" if values else None),))

    async def close(self) -> None:
        self.closed.set()


def play(*updates: Snapshot | Failure | Exception) -> tuple[Live, Script, queue.Queue[Update]]:
    script, seen = Script(list(updates)), queue.Queue[Update]()
    live = Live(lambda: script, Observer)
    live.begin(seen.put)
    return live, script, seen


def test_each_snapshot_becomes_a_report_and_each_failure_passes() -> None:
    failure = Failure(1.0, "gone", "wait", 2.0)
    live, _, seen = play(*snapshots(one(10, 3, 8)), failure)

    report = seen.get(timeout=PATIENCE_S)
    assert isinstance(report, Report)
    assert report.partitions.lag_messages.tolist() == [5]
    assert seen.get(timeout=PATIENCE_S) is failure
    live.end()


def test_topics_that_are_not_wanted_are_in_no_report_and_in_no_recording() -> None:
    topics = {name: [[0, 1, 0, 10, 10]] for name in ("orders", "mails")}
    groups = {"both": {"orders": [[0, 3]], "mails": [[0, 1]]}, "other": {"mails": [[0, 1]]}}
    script = Script([*snapshots(poll(1.0, topics, groups))])
    seen: queue.Queue[Update] = queue.Queue()
    live = Live(lambda: script, Observer, narrow=Narrow(None, re.compile("^ord")))
    live.begin(seen.put)

    report = seen.get(timeout=PATIENCE_S)
    assert isinstance(report, Report)
    assert [group.name for group in report.group_facts] == ["both"]
    assert report.totals.lag_messages == 7
    live.end()


def test_ending_lets_go_of_the_source_and_of_the_thread() -> None:
    live, script, seen = play(*snapshots(one(10, 3, 8)))
    seen.get(timeout=PATIENCE_S)

    live.end()

    assert script.closed.wait(PATIENCE_S)
    live.join(PATIENCE_S)
    assert not live.is_alive()


def test_a_front_end_may_ask_for_news_and_for_another_pace() -> None:
    live, script, seen = play(*snapshots(one(10, 3, 8)))
    seen.get(timeout=PATIENCE_S)

    live.set_interval(7.0)

    assert script.refreshed.wait(PATIENCE_S)
    assert script.interval_s == 7.0
    live.end()


def test_a_bug_is_shown_and_then_raised_where_a_traceback_can_be_read() -> None:
    live, _, seen = play(ZeroDivisionError("by nothing"))

    update = seen.get(timeout=PATIENCE_S)

    assert isinstance(update, Failure)
    assert "ZeroDivisionError: by nothing" in update.what
    with pytest.raises(ZeroDivisionError):
        live.end()


def test_an_old_records_age_is_asked_for_and_known_in_the_next_report() -> None:
    first, second = snapshots(one(5_000, 0, 8), one(5_002, 0, 8))
    live, script, seen = play(first, second)

    before, after = seen.get(timeout=PATIENCE_S), seen.get(timeout=PATIENCE_S)
    live.end()

    assert isinstance(before, Report)
    assert isinstance(after, Report)
    assert script.asked[0] == TimeQuestion("orders", 0, 0)
    assert LagMethod(before.partitions.lag_s_method[0]) != LagMethod.EXACT
    assert LagMethod(after.partitions.lag_s_method[0]) == LagMethod.EXACT
    assert after.partitions.lag_s[0] == pytest.approx(5_002 - WRITTEN_AT)


def test_records_are_peeked_at_beside_the_polls() -> None:
    live, _, seen = play(*snapshots(one(10, 3, 8)))
    seen.get(timeout=PATIENCE_S)
    peeks = queue.Queue[Peek]()

    live.peek("orders-dlq", True, peeks.put)

    peek = peeks.get(timeout=PATIENCE_S)
    assert (peek.topic, peek.records[0].value) == ("orders-dlq", b"abc")
    live.end()


def test_a_peek_that_is_over_leaves_no_task_behind() -> None:
    live, _, seen = play(*snapshots(one(10, 3, 8)))
    seen.get(timeout=PATIENCE_S)
    peeks = queue.Queue[Peek]()

    for _ in range(3):
        live.peek("orders-dlq", True, peeks.put)
        peeks.get(timeout=PATIENCE_S)

    wait_until(lambda: not live._errands, "tasks to be let go of")
    live.end()


def test_without_a_connection_a_peek_says_so() -> None:
    peeks = queue.Queue[Peek]()

    Live(lambda: Script([]), Observer).peek("orders-dlq", False, peeks.put)

    assert "no connection" in peeks.get_nowait().gap.reason
