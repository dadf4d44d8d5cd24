"""Consumer throughput > producer throughput x (1 + margin): whether a load can be sustained."""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Final

KEEPS_UP: Final = 0.98
"""Consumed per produced from which on nobody falls behind: the rest is the error of two rates."""

CALM_S: Final = 60.0


class Pace(IntEnum):
    """How consumers do against producers."""

    UNKNOWN = 0
    FALLING_BEHIND = 1
    BELOW_MARGIN = 2
    KEEPING_UP = 3
    CATCHING_UP = 4


def pace(ratio: float, behind_s: float, margin: float) -> Pace:
    """What consumed per produced says of who is `behind_s` seconds behind.

    Who is caught up cannot consume more than is produced, so that a ratio of 1 is fine there; the
    margin matters to a backlog.
    """
    if math.isnan(ratio):
        return Pace.UNKNOWN
    if ratio < KEEPS_UP:
        return Pace.FALLING_BEHIND
    if ratio >= 1 + margin:
        return Pace.CATCHING_UP
    return Pace.KEEPING_UP if behind_s < CALM_S else Pace.BELOW_MARGIN
