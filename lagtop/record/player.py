"""Plays a recording: a Snapshot a line, or an error that names the file and the line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lagtop.errors import RecordingError
from lagtop.record import files
from lagtop.record.fields import MalformedError
from lagtop.record.files import TORN, lines_of, open_to_read
from lagtop.record.state import State
from lagtop.snapshot import Snapshot

VERSION = 1


def play(path: Path, warn: Callable[[str], None]) -> Iterator[Snapshot]:
    """Every snapshot of a recording, in order; a torn last line is dropped with a warning."""
    state: State | None = None
    last = -float("inf")
    for number, line in _lines(path, warn):
        try:
            if state is None or "lagtop_record" in line:
                state = State(_cluster(line))
                continue
            snapshot = state.apply(line)
        except MalformedError as error:
            raise RecordingError(f"{path}, line {number}: {error}", _hint(number)) from None
        if snapshot.captured_at <= last:
            warn(f"{path}, line {number}: t does not go on from the line before; line left out")
            continue
        last = snapshot.captured_at
        yield snapshot
    if state is None:
        raise RecordingError(f"{path} is empty", HINT)


HINT = 'the first line is {"lagtop_record": 1, "cluster": "...", "started_at": 1700000000.0}'
POLL_HINT = 'a poll is {"t": 1700000002.0, "full": true, "topics": {...}, "groups": {...}}'


def _hint(number: int) -> str:
    """What the line of that number should look like."""
    return HINT if number == 1 else POLL_HINT


def _cluster(header: dict[str, Any]) -> str:
    if "lagtop_record" not in header:
        raise MalformedError('the first line is not {"lagtop_record": 1, ...}')
    if header["lagtop_record"] != VERSION:
        raise MalformedError(
            f"version {header['lagtop_record']!r} is not known; this lagtop reads 1"
        )
    return str(header.get("cluster") or "")


def _lines(path: Path, warn: Callable[[str], None]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each line that is not blank, parsed, with its number from 1."""
    torn: tuple[int, str] | None = None
    for number, raw in enumerate(_raw_lines(path, warn), 1):
        if torn is not None:
            raise RecordingError(f"{path}, line {torn[0]}: {torn[1]}", _hint(torn[0]))
        if len(raw) > files.MOST_LINE_BYTES:
            what = f"longer than {files.MOST_LINE_BYTES / 1e6:.0f} MB"
            raise RecordingError(f"{path}, line {number}: {what}", _hint(number))
        if not raw.strip():
            continue
        try:
            yield number, _parsed(raw)
        except MalformedError as error:
            torn = number, str(error)
    if torn is not None:
        if torn[0] == 1:
            raise RecordingError(f"{path}, line 1: {torn[1]}", HINT)
        warn(f"{path}, line {torn[0]}: torn, dropped ({torn[1]})")


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"not JSON: {error}") from None
    if not isinstance(line, dict):
        raise MalformedError("not a JSON object")
    return line


def _raw_lines(path: Path, warn: Callable[[str], None]) -> Iterator[bytes]:
    try:
        with open_to_read(path) as file:
            yield from lines_of(file)
    except TORN as error:
        warn(f"{path} ends in the middle: {error}")
    except OSError as error:
        raise RecordingError(f"{path} cannot be read: {error.strerror or error}") from error
