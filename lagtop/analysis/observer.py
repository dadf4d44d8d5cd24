"""The one stateful object of the analysis: snapshots in, reports out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from lagtop.analysis.age import Age, Ends, ages
from lagtop.analysis.alerts import Alerts
from lagtop.analysis.attention import POLLS_BETWEEN_CHOICES, rows_of_interest
from lagtop.analysis.balance import standing_out
from lagtop.analysis.behind import worst_age
from lagtop.analysis.blame import blame
from lagtop.analysis.brokers import Brokers
from lagtop.analysis.causes import with_causes
from lagtop.analysis.closeup import Closeup, Estimates, Facts, Spans
from lagtop.analysis.commits import CommitLog
from lagtop.analysis.dlq import Letters
from lagtop.analysis.failing import with_errors
from lagtop.analysis.glance import WINDOW_S, Glance
from lagtop.analysis.groups import group_rows, with_ages
from lagtop.analysis.hidden import hidden, unlisted
from lagtop.analysis.lag import BASE_WINDOW_S, as_floats, lag_messages, lost_messages
from lagtop.analysis.layout import Layout, Moves, all_new, is_current, lay_out, moves, unmoved
from lagtop.analysis.lean import Seen, lean
from lagtop.analysis.motion import Motion, at_a_glance, closer, one_interval, whole
from lagtop.analysis.past import Past, spikes
from lagtop.analysis.policy import DEFAULT_POLICY, Policy
from lagtop.analysis.reasons import Reasons, explain
from lagtop.analysis.report import Flags, GroupPast, GroupRows, LagMethod, Report, Small, Trend
from lagtop.analysis.resets import Resets
from lagtop.analysis.rows import partition_rows, work_off_s
from lagtop.analysis.skips import Skips, skips
from lagtop.analysis.slowest import by_member, never_read, waiting_for
from lagtop.analysis.times import Times
from lagtop.analysis.together import Together, groups_of, members_of
from lagtop.analysis.totals import Header
from lagtop.analysis.traces import Traces
from lagtop.analysis.trend import rebalancing_rows
from lagtop.analysis.verdicts import judge
from lagtop.snapshot import Floats, Snapshot, TimeAnswer, TimeQuestion


class Observer:
    """Remembers what it has been shown and answers with what it means."""

    def __init__(self, policy: Policy = DEFAULT_POLICY) -> None:
        self._layout: Layout | None = None
        self._ends, self._glance = Ends(0), Glance(0)
        self._closeup = Closeup(np.zeros(0, np.int64), np.zeros(0, np.int32))
        self._row_lags, self._group_lags = Traces(), Traces()
        self._members, self._groups = Together(), Together()
        self._header, self._seen = Header(), Seen()
        self._times, self._commit_log = Times(), CommitLog()
        self._letters, self._brokers = Letters(policy.naming), Brokers()
        self._past, self._resets = Past(), Resets()
        self._alerts, self._margin = Alerts(policy.rules), policy.margin
        self._next_written_at, self._began_at = np.zeros(0), np.nan
        self._focus: frozenset[str] = frozenset()
        self._polls_until_choice = 0

    def focus(self, groups: Collection[str]) -> None:
        """Say which groups are looked at, so that they are measured closely."""
        self._focus = frozenset(groups)
        self._polls_until_choice = 0

    def acknowledge(self, rule: str, group: str) -> None:
        """Somebody has seen this alert."""
        self._alerts.acknowledge(rule, group)

    def time_questions(self) -> list[TimeQuestion]:
        """What to ask brokers, so that the next report knows the age of old records exactly."""
        return self._times.questions()

    def learn_times(self, answers: Sequence[TimeAnswer]) -> None:
        """Take in brokers' answers to `time_questions`."""
        self._times.learn(answers)

    def refined(self, report: Report, snapshot: Snapshot) -> Report:
        """The same report with the ages that were learnt since it was made."""
        rows = report.partitions
        age = Age(
            rows.lag_s.copy(), rows.lag_s_low.copy(), rows.lag_s_high.copy(),
            rows.lag_s_method.copy(),
        )  # fmt: skip
        lag = as_floats(rows.lag_messages)
        self._times.exact.refine(snapshot, lag, age, self._focus, report.captured_at)
        seen = replace(
            rows,
            lag_s=age.seconds, lag_s_low=age.low, lag_s_high=age.high, lag_s_method=age.method,
        )  # fmt: skip
        totals = replace(report.totals, **worst_age(seen))
        groups = with_ages(report.groups, seen)
        return replace(report, partitions=seen, groups=groups, totals=totals)

    @np.errstate(divide="ignore", invalid="ignore")
    def observe(self, snapshot: Snapshot) -> Report:
        """Record a snapshot and report on it; `now` is the snapshot's own time.

        What is unknown or divided by nothing is NaN. A recording has answers of searches with it.
        """
        for answers in snapshot.answers:
            self.learn_times(answers)
        layout = self._follow(snapshot)
        verdict = judge(snapshot.partitions, snapshot.commits, snapshot.gaps)
        lag_column = lag_messages(snapshot.partitions, snapshot.commits, verdict)
        lag = as_floats(lag_column)
        self._record(snapshot, lag)
        rebalancing, now = rebalancing_rows(snapshot), snapshot.captured_at
        members = self._members.estimate(lag, rebalancing, now)
        motion = self._motion(snapshot, lag, rebalancing, members)
        together = self._groups.estimate(lag, rebalancing, now)
        written = self._commit_log.written(snapshot, self._ends, self._glance.gap_s)
        reasons = Reasons()
        rows = partition_rows(
            snapshot,
            layout,
            motion,
            verdict=verdict,
            lag=lag_column,
            lost=lost_messages(snapshot.partitions, snapshot.commits, verdict),
            age=self._age(snapshot, lag, motion),
            reason=explain(snapshot, verdict, reasons),
            imbalance=self._imbalance(snapshot, layout, motion, members),
            seen=self._seen,
            lag_history=self._row_lags.pictures,
        )
        groups = group_rows(snapshot, layout, rows, together, written, reasons, self._group_lags)
        report = Report(
            cluster=snapshot.cluster,
            captured_at=snapshot.captured_at,
            controller=snapshot.controller,
            brokers=snapshot.brokers,
            group_facts=snapshot.groups,
            topics=snapshot.partitions.topics,
            members=snapshot.members,
            totals=self._header.totals(rows, groups, layout, snapshot),
            groups=groups,
            partitions=rows,
            reasons=(),
            cost=snapshot.cost,
            margin=self._margin,
        )
        report = with_causes(self._completed(report, snapshot, motion), self._focus, reasons)
        alerts = self._alerts.observe(report)
        return replace(report, alerts=alerts, events=tuple(self._alerts.log))

    def _completed(self, report: Report, snapshot: Snapshot, motion: Motion) -> Report:
        """The report with what it says of other things than groups."""
        return replace(
            self._with_dead_letters(report, snapshot, motion),
            health=self._brokers.health(snapshot, self._ends.produced_per_s(WINDOW_S)),
            quorum=snapshot.quorum,
            reassigning=snapshot.reassigning,
            past=self._past_of(snapshot, report.groups),
            moves=tuple(self._past.log),
            configs=snapshot.configs,
            readings=snapshot.readings,
            quotas=snapshot.quotas,
            record_bytes=self._brokers.weights.of_topics(snapshot),
            hidden=hidden(snapshot),
            unlisted=unlisted(snapshot),
            unread=snapshot.unread,
        )

    def _past_of(self, snapshot: Snapshot, groups: GroupRows) -> GroupPast:
        past = self._past.observe(snapshot, _complete(groups))
        behind = np.isinf(groups.drain_s) | (groups.trend == Trend.GROWING)
        spiking = np.flatnonzero(spikes(groups.produced_per_s, past.usual_per_s) & behind)
        return replace(past, before=self._times.before.follow(snapshot, spiking.tolist()))

    def _follow(self, snapshot: Snapshot) -> Layout:
        old = self._layout
        if old is not None and is_current(old, snapshot):
            self._choose(old, None)
            return old
        new = self._layout = lay_out(snapshot)
        moved = moves(old, new) if old is not None else all_new(new)
        self._next_written_at = np.zeros(0)
        self._ends = self._ends.carried(moved.partitions)
        self._glance = self._glance.carried(moved.rows)
        self._row_lags.carry(moved.rows)
        self._group_lags.carry(moved.groups)
        self._choose(new, moved)
        return new

    def _choose(self, layout: Layout, moved: Moves | None) -> None:
        """Decide which rows get a close-up, when rows have moved and from time to time."""
        self._polls_until_choice -= 1
        if moved is None and self._polls_until_choice > 0:
            return
        self._polls_until_choice = POLLS_BETWEEN_CHOICES
        group_lag = self._group_lags.newest(len(layout.group_names))
        rows = rows_of_interest(layout, group_lag, self._focus)
        if moved is not None or not np.array_equal(rows, self._closeup.rows):
            moved = moved or unmoved(layout)
            self._closeup = self._closeup.carried(rows, layout.partition, moved)

    def _record(self, snapshot: Snapshot, lag: Floats) -> None:
        partitions, commits, now = snapshot.partitions, snapshot.commits, snapshot.captured_at
        self._began_at = np.fmin(self._began_at, now)
        found = self._skipped(snapshot)
        self._ends.push(partitions.log_end, partitions.read_at, now)
        self._glance.push(commits.committed, commits.read_at, lag, now)
        self._closeup.push(Facts.of(snapshot))
        self._row_lags.push(lag, now)
        counted = (partitions.log_end[commits.partition] >= 0) & (commits.committed >= 0)
        counted &= self._is_close
        assert self._layout is not None
        self._members.push(members_of(snapshot), self._layout, snapshot, counted, found)
        self._groups.push(groups_of(self._layout), self._layout, snapshot, counted, found)

    def _skipped(self, snapshot: Snapshot) -> Skips:
        """What was deleted unread, or set by hand: it is left out of all that is consumed."""
        step, before = np.full(len(snapshot.commits.committed), np.nan), self._glance.committed
        step[self._closeup.rows] = self._closeup.usual_step()
        anew = self._resets.rows(snapshot, before, step)
        empty = self._resets.empty(snapshot, anew)
        self._past.note(snapshot, before, self._glance.read_at, empty)
        found = replace(skips(snapshot, before, self._ends.value, step), anew=anew)
        if found.rows.size or found.anew.size:
            self._glance.skip(found)
            self._closeup.skip(found)
        return found

    def _imbalance(
        self, snapshot: Snapshot, layout: Layout, motion: Motion, members: Estimates
    ) -> tuple[Flags, Small]:
        stands_out = standing_out(motion.base_lag_messages, one_interval(motion), layout.blocks)
        owners = (self._members.of, members)
        return stands_out, blame(snapshot, layout, motion, stands_out, owners)

    def _motion(
        self, snapshot: Snapshot, lag: Floats, rebalancing: Flags, members: Estimates
    ) -> Motion:
        rows, now = self._closeup.rows, snapshot.captured_at
        of = self._members.of
        waiting = waiting_for(of, members, lag)[rows]
        spans = Spans(self._written_at(len(lag))[rows], self._came_at()[rows])
        close = self._closeup.estimate(lag[rows], rebalancing[rows], now, waiting, spans)
        motion = self._all_rows(snapshot, lag, rebalancing, close)
        by_member(motion, of, members, lag)
        never_read(snapshot, motion, lag)
        return motion

    def _all_rows(
        self, snapshot: Snapshot, lag: Floats, rebalancing: Flags, close: Estimates
    ) -> Motion:
        rows = self._closeup.rows
        if len(rows) == len(lag):
            return whole(close)
        written = lean(self._ends.produced_per_s(WINDOW_S), len(lag))
        produced = written[snapshot.commits.partition]
        floor = self._row_lags.floor(BASE_WINDOW_S)
        motion = at_a_glance(self._glance, lag, floor, produced, rebalancing)
        return closer(motion, rows, close)

    @property
    def _is_close(self) -> Flags:
        """The rows that are looked at closely, bool[N]."""
        assert self._layout is not None
        close = np.zeros(len(self._layout.group), np.bool_)
        close[self._closeup.rows] = True
        return close

    def _with_dead_letters(self, report: Report, snapshot: Snapshot, motion: Motion) -> Report:
        rows = self._letters.rows(snapshot)
        oldest_ms = self._times.oldest.follow(snapshot, rows)
        found = self._letters.observe(snapshot, rows, oldest_ms)
        if not found:
            return report
        letters, share, most = with_errors(found, snapshot, motion.consumed_per_s)
        groups = replace(report.groups, error_share=share, error_share_most=most)
        return replace(report, dead_letters=letters, groups=groups)

    def _age(self, snapshot: Snapshot, lag: Floats, motion: Motion) -> Age:
        work_off, now = work_off_s(lag, motion.consumed_per_s), snapshot.captured_at
        found = ages(self._ends, snapshot.commits.partition, lag, work_off, now)
        self._times.exact.refine(snapshot, lag, found, self._focus, now)
        exact = (found.method == LagMethod.EXACT) & (lag > 0)
        self._next_written_at = np.where(exact, now - found.low, np.nan)
        return found

    def _written_at(self, rows: int) -> Floats:
        """When the next records were written by the last report, NaN where it did not know."""
        last = self._next_written_at
        return last if len(last) == rows else np.full(rows, np.nan)

    def _came_at(self) -> Floats:
        """When the members of rows came, NaN for those that were there before anybody looked."""
        came = self._members.since()
        return np.where(came > self._began_at, came, np.nan)


def _complete(groups: GroupRows) -> Floats:
    """What is produced for each group, NaN where that is not all of it."""
    return np.where(groups.produced_missing > 0, np.nan, groups.produced_per_s)
