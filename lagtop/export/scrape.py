"""What a scrape gets: the newest report as metrics, and how polling goes; it never polls itself."""

from __future__ import annotations

import asyncio

from lagtop.analysis.report import Report
from lagtop.export import openmetrics
from lagtop.export.http import Answer
from lagtop.export.metric import Family, text
from lagtop.export.openmetrics import CONTENT_TYPE
from lagtop.export.selection import Selection
from lagtop.snapshot import Failure

INDEX = b"lagtop: /metrics for Prometheus (OpenMetrics), /healthz\n"


class Scrapes:
    """Holds what was polled last, and answers with it.

    After a failed poll there are no figures of the cluster any more: an old lag that looks new
    would be worse than none.
    """

    def __init__(self, most_rows: int) -> None:
        self._most_rows = most_rows
        self._report: Report | None = None
        self._text: str | None = None
        self._problem = "nothing was polled yet"
        self._polls, self._failures = 0, 0
        self._writing = asyncio.Lock()

    def take(self, update: Report | Failure) -> None:
        """Take in what a poll learnt."""
        self._text = None
        if isinstance(update, Report):
            self._report, self._problem = update, ""
            self._polls += 1
        else:
            self._report, self._problem = None, update.what
            self._failures += 1

    async def respond(self, path: str) -> Answer:
        """What there is at a path."""
        if path == "/metrics":
            said = await self._metrics() + text(self._own()) + "# EOF\n"
            return Answer(200, said.encode("utf-8", "backslashreplace"), CONTENT_TYPE)
        if path == "/healthz":
            status = 503 if self._problem else 200
            return Answer(status, f"{self._problem or 'ok'}\n".encode("utf-8", "backslashreplace"))
        return Answer(200, INDEX) if path == "/" else Answer(404, INDEX)

    async def _metrics(self) -> str:
        """The report's metrics, written once a poll and beside the event loop."""
        async with self._writing:
            report = self._report
            if report is None:
                return ""
            if self._text is None:
                families = openmetrics.families(report, Selection.all(report), self._most_rows)
                said = await asyncio.to_thread(text, families)
                if self._report is not report:
                    return said
                self._text = said
            return self._text

    def _own(self) -> list[Family]:
        up = 0 if self._problem else 1
        return [
            Family("lagtop_up", "1 while polls succeed", "gauge", (((), up),)),
            Family("lagtop_polls", "polls that succeeded", "counter", (((), self._polls),)),
            Family("lagtop_polls_failed", "polls that failed", "counter", (((), self._failures),)),
        ]
