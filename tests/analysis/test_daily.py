"""What is said of a spike: whether it was there at this time on days before."""

from __future__ import annotations

import numpy as np
import pytest

from lagtop.analysis.before import Then
from lagtop.analysis.diagnosis.diagnose import diagnose
from tests.analysis.test_diagnosis import case, past

CUT = "its records do not reach back so far"


@pytest.mark.parametrize(
    ("before", "told", "comes_again"),
    [
        pytest.param(
            (Then(1, 410.0), Then(7, np.nan, CUT)), "at this time yesterday x4.1 too: it was there",
            True, id="yesterday too",
        ),
        pytest.param(
            (Then(1, 110.0), Then(7, np.nan, CUT)),
            "at this time yesterday x1.1 at most: it was not there", False, id="not yesterday",
        ),
        pytest.param(
            (Then(1, 110.0), Then(7, 300.0)), "; at this time a week ago x3 too: it was there",
            True, id="a week ago",
        ),
        pytest.param(
            (Then(1, 170.0),), "at this time yesterday x1.7 at most", False, id="who can tell"
        ),
        pytest.param(
            (Then(1, np.nan, CUT), Then(7, np.nan, CUT)),
            f"what it was at this time yesterday is not known: {CUT}", False, id="not known",
        ),
        pytest.param((), "is not known: brokers were not asked", False, id="not asked"),
    ],
)  # fmt: skip
def test_a_spike_is_held_against_this_time_on_days_before(
    before: tuple[Then, ...], told: str, comes_again: bool
) -> None:
    (found,) = diagnose(case(past=past(usual=100.0, before=before)), 0)

    assert found.evidence.startswith("400/s in, x4 of the last hour's 100/s; ")
    assert told in found.evidence
    assert any("every day" in one for one in found.remedies) == comes_again
