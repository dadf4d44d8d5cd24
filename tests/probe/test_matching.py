"""What becomes of events: each kind of trouble is counted once, exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagtop.probe.matching import Matcher, Tally

TIMEOUT_S = 10.0


def sent(matcher: Matcher, *numbers: int, at: float = 0.0) -> None:
    """Start events of place 0."""
    for number in numbers:
        matcher.start(f"event-{number}", 0, number, at, at)


def arrived(matcher: Matcher, *numbers: int, at: float = 1.0) -> None:
    """See events at the other end."""
    for number in numbers:
        matcher.arrive(f"event-{number}", at, at)


def counts(tally: Tally) -> dict[str, int]:
    """The counts that are not zero."""
    names = [name for name in Tally.__slots__ if name != "latency"]
    return {name: getattr(tally, name) for name in names if getattr(tally, name)}


def test_what_arrives_has_its_latency() -> None:
    matcher = Matcher(TIMEOUT_S)
    sent(matcher, 1, at=3.0)
    arrived(matcher, 1, at=3.25)

    assert counts(matcher.total()) == {"sent": 1, "arrived": 1}
    assert matcher.total().latency.quantile(0.5) == pytest.approx(0.25)


def test_what_does_not_arrive_in_time_is_lost_and_counts_as_late_when_it_comes() -> None:
    matcher = Matcher(TIMEOUT_S)
    sent(matcher, 1, 2)
    arrived(matcher, 1)
    matcher.expire(TIMEOUT_S - 0.001)
    assert counts(matcher.total()) == {"sent": 2, "arrived": 1}

    matcher.expire(TIMEOUT_S)
    assert counts(matcher.total()) == {"sent": 2, "arrived": 1, "lost": 1}

    arrived(matcher, 2, at=25.0)
    assert counts(matcher.total()) == {"sent": 2, "arrived": 2, "late": 1}
    assert matcher.total().latency.most_s == 25.0


def test_what_comes_again_is_a_duplicate_each_time() -> None:
    matcher = Matcher(TIMEOUT_S)
    sent(matcher, 1)
    arrived(matcher, 1, 1, 1)

    assert counts(matcher.total()) == {"sent": 1, "arrived": 1, "duplicates": 2}


def test_what_is_overtaken_is_out_of_order() -> None:
    matcher = Matcher(TIMEOUT_S)
    sent(matcher, 1, 2, 3, 4)
    arrived(matcher, 1, 4, 2, 3)

    assert counts(matcher.total()) == {"sent": 4, "arrived": 4, "out_of_order": 2}


def test_an_arrival_may_be_seen_before_its_start() -> None:
    matcher = Matcher(TIMEOUT_S)
    arrived(matcher, 1, at=5.0)
    matcher.start("event-1", 0, 1, 4.0, 5.5)

    assert counts(matcher.total()) == {"sent": 1, "arrived": 1}
    assert matcher.total().latency.quantile(0.5) == pytest.approx(1.0)


def test_an_arrival_without_a_start_is_unmatched_after_the_timeout() -> None:
    matcher = Matcher(TIMEOUT_S)
    arrived(matcher, 7, at=0.0)
    matcher.expire(TIMEOUT_S)

    assert matcher.unmatched == 1
    assert counts(matcher.total()) == {}


def test_what_could_not_be_sent_is_failed_and_not_lost() -> None:
    matcher = Matcher(TIMEOUT_S)
    sent(matcher, 1)
    matcher.withdraw("event-1")
    matcher.expire(TIMEOUT_S)

    assert counts(matcher.total()) == {"failed": 1}


def test_memory_is_bounded_and_what_is_forgotten_is_said() -> None:
    matcher = Matcher(TIMEOUT_S, capacity=10)
    sent(matcher, *range(25))
    arrived(matcher, *range(100, 130))

    assert matcher.waiting == 10
    assert counts(matcher.total()) == {"sent": 25, "forgotten": 15}
    assert matcher.unmatched == 20


def test_places_are_told_apart_and_summed() -> None:
    matcher = Matcher(TIMEOUT_S)
    for place in (0, 1):
        matcher.start(f"of-{place}", place, 1, 0.0, 0.0)
    matcher.arrive("of-1", 2.0, 2.0)

    assert counts(matcher.tallies[0]) == {"sent": 1}
    assert counts(matcher.tallies[1]) == {"sent": 1, "arrived": 1}
    assert counts(matcher.total()) == {"sent": 2, "arrived": 1}


@given(
    lost=st.sets(st.integers(0, 99)),
    twice=st.sets(st.integers(0, 99)),
    order=st.randoms(use_true_random=False),
)
def test_every_event_is_counted_as_what_it_became(
    lost: set[int], twice: set[int], order: object
) -> None:
    matcher = Matcher(TIMEOUT_S)
    numbers = list(range(100))
    sent(matcher, *numbers)
    came = [number for number in numbers if number not in lost]
    order.shuffle(came)  # type: ignore[attr-defined]
    arrived(matcher, *came)
    arrived(matcher, *(twice - lost))
    matcher.expire(TIMEOUT_S)

    overtaken = sum(number < max(came[:turn], default=-1) for turn, number in enumerate(came))
    total = matcher.total()
    assert (total.sent, total.arrived, total.lost) == (100, len(came), len(lost))
    assert (total.duplicates, total.out_of_order) == (len(twice - lost), overtaken)
    assert total.waiting == 0
