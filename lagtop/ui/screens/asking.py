"""A table about which one may ask what if."""

from __future__ import annotations

from lagtop.ui.screens.following import Follows
from lagtop.ui.screens.table_screen import TableScreen
from lagtop.ui.sheets import GroupSheet, PartitionSheet
from lagtop.ui.views import Place


class AskingScreen(TableScreen, inherit_bindings=False):
    """A table over which the panel opens; the model behind it is loaded then."""

    def show(self) -> None:
        """Draw the session as it is now, also in what is open over the table."""
        super().show()
        for screen in self.app.screen_stack:
            if isinstance(screen, Follows):
                screen.show()

    def action_what_if(self) -> None:
        """Ask about the group in sight."""
        group = asked_about(self.here)
        if group is None:
            self.say("what if is asked about a group: 1 shows them")
            return
        from lagtop.ui.screens.whatif import WhatIfScreen

        self.app.push_screen(WhatIfScreen(self.session, group))


def asked_about(place: Place) -> str | None:
    """The group that the place or the row under its cursor belongs to."""
    if place.view.id in ("group", "member"):
        return str(place.path[0])
    sheet, identity = place.grid.sheet, place.identity
    is_of_group = isinstance(sheet, GroupSheet | PartitionSheet) and identity is not None
    return str(identity[0]) if is_of_group and identity else None
