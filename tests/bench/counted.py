"""lagtop as a user runs it, with a thread beside it that counts asyncio's tasks into a file.

`python -m tests.bench.counted FILE ARGUMENTS...`: how many of all loops are not done, every few
seconds.
"""

from __future__ import annotations

import sys
import threading
import time
from asyncio import tasks
from pathlib import Path

from lagtop.cli import run

EVERY_S = 5.0


def count_into(file: Path) -> None:
    """Write for ever how many tasks of all loops are not done."""
    # asyncio has no public list of the tasks of all loops, and renamed its own in Python 3.12.
    every = getattr(tasks, "_scheduled_tasks" if sys.version_info >= (3, 12) else "_all_tasks")
    while True:
        file.write_text(str(sum(not task.done() for task in list(every))), encoding="utf-8")
        time.sleep(EVERY_S)


if __name__ == "__main__":
    threading.Thread(target=count_into, args=(Path(sys.argv[1]),), daemon=True).start()
    sys.exit(run(sys.argv[2:]))
