"""Every column of every table draws every value, and no number is ever cut."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import cycle
from typing import Any

import numpy as np
import pytest
from rich.cells import cell_len

from lagtop.analysis.dlq import DeadLetters
from lagtop.analysis.letters import Kind
from lagtop.analysis.report import LagMethod, Report, Trend
from lagtop.analysis.rules import DEFAULT_RULES, Alert, State
from lagtop.analysis.verdicts import Verdict
from lagtop.snapshot import NO_COMMIT, UNKNOWN, Gap, Group
from lagtop.ui.columns import lay_out
from lagtop.ui.group_columns import GROUP_COLUMNS
from lagtop.ui.look import Look
from lagtop.ui.sheets import GONE, GroupSheet
from lagtop.ui.views import VIEWS, View
from lagtop.ui.ways import Path
from tests.ui.reports import report

PATHS: dict[str, Path] = {
    "group": ("group-1",),
    "topic": ("topic-1",),
    "partition": ("topic-1", 0),
    "broker": (1,),
    "member": ("group-1", "m-1", "client-1"),
}
ALERTS = tuple(
    Alert(rule, "group-1", state, -1e12, 0.0, value)
    for rule, state, value in zip(DEFAULT_RULES, cycle(State), cycle([0.0, 1e17]), strict=False)
)
DEAD_LETTERS = tuple(
    DeadLetters(
        f"orders-{n}.DLQ", Kind.DEAD_LETTERS, "orders" if n else "", 3, count, count, n, rate,
        rate, span, n % 2 == 0, 0.123 if n else math.nan, n % 2 == 1, 0.5, (0.0, float(n)),
    )
    for n, (count, rate, span) in enumerate(
        zip([UNKNOWN, 0, 2**62], [math.nan, 0.0, 1e17], [math.nan, 0.0, 1e9], strict=True)
    )
)  # fmt: skip
EVERY_VIEW = pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
EXTREMES = [UNKNOWN, 0, 999_999, 123_456_789_012, 2**63 - 1, 1]
FLOATS = [math.nan, 0.0, 1e-9, 999.96, 1e17, math.inf]
RATES = [math.nan, 0.0, 1e-9, 999.96, 1e17, -999_999.0]
LOOKS = [Look(ascii=a, exact=e) for a in (False, True) for e in (False, True)]


def hard() -> Report:
    """Six groups of one partition with the values that are hardest to draw."""
    shared: dict[str, Any] = {
        "lag_messages": EXTREMES,
        "lag_s": FLOATS,
        "lag_s_method": [LagMethod.AT_LEAST] * 6,
        "produced_per_s": RATES,
        "consumed_per_s": RATES,
        "gap_per_s": RATES,
        "drain_s": FLOATS,
        "drain_low_s": [0.0] * 6,
        "drain_high_s": [1e9] * 6,
        "trend": list(Trend)[:6],
        "age_s": FLOATS,
        "reason": [0, 1, 0, 1, 0, 1],
    }
    of_groups = shared | {
        "partitions": [0, 1, 12_345, 9, 9, 999_999],
        "lag_missing": [1] * 6,
        "members": [0, 1, 2, 3, 40, 500_000],
    }
    of_partitions = shared | {
        "verdict": [*list(Verdict)[:5], Verdict.UNAUTHORIZED],
        "committed_offset": [NO_COMMIT, *EXTREMES[:5]],
        "log_end_offset": EXTREMES,
        "lost_messages": EXTREMES,
        "leader": [-1, 1, 2, 1_000, 2**31 - 1, 0],
        "member": [-1, 1, 1, 2, 3, 4],
    }
    facts = {2: Group("group-2", "", "", gap=Gap("unauthorized", "no DESCRIBE on group group-2"))}
    seen = report(
        6, 1, of_groups=of_groups, of_partitions=of_partitions, facts=facts, reasons=("", "why")
    )
    return replace(seen, alerts=ALERTS, dead_letters=DEAD_LETTERS)


@EVERY_VIEW
@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_no_cell_outgrows_its_column(view: View, look: Look) -> None:
    sheet = view.open(hard(), 10.0, PATHS.get(view.id, ()))
    rows = np.arange(sheet.size)

    for column in view.columns:
        texts = column.cells(sheet, rows, look, column.width)
        assert len(texts) == sheet.size, column.name
        if not column.grow:
            assert max(map(cell_len, texts)) <= column.width, (column.name, texts)
        if look.ascii and not column.grow:
            assert all(text.isascii() for text in texts), (column.name, texts)


@EVERY_VIEW
def test_every_column_has_a_sort_key_for_every_row(view: View) -> None:
    sheet = view.open(hard(), 10.0, PATHS.get(view.id, ()))

    for column in view.columns:
        values = column.values(sheet)
        assert values.shape == (sheet.size,), column.name
        assert values.dtype.name == "float64", column.name


@EVERY_VIEW
def test_an_empty_cluster_has_empty_columns(view: View) -> None:
    nothing = replace(report(0, 0), brokers=())
    sheet = view.open(nothing, 10.0, PATHS.get(view.id, ()))
    none = np.empty(0, dtype=np.intp)

    assert sheet.size == 0
    assert view.empty(nothing, PATHS.get(view.id, ()))
    for column in view.columns:
        assert len(column.values(sheet)) == 0
        assert column.cells(sheet, none, Look(), column.width) == []


@EVERY_VIEW
def test_a_row_is_found_by_what_identifies_it(view: View) -> None:
    seen = replace(report(3, 4), alerts=ALERTS, dead_letters=DEAD_LETTERS)
    sheet = view.open(seen, 10.0, PATHS.get(view.id, ()))

    assert sheet.size
    assert [sheet.find(sheet.identity(row)) for row in range(sheet.size)] == [*range(sheet.size)]
    assert sheet.find(("nobody", "nothing", 7)) == GONE


@EVERY_VIEW
def test_columns_are_named_once_and_explained(view: View) -> None:
    names = [column.name for column in view.columns]

    assert len(set(names)) == len(names)
    assert all(column.help for column in view.columns)
    assert all(cell_len(column.heading) <= column.width for column in view.columns)


@EVERY_VIEW
@pytest.mark.parametrize("width", range(38, 260, 7))
@pytest.mark.parametrize("look", [Look(), Look(exact=True)], ids=["short", "exact"])
def test_a_layout_fills_the_width_and_cuts_no_column(view: View, width: int, look: Look) -> None:
    placed = lay_out(view.columns, width, look)

    assert sum(cells + 1 for _, cells in placed) - 1 == width
    assert all(cells >= column.needs(look) for column, cells in placed)


def test_exact_numbers_have_the_room_they_need() -> None:
    exact = Look(exact=True)
    sheet = GroupSheet(report(1, 3, of_groups={"lag_messages": [9_876_543_210]}), 10)
    placed = {column.name: (column, cells) for column, cells in lay_out(GROUP_COLUMNS, 118, exact)}
    column, cells = placed["lag"]

    assert column.cells(sheet, np.array([0]), exact, cells) == ["9,876,543,210"]


def shown_at(width: int) -> set[str]:
    """The group columns that a terminal of `width` shows."""
    return {column.name for column, _ in lay_out(GROUP_COLUMNS, width - 2, Look())}


def test_eighty_cells_are_useful() -> None:
    wanted = {"mark", "group", "lag", "trend", "behind", "drain", "in", "out"}

    assert wanted <= shown_at(80)


def test_the_smallest_terminal_shows_who_is_behind_by_how_much() -> None:
    assert shown_at(40) == {"mark", "group", "lag", "trend"}


def test_wider_terminals_never_lose_the_vital_columns() -> None:
    vital = {"mark", "group", "lag", "trend"}

    assert all(vital <= shown_at(width) for width in range(40, 300))


def cell(of_groups: dict[str, object], column: str, look: Look = Look()) -> str:  # noqa: B008
    """One cell of a groups table with one row."""
    sheet = GroupSheet(report(1, 3, of_groups=of_groups), 10)
    chosen = next(c for c in GROUP_COLUMNS if c.name == column)
    return chosen.cells(sheet, np.array([0]), look, chosen.width)[0]


@pytest.mark.parametrize(
    ("of_groups", "column", "told"),
    [
        ({"lag_messages": [412_000], "lag_missing": [2]}, "lag", "≥412.0k"),
        ({"lag_messages": [UNKNOWN], "lag_missing": [3]}, "lag", "?"),
        ({"lag_messages": [0]}, "drain", "caught up"),
        ({"lag_messages": [5], "drain_s": [math.inf]}, "drain", "never"),
        ({"lag_messages": [5], "members": [0]}, "drain", "never"),
        ({"members": [0], "consumed_per_s": [0.0]}, "out", "0"),
        ({"drain_s": [math.nan], "trend": [Trend.REBALANCING]}, "drain", "…"),
        ({"drain_s": [math.nan]}, "drain", "?"),
        ({"lag_s": [720.0], "lag_s_method": [LagMethod.AT_LEAST]}, "behind", "≥12m00s"),
        ({"consumed_per_s": [21_400.0], "consumed_missing": [1]}, "out", "≥21.4k"),
        ({"consumed_per_s": [math.nan], "consumed_missing": [3]}, "out", "?"),
        ({"produced_per_s": [3.2], "produced_missing": [1]}, "in", "≥3.2"),
        ({"gap_per_s": [6_500.0]}, "gap", "+6.5k"),
        ({"members": [6]}, "members", "6/3"),
    ],
)
def test_a_group_cell_says_what_is_so(of_groups: dict[str, object], column: str, told: str) -> None:
    assert cell(of_groups, column) == told


@pytest.mark.parametrize(("column", "told"), [("members", "?/?"), ("topics", "?"), ("drain", "?")])
def test_what_is_not_seen_of_a_group_that_may_not_be_described_is_not_zero(
    column: str, told: str
) -> None:
    nothing = {"members": [0], "topics": [0], "partitions": [0], "lag_messages": [UNKNOWN]}
    facts = {0: Group("mailer", gap=Gap("unauthorized", "no DESCRIBE on group mailer"))}
    hidden = report(1, 0, facts=facts, of_groups={**nothing, "drain_s": [math.nan]})
    chosen = next(c for c in GROUP_COLUMNS if c.name == column)

    assert chosen.cells(GroupSheet(hidden, 10), np.array([0]), Look(), chosen.width) == [told]


def test_exact_numbers_are_whole_where_they_fit() -> None:
    exact = Look(exact=True)

    assert cell({"lag_messages": [12_345]}, "lag", exact) == "12,345"
    assert cell({"lag_messages": [123_456_789]}, "lag", exact) == "123M"
