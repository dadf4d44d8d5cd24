"""Which series of which exporter tells what: the one table of names.

JMX exporter: names as it makes them without rules (MSK's port 11001 too), compared without regard
to case, since `lowercaseOutputName` is usual; then those of its example rules, which Strimzi has
too; node exporter (MSK's port 11002); Redpanda's public metrics.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from lagtop.wire.sample import Labels, Sample, Totals, by_name


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure is told: the series `name` with these labels, and without those.

    is_counter: the figure is its growth per second; per: its sum is divided by how many values this
    label has; most: the largest of its series counts, not their sum; scale makes our unit of its.
    """

    figure: str
    name: str
    labels: Labels = field(default_factory=dict)
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_counter: bool = False
    per: str = ""
    most: bool = False
    scale: float = 1.0

    def takes(self, sample: Sample) -> bool:
        """Whether a sample is one of its series; no values in `without` are all values."""
        labels = sample.labels
        return (
            sample.name == self.name
            and all(labels.get(label) == value for label, value in self.labels.items())
            and not any(
                label in labels and (not values or labels[label] in values)
                for label, values in self.without.items()
            )
        )


_TOPIC = {"topic": ()}
_CLIENT = {"topic": (), "partition": ()}
_TOPICS = {"partition": ()}
_VIRTUAL = {"device": ("lo",)}
_RESTING = {"mode": ("idle", "iowait")}
_REQUESTS = "kafka_network_requestmetrics_"
_HANDLERS = "kafka_server_kafkarequesthandlerpool_"
_MESSAGES = "kafka_server_brokertopicmetrics_"
_FETCHERS = ("kafka_consumer_consumer_fetch_manager_metrics_", "kafka_consumer_fetch_manager_")
_CONSUMERS = ("kafka_consumer_consumer_metrics_", "kafka_consumer_")
_STREAMS = ("kafka_streams_stream_thread_metrics_", "kafka_stream_thread_")
_IDLE = ("brokerrequesthandleravgidlepercent", "requesthandleravgidlepercent")
_MS, _NS = 1e-3, 1e-9


def _latencies() -> Iterable[Source]:
    for request, figure in (("produce", "produce"), ("fetchconsumer", "fetch")):
        total = {"name": "totaltimems", "request": request}
        p99, mean = f"{figure}_p99_s", f"{figure}_mean_s"
        yield Source(p99, f"{_REQUESTS}99thpercentile", total, scale=_MS)
        quantile = {"request": request, "quantile": "0.99"}
        yield Source(p99, f"{_REQUESTS}totaltimems", quantile, scale=_MS)
        yield Source(mean, f"{_REQUESTS}mean", total, scale=_MS)


def _of_clients() -> Iterable[Source]:
    for fetcher, consumer in zip(_FETCHERS, _CONSUMERS, strict=True):
        rate, throttle = f"{fetcher}records_consumed_rate", f"{fetcher}fetch_throttle_time_"
        yield Source("consumed_per_s", rate, without=_CLIENT)
        yield Source("consumed_per_s", rate, without=_TOPICS)
        yield Source("lag_max_messages", f"{fetcher}records_lag_max", most=True)
        yield Source("throttle_s", f"{throttle}avg", without=_CLIENT, scale=_MS)
        yield Source("throttle_max_s", f"{throttle}max", without=_CLIENT, most=True, scale=_MS)
        yield Source("poll_idle_share", f"{consumer}poll_idle_ratio_avg")
        between = f"{consumer}time_between_poll_"
        yield Source("between_polls_s", f"{between}avg", scale=_MS)
        yield Source("between_polls_max_s", f"{between}max", scale=_MS, most=True)
    for thread in _STREAMS:
        latency = f"{thread}process_latency_"
        yield Source("processing_mean_s", f"{latency}avg", most=True, scale=_MS)
        yield Source("processing_max_s", f"{latency}max", most=True, scale=_MS)


def _idle_handlers() -> Iterable[Source]:
    """By Kafka's own count, in nanoseconds, else of the last minute.

    The broker's own first: the other one of Kafka 4, of a node that is a controller too, is the
    mean of both their handlers. The mean rate, which the example rules name `_percent`, is one
    since the broker's start and says nothing of now.
    """
    figure = "handler_idle_share"
    for name in _IDLE:
        yield Source(figure, f"{_HANDLERS}count", {"name": name}, is_counter=True, scale=_NS)
        yield Source(figure, f"{_HANDLERS}{name}_count", is_counter=True, scale=_NS)
    for name in _IDLE:
        yield Source(figure, f"{_HANDLERS}oneminuterate", {"name": name})


