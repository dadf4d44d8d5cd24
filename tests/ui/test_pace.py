"""How much may be under way to a terminal that answers early, late or never."""

from __future__ import annotations

from lagtop.ui.pace import LARGEST, SMALLEST, Pace


def told(pace: Pace, size: int, sent_at: float, took_s: float) -> None:
    """Send an update and have it answered."""
    pace.sent(size, sent_at)
    pace.answered(sent_at + took_s)


def test_until_the_first_answer_nothing_is_held_back() -> None:
    pace = Pace()
    pace.sent(1_000_000, 0.0)

    assert pace.room == LARGEST
    assert pace.answers_due == 0


def test_a_full_window_holds_back() -> None:
    pace = Pace()
    told(pace, 100, 0.0, 0.01)

    pace.sent(1_000_000, 1.0)
    assert pace.room == 0

    pace.answered(1.1)
    assert pace.room > 0


def test_prompt_answers_widen_the_window_and_late_ones_narrow_it() -> None:
    pace = Pace()
    told(pace, 100, 0.0, 0.01)
    before = pace.room

    told(pace, 100, 1.0, 0.01)
    wider = pace.room
    told(pace, 100, 2.0, 0.5)

    assert before < wider
    assert pace.room < wider


def test_a_long_way_is_no_reproach_when_it_always_was() -> None:
    pace = Pace()
    for second in range(5):
        told(pace, 100, float(second), 0.4)

    first = Pace()
    told(first, 100, 0.0, 0.4)
    assert pace.room > first.room


def test_the_window_has_bounds() -> None:
    slow, fast = Pace(), Pace()
    told(slow, 1, 0.0, 0.0)
    for second in range(1, 60):
        told(slow, 1, float(second), 0.9)
        told(fast, 1, float(second), 0.0)

    assert slow.room == SMALLEST // 2
    assert fast.room == LARGEST // 2


def test_a_terminal_that_never_answers_is_not_asked_for_ever() -> None:
    pace = Pace()
    for second in range(8):
        assert not pace.is_mute
        pace.sent(10, float(second))

    assert pace.is_mute


def test_an_answer_that_nobody_asked_for_changes_nothing() -> None:
    pace = Pace()
    pace.answered(5.0)

    assert pace.room == LARGEST


def test_a_lost_answer_does_not_hold_the_screen_for_ever() -> None:
    pace = Pace()
    told(pace, 100, 0.0, 0.01)
    pace.sent(1_000_000, 1.0)

    pace.give_up(3.0)
    assert pace.room == 0

    pace.give_up(7.0)
    assert pace.room == SMALLEST // 2
