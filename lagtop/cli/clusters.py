"""The clusters that the screen offers: profiles, what other tools have saved here, the demo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from lagtop.cli import COMMANDS, DEMO
from lagtop.cli.target import fetched, profiles_path
from lagtop.errors import LagtopError
from lagtop.profiles.connection import Connection
from lagtop.profiles.importers import Import, found_files, read_tool
from lagtop.profiles.layers import layered
from lagtop.profiles.references import asks
from lagtop.profiles.store import Profile, check_name, put_profile, read_profiles

if TYPE_CHECKING:
    from lagtop.ui.choices import Choice

BROKEN = "?"
ABOUT_DEMO = "a cluster inside lagtop, with stories of trouble; needs no Kafka"


class Clusters:
    """The clusters as they were listed last."""

    def __init__(self) -> None:
        self._profiles: dict[str, Profile] = {}
        self._imports: dict[str, Import] = {}

    def every(self) -> list[Choice]:
        """All that can be opened; where the file of profiles is wrong, that it is."""
        from lagtop.ui.choices import Choice

        trouble: list[Choice] = []
        try:
            self._profiles = read_profiles(profiles_path())
        except LagtopError as error:
            self._profiles, trouble = {}, [Choice(BROKEN, "profiles", BROKEN, error.told)]
        saved = {str(one.values.get("source")) for one in self._profiles.values()}
        self._imports = {one.source: one for one in _found() if one.source not in saved}
        return [
            *trouble,
            *(
                Choice(name, "profiles", name, about(partial(layered, one)))
                for name, one in self._profiles.items()
            ),
            *(
                Choice(source, "found here, saved once they work", one.name, about(one.connection))
                for source, one in self._imports.items()
            ),
            Choice(DEMO, "without a Kafka", DEMO, ABOUT_DEMO),
        ]

    def attempt(self, name: str) -> str:
        """Connect, and say what is there or what is in the way."""
        if name == DEMO:
            return ABOUT_DEMO
        from lagtop.cli.attempt import attempt

        try:
            return attempt(self._connection(name))
        except LagtopError as error:
            return error.told

    def take(self, name: str) -> tuple[str, str]:
        """What is in the way of opening it, or nothing; and the profile's name, once saved."""
        try:
            if name in self._imports:
                from lagtop.cli.attempt import attempt

                attempt(self._connection(name))
                name = self._save(self._imports[name])
            elif name != DEMO and not self._asks(name):
                self._connection(name)
        except LagtopError as error:
            return error.told, name
        return "", name

    def _connection(self, name: str) -> Connection:
        """With its secrets; none can be asked for while the screen is open."""
        profile = self._profiles.get(name)
        if profile is None and name not in self._imports:
            raise LagtopError("this cannot be opened")
        found = self._imports[name].connection() if profile is None else layered(profile)
        if asks(found.security):
            raise LagtopError("it asks for a secret on the terminal", "Enter opens it")
        return fetched(found, profile)

    def _asks(self, name: str) -> bool:
        profile = self._profiles.get(name)
        return profile is not None and asks(layered(profile).security)

    def _save(self, one: Import) -> str:
        name, number = one.name, 1
        while name in self._profiles:
            number += 1
            name = f"{one.name}-{number}"
        check_name(name, frozenset(COMMANDS))
        put_profile(profiles_path(), name, {"source": one.source})
        return name


def _found() -> Iterator[Import]:
    """What other tools have saved; a file that cannot be read offers nothing."""
    for tool, path in found_files():
        try:
            yield from read_tool(tool, path)
        except LagtopError:
            continue


def about(connect: Callable[[], Connection]) -> str:
    """Where a connection leads and how; a source that is gone must not end a list."""
    try:
        found = connect()
    except LagtopError as error:
        return f"? {error.what}"
    return f"{found.bootstrap} {found.security.protocol} {found.security.mechanism}".strip()
