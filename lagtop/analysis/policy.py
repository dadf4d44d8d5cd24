"""What the user holds groups to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lagtop.analysis.letters import DEFAULT_NAMING, Naming
from lagtop.analysis.rules import DEFAULT_RULES, Rule

DEFAULT_MARGIN: Final = 0.2


@dataclass(frozen=True, slots=True)
class Policy:
    """A safety margin, the rules of alerts, and how topics of dead letters are named.

    margin: what consumers must be able to do beyond what is produced, as a share of it: with 0.2
    they must be able to consume 1.2 times what is produced.
    """

    margin: float = DEFAULT_MARGIN
    rules: tuple[Rule, ...] = DEFAULT_RULES
    naming: Naming = DEFAULT_NAMING


DEFAULT_POLICY: Final = Policy()
