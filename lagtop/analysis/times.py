"""All that is asked of brokers by time: how old records are, and what was written before."""

from __future__ import annotations

from collections.abc import Sequence

from lagtop.analysis.before import Before
from lagtop.analysis.exact import Exact
from lagtop.analysis.oldest import Oldest
from lagtop.snapshot import TimeAnswer, TimeQuestion


class Times:
    """Who asks, in turn: a partition can be asked one thing at a time."""

    def __init__(self) -> None:
        self.exact, self.oldest, self.before = Exact(), Oldest(), Before()

    def questions(self) -> list[TimeQuestion]:
        """What to ask next; what is asked once in a while comes before what is asked for ever."""
        before = self.before.questions()
        taken = {(one.topic, one.partition) for one in before}
        exact = [
            one for one in self.exact.questions() if (one.topic, one.partition) not in taken
        ]
        taken |= {(one.topic, one.partition) for one in exact}
        return [*before, *exact, *self.oldest.questions(taken)]

    def learn(self, answers: Sequence[TimeAnswer]) -> None:
        """Take in brokers' answers."""
        of_age = self.before.learn(answers)
        self.exact.learn(of_age)
        self.oldest.learn(of_age)
