"""What a load writes, whether it keeps up, and the pictures that are made of it."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagtop.errors import UsageError
from lagtop.probe.flow import Flow, Keys, parse_keys, spread
from lagtop.probe.pace import Pace
from lagtop.probe.svg import Line, chart


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("none", Keys()),
        ("uniform:50", Keys(50)),
        ("zipf:50", Keys(50, 1.0)),
        ("zipf:50:0.7", Keys(50, 0.7)),
    ],
)
def test_keys_are_read(text: str, keys: Keys) -> None:
    assert parse_keys(text) == keys


@pytest.mark.parametrize(
    "text", ["", "some", "uniform", "uniform:0", "uniform:9999999", "zipf:x", "zipf:5:-1", "none:1"]
)
def test_other_keys_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--keys"):
        parse_keys(text)


def test_zipf_weights_fall_with_the_rank() -> None:
    shares = np.diff(Keys(4, 1.0).weights(), prepend=0.0)

    assert shares == pytest.approx(np.array([12, 6, 4, 3]) / 25)
    assert np.diff(Keys(4).weights(), prepend=0.0) == pytest.approx(np.full(4, 0.25))


@given(st.integers(0, 10_000), st.integers(1, 50), st.integers(0, 49))
def test_records_are_spread_evenly_and_all_of_them(count: int, places: int, first: int) -> None:
    shares = spread(count, places, first % places)

    assert shares.sum() == count
    assert shares.max() - shares.min() <= 1
    assert count == 0 or shares[first % places] == shares.max()


@given(st.integers(1, 500))
def test_values_have_the_wanted_size(size: int) -> None:
    payloads = Flow("topic", (0,), "run", size_bytes=size).payloads(np.random.default_rng(1))

    assert {len(payload) for payload in payloads} == {size}


def test_the_pace_is_told_for_a_whole_window_of_one_rate() -> None:
    pace = Pace(window_s=5.0)
    told = [pace.push(at, at * 90, at / 2, 100.0) for at in range(7)]
    assert told[:5] == [None] * 5
    assert [(one.per_s, one.busy) for one in told[5:] if one] == [(90.0, 0.5)] * 2

    assert pace.push(7.0, 700, 4.0, 200.0) is None


def test_a_chart_is_svg_with_its_lines_and_words() -> None:
    lines = [
        Line("a < b", [(0, 1), (10, 20_000)], dots=True),
        Line("gone", [(1, float("nan"))]),
        Line("none", []),
    ]
    picture = ElementTree.fromstring(chart("Lag & more", "seconds", "messages", lines))

    texts = [node.text or "" for node in picture.iter() if node.tag.endswith("text")]
    assert "Lag & more" in texts
    assert any("a < b" in text for text in texts)
    assert "20k" in texts
    assert len([node for node in picture.iter() if node.tag.endswith("polyline")]) == 1
    assert len([node for node in picture.iter() if node.tag.endswith("circle")]) == 2


def test_a_chart_of_nothing_is_still_one() -> None:
    assert ElementTree.fromstring(chart("Empty", "x", "y", [])).tag.endswith("svg")
