"""Every key that a profile may have, with its kind and what it is for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lagtop.errors import UsageError
from lagtop.profiles.endpoints import TABLE, endpoint_from
from lagtop.profiles.words import NO_PROXY, PROXY, nearest
from lagtop.security import SECURITY_FIELDS


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its type in TOML, what it does, and the command line option that it stands for."""

    kind: type
    about: str
    option: str = ""


KEYS: dict[str, Key] = {
    "bootstrap_servers": Key(str, "brokers to ask first: `HOST:PORT,...`", "bootstrap_servers"),
    "source": Key(str, "where addresses and security come from: `TOOL:FILE#NAME`, see import"),
    "interval": Key(float, "seconds between polls", "interval"),
    "group": Key(str, "only groups that match this regular expression", "group"),
    "topic": Key(str, "the same for topics", "topic"),
    "dead_letters": Key(str, "topics of dead letters too, as `--dead-letters`", "dead_letters"),
    "margin": Key(float, "safety margin in per cent, as `--margin`", "margin"),
    "tag": Key(str, "a word beside the title; the profile's name if there is none"),
    "colour": Key(str, "the colour of the tag: `red`, `yellow`, `green` or `blue`"),
    "theme": Key(str, "the screen's colours", "theme"),
    "columns": Key(dict, "columns of each view, in their order: `{groups = [...]}`"),
    "metrics": Key(dict, "metrics endpoints, as `--metrics`: `{1 = \"URL\"}`, or tables"),
    "allow_writes": Key(bool, "whether `lagtop probe` and `load` may write to this cluster"),
    "allow_commands": Key(bool, "whether `${cmd:...}` is run to get a secret"),
    "security": Key(dict, "how the cluster is entered, see below"),
    "alerts": Key(list, "alert rules: `[[NAME.alerts]]` tables, as in `--alerts FILE`"),
}
"""Keys of a profile, in the order in which they are written."""

COLOURS = ("red", "yellow", "green", "blue")
ENVIRONMENT = "LAGTOP_"
SECURITY_ENVIRONMENT = "LAGTOP_SECURITY_"
_WORDS = {str: "a text", float: "a number", bool: "true or false", dict: "a table", list: "a list"}
_SECURITY_KINDS = {"str": str, "Secret": str, "bool": bool}


def check_keys(table: Mapping[str, Any], where: Mapping[tuple[str, ...], str]) -> None:
    """Refuse unknown keys and wrong kinds; `where` says where each key stands: `file:line`."""
    for name, value in table.items():
        place = where.get((name,), where[()])
        if name not in KEYS and PROXY.search(name):
            raise UsageError(f"{place}: {name}: {NO_PROXY[0]}", NO_PROXY[1])
        if name not in KEYS:
            raise UsageError(f"{place}: no such key: {name}", nearest(name, KEYS) or _known(KEYS))
        _check_kind(name, value, KEYS[name].kind, place)
    if table.get("colour", COLOURS[0]) not in COLOURS:
        place = where.get(("colour",), where[()])
        raise UsageError(f"{place}: colour: no such colour", _known(dict.fromkeys(COLOURS)))
    _check_columns(table.get("columns", {}), where.get(("columns",), where[()]))
    _check_metrics(table.get("metrics", {}), where)
    _check_security(table.get("security", {}), where)


def _check_metrics(table: Mapping[str, Any], where: Mapping[tuple[str, ...], str]) -> None:
    for target, said in table.items():
        place = where.get(("metrics", target), where.get(("metrics",), where[()]))
        if not isinstance(said, dict):
            _check_kind(f"metrics.{target}", said, str, place)
        for name, value in said.items() if isinstance(said, dict) else ():
            if name not in TABLE:
                raise UsageError(f"{place}: no such key: metrics.{target}.{name}", _known(TABLE))
            _check_kind(f"metrics.{target}.{name}", value, str, place)
        try:
            endpoint_from(target, said)
        except UsageError as error:
            raise UsageError(f"{place}: {error.what}", error.hint) from error


def _check_security(table: Mapping[str, Any], where: Mapping[tuple[str, ...], str]) -> None:
    for name, value in table.items():
        place = where.get(("security", name), where.get(("security",), where[()]))
        if name not in SECURITY_FIELDS:
            hint = nearest(name, SECURITY_FIELDS) or _known(SECURITY_FIELDS)
            raise UsageError(f"{place}: no such key: security.{name}", hint)
        _check_kind(f"security.{name}", value, _SECURITY_KINDS[SECURITY_FIELDS[name]], place)


def _check_columns(columns: Mapping[str, Any], place: str) -> None:
    for view, names in columns.items():
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise UsageError(f"{place}: columns.{view} is a list of names of columns")


def _check_kind(name: str, value: object, kind: type, place: str) -> None:
    fits = isinstance(value, kind)
    if kind is float:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits:
        # The value itself is not shown: it may be a password without its quotes.
        raise UsageError(
            f"{place}: {name} is {_WORDS[kind]}, not {_word_for(value)}", _example(name, kind)
        )


def _word_for(value: object) -> str:
    kind = float if isinstance(value, int) and not isinstance(value, bool) else type(value)
    return _WORDS.get(kind, "a date")


def _example(name: str, kind: type) -> str:
    key = name.rpartition(".")[2]
    return {str: f'{key} = "..."', float: f"{key} = 20", bool: f"{key} = true"}.get(kind, "")


def _known(names: Iterable[str]) -> str:
    return f"one of: {', '.join(names)}"


def from_environment(name: str) -> str | None:
    """What the environment says of a key: `LAGTOP_GROUP` for `group`."""
    return os.environ.get(ENVIRONMENT + name.upper()) or None


def misspelt_variables() -> list[str]:
    """A sentence for each variable that is nearly one of ours; all others are somebody else's."""
    options = (name for name, key in KEYS.items() if key.option)
    of_security = (f"security_{name}" for name in SECURITY_FIELDS)
    ours = [name.upper() for name in ("profile", "stock_driver", *options, *of_security)]
    said = (name.removeprefix(ENVIRONMENT) for name in os.environ if name.startswith(ENVIRONMENT))
    meant = {name: nearest(name, ours, ENVIRONMENT) for name in sorted(said) if name not in ours}
    return [f"{ENVIRONMENT}{name} is no setting; {hint}" for name, hint in meant.items() if hint]
