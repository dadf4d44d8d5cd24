"""What somebody can turn in the what-if panel: one knob a line, each with its steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final, NamedTuple

from lagtop.analysis.change import Change
from lagtop.analysis.policy import DEFAULT_MARGIN
from lagtop.ui.text import margin

_TENTHS: Final = tuple(tenth / 10 for tenth in range(1, 20))
_FACTORS: Final = (*_TENTHS, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 20.0, 50.0, 100.0)
_SPIKES: Final = (1.0, 1.2, 1.5, 2.0, 3.0, 4.0, 5.0, 8.0, 10.0, 15.0, 20.0, 50.0, 100.0)
_MINUTES: Final = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0)
_MARGINS: Final = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0)
_PARTITIONS: Final = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 16.0)

IDLE_ONES: Final = 8
"""So many consumers may be asked for beyond one a partition: enough to see that they are idle."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the knobs stand at; untouched, nothing is changed.

    consumers: how many come, or go where negative. speed, produce, spike, partitions: times what is
    now; spike_min: how long the spike lasts, minutes. margin: what each consumer must be able to do
    beyond what it gets. No consumer spares itself while it has a backlog: the margin changes
    nothing that will happen, and is reckoned apart.
    """

    consumers: float = 0.0
    speed: float = 1.0
    produce: float = 1.0
    spike: float = 1.0
    spike_min: float = 5.0
    margin: float = DEFAULT_MARGIN
    partitions: float = 1.0

    @property
    def change(self) -> Change:
        """What is to happen, the margin aside."""
        return Change(
            add_members=round(self.consumers),
            speed=self.speed,
            produce=self.produce,
            spike_factor=self.spike,
            spike_s=self.spike_min * 60 if self.spike != 1 else 0.0,
            partitions_factor=self.partitions,
        )

    @property
    def with_margin(self) -> Change:
        """The same, held to the margin."""
        return replace(self.change, margin=self.margin)


class Knob(NamedTuple):
    """One line: the field of Wish that it turns, and through which values.

    Without `steps`, what it can stand at depends on the group. `leap`: how many steps a great one
    is. `now`: what is so at present.
    """

    name: str
    label: str
    steps: Sequence[float]
    leap: int
    tell: Callable[[float], str]
    now: str
    help: str

    def value(self, wish: Wish) -> float:
        """What it stands at."""
        value: float = getattr(wish, self.name)
        return value

    def reset(self, wish: Wish, untouched: Wish) -> Wish:
        """Back to what an untouched panel has."""
        return self._at(wish, self.value(untouched))

    def turned(self, wish: Wish, by: int, consumers: Sequence[float]) -> Wish:
        """So many steps on, or back; it stops at either end. `consumers`: those of the group."""
        steps, here = self.steps or consumers, self.value(wish)
        nearest = min(range(len(steps)), key=lambda place: abs(steps[place] - here))
        return self._at(wish, steps[min(max(nearest + by, 0), len(steps) - 1)])

    def _at(self, wish: Wish, value: float) -> Wish:
        changed: dict[str, float] = {self.name: value}
        return replace(wish, **changed)


def _times(factor: float) -> str:
    return f"x{factor:.0f}" if factor >= 10 else f"x{factor:.1f}"


def _minutes(minutes: float) -> str:
    return f"{minutes:.0f} min"


KNOBS: Final = (
    Knob("consumers", "consumers", (), 10, "{:+.0f}".format, "", "members of the group"),
    Knob("speed", "speed", _FACTORS, 4, _times, "x1.0", "times what each consumer can do"),
    Knob("produce", "produce", (0.0, *_FACTORS), 4, _times, "x1.0", "times what is produced"),
    Knob("spike", "spike", _SPIKES, 3, _times, "x1.0", "times that, for a while from now"),
    Knob("spike_min", "for", _MINUTES, 3, _minutes, "", "how long the spike lasts"),
    Knob("margin", "margin", _MARGINS, 3, margin, "", "how far out must be able to exceed in"),
    Knob("partitions", "partitions", _PARTITIONS, 3, _times, "x1.0", "times those of each topic"),
)


def consumer_steps(members: int, partitions: int, wish: Wish) -> range:
    """How many consumers more or fewer a group can be asked about."""
    most = max(members, ceil(partitions * wish.partitions)) + IDLE_ONES
    return range(-members, most - members + 1)
