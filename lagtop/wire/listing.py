"""ListGroups answers: the names of groups, with what their coordinator says of each at once.

There may be tens of thousands. After its name a group is told in a few words, as
consumer/Stable/classic, and few such tails there are: a tail that was read once is known again by
its bytes. Versions that are not flexible are left to kafka-python. Tests hold both equal.

Layout: Kafka's ListGroupsResponse.json.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from lagtop.protocol.messages import ListGroupsResponse
from lagtop.snapshot import CONSUMER
from lagtop.wire.cursor import Cursor
from lagtop.wire.gaps import gap_for
from lagtop.wire.question import Answer, LinkError, read, readable, text

FLEXIBLE_VERSIONS = range(3, 6)
STATE_SINCE, TYPE_SINCE = 4, 5
LONGEST_BYTES = 1 << 23
"""A hundred thousand groups with long names."""
MOST_TAILS = 16
CONSUMING = frozenset({"", CONSUMER})
"""Protocol types of groups that commit offsets; others (connect, sr) only elect a leader."""


class Listed(NamedTuple):
    """A group as its coordinator lists it; type and state are "" where it does not say."""

    name: str
    type: str
    state: str
    protocol_type: str = ""


class _Tail(NamedTuple):
    """All that is told of a group but its name."""

    protocol_type: str
    state: str
    type: str


def read_list(answer: Answer) -> tuple[Listed, ...]:
    """The consumer groups of an answer; raises LinkError."""
    if answer.version not in FLEXIBLE_VERSIONS:
        return read(ListGroupsResponse, answer, _general, LONGEST_BYTES)
    with readable(ListGroupsResponse, answer, LONGEST_BYTES):
        cursor = Cursor(answer.body)
        cursor.take(4)
        _check(cursor.int16())
        return _consuming(_told(cursor, answer.version))


def _general(response: Any) -> tuple[Listed, ...]:
    _check(response.error_code)
    return _consuming(
        (
            text(one.group_id),
            _Tail(one.protocol_type, one.group_state or "", (one.group_type or "").lower()),
        )
        for one in response.groups
    )


def _check(code: int) -> None:
    if code:
        raise LinkError(gap_for(code))


def _consuming(told: Iterator[tuple[str, _Tail]]) -> tuple[Listed, ...]:
    return tuple(
        Listed(name, tail.type, tail.state, CONSUMER if tail.type == CONSUMER else protocol)
        for name, tail in told
        for protocol in (tail.protocol_type,)
        if protocol in CONSUMING or tail.type == CONSUMER
    )


def _told(cursor: Cursor, version: int) -> Iterator[tuple[str, _Tail]]:
    known: dict[bytes, _Tail] = {}
    for _ in range(cursor.count()):
        name, start = text(cursor.text()), cursor.at
        for tail in known:
            if cursor.data.startswith(tail, start):
                cursor.at += len(tail)
                yield name, known[tail]
                break
        else:
            found = _read_tail(cursor, version)
            if len(known) < MOST_TAILS:
                known[cursor.data[start : cursor.at]] = found
            yield name, found


def _read_tail(cursor: Cursor, version: int) -> _Tail:
    protocol_type = cursor.text()
    state = cursor.text() if version >= STATE_SINCE else ""
    kind = cursor.text() if version >= TYPE_SINCE else ""
    cursor.tags()
    return _Tail(protocol_type, state, kind.lower())
