"""`python -m lagtop`: the same as the command."""

from __future__ import annotations

import sys


def main() -> int:
    """Run lagtop with the process's arguments; gives the exit status."""
    from lagtop.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
