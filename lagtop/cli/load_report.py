"""Writes what a load found: to stdout as a table, CSV or JSON, and as pictures into a directory."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from lagtop.cli.load_text import told, written
from lagtop.errors import UsageError
from lagtop.probe.load import LoadRun, Sample
from lagtop.probe.load_outcome import SAMPLE_COLUMNS, charts, document
from lagtop.probe.scripts import Script


def write(form: str, run: LoadRun, script: Script) -> None:
    """Print all of it in a format; CSV is a line for each poll."""
    if form == "json":
        json.dump(document(run, script), sys.stdout, ensure_ascii=False, indent=1)
        print()
    elif form == "csv":
        lines = csv.DictWriter(sys.stdout, SAMPLE_COLUMNS)
        lines.writeheader()
        lines.writerows(asdict(sample) for sample in run.samples)
    else:
        print(*told(script), *written(run), sep="\n")
    sys.stdout.flush()
    if run.ended:
        print(f"lagtop: it ended early: {run.ended}", file=sys.stderr)


def write_charts(directory: Path, samples: Sequence[Sample], script: Script) -> list[Path]:
    """Write the pictures; raises UsageError where that cannot be."""
    paths = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, picture in charts(samples, script).items():
            paths.append(directory / name)
            paths[-1].write_text(picture, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--charts: cannot write there: {error}", "give a directory") from error
    return paths
