"""Reads metrics endpoints of brokers and consumer applications, beside the polls.

Each endpoint has a thread of its own that nobody waits for: one that is slow, huge or dead costs
its own figures and no poll.
"""

from __future__ import annotations

import math
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from lagtop.endpoints import Endpoint
from lagtop.readings import CLIENT, Readings
from lagtop.security import NO_SECRET, Secret
from lagtop.wire import hearsay, timers
from lagtop.wire.fetch import UnreadableError, fetch
from lagtop.wire.metric_names import NAMES, figures, totals
from lagtop.wire.sample import Sample, Totals
from lagtop.wire.timers import Timer

EVERY_S = 10.0
STALE_AFTER_S = 30.0
NOT_READ = "not read yet"


class Metrics:
    """The endpoints of a cluster; they are read from the first question on."""

    def __init__(self, endpoints: Iterable[Endpoint], every_s: float = EVERY_S) -> None:
        self._endpoints = [EndpointReader(one, every_s) for one in endpoints]
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


class EndpointReader(threading.Thread):
    """One endpoint, read every `every_s` seconds."""

    def __init__(self, endpoint: Endpoint, every_s: float) -> None:
        super().__init__(name="lagtop-metrics", daemon=True)
        self.target = endpoint.target
        self.ended = threading.Event()
        self._url, self._every_s = endpoint.url, every_s
        self._authorization = endpoint.authorization
        self._before: tuple[Totals, float] = ({}, 0.0)
        self._timers = timers_of(endpoint.target, endpoint.url)
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
            readings = self.read()
            self._latest = (readings, time.monotonic())
            self.ended.wait(self._every_s)

    def read(self) -> Readings:
        """What it tells now, or why that cannot be read."""
        try:
            text = fetch(self._url, self._authorization)
            found, left_out = samples(text, self._timers, self._authorization)
        except UnreadableError as error:
            return Readings(reason=f"{self._url}: {error}")
        now = time.monotonic()
        before, at = self._before
        own = [one for one in found if _is_of(self.target, one)]
        values, processing = timers.told(self._timers, own, before)
        values = figures(own, before, now - at) | values
        values = {name: value for name, value in values.items() if math.isfinite(value)}
        self._before = (totals(own) | timers.totals(self._timers, own), now)
        if not left_out and not values and not self._before[0]:
            left_out = "nothing that lagtop knows the name of"
        return Readings(values, f"{self._url}: {left_out}" if left_out else "", processing)


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


def _name(line: str) -> str:
    return line.partition("{")[0].partition(" ")[0].lower()


def _plain(line: str) -> str:
    """A line without OpenMetrics' example of a value."""
    before, mark, _ = line.rpartition(" # {")
    is_example = mark and before.count('"') % 2 == 0
    return before if is_example else line


def samples(
    text: str, told: Iterable[Timer] = (), authorization: Secret = NO_SECRET
) -> tuple[list[Sample], str]:
    """The samples that have a known name, and why some were left out; raises UnreadableError.

    What is not a finite number is unknown, and no news but among the counts of a timer.
    """
    if text.lstrip()[:1] == "<":
        raise UnreadableError("not the text of an exporter but HTML")
    of_timers = frozenset[str]().union(*(one.names for one in told))
    good: list[Sample] = []
    bad: list[str] = []
    # An exporter without rules tells ten thousand series: most lines are not worth parsing.
    for line in text.splitlines():
        name = _name(line)
        if name not in of_timers and name not in NAMES:
            continue
        read, flaw = _sample_of(_plain(line), is_timers=name in of_timers)
        if flaw:
            bad.append(f"{name}: {flaw}")
        elif read is not None and math.isfinite(read.value):
            good.append(read)
    of = len(good) + len(bad)
    first = hearsay.told(bad[0], authorization) if bad else ""
    return good, f"left out {len(bad)} of {of} samples: {first}" if bad else ""


def _sample_of(line: str, *, is_timers: bool) -> tuple[Sample | None, str]:
    """The sample of a line, and what is wrong with it."""
    from prometheus_client.parser import text_string_to_metric_families

    try:
        families = list(text_string_to_metric_families(f"{line}\n"))
        one = families[0].samples[0]
        labels = {name: text.lower() for name, text in one.labels.items()}
        sample = Sample(one.name.lower(), labels, float(one.value))
    except (ValueError, LookupError, OverflowError) as error:
        return None, str(error) or type(error).__name__
    return sample, timers.flaw(sample) if is_timers else ""
