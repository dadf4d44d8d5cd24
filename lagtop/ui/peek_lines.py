"""Peeked records as lines: sizes and headers, cleaned; what they say only if it was asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from lagtop.analysis.headers import readable, suspicions, told_by
from lagtop.records import Peek, Record
from lagtop.snapshot import NO_GAP
from lagtop.ui import text
from lagtop.ui.names import clean
from lagtop.ui.roles import Line, Piece

NAME_WIDTH: Final = 34
MOST_CHARACTERS: Final = 2_000
HEADER_CHARACTERS: Final = 200


def peek_lines(peek: Peek | None, width: int, *, values: bool) -> list[Line]:
    """A paragraph for each record, newest first, after what is suspicious about them."""
    if peek is None:
        return [[], [Piece("reading the last records ...", "dim")]]
    lines: list[Line] = [[]]
    if peek.gap != NO_GAP:
        lines.append([Piece(clean(peek.gap.reason), "attention")])
    elif not peek.records:
        lines.append([Piece("there is no record in it", "dim")])
    for sentence in suspicions(peek.records):
        lines += [[Piece(line, "attention")] for line in wrap(clean(sentence), max(width, 20))]
    for record in peek.records:
        lines += [[], *_of_record(record, width, values=values)]
    return lines


def _of_record(record: Record, width: int, *, values: bool) -> Iterator[Line]:
    yield [
        Piece(f"partition {record.partition} offset {record.offset}", "name"),
        Piece(f"  {_moment(record.written_ms)}  key {_size(record.key)}", "dim"),
        Piece(f"  value {_bytes(record.value_bytes)}"),
        Piece(f"  {text.plural(len(record.headers), 'header')}", "dim"),
    ]
    told = told_by(record)
    if told.exception or told.message:
        said = ": ".join(filter(None, (told.exception, told.message)))
        yield [Piece(f"  {clean(said[: max(width - 2, 20)])}", "attention")]
    for name, value in record.headers:
        yield [
            Piece(f"  {clean(name):<{NAME_WIDTH}} ", "dim"),
            Piece(clean(readable(name, value)[:HEADER_CHARACTERS])),
        ]
    if values:
        yield [Piece("  key  ", "dim"), Piece(_payload(record.key))]
        said = _payload(record.value)
        yield from ([Piece(f"  {line}")] for line in wrap(said, max(width - 2, 20)))


def _moment(written_ms: int) -> str:
    if not 0 <= written_ms < 10**13:
        return "no time"
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(written_ms / 1000))


def _size(data: bytes | None) -> str:
    return _bytes(-1 if data is None else len(data))


def _bytes(count: int) -> str:
    return "none" if count < 0 else f"{count:,} B"


def _payload(data: bytes | None) -> str:
    if data is None:
        return "none"
    said = data[:MOST_CHARACTERS].decode("utf-8", "replace")
    more = f" ... {len(data):,} bytes in all" if len(data) > MOST_CHARACTERS else ""
    return " ".join(clean(line) for line in said.splitlines()) + more
