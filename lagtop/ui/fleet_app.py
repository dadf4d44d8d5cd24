"""The application on several clusters: each has a feed, a session and a screen of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from textual import events
from textual.screen import Screen

from lagtop.ui.app import LagtopApp
from lagtop.ui.options import Feed, Options
from lagtop.ui.screens.browse import BrowseScreen
from lagtop.ui.screens.fleet import FleetScreen
from lagtop.ui.session import Session


class Member(NamedTuple):
    """A cluster of a fleet; `name` is its profile's."""

    name: str
    feed: Feed
    options: Options


class FleetApp(LagtopApp, inherit_bindings=False):
    """Shows the fleet, and the screen of the cluster that somebody enters.

    `session` and `browse` are those of the cluster that was entered last.
    """

    BINDINGS = LagtopApp.BINDINGS

    def __init__(self, members: Sequence[Member]) -> None:
        every = [replace(member.options, fleet=self.show_fleet) for member in members]
        super().__init__(members[0].feed, every[0])
        for member, options in zip(members[1:], every[1:], strict=True):
            self.browses.append(BrowseScreen(self._another(member.feed, options)))
        for place, browse in enumerate(self.browses):
            # An installed screen stays as it is while it is out of sight.
            self.install_screen(browse, f"cluster-{place}")
        names = [member.name for member in members]
        self.fleet = FleetScreen(names, self.sessions, self.enter)

    def get_default_screen(self) -> Screen[None]:
        """The fleet."""
        return self.fleet

    def draw(self, browse: BrowseScreen) -> None:
        """Draw the news of a cluster where it is in sight, or the fleet."""
        if browse in self.screen_stack:
            super().draw(browse)
        else:
            self.fleet.show()

    def enter(self, place: int) -> None:
        """Show a cluster's own screen, as it was left."""
        self.browse = self.browses[place]
        self.session = self.browse.session
        was_seen = self.browse.is_mounted
        self.push_screen(f"cluster-{place}")
        if was_seen:
            # Out of sight, it heard neither of news nor of another theme.
            self.browse.query("*").refresh()
            self.browse.show()

    def show_fleet(self) -> None:
        """Back to all clusters."""
        while self.screen is not self.fleet:
            self.pop_screen()
        for browse in self.browses:
            browse.here.grid.let_go()

    def tell(self, words: str, role: str = "attention") -> None:
        """Say something below the clusters, or on the screen of the one in sight."""
        if self.screen is self.fleet:
            self.fleet.say(words)
        else:
            super().tell(words, role)

    def action_clusters(self) -> None:
        """Choose another cluster: of the fleet."""
        self.show_fleet()

    def _takes(self, event: events.Key) -> bool:
        if self.screen is self.fleet:
            return not event.is_forwarded and self.fleet.take(event)
        return super()._takes(event)

    def _another(self, feed: Feed, options: Options) -> Session:
        """A session that shares what the user prefers with the first."""
        session = Session(feed, options, self.session.look)
        session.preferences, session.themes = self.session.preferences, self.session.themes
        return session

    def _begin(self) -> None:
        for place, session in enumerate(self.sessions):
            session.feed.begin(partial(self.deliver, place=place))
        self.fleet.say("; ".join(self.session.complaints))
