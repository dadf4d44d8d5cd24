"""Every format holds the rows, all of them, as they are."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.openmetrics import parser

from lagtop.analysis.report import Report
from lagtop.export import delimited, document, openmetrics, table
from lagtop.export.facts import GROUP_COLUMNS, group_table
from lagtop.export.formats import FORMATS, by_ending
from lagtop.export.rows import COLUMNS, ESTIMATES, Cell
from lagtop.export.rows import table as rows_of
from lagtop.export.selection import Selection
from lagtop.export.values import json_object
from tests.export.build import any_report, troubled

GOLDEN = Path(__file__).parent / "golden"
UNESCAPED = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}


def written(form: str, report: Report) -> str:
    """A report with its head, as a command prints it."""
    return FORMATS[form].head() + FORMATS[form].body(report, Selection.all(report))


def as_text(report: Report) -> list[list[str]]:
    """The rows as cells of text."""
    return [
        ["" if c is None else format(c, ".13g") if isinstance(c, float) else str(c) for c in row]
        for row in rows_of(report, COLUMNS)
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_is_written_as_it_was(form: str) -> None:
    path = GOLDEN / f"troubled{FORMATS[form].endings[0]}"

    assert written(form, troubled()) == path.read_bytes().decode()


@settings(max_examples=20)
@given(any_report())
def test_csv_read_back_is_the_rows(report: Report) -> None:
    header, *rows = csv.reader(io.StringIO(written("csv", report), newline=""))

    assert header == list(COLUMNS)
    assert [list(map(undefused, row)) for row in rows] == as_text(report)


@given(st.text(min_size=1))
def test_no_text_is_a_formula_in_a_spreadsheet(text: str) -> None:
    cell = delimited.defused(text)

    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert undefused(cell) == text


@settings(max_examples=20)
@given(any_report())
def test_tsv_read_back_is_the_rows(report: Report) -> None:
    header, *rows = (line.split("\t") for line in written("tsv", report)[:-1].split("\n"))

    assert header == list(COLUMNS)
    assert [[undefused(unescaped(cell)) for cell in row] for row in rows] == as_text(report)


def undefused(cell: str) -> str:
    """A cell as it was before it was kept from being a formula."""
    return cell.removeprefix("'")


def unescaped(cell: str) -> str:
    """A cell of TSV as it was before it was written."""
    out, at = "", 0
    while at < len(cell):
        step = 2 if cell[at] == "\\" else 1
        out += UNESCAPED[cell[at : at + 2]] if step == 2 else cell[at]
        at += step
    return out


@settings(max_examples=20)
@given(any_report())
def test_json_read_back_is_the_rows(report: Report) -> None:
    said = json.loads(written("json", report))

    assert_same(said["partitions"], document.ROW_COLUMNS, rows_of(report, document.ROW_COLUMNS))
    assert_same(said["groups"], GROUP_COLUMNS, group_table(report, Selection.all(report).groups))


@settings(max_examples=20)
@given(any_report())
def test_ndjson_read_back_is_the_rows(report: Report) -> None:
    columns = COLUMNS | ESTIMATES
    said = list(map(json.loads, written("ndjson", report)[:-1].split("\n")))

    assert_same(said, columns, rows_of(report, columns))


def assert_same(said: list[Any], names: Any, rows: list[tuple[Cell, ...]]) -> None:
    """Objects with these names, in this order, and the rows' values."""
    assert [list(one) for one in said] == [list(names)] * len(rows)
    assert [tuple(one.values()) for one in said] == rows


@settings(max_examples=20)
@given(any_report())
def test_the_official_parser_finds_every_lag_that_is_known(report: Report) -> None:
    found = parsed(written("openmetrics", report))

    lags = [row for row in rows_of(report, COLUMNS) if by_name(row)["lag_messages"] is not None]
    said = [
        (s.labels["consumergroup"], s.labels["topic"], int(s.labels["partition"]), s.value)
        for s in found.get("kafka_consumergroup_lag", [])
    ]
    names = ("group", "topic", "partition", "lag_messages")
    assert said == [tuple(by_name(row)[name] for name in names) for row in lags]


def parsed(text: str) -> dict[str, Any]:
    """The samples of each metric, read by Prometheus's own client."""
    families = parser.text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
    return {family.name: family.samples for family in families}


def by_name(row: tuple[Cell, ...]) -> dict[str, Cell]:
    """A row's cells by the names of their columns."""
    return dict(zip(COLUMNS, row, strict=True))


@settings(max_examples=20)
@given(any_report())
def test_the_table_has_a_line_for_every_row_and_nothing_that_acts(report: Report) -> None:
    said = table.body(report, Selection.all(report))

    assert all(line.isprintable() for line in said.splitlines())
    assert said.count("\n") >= len(report.partitions.group) + len(report.group_facts) + 4


def test_the_schema_that_is_shipped_describes_json_and_ndjson() -> None:
    schema = json.loads(document.schema())
    validator = jsonschema.Draft202012Validator
    validator.check_schema(schema)
    line = validator({"$ref": "#/$defs/line", "$defs": schema["$defs"]})

    validator(schema).validate(json.loads(written("json", troubled())))
    for said in written("ndjson", troubled()).splitlines():
        line.validate(json.loads(said))


def test_names_that_a_spreadsheet_would_run_are_defused_only_where_one_reads_them() -> None:
    rows = list(csv.DictReader(io.StringIO(written("csv", troubled()), newline="")))

    assert "'=cmd|\"x\"" in {row["group"] for row in rows}
    assert '"=cmd|\\"x\\""' in written("ndjson", troubled())


def test_issues_are_the_rows_with_a_mark_and_their_groups() -> None:
    report = troubled()
    chosen = Selection.issues(report)

    said = json.loads(document.body(report, chosen))

    verdicts = {row["verdict"] for row in said["partitions"]}
    assert verdicts >= {"lost", "offline", "deleted", "unknown"}
    assert {row["group"] for row in said["partitions"]} <= {one["group"] for one in said["groups"]}
    assert len(said["partitions"]) < len(report.partitions.group)


def test_never_is_a_number_that_every_reader_knows() -> None:
    assert json.loads(json_object({"a": math.inf})) == {"a": math.inf}


def test_series_are_bounded_and_what_is_left_out_is_said() -> None:
    report = troubled()

    text = openmetrics.body(report, Selection.all(report), most_rows=2)

    found = parsed(text)
    rows = len(report.partitions.group)
    assert found["lagtop_rows_left_out"][0].value == rows - 2
    assert len(found["kafka_consumergroup_current_offset"]) <= 2
    assert len(found["kafka_consumergroup_members"]) == 2
    assert found["lagtop_groups_left_out"][0].value == len(report.group_facts) - 2


def test_a_files_ending_names_its_format() -> None:
    assert by_ending("lag.csv") == "csv"
    assert by_ending("lag.jsonl") == "ndjson"
    assert by_ending("lag") is None
    assert delimited.header().strip().split(",") == list(COLUMNS)
