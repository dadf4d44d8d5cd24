"""All that is known of one group, as the rules look at it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lagtop.analysis.failing import error_sentences
from lagtop.analysis.lag import as_floats
from lagtop.analysis.motion import USUAL_SPACING_S
from lagtop.analysis.report import Flags, PartitionRows, Report, Trend
from lagtop.analysis.words import at_least, rate
from lagtop.snapshot import NOBODY, Floats, Group, TopicConfig

WAITING_S = 3.0
"""A partition is behind with more than so many commit intervals' worth of messages."""

LEAST_MESSAGES = 10.0
WORTH_A_WORD = 0.01
"""Errors below this share do not explain a lag."""


@dataclass(frozen=True)
class Finding:
    """A cause: its name, the evidence as a sentence with numbers, and what helps.

    weight ranks findings: 3 nothing is read, 2 why the lag grows, 1 what makes it worse or may.
    """

    cause: str
    weight: float
    evidence: str
    remedies: tuple[str, ...]

    @property
    def told(self) -> str:
        """The cause and its evidence, in a sentence."""
        is_named = self.evidence.startswith(self.cause)
        return self.evidence if is_named else f"{self.cause}: {self.evidence}"


@dataclass(frozen=True)
class Case:
    """One group of a Report; `row` is its row, and columns of partitions are its slice of them."""

    report: Report
    row: int

    @cached_property
    def span(self) -> slice:
        """Its rows among all partition rows."""
        starts = self.report.partitions.starts
        return slice(int(starts[self.row]), int(starts[self.row + 1]))

    @property
    def rows(self) -> PartitionRows:
        """All partition rows; use `span` to look at this group's."""
        return self.report.partitions

    @property
    def facts(self) -> Group:
        """The group as Kafka names it."""
        return self.report.group_facts[self.row]

    @cached_property
    def lag(self) -> Floats:
        """Lag without the commits' teeth, messages, NaN unknown."""
        base = self.rows.base_lag_messages[self.span].astype(np.float64)
        return np.where(np.isnan(base), as_floats(self.rows.lag_messages[self.span]), base)

    @cached_property
    def produced(self) -> Floats:
        """Messages per second written to each partition, NaN unknown."""
        return self.rows.produced_per_s[self.span].astype(np.float64)

    @cached_property
    def consumed(self) -> Floats:
        """Messages per second read of each partition, NaN unknown."""
        return self.rows.consumed_per_s[self.span].astype(np.float64)

    @cached_property
    def stalled(self) -> Flags:
        """Partitions that stand still though there is something to read."""
        flags: Flags = self.rows.trend[self.span] == Trend.STALLED
        return flags & (np.nan_to_num(self.lag) > 0)

    @cached_property
    def behind(self) -> Flags:
        """Partitions with more than a few commit intervals' worth of messages waiting."""
        spacing = np.nan_to_num(self.rows.commit_spacing_s[self.span], nan=USUAL_SPACING_S)
        usual = WAITING_S * np.nan_to_num(self.produced) * np.fmax(spacing, 1.0)
        flags: Flags = np.nan_to_num(self.lag) > np.fmax(usual, LEAST_MESSAGES)
        return flags

    @cached_property
    def owner(self) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        """Row in `Report.members` of each partition's member, or NOBODY."""
        return self.rows.member[self.span]

    @cached_property
    def members(self) -> int:
        """How many members it has."""
        return int(self.report.groups.members[self.row])

    @cached_property
    def trend(self) -> Trend:
        """Where the group's lag is going."""
        return Trend(self.report.groups.trend[self.row])

    @property
    def gets_longer(self) -> bool:
        """Whether its lag gets longer just now."""
        never = bool(np.isinf(self.report.groups.drain_s[self.row]))
        return never or self.trend == Trend.GROWING

    @property
    def gains(self) -> bool:
        """Whether it falls behind further, or stands still, beyond noise."""
        drain = float(self.report.groups.drain_s[self.row])
        return self.trend in (Trend.GROWING, Trend.STALLED) or (
            np.isinf(drain) and np.isinf(self.report.groups.drain_low_s[self.row])
        )

    @property
    def produced_per_s(self) -> float:
        """Messages per second written to all its partitions."""
        return float(self.report.groups.produced_per_s[self.row])

    @property
    def consumed_per_s(self) -> float:
        """Messages per second that it reads."""
        return float(self.report.groups.consumed_per_s[self.row])

    @property
    def inflow(self) -> str:
        """What is written to it, in words; at least so much where some of it is not known."""
        return at_least(
            rate(self.produced_per_s), int(self.report.groups.produced_missing[self.row])
        )

    @property
    def outflow(self) -> str:
        """What it reads, in words; at least so much where some of it is not known."""
        return at_least(
            rate(self.consumed_per_s), int(self.report.groups.consumed_missing[self.row])
        )

    @property
    def failures(self) -> str:
        """What ends up as dead letters, to add to evidence; empty where it is not worth a word."""
        share = float(self.report.groups.error_share_most[self.row])
        if not share >= WORTH_A_WORD:
            return ""
        return "; " + "; ".join(error_sentences(self.report.dead_letters, self.facts.name))

    @cached_property
    def busy_members(self) -> tuple[int, ...]:
        """The members that own partitions, by row in `Report.members`."""
        return tuple(np.unique(self.owner[self.owner != NOBODY]).tolist())

    @cached_property
    def members_at_capacity(self) -> tuple[int, ...]:
        """The members with something waiting in a partition, that read all the same."""
        waiting = self.behind & (self.owner != NOBODY) & ~self.stalled & (self.consumed != 0)
        return tuple(np.unique(self.owner[waiting]).tolist())

    @cached_property
    def members_of_clients(self) -> dict[str, list[int]]:
        """The members of each client id, of all groups, by row in `Report.members`."""
        found = defaultdict[str, list[int]](list)
        for row, member in enumerate(self.report.members):
            found[member.client_id].append(row)
        return found

    def read_by(self, member: int) -> float:
        """Messages per second that a member reads."""
        return float(np.nansum(self.consumed[self.owner == member]))

    def written_for(self, member: int) -> float:
        """Messages per second written to what a member owns."""
        return float(np.nansum(self.produced[self.owner == member]))

    def lasts(self, seconds: float) -> bool:
        """Whether it reads less than is written, and its trend began so long ago."""
        since = float(self.report.groups.trend_since[self.row])
        is_less = bool(self.report.groups.ratio[self.row] < 1)
        return is_less and self.report.captured_at - since >= seconds

    def name_of(self, member: int) -> str:
        """A member's client id."""
        return self.report.members[member].client_id if member != NOBODY else "nobody"

    def place(self, at: int) -> str:
        """`orders-7`: a partition by its number in the span."""
        return f"{self.topic_of(at)}-{self.rows.partition[self.span.start + at]}"

    def topic_of(self, at: int) -> str:
        """The topic of a partition by its number in the span."""
        code = int(self.rows.topic[self.span.start + at])
        return self.report.topics[code]

    def config_of(self, at: int) -> TopicConfig | None:
        """How that topic is set, if it is known."""
        return self.report.configs.get(self.topic_of(at))

    def worst(self, among: Flags | None = None) -> int:
        """The partition with the most lag, by its number in the span."""
        lag = np.nan_to_num(self.lag)
        return int(np.argmax(lag if among is None else np.where(among, lag, -1.0)))

    def named(self, places: Sequence[int]) -> str:
        """Partitions by name, three at most."""
        told = ", ".join(self.place(at) for at in places[:3])
        return f"{told} and {len(places) - 3} more" if len(places) > 3 else told
