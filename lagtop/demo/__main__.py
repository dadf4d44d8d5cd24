"""`python -m lagtop.demo`: serve a story until stdin ends, so that no parent leaves it behind."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import threading
from collections.abc import Sequence
from functools import partial

from lagtop.demo.stories import STORIES, find_story
from lagtop.errors import EXIT_OK, EXIT_USAGE, UsageError

CHUNK_BYTES = 4_096


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve; the one line on stdout is `bootstrap HOST:PORT,...`."""
    options = _parser().parse_args(arguments)
    try:
        find_story(options.story)
        asyncio.run(serve(options.story, options.seed, options.port))
    except UsageError as error:
        print(f"lagtop demo: {error.what}\n{error.hint}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"lagtop demo: cannot listen: {error.strerror}", file=sys.stderr)
        return EXIT_USAGE
    return EXIT_OK


async def serve(story: str, seed: int, port: int) -> None:
    """Play the story until stdin ends or SIGTERM comes."""
    from lagtop.demo.cluster import DemoCluster

    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    on_end = partial(loop.call_soon_threadsafe, stop.set)
    threading.Thread(target=_await_end_of_stdin, args=(on_end,), daemon=True).start()
    async with DemoCluster(story, seed, port=port) as cluster:
        print("bootstrap", cluster.bootstrap, flush=True)
        await stop.wait()


def _await_end_of_stdin(on_end: partial[object]) -> None:
    while os.read(0, CHUNK_BYTES):
        pass
    on_end()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("lagtop.demo", description=__doc__)
    stories = "; ".join(f"{story.name}: {story.about}" for story in STORIES.values())
    parser.add_argument("--story", default="all", help=stories)
    parser.add_argument("--seed", type=int, default=1, help="another seed, other numbers")
    parser.add_argument("--port", type=int, default=0, help="the first broker's port")
    return parser


if __name__ == "__main__":
    sys.exit(main())
