"""What brokers said of records by their time, as cells of a line.

"times": [[["orders", 0, asked ms, offset, found ms], ...], ...]     rounds since the line before
"""

from __future__ import annotations

from typing import Any

from lagtop.record.fields import sequence, text, whole
from lagtop.snapshot import TimeAnswer, TimeQuestion

Rounds = tuple[tuple[TimeAnswer, ...], ...]


def write_times(rounds: Rounds) -> dict[str, Any]:
    """The line's part; empty without answers."""
    return {"times": [[_cells(one) for one in answers] for answers in rounds]} if rounds else {}


def read_times(line: dict[str, Any]) -> Rounds:
    """The same rounds; raises MalformedError."""
    rounds = sequence(line.get("times"), "times")
    return tuple(tuple(map(_answer, sequence(answers, "times"))) for answers in rounds)


def _cells(one: TimeAnswer) -> list[Any]:
    asked = one.question
    return [asked.topic, asked.partition, asked.time_ms, one.offset, one.found_ms]


def _answer(said: Any) -> TimeAnswer:
    topic, *numbers = sequence(said, "an answer in times", 5)[:5]
    partition, asked, offset, found = (whole(one, "an answer in times") for one in numbers)
    return TimeAnswer(TimeQuestion(text(topic, "times"), partition, asked), offset, found)
