"""What the header says of a recording that is played, or made."""

from __future__ import annotations

import time

from lagtop.analysis.report import Report
from lagtop.record.tap import Tap
from lagtop.ui.names import clean
from lagtop.ui.options import Transport


def playing(transport: Transport, report: Report | None) -> str:
    """Where a recording is, and how it goes on."""
    at = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(report.captured_at)) if report else ""
    if transport.is_seeking:
        return f"SEEKING from {at}"
    if transport.is_over:
        return f"END at {at}: p plays it again"
    if transport.is_playing:
        return f"PLAYING x{transport.speed:g} {at}"
    return f"PAUSED at {at}: p goes on"


def recording_banner(tap: Tap) -> str:
    """That it is recorded, or why no longer."""
    if tap.path is not None:
        return f"REC {clean(tap.path.name)}"
    return f"recording ended: {clean(tap.problem)}" if tap.problem else ""
