"""The process that writes a load: it keeps to the rate that its parent sets, and ends with it.

Records are put into batches by aiokafka's own builder, a batch to a partition and tick: a record
costs about a microsecond, so that Python is seldom the bottleneck. How fast it is here is measured
before it starts.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from typing import Any
from uuid import uuid4

import numpy as np
from aiokafka.errors import KafkaError
from aiokafka.partitioner import murmur2

from lagtop.errors import LagtopError
from lagtop.probe.clients import producing
from lagtop.probe.flow import Flow, spread
from lagtop.settings import Settings
from lagtop.snapshot import Ints

TICK_S = 0.01
REPORT_S = 0.25
SILENCE_S = 10.0
"""Without a word from its parent for so long a process writes nothing: the parent may hang."""

CATCH_UP_S = 0.25
"""What was not written in time is written later only up to so much: a spike is no one's wish."""

UNANSWERED_S = 1.0
LEAST_UNANSWERED = 2_000
MOST_UNANSWERED_BYTES = 32 << 20
"""As much as Java's producer keeps in its buffer."""

MOST_A_TICK = 20_000
"""Making more at once would keep the network waiting."""

BATCH_BYTES = 256 * 1024
RECORD_OVERHEAD_BYTES = 60
CALIBRATION_RECORDS = 1_000
CALIBRATION_S = 0.05
POSITIVE = 0x7FFFFFFF


@dataclass(slots=True)
class Progress:
    """What one process has done since it began; `able_per_s` is what it could make at most."""

    acked: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    cpu_s: float = 0.0
    able_per_s: float = 0.0
    trouble: tuple[str, str] | None = None


def generate(settings: Settings, flow: Flow, pipe: Connection) -> None:
    """The process's body: the pipe brings rates, and takes Progress; its end is the end."""
    try:
        asyncio.run(_generate(settings, flow, pipe))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    except LagtopError as error:
        pipe.send(Progress(trouble=(error.what, error.hint)))


async def _generate(settings: Settings, flow: Flow, pipe: Connection) -> None:
    options: dict[str, Any] = {
        "acks": flow.acks if flow.acks == "all" else int(flow.acks),
        "compression_type": None if flow.compression == "none" else flow.compression,
        "max_batch_size": BATCH_BYTES + flow.size_bytes,
    }
    async with producing(settings, flow.timeout_s, **options) as producer:
        pump = _Pump(producer, flow)
        pump.calibrate()
        await producer.partitions_for(flow.topic)
        report_at = heard_at = 0.0
        while True:
            now = time.monotonic()
            while pipe.poll():
                pump.rate_per_s, heard_at = pipe.recv(), now
            if now - heard_at > SILENCE_S:
                pump.rate_per_s = 0.0
            await pump.tick(now)
            if now >= report_at:
                report_at = now + REPORT_S
                pump.progress.cpu_s = time.process_time()
                pipe.send(pump.progress)
            await asyncio.sleep(TICK_S)


class _Pump:
    """Turns a rate into batches."""

    def __init__(self, producer: Any, flow: Flow) -> None:
        self.rate_per_s = 0.0
        self.progress = Progress()
        self._producer = producer
        self._flow = flow
        self._random = np.random.default_rng(uuid4().int)
        self._payloads = flow.payloads(self._random)
        self._headers = flow.all_headers
        self._weights = flow.keys.weights()
        self._keys = [b"key-%d" % number for number in range(flow.keys.count)]
        hashes = [(murmur2(key) & POSITIVE) % len(flow.partitions) for key in self._keys]
        self._places = np.array(hashes, np.int64)
        self._owed = 0
        self._unanswered = 0
        self._turn = 0
        self._last_tick: float | None = None

    def calibrate(self) -> None:
        """Measure how many records a second can be made, without sending any."""
        began_at, made, took_s = time.perf_counter(), 0, 0.0
        while took_s < CALIBRATION_S:
            made += self._filled(CALIBRATION_RECORDS, None)[1]
            took_s = time.perf_counter() - began_at
        self.progress.able_per_s = made / took_s

    async def tick(self, now: float) -> None:
        """Write what is due by now."""
        elapsed_s = 0.0 if self._last_tick is None else now - self._last_tick
        self._last_tick = now
        # By chance (Poisson) as real traffic comes, not on a metronome: queues feel the difference.
        self._owed += int(self._random.poisson(min(elapsed_s, CATCH_UP_S) * self.rate_per_s))
        self._owed = min(self._owed, self._most_unanswered())
        count = min(self._owed, self._most_unanswered() - self._unanswered, MOST_A_TICK)
        if count <= 0:
            return
        self._owed -= count
        if self._keys:
            await self._write_keyed(count)
        else:
            places = len(self._flow.partitions)
            for place, share in enumerate(spread(count, places, self._turn).tolist()):
                await self._write(place, share, None)
            self._turn = (self._turn + count) % places

    def _most_unanswered(self) -> int:
        """How many records may be on their way: a second's, in bounded memory."""
        fit = MOST_UNANSWERED_BYTES // (self._flow.size_bytes + RECORD_OVERHEAD_BYTES)
        return min(max(LEAST_UNANSWERED, int(UNANSWERED_S * self.rate_per_s)), max(1, fit))

    async def _write_keyed(self, count: int) -> None:
        drawn = np.searchsorted(self._weights, self._random.random(count))
        places = self._places[drawn]
        for place in np.unique(places).tolist():
            keys = drawn[places == place]
            await self._write(place, len(keys), keys)

    async def _write(self, place: int, count: int, keys: Ints | None) -> None:
        """Write so many records to a partition, in as many batches as it takes."""
        while count > 0:
            batch, taken = self._filled(count, keys)
            sent = await self._producer.send_batch(
                batch, self._flow.topic, partition=self._flow.partitions[place]
            )
            self._unanswered += taken
            sent.add_done_callback(partial(self._answered, taken))
            count -= taken
            keys = None if keys is None else keys[taken:]

    def _filled(self, count: int, keys: Ints | None) -> tuple[Any, int]:
        """A batch with up to `count` records, and how many it took."""
        batch = self._producer.create_batch()
        append, headers, payloads = batch.append, self._headers, self._payloads
        now_ms, taken = int(time.time() * 1000), 0
        names = [None] * count if keys is None else [self._keys[key] for key in keys.tolist()]
        for taken, key in enumerate(names):
            value = payloads[taken % len(payloads)]
            if append(timestamp=now_ms, key=key, value=value, headers=headers) is None:
                return batch, taken
        return batch, count

    def _answered(self, count: int, sent: asyncio.Future[Any]) -> None:
        self._unanswered -= count
        error = None if sent.cancelled() else sent.exception()
        if isinstance(error, KafkaError):
            self.progress.failed[type(error).__name__.removesuffix("Error")] += count
        else:
            self.progress.acked += count
