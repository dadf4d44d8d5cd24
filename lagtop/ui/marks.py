"""How a mark looks: a sign and a word beside the colour."""

from __future__ import annotations

from typing import Final, NamedTuple

from lagtop.analysis.marks import Mark


class Sign(NamedTuple):
    """How a mark looks, which role of the theme paints its row, and what it means."""

    glyph: str
    ascii_glyph: str
    role: str
    meaning: str


SIGNS: Final[dict[Mark, Sign]] = {
    Mark.NONE: Sign(" ", " ", "text", "nothing to say: caught up or keeping up"),
    Mark.REBALANCING: Sign("↻", "~", "rebalancing", "rebalancing: partitions are changing hands"),
    Mark.SHRINKING: Sign("▼", "v", "shrinking", "shrinking: lag is being worked off"),
    Mark.UNBALANCED: Sign("◆", "%", "unbalanced", "unbalanced: one partition or member stands out"),
    Mark.GROWING: Sign("▲", "^", "growing", "growing: lag is getting longer"),
    Mark.ATTENTION: Sign("!", "!", "attention", "attention: no members, or messages were lost"),
    Mark.STALLED: Sign("■", "#", "stalled", "stalled: nothing is consumed though there is lag"),
    Mark.UNKNOWN: Sign("✖", "x", "unknown", "unknown: could not be read; WHY says why"),
}
