"""What a broker or a consumer application tells of itself at a metrics endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

CLIENT: Final = "client:"
"""How the target of a consumer application begins: `client:CLIENT_ID`; a broker's is its id."""

NO_ENDPOINT: Final = "no metrics endpoint was given: --metrics"


@dataclass(frozen=True, slots=True)
class Readings:
    """Figures by their names; one that is not there is unknown, and `reason` says why none is.

    A name ends in its unit: `_share` is a share of 1, `_s` seconds, `_per_s` per second.
    processing: how percentiles of the processing time are known, or why not; one that is not there
    beside `processing_beyond_s` is larger than that.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""
    processing: str = ""


OF_CLIENTS: Final = (
    "consumed_per_s", "processing_p50_s", "processing_p95_s", "processing_p99_s",
    "processing_beyond_s", "processing_mean_s", "processing_max_s", "between_polls_s",
    "between_polls_max_s", "poll_idle_share", "throttle_s", "lag_max_messages",
    "failed_per_s",
)  # fmt: skip
"""The figures of consumer applications, in the order in which they are written."""

ONLY_MEAN: Final = "only average and maximum are given"
"""Why percentiles of the processing time are not known of most applications."""

NOT_GIVEN: Final = Readings(reason=NO_ENDPOINT)

IDLE_SHARE_LEAST: Final = 0.3
BUSY_SHARE_MOST: Final = 0.85


def saturation(readings: Readings) -> list[str]:
    """What is at its limit on a broker, with numbers; empty when nothing is known to be."""
    values = readings.values
    found = []
    idle = values.get("handler_idle_share")
    if idle is not None and idle < IDLE_SHARE_LEAST:
        found.append(f"request handlers only {idle:.0%} idle")
    for name, what in (("disk_busy_share", "disk"), ("cpu_busy_share", "CPU")):
        if (busy := values.get(name)) is not None and busy > BUSY_SHARE_MOST:
            found.append(f"{what} {busy:.0%} busy")
    return found
