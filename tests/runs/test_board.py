"""What runs tell reaches a reader whole, and whatever else lies there is passed over."""

from __future__ import annotations

import json
import os
import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lagtop.runs.board import KEPT_S, Board
from lagtop.runs.form import read, written
from lagtop.runs.run import SILENT_S, Bar, Curve, Figures, Run

seconds = st.floats(0, 1e12, allow_nan=False)
counts = st.integers(0, 2**53)
VALUES = st.lists(st.none() | seconds, max_size=4).map(tuple)
RUN = Run("probe", "orders", "broker:9092", 7, 1000.0, 1001.0)
RUNS = st.builds(
    Run,
    began_at=seconds,
    told_at=seconds,
    figures=st.lists(
        st.builds(
            Figures,
            **{name: st.none() | seconds for name in ("p50_s", "p95_s", "p99_s", "max_s")},
        ),
        max_size=3,
    ).map(tuple),
    bars=st.lists(st.builds(Bar, seconds, seconds, counts), max_size=3).map(tuple),
    curves=st.lists(st.builds(Curve, span_s=seconds, values=VALUES), max_size=3).map(tuple),
)


@settings(max_examples=25)
@given(RUNS)
def test_a_run_is_read_as_it_was_written(run: Run) -> None:
    assert read(written(run)) == run


@pytest.mark.parametrize("text", ["", "{", "7", "null", "[]", '"run"', "{}", "[" * 100_000])
def test_what_is_no_run_is_none(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lagtop_run", 2),
        ("pid", "7"),
        ("began_at", None),
        ("said", "a word"),
        ("said", [1]),
        ("figures", [{}]),
        ("bars", [[0.1, 0.2, 3]]),
        ("curves", [{"name": "p50", "unit": "s", "span_s": 1.0, "values": ["fast"]}]),
        ("new", 1),
    ],
)
def test_a_run_with_a_field_of_another_make_is_none(field: str, value: object) -> None:
    assert read(json.dumps({**json.loads(written(RUN)), field: value})) is None


def test_the_newest_word_of_each_run_is_read_and_what_still_runs_comes_first(
    tmp_path: Path,
) -> None:
    board = Board(tmp_path / "runs")
    older, newer = replace(RUN, began_at=900.0), replace(RUN, pid=8)
    for run in (older, newer, replace(newer, ended="over")):
        board.put(run)

    assert board.runs() == (older, replace(newer, ended="over"))


def test_nobody_else_may_read_what_runs_tell(tmp_path: Path) -> None:
    board = Board(tmp_path / "runs")
    board.put(RUN)

    (path,) = (tmp_path / "runs").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_old_and_strange_files_are_passed_over_and_the_old_are_taken_away(tmp_path: Path) -> None:
    board = Board(tmp_path)
    board.put(RUN)
    (old,) = tmp_path.iterdir()
    long_ago = time.time() - KEPT_S - 1
    os.utime(old, (long_ago, long_ago))
    (tmp_path / "torn.json").write_bytes(b'{"lagtop_run": 1, \xff')

    assert board.runs() == ()
    board.tidy()
    assert [path.name for path in tmp_path.iterdir()] == ["torn.json"]


def test_where_there_is_no_directory_there_are_no_runs(tmp_path: Path) -> None:
    board = Board(tmp_path / "none")
    board.tidy()

    assert board.runs() == ()


def test_a_run_that_has_not_ended_and_tells_nothing_is_silent() -> None:
    late = RUN.told_at + SILENT_S + 1

    assert RUN.is_silent(late)
    assert not RUN.is_silent(RUN.told_at + 1)
    assert not replace(RUN, ended="over").is_silent(late)
