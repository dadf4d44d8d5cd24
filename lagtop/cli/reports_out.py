"""Writes reports in the format and to the place that the options of `lagtop snapshot` name."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lagtop.analysis.report import Report
from lagtop.cli.arguments import wanted_names
from lagtop.cli.written import opened
from lagtop.errors import UsageError
from lagtop.export.formats import FORMATS, by_ending
from lagtop.export.selection import Selection


@contextmanager
def reports_out(options: argparse.Namespace) -> Iterator[Callable[[Report], None]]:
    """What takes reports, one after another; that none had a group that is wanted is told."""
    name = _format_name(options)
    form, path = FORMATS[name], options.output
    select = Selection.issues if options.issues else Selection.all
    with opened(path, whole=form.whole, for_people=name == "table") as write:
        heads = iter([form.head()])
        groups: list[int] = []

        def take(report: Report) -> None:
            groups.append(len(report.group_facts))
            write(next(heads, "") + form.body(report, select(report)))

        yield take
    if groups and not any(groups) and (names := wanted_names(options)):
        print(f"lagtop: no group matches {names}", file=sys.stderr)


def _format_name(options: argparse.Namespace) -> str:
    if options.format is not None:
        return str(options.format)
    if options.output is None:
        return "table" if sys.stdout.isatty() else "csv"
    name = by_ending(options.output.name)
    if name is None and options.output.suffix:
        endings = ", ".join(ending for form in FORMATS.values() for ending in form.endings)
        what = f"--output: no format ends with {options.output.suffix!r}: {options.output}"
        raise UsageError(what, f"known are {endings}; or say it with --format")
    return name or "csv"
