"""`lagtop info`: versions and paths, for a bug report."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import version

from lagtop import __version__
from lagtop.cli.arguments import Parser
from lagtop.errors import EXIT_OK

LIBRARIES = (
    "textual", "aiokafka", "kafka-python", "numpy", "plotext", "platformdirs", "pyyaml", "tomlkit",
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Print versions and where lagtop keeps its files."""
    Parser("info", "versions and paths, for a bug report").parse_args(arguments)
    from platformdirs import user_config_path, user_state_path

    print(f"lagtop        {__version__}")
    print(f"python        {platform.python_version()}")
    for library in LIBRARIES:
        print(f"{library:13} {version(library)}")
    print(f"config        {user_config_path('lagtop')}")
    print(f"state         {user_state_path('lagtop')}")
    return EXIT_OK
