"""Metrics as OpenMetrics 1.0 writes them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal, NamedTuple

Labels = tuple[tuple[str, str], ...]
Number = int | float
Kind = Literal["gauge", "counter", "info"]

_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


class Family(NamedTuple):
    """A metric with its samples; a counter's name is without `_total`."""

    name: str
    about: str
    kind: Kind
    samples: tuple[tuple[Labels, Number], ...]


def text(families: Iterable[Family]) -> str:
    """Families one after another; what has no sample is left out."""
    return "".join(map(_family, families))


def _family(family: Family) -> str:
    if not family.samples:
        return ""
    suffix = {"counter": "_total", "info": "_info", "gauge": ""}[family.kind]
    name = family.name + suffix
    head = f"# TYPE {family.name} {family.kind}\n# HELP {family.name} {family.about}\n"
    return head + "".join(
        f"{name}{_labels(labels)} {_number(number)}\n" for labels, number in family.samples
    )


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in labels) + "}"


def _number(number: Number) -> str:
    if isinstance(number, float) and math.isinf(number):
        return "+Inf" if number > 0 else "-Inf"
    return str(number)
