"""The view of dead letters and retries: what could not be handled, of which topic, and how much."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lagtop.analysis.dlq import GROWTH_S, DeadLetters
from lagtop.analysis.letters import Kind
from lagtop.analysis.marks import Mark, Marks
from lagtop.analysis.report import Report, Trace
from lagtop.snapshot import UNKNOWN
from lagtop.ui import cells, text
from lagtop.ui.columns import Column
from lagtop.ui.look import Look
from lagtop.ui.names import clean
from lagtop.ui.order import Rows
from lagtop.ui.sheets import GONE, Identity, Names, Sheet, rows_of_topic

_COUNTS: Final = ("depth_messages", "unread_messages", "readers", "partitions")
_OVER: Final = f"{GROWTH_S / 60:.0f} min"


class DeadLetterSheet(Sheet):
    """One row per dead letter or retry topic; fields are those of DeadLetters."""

    def __init__(self, report: Report, stale_after_s: float) -> None:
        super().__init__(report, stale_after_s)
        self.letters = report.dead_letters
        self.size = len(self.letters)

    def identity(self, row: int) -> Identity:
        """The topic's name."""
        return (self.letters[row].topic,)

    def find(self, identity: Identity) -> int:
        """The row of the topic with that name."""
        found = (row for row, one in enumerate(self.letters) if one.topic == identity[0])
        return next(found, GONE)

    def field(self, name: str) -> NDArray[Any]:
        """A column of DeadLetters."""
        kind = np.int64 if name in _COUNTS else np.float64
        return np.array([getattr(one, name) for one in self.letters], kind)

    @cached_property
    def history(self) -> tuple[Trace, ...]:
        """The topics' last depths."""
        longest = max((len(one.history) for one in self.letters), default=0)
        padded = [(np.nan,) * (longest - len(one.history)) + one.history for one in self.letters]
        return tuple(np.array(moment, np.float32) for moment in zip(*padded, strict=True))

    @cached_property
    def names(self) -> tuple[Names, ...]:
        """The topics' names and their sources'."""
        every = np.arange(self.size, dtype=np.int32)
        return (
            Names(tuple(one.topic for one in self.letters), every),
            Names(tuple(one.source for one in self.letters), every),
        )

    def partition_rows(self, rows: Rows) -> Rows:
        """All rows of groups that read these topics."""
        found = [rows_of_topic(self.report, self.letters[row].topic) for row in rows]
        return np.sort(np.concatenate([np.empty(0, np.intp), *found]))

    @cached_property
    def marks(self) -> Marks:
        """Attention where dead letters came that nobody has read."""
        return np.array([_mark(one) for one in self.letters], np.int8)


def dead_letter_reason(sheet: DeadLetterSheet, row: int) -> str:
    """What there is to say about a topic."""
    one = sheet.letters[row]
    if one.depth_messages == UNKNOWN:
        return "its offsets are not known yet, or its leader does not answer"
    told = [f"of {clean(one.source)}" if one.source else "its source is not known by its name"]
    if one.grown_messages > 0:
        grown = text.count(round(one.grown_messages))
        told.append(f"{grown} more within {_OVER} than were read")
    if one.depth_messages and not one.readers:
        told.append("no group reads it")
    return "; ".join([*told, *_whose(one)])


def _whose(one: DeadLetters) -> list[str]:
    """Which group's messages end up in it."""
    if one.known_by:
        return [f"of group {clean(', '.join(one.groups))}: {one.known_by}"]
    if one.error_is_bound and one.error_share > 0:
        return [
            "several groups may have failed: the one that did has more errors than that"
            f" ({clean(', '.join(one.groups))})"
        ]
    return []


def _mark(one: DeadLetters) -> Mark:
    if one.depth_messages == UNKNOWN:
        return Mark.UNKNOWN
    grows = one.kind is Kind.DEAD_LETTERS and one.grown_messages > 0
    return Mark.ATTENTION if grows else Mark.NONE


def _texts(name: str) -> cells.Cells:
    def made(sheet: Any, rows: Rows, look: Look, width: int) -> list[str]:
        return [getattr(sheet.letters[row], name) or look.not_applicable for row in rows]

    return made


