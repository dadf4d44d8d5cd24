"""The profile of last time: what `lagtop` without an argument opens."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lagtop.profiles.store import Profile

DECIDED_OUTSIDE = ("LAGTOP_PROFILE", "LAGTOP_BOOTSTRAP_SERVERS", "KAFKA_BOOTSTRAP_SERVERS")


def is_decided_outside() -> bool:
    """Whether the environment names a cluster."""
    return any(os.environ.get(name) for name in DECIDED_OUTSIDE)


def last_profile() -> str | None:
    """Its name, unless there is none any more, or the environment names a cluster."""
    if is_decided_outside():
        return None
    from lagtop.cli.target import profiles_path
    from lagtop.profiles.store import read_profiles

    try:
        name = _path().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return name if name in read_profiles(profiles_path()) else None


def remember_profile(profile: Profile | None) -> None:
    """Open this one next time; where that cannot be written, nothing is lost."""
    if profile is None:
        return
    with suppress(OSError):
        _path().parent.mkdir(parents=True, exist_ok=True)
        _path().write_text(f"{profile.name}\n", encoding="utf-8")


def _path() -> Path:
    from platformdirs import user_state_path

    return user_state_path("lagtop") / "last-profile"
