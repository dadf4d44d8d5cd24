"""Connections that other tools have saved: where their files lie, and how each is read."""

from __future__ import annotations

import configparser
import json
import os
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lagtop.errors import UsageError
from lagtop.profiles import foreign
from lagtop.profiles.connection import Connection, connection_from
from lagtop.profiles.property_file import Property, parse_properties, read_text
from lagtop.profiles.words import nearest

ENVIRONMENT_FILE = "-"


@dataclass(frozen=True, slots=True)
class Tool:
    """How one tool's file is parsed and read, and where it usually lies."""

    read: Callable[[Any], foreign.Found]
    parse: Callable[[str], Any]
    places: tuple[str, ...] = ()
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Import:
    """One connection of a file; `source` is how a profile refers to it."""

    name: str
    source: str
    properties: tuple[Property, ...]
    colour: str = ""

    def connection(self) -> Connection:
        """What its properties say; raises UsageError."""
        return connection_from(self.properties)


def _yaml(text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error).replace("\n", " ")) from None


def _ini_or_yaml(text: str) -> Any:
    if not text.lstrip().startswith("["):
        return _yaml(text)
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    return {name: dict(parser[name]) for name in parser.sections()}


def _variables(text: str) -> Any:
    """`NAME=value` lines of an env file, or of the environment itself."""
    lines = (line.strip().removeprefix("export ") for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {key.strip(): value.strip().strip("\"'") for key, _, value in pairs}


def _properties(text: str) -> Any:
    return {one.key: one.value for one in parse_properties(text, "it")}


def _one(data: Any) -> foreign.Found:
    return {"": data}


TOOLS: dict[str, Tool] = {
    "kcat": Tool(
        _one, _properties, ("~/.config/kcat.conf", "~/.config/kafkacat.conf"), "KCAT_CONFIG"
    ),
    "properties": Tool(_one, _properties),
    "kaf": Tool(foreign.kaf, _yaml, ("~/.kaf/config",)),
    "kafkactl": Tool(
        foreign.kafkactl,
        _yaml,
        (
            "kafkactl.yml",
            ".kafkactl.yml",
            "~/.config/kafkactl/config.yml",
            "~/.kafkactl/config.yml",
            "/etc/kafkactl/config.yml",
        ),
        "KAFKA_CTL_CONFIG",
    ),
    "rpk": Tool(foreign.rpk, _yaml, ("~/.config/rpk/rpk.yaml",)),
    "kcl": Tool(foreign.kcl, tomllib.loads, ("~/.config/kcl/config.toml",), "KCL_CONFIG_PATH"),
    "ktea": Tool(foreign.ktea, _yaml, ("~/.config/ktea/config.yaml",)),
    "yozefu": Tool(
        foreign.yozefu, json.loads, ("~/.config/yozefu/config.json",), "YOZEFU_CONFIG_FILE"
    ),
    "kaskade": Tool(foreign.kaskade, _ini_or_yaml, ("kaskade.yml", "kaskade.yaml")),
    "topicctl": Tool(foreign.topicctl, _yaml),
    "akhq": Tool(foreign.akhq, _yaml),
    "kafbat": Tool(foreign.kafbat, _variables),
}
"""Every tool whose file can be read, by the name that `profiles import` takes."""


def found_files() -> Iterator[tuple[str, Path]]:
    """The files of other tools that lie where they usually do."""
    for name, tool in TOOLS.items():
        named = [os.environ[tool.variable]] if os.environ.get(tool.variable) else []
        for place in (*named, *tool.places):
            path = Path(place).expanduser()
            if path.is_file():
                yield name, path


def read_tool(name: str, path: Path) -> list[Import]:
    """Every connection in a tool's file; raises UsageError that names it."""
    tool = TOOLS.get(name)
    if tool is None:
        hint = nearest(name, TOOLS) or f"one of: {', '.join(TOOLS)}"
        raise UsageError(f"no such tool: {name}", hint)
    text = _text_of(path)
    try:
        found = tool.read(tool.parse(text) or {})
    except (ValueError, LookupError, TypeError, AttributeError, configparser.Error) as error:
        # The parser's words would hold what stands in the file, and that may be a password.
        raise UsageError(f"{path}: not a file of {name} ({type(error).__name__})") from None
    return [_import(name, path, key, properties) for key, properties in found.items()]


def _text_of(path: Path) -> str:
    if str(path) != ENVIRONMENT_FILE:
        return read_text(path.expanduser())
    return "\n".join(f"{key}={value}" for key, value in os.environ.items() if "\n" not in value)


def _import(tool: str, path: Path, key: str, properties: foreign.Properties) -> Import:
    colour = properties.pop(foreign.COLOUR, "")
    where = f"{path}#{key}" if key else str(path)
    settings = tuple(Property(name, value, where) for name, value in properties.items())
    full = path if str(path) == ENVIRONMENT_FILE else path.expanduser().absolute()
    source = f"{tool}:{full}" + (f"#{key}" if key else "")
    return Import(key or path.stem, source, settings, colour)


def read_source(source: str, place: str) -> Connection:
    """What a profile's `source` refers to; raises UsageError that says where it stands."""
    tool, colon, rest = source.partition(":")
    file, _, key = rest.partition("#")
    if not colon or not file:
        raise UsageError(f"{place}: source: not TOOL:FILE#NAME: {source!r}")
    for one in read_tool(tool, Path(file)):
        if one.source.partition("#")[2] == key:
            return one.connection()
    raise UsageError(f"{place}: source: {file} has no {key!r} any more")
