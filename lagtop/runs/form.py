"""A run as a line of JSON and back; whatever is no run of this version is none at all."""

from __future__ import annotations

import json
from dataclasses import asdict
from types import UnionType
from typing import Any, TypeVar, get_origin, get_type_hints

from lagtop.runs.run import Bar, Curve, Figures, Run

VERSION = 1
_MARK = "lagtop_run"

Made = TypeVar("Made", Figures, Bar, Curve, Run)


def written(run: Run) -> str:
    """The run as JSON."""
    return json.dumps({_MARK: VERSION, **asdict(run)}, ensure_ascii=False, allow_nan=False)


def read(text: str) -> Run | None:
    """The run that `written` wrote; None of anything else."""
    try:
        found = json.loads(text)
        if found.pop(_MARK) != VERSION:
            return None
        found["figures"] = tuple(_made(Figures, row) for row in found["figures"])
        found["bars"] = tuple(_made(Bar, row) for row in found["bars"])
        found["curves"] = tuple(_made(Curve, row) for row in found["curves"])
        return _made(Run, found)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _made(kind: type[Made], fields: dict[str, Any]) -> Made:
    """One of a kind, with fields of the right types; raises TypeError."""
    tuples = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    made = kind(**{**fields, **tuples})
    for name, hint in get_type_hints(kind).items():
        if not _fits(getattr(made, name), hint):
            raise TypeError(name)
    return made


def _fits(value: object, hint: Any) -> bool:
    if get_origin(hint) is tuple:
        kind = hint.__args__[0]
        return isinstance(value, tuple) and all(_fits(one, kind) for one in value)
    kinds = hint.__args__ if isinstance(hint, UnionType) else (hint,)
    return type(value) in kinds
