"""The formats of `lagtop snapshot` as a table: the help and the README say what stands here."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lagtop.analysis.report import Report
from lagtop.export import delimited, document, ndjson, openmetrics, table
from lagtop.export.selection import Selection


class Format(NamedTuple):
    """A way to write reports: what comes before the first, and each.

    A format that is `whole` is one document a poll, so that a file of it holds the newest poll;
    any other goes on with more rows. `endings` are of the names of files.
    """

    about: str
    endings: tuple[str, ...]
    body: Callable[[Report, Selection], str]
    head: Callable[[], str] = str
    whole: bool = False


FORMATS = {
    "table": Format("for people and tickets", (".txt",), table.body),
    "csv": Format(
        "a row for each group and partition", (".csv",), delimited.body, delimited.header
    ),
    "tsv": Format("the same, between tabs", (".tsv",), delimited.tsv_body, delimited.tsv_header),
    "json": Format(
        "a document a poll: groups, brokers, totals and alerts too", (".json",), document.body,
        whole=True,
    ),
    "ndjson": Format(
        "an object a line, with the bounds of every estimate", (".ndjson", ".jsonl"), ndjson.body
    ),
    "openmetrics": Format(
        "for Prometheus, under the usual exporters' names", (".prom",), openmetrics.body,
        whole=True,
    ),
}  # fmt: skip


def by_ending(name: str) -> str | None:
    """The format that a file's name asks for, if it does."""
    return next((form for form, it in FORMATS.items() if name.endswith(it.endings)), None)