SOURCES: Final = (
    Source(
        "cpu_busy_share", "node_cpu_seconds_total", without=_RESTING, is_counter=True, per="cpu"
    ),
    Source("cpu_busy_share", "redpanda_cpu_busy_seconds_total", is_counter=True, per="shard"),
    Source("cpu_busy_share", "java_lang_operatingsystem_cpuload"),
    Source("cpu_busy_share", "java_lang_operatingsystem_systemcpuload"),
    Source("disk_busy_share", "node_disk_io_time_seconds_total", is_counter=True, most=True),
    *_idle_handlers(),
    Source("queued_requests", "kafka_network_requestchannel_value", {"name": "requestqueuesize"}),
    Source("queued_requests", "kafka_network_requestchannel_requestqueuesize"),
    *_latencies(),
    Source("in_bytes_per_s", f"{_MESSAGES}count", {"name": "bytesinpersec"}, _TOPIC, True),
    Source("in_bytes_per_s", f"{_MESSAGES}bytesin_total", {}, _TOPIC, True),
    Source("in_bytes_per_s", "redpanda_kafka_request_bytes_total",
           {"redpanda_request": "produce"}, is_counter=True),
    Source("out_bytes_per_s", f"{_MESSAGES}count", {"name": "bytesoutpersec"}, _TOPIC, True),
    Source("out_bytes_per_s", f"{_MESSAGES}bytesout_total", {}, _TOPIC, True),
    Source("out_bytes_per_s", "redpanda_kafka_request_bytes_total",
           {"redpanda_request": "consume"}, is_counter=True),
    Source("net_in_bytes_per_s", "node_network_receive_bytes_total", {}, _VIRTUAL, True),
    Source("net_out_bytes_per_s", "node_network_transmit_bytes_total", {}, _VIRTUAL, True),
    Source("network_idle_share", "kafka_network_socketserver_value",
           {"name": "networkprocessoravgidlepercent"}),
    Source("network_idle_share", "kafka_network_socketserver_networkprocessoravgidle_percent"),
    Source("flush_p99_s", "kafka_log_logflushstats_99thpercentile",
           {"name": "logflushrateandtimems"}, scale=_MS),
    Source("flush_p99_s", "kafka_log_logflushstats_logflushrateandtimems",
           {"quantile": "0.99"}, scale=_MS),
    *_of_clients(),
    Source("failed_per_s", "spring_kafka_listener_seconds_count", {"result": "failure"},
           is_counter=True),
)  # fmt: skip
"""Where several tell the same figure, the first that an exporter has is taken."""

NAMES: Final = frozenset(one.name for one in SOURCES)


def totals(samples: Iterable[Sample]) -> Totals:
    """The counters among the samples, by what tells them apart."""
    counters = {one.name for one in SOURCES if one.is_counter}
    return {one.key: one.value for one in samples if one.name in counters}


def figures(samples: Iterable[Sample], before: Totals, elapsed_s: float) -> dict[str, float]:
    """The figures of one reading; counters need their `totals` of `elapsed_s` seconds before."""
    of_name = by_name(samples)
    found: dict[str, float] = {}
    for source in SOURCES:
        series = [one for one in of_name[source.name] if source.takes(one)]
        value = _value(source, series, before, elapsed_s)
        if value is not None:
            found.setdefault(source.figure, value)
    return found


def _value(
    source: Source, series: list[Sample], before: Totals, elapsed_s: float
) -> float | None:
    values = [one.value for one in series]
    if source.is_counter:
        known = [one for one in series if one.key in before and elapsed_s > 0]
        values = [(one.value - before[one.key]) / elapsed_s for one in known]
    if not values or min(values) < 0:
        return None
    total = max(values) if source.most else sum(values)
    parts = len({one.labels.get(source.per) for one in series}) if source.per else 1
    value = total * source.scale / parts
    return min(value, 1.0) if source.figure.endswith("_share") else value
