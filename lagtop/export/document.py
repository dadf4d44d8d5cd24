"""JSON: one document a poll, with groups, brokers, totals and alerts beside the partition rows.

`snapshot.schema.json` in this package says what every name means.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

from lagtop.analysis.report import Report
from lagtop.export.facts import (
    GROUP_COLUMNS,
    Fields,
    alert_fields,
    broker_fields,
    chosen_alerts,
    client_fields,
    cost_fields,
    group_table,
    totals_fields,
)
from lagtop.export.rows import COLUMNS, ESTIMATES, SCHEMA_VERSION, table
from lagtop.export.selection import Selection
from lagtop.export.values import json_object, json_value
from lagtop.readings import CLIENT, NOT_GIVEN

SAID_ONCE = ("schema_version", "captured_at", "cluster")
"""Columns that stand at the top of the document and not in its rows."""

ROW_COLUMNS = {
    name: cells for name, cells in (COLUMNS | ESTIMATES).items() if name not in SAID_ONCE
}


def schema() -> str:
    """The JSON Schema of the document."""
    return files("lagtop.export").joinpath("snapshot.schema.json").read_text("utf-8")


def body(report: Report, selection: Selection) -> str:
    """The document."""
    alerts = chosen_alerts(report, selection.groups)
    groups = group_table(report, selection.groups)
    rows = table(report, ROW_COLUMNS, selection.rows)
    parts = {
        "schema_version": json_value(SCHEMA_VERSION),
        "captured_at": json_value(round(report.captured_at, 3)),
        "cluster": json_value(report.cluster),
        "controller": json_value(report.controller if report.controller >= 0 else None),
        "brokers": _array(
            broker_fields(one, report.readings.get(str(one.node_id), NOT_GIVEN))
            for one in report.brokers
        ),
        "clients": _array(
            client_fields(target.removeprefix(CLIENT), told)
            for target, told in report.readings.items()
            if target.startswith(CLIENT)
        ),
        "totals": json_object(totals_fields(report)),
        "poll": json_object(cost_fields(report)),
        "alerts": _array(map(alert_fields, alerts)),
        "groups": _array(dict(zip(GROUP_COLUMNS, row, strict=True)) for row in groups),
        "partitions": _array(dict(zip(ROW_COLUMNS, row, strict=True)) for row in rows),
    }
    return "{\n" + ",\n".join(f'  "{name}": {said}' for name, said in parts.items()) + "\n}\n"


def _array(objects: Iterable[Fields]) -> str:
    lines = [f"    {json_object(fields)}" for fields in objects]
    return "[\n" + ",\n".join(lines) + "\n  ]" if lines else "[]"
