"""What the what-if panel asks of the analysis, and the answer."""

from __future__ import annotations

from dataclasses import dataclass

from lagtop.analysis.change import Change
from lagtop.analysis.report import Report
from lagtop.analysis.whatif import NOT_MODELLED, WhatIf, what_if
from lagtop.snapshot import UNKNOWN, Group
from lagtop.ui.knobs import Wish


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What if this were so of the group in a row of `Report.groups`?"""

    report: Report
    row: int
    wish: Wish

    @property
    def untouched(self) -> Wish:
        """What the knobs stand at before anybody turns one."""
        return Wish(margin=self.report.margin)

    @property
    def group(self) -> Group:
        """The group's facts."""
        return self.report.group_facts[self.row]

    @property
    def members(self) -> int:
        """How many members it has, as far as Kafka says."""
        return max(0, int(self.report.groups.members[self.row]))

    @property
    def partitions(self) -> int:
        """How many partitions it reads."""
        return int(self.report.groups.partitions[self.row])

    @property
    def knows_members(self) -> bool:
        """Whether no member means that there is none."""
        return bool(self.report.groups.members[self.row] != UNKNOWN)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """Three answers for one group.

    plain: nothing is changed; changed: what is to happen happens; held: and everybody is held to
    the margin too.
    """

    question: Question
    plain: WhatIf
    changed: WhatIf
    held: WhatIf

    @property
    def is_reckoned(self) -> bool:
        """Whether there was anything to reckon with."""
        return self.question.partitions > 0 and self.plain.needed.reason != NOT_MODELLED

    @property
    def knows_owners(self) -> bool:
        """Whether it can be said who owns what."""
        return self.is_reckoned and self.question.knows_members


def ask(question: Question) -> Answer:
    """Reckon; this may take a second for thousands of partitions and consumers."""
    asked: dict[Change, WhatIf] = {}
    wish = question.wish
    for change in (Change(), wish.change, wish.with_margin):
        if change not in asked:
            asked[change] = what_if(question.report, question.row, change)
    return Answer(question, asked[Change()], asked[wish.change], asked[wish.with_margin])