def _kinds(sheet: DeadLetterSheet, rows: Rows, look: Look, width: int) -> list[str]:
    return [sheet.letters[row].kind.word for row in rows]


def _oldest(sheet: DeadLetterSheet, rows: Rows, look: Look, width: int) -> list[str]:
    letters = [sheet.letters[row] for row in rows]
    return [
        text.at_least(text.duration(one.oldest_s), int(one.oldest_is_bound), look.at_least)
        for one in letters
    ]


def _errors(sheet: DeadLetterSheet, rows: Rows, look: Look, width: int) -> list[str]:
    letters = [sheet.letters[row] for row in rows]
    return [
        text.at_least(text.small_share(one.error_share), int(one.error_is_bound), look.at_least)
        if one.source or one.groups
        else look.not_applicable
        for one in letters
    ]


def _reasons(sheet: DeadLetterSheet, rows: Rows, look: Look, width: int) -> list[str]:
    return [dead_letter_reason(sheet, int(row)) for row in rows]


def _ranks(name: str) -> cells.Values:
    return lambda sheet: cells.ranks([str(getattr(one, name)) for one in sheet.report.dead_letters])


def _grown(sheet: DeadLetterSheet, rows: Rows, look: Look, width: int) -> list[str]:
    grown = sheet.field("grown_messages")[rows].tolist()
    return [text.rounded(one) for one in grown]


DEAD_LETTER_COLUMNS: Final[tuple[Column[DeadLetterSheet], ...]] = (
    Column(
        "mark", "", "attention where dead letters came that nobody has read",
        1, 0, cells.mark_values, cells.marks, align="left", paint="row",
    ),
    Column(
        "topic", "TOPIC", "the topic of dead letters or retries, by its name",
        18, 0, _ranks("topic"), _texts("topic"), grow=2, align="left", paint="name",
        descending=False,
    ),
    Column(
        "source", "SOURCE", "the topic whose messages end up there, by its name",
        12, 5, _ranks("source"), _texts("source"), grow=1, align="left", descending=False,
    ),
    Column(
        "kind", "KIND", "dead letters, or retries that some group is to read again",
        12, 9, lambda s: np.array([float(one.kind) for one in s.letters]), _kinds,
        align="left", paint="dim", descending=False,
    ),
    Column(
        "depth", "DEPTH", "messages that lie in it",
        8, 1, cells.counts_of("depth_messages"), cells.counts("depth_messages"),
        unit="messages", paint="row",
    ),
    Column(
        "unread", "UNREAD", "messages in it that no group has read",
        8, 2, cells.counts_of("unread_messages"), cells.counts("unread_messages"),
        unit="messages", paint="row",
    ),
    Column(
        "trend", "TREND", "its depth in the last moments, newest at the right",
        8, 6, cells.growth_values, cells.trends, align="left", paint="trace",
    ),
    Column(
        "grown", "5 MIN", "messages that came within five minutes, less those that were read",
        7, 3, cells.numbers_of("grown_messages"), _grown, unit="messages", paint="row",
    ),
    Column(
        "in", "IN/s", "messages that come per second",
        6, 7, cells.numbers_of("inflow_per_s"), cells.rates("inflow_per_s"), unit="messages/s",
    ),
    Column(
        "errors", "ERRORS", "what comes in over what the group that fails reads of the source;"
        " where several may have failed, over what all of them read: at least that",
        6, 4, cells.numbers_of("error_share"), _errors, paint="row",
    ),
    Column(
        "oldest", "OLDEST", "how old its oldest message is, by the broker's own word",
        8, 4, cells.numbers_of("oldest_s"), _oldest, unit="s",
    ),
    Column(
        "readers", "READERS", "groups that have committed in it",
        7, 8, cells.numbers_of("readers"), cells.numbers("readers"),
    ),
    Column(
        "why", "WHY", "what there is to say about it",
        20, 10, lambda s: s.marks.astype(np.float64), _reasons, grow=3, align="left", paint="row",
    ),
)  # fmt: skip
