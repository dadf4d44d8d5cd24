"""What a user may not see is hinted at in the header, and told by `:hidden`."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.reports import report
from tests.ui.screens import opened


async def test_what_may_not_be_seen_is_hinted_at_and_told_with_the_missing_acl() -> None:
    told = "1 of 3 topics is hidden: no DESCRIBE on topic pay\x1broll"
    async with opened(report(1)) as screen:
        assert ":hidden" not in screen.text
        await screen.press(":", *"hidden", "enter")
        assert "nothing is hidden that lagtop knows of" in screen.text
        await screen.press("escape")

        await screen.deliver(replace(report(1), hidden=(told,)))
        assert ":hidden" in screen.lines[1]
        await screen.press(":", *"hidden", "enter")
        assert "1 of 3 topics is hidden: no DESCRIBE on topic pay" in screen.text
        assert "\x1b" not in screen.text
