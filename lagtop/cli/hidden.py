"""What the cluster does not let us see, in a sentence that names the missing ACL."""

from __future__ import annotations

from collections.abc import Sequence

from lagtop.snapshot import Group


def hidden_groups(groups: Sequence[Group]) -> str:
    """How many groups are hidden, and why; nothing if none is."""
    reasons = [group.gap.reason for group in groups if group.gap.code == "unauthorized"]
    if not reasons:
        return ""
    others = f", and {len(reasons) - 1} more" if len(reasons) > 1 else ""
    return f"{len(reasons)} of {len(groups)} groups are hidden: {reasons[0]}{others}"
