"""What brokers tell of a topic's settings becomes numbers, or is unknown."""

from __future__ import annotations

import pytest

from lagtop.snapshot import TopicConfig
from lagtop.wire.configs import read_config


@pytest.mark.parametrize("odd", ["", "soon", "1e9", str(2**63), str(-(2**63))])
def test_a_setting_that_is_no_number_of_64_bits_is_unknown(odd: str) -> None:
    assert read_config({"retention.ms": odd, "retention.bytes": odd}) == TopicConfig()
