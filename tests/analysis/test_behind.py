"""A lag in time that is not known of one row makes that of many a bound, or unknown; never 0."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lagtop.analysis.behind import worst_age, worst_ages
from lagtop.analysis.report import LagMethod
from lagtop.snapshot import UNKNOWN
from tests.ui.reports import report

NAN = float("nan")
EXACT, LEAST, NONE = LagMethod.EXACT, LagMethod.AT_LEAST, LagMethod.NONE


@pytest.mark.parametrize(
    ("lag", "lag_s", "methods", "worst_s", "method"),
    [
        ([0, 5], [0.0, NAN], [EXACT, NONE], NAN, NONE),
        ([5, 5], [3.0, NAN], [EXACT, NONE], 3.0, LEAST),
        ([0, UNKNOWN], [0.0, NAN], [EXACT, NONE], NAN, NONE),
        ([5, UNKNOWN], [3.0, NAN], [EXACT, NONE], 3.0, LEAST),
        ([0, 5], [0.0, 3.0], [EXACT, EXACT], 3.0, EXACT),
        ([0, 0], [0.0, 0.0], [EXACT, EXACT], 0.0, EXACT),
        ([5, 5], [3.0, 4.0], [EXACT, LEAST], 4.0, LEAST),
        ([5, 5], [NAN, NAN], [NONE, NONE], NAN, NONE),
    ],
)
def test_the_worst_of_some_rows(
    lag: list[int], lag_s: list[float], methods: list[int], worst_s: float, method: int
) -> None:
    columns: dict[str, Any] = {"lag_messages": lag, "lag_s": lag_s, "lag_s_method": methods}
    rows = report(1, 2, of_partitions=columns).partitions

    seconds, how = worst_ages(rows, rows.starts)

    np.testing.assert_array_equal(seconds, [worst_s])
    assert how.tolist() == [method]
    whole = worst_age(rows)
    np.testing.assert_array_equal(whole["lag_s"], worst_s)
    assert whole["lag_s_is_bound"] is (method == LEAST)
