"""What is written to a file is what is printed, for the rows that were chosen."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from lagtop.export import delimited, ndjson
from lagtop.export.rows import COLUMNS
from lagtop.export.selection import Selection
from tests.analysis.build import one, poll, reports


def test_a_saved_file_holds_the_chosen_rows_as_they_would_be_printed(tmp_path: Path) -> None:
    topic = {"orders": [[0, 1, 0, 10, 10], [1, 1, 0, 20, 20]]}
    (report,) = reports(poll(1_000.0, topic, {"g": {"orders": [[0, 4], [1, 5]]}}))

    path = delimited.save(report, [1], tmp_path)

    printed = delimited.body(report, Selection.all(report)).splitlines()
    assert path.parent == tmp_path
    assert path.read_text("utf-8").splitlines() == [delimited.header().strip(), printed[1]]


def test_csv_read_back_has_raw_numbers_and_nothing_for_what_is_unknown() -> None:
    (report,) = reports(one(1_000.0, None, 10))

    (row,) = csv.DictReader(
        io.StringIO(delimited.header() + delimited.body(report, Selection.all(report)))
    )

    assert list(row) == list(COLUMNS)
    assert (row["log_end_offset"], row["lag_messages"], row["committed_offset"]) == ("10", "", "")
    assert row["verdict"] in ("no_commit", "unknown")
    assert row["reason"]


def test_never_is_a_number_in_ndjson_that_every_reader_knows() -> None:
    lines = [
        poll(float(t), {"orders": [[0, 1, 0, 10 * t, 10 * t]]}, {"g": {"orders": [[0, 0]]}})
        for t in range(30)
    ]
    report = reports(*lines)[-1]

    assert '"drain_s": 1e999' in ndjson.body(report, Selection.all(report))
