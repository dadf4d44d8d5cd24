"""Reads metrics endpoints of brokers and consumer applications, beside the polls.

Each endpoint has a thread of its own that nobody waits for: one that is slow, huge or dead costs
its own figures and no poll.
"""

from __future__ import annotations

import math
import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from lagtop.readings import CLIENT, Readings
from lagtop.wire import timers
from lagtop.wire.metric_names import NAMES, figures, totals
from lagtop.wire.sample import Sample, Totals
from lagtop.wire.timers import Timer

EVERY_S = 10.0
DEADLINE_S = 5.0
STALE_AFTER_S = 30.0
MOST_BYTES = 32_000_000
PIECE_BYTES = 65_536
NOT_READ = "not read yet"


class UnreadableError(Exception):
    """Why an endpoint told nothing, in a sentence without a full stop."""


class Metrics:
    """The endpoints of a cluster, as (target, URL); they are read from the first question on."""

    def __init__(self, endpoints: Iterable[tuple[str, str]], every_s: float = EVERY_S) -> None:
        self._endpoints = [Endpoint(target, url, every_s) for target, url in endpoints]
        self._is_begun = False

    def readings(self) -> dict[str, Readings]:
        """What each target told of late; several endpoints of one are put together."""
        if not self._is_begun:
            self._is_begun = True
            for endpoint in self._endpoints:
                endpoint.start()
        told: dict[str, list[Readings]] = defaultdict(list)
        for endpoint in self._endpoints:
            told[endpoint.target].append(endpoint.latest())
        return {target: _together(parts) for target, parts in told.items()}

    def close(self) -> None:
        """Read no more; waits for nothing."""
        for endpoint in self._endpoints:
            endpoint.ended.set()


def _together(parts: Sequence[Readings]) -> Readings:
    values: dict[str, float] = {}
    for part in parts:
        values = {**part.values, **values}
    reason = "; ".join(part.reason for part in parts if part.reason)
    return Readings(values, reason, next((one.processing for one in parts if one.processing), ""))


class Endpoint(threading.Thread):
    """One endpoint, read every `every_s` seconds."""

    def __init__(self, target: str, url: str, every_s: float) -> None:
        super().__init__(name="lagtop-metrics", daemon=True)
        self.target = target
        self.ended = threading.Event()
        self._url, self._every_s = url, every_s
        self._before: tuple[Totals, float] = ({}, 0.0)
        self._timers = timers_of(target, url)
        self._latest = (Readings(reason=NOT_READ), time.monotonic())

    def latest(self) -> Readings:
        """What it told last, or why that is not known."""
        readings, at = self._latest
        old_s = time.monotonic() - at
        if old_s > STALE_AFTER_S + self._every_s:
            # In steps, so that a recording is not told it anew with each poll.
            steps_s = old_s // EVERY_S * EVERY_S
            return Readings(reason=f"{self._url} has not answered for over {steps_s:.0f} s")
        return readings

    def run(self) -> None:
        """The thread's body."""
        while not self.ended.is_set():
            readings = self._read()
            self._latest = (readings, time.monotonic())
            self.ended.wait(self._every_s)

    def _read(self) -> Readings:
        try:
            found = list(samples(fetch(self._url), self._timers))
        except UnreadableError as error:
            return Readings(reason=f"{self._url}: {error}")
        now = time.monotonic()
        before, at = self._before
        own = [one for one in found if _is_of(self.target, one)]
        values, processing = timers.told(self._timers, own, before)
        values = figures(own, before, now - at) | values
        self._before = (totals(own) | timers.totals(self._timers, own), now)
        nothing = f"{self._url}: nothing that lagtop knows the name of"
        return Readings(values, "" if values or self._before[0] else nothing, processing)


def timers_of(target: str, url: str) -> tuple[Timer, ...]:
    """The timers that a target may tell: first the one that its URL's fragment names."""
    if not target.startswith(CLIENT):
        return timers.OF_BROKERS
    name = urlsplit(url).fragment
    return (*([timers.named(name)] if name else []), *timers.OF_CLIENTS)


def _is_of(target: str, sample: Sample) -> bool:
    """Whether a sample is not one of another client of the same application."""
    if not target.startswith(CLIENT):
        return True
    client, labels = target.removeprefix(CLIENT).lower(), sample.labels
    names = (labels.get(label, client) for label in ("client_id", "messaging_client_id"))
    return all(name == client for name in names) and client.startswith(labels.get("thread_id", ""))


def fetch(url: str, deadline_s: float = DEADLINE_S) -> str:
    """What a URL answers; raises UnreadableError."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=deadline_s)
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    headers = {"Accept": "text/plain;version=0.0.4", "Connection": "close"}
    try:
        connection.request("GET", path, headers=headers)
        return _body(connection, time.monotonic() + deadline_s)
    except TimeoutError as error:
        raise UnreadableError(f"no whole answer within {deadline_s:g} s") from error
    except (OSError, HTTPException, ValueError, zlib.error) as error:
        raise UnreadableError(f"cannot be read: {error or type(error).__name__}") from error
    finally:
        connection.close()


def _body(connection: HTTPConnection, until: float) -> str:
    answer = connection.getresponse()
    if answer.status != 200:
        raise UnreadableError(f"answers {answer.status} {answer.reason}")
    packed = answer.getheader("Content-Encoding", "identity").lower()
    if packed not in ("identity", "gzip"):
        raise UnreadableError(f"answers in the encoding {packed[:40]!r}, which was not asked for")
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16) if packed == "gzip" else None
    pieces: list[bytes] = []
    size = 0
    while piece := answer.read1(PIECE_BYTES):
        # What is packed may be a thousand times as large.
        pieces.append(unpack.decompress(piece, MOST_BYTES) if unpack else piece)
        size += len(pieces[-1])
        if size > MOST_BYTES or (unpack and unpack.unconsumed_tail):
            raise UnreadableError(f"more than {MOST_BYTES / 1e6:.0f} MB")
        if time.monotonic() > until:
            raise TimeoutError
    return b"".join(pieces).decode("utf-8", "replace")


def _name(line: str) -> str:
    return line.partition("{")[0].partition(" ")[0].lower()


def _plain(line: str) -> str:
    """A line without OpenMetrics' example of a value."""
    before, mark, _ = line.rpartition(" # {")
    is_example = mark and before.count('"') % 2 == 0
    return before if is_example else line


def samples(text: str, told: Iterable[Timer] = ()) -> Iterator[Sample]:
    """The samples that have a known name; raises UnreadableError where one cannot be read."""
    from prometheus_client.parser import text_string_to_metric_families

    if text.lstrip()[:1] == "<":
        raise UnreadableError("not the text of an exporter but HTML")
    wanted = NAMES.union(*(one.names for one in told))
    # An exporter without rules tells ten thousand series: most lines are not worth parsing.
    lines = (_plain(line) for line in text.splitlines() if _name(line) in wanted)
    try:
        for family in text_string_to_metric_families("\n".join(lines) + "\n"):
            for one in family.samples:
                labels = {name: value.lower() for name, value in one.labels.items()}
                if math.isfinite(one.value):
                    yield Sample(one.name.lower(), labels, one.value)
    except (ValueError, IndexError, KeyError) as error:
        raise UnreadableError(f"not the text of an exporter: {error}") from error
