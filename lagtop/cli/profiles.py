"""`lagtop profiles`: saved connections, listed, shown, added, imported, tested, removed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from lagtop.cli import COMMANDS
from lagtop.cli.arguments import Parser
from lagtop.cli.assignment import parse_assignment
from lagtop.cli.attempt import attempt
from lagtop.cli.clusters import about
from lagtop.cli.target import fetched, profiles_path
from lagtop.errors import EXIT_OK, LagtopError, UsageError
from lagtop.profiles.connection import connection_from, unused
from lagtop.profiles.entry import values_of
from lagtop.profiles.files import check_files, with_whole_paths
from lagtop.profiles.importers import TOOLS, Import, found_files, read_tool
from lagtop.profiles.keys import COLOURS
from lagtop.profiles.layers import layered, origins
from lagtop.profiles.property_file import read_properties
from lagtop.profiles.store import (
    Profile,
    check_name,
    chosen,
    put_profile,
    read_profiles,
    remove_profile,
)
from lagtop.settings import parse_bootstrap

EPILOG = """\
A profile is a table in the file that `list` names; every key is in the README. Secrets are best
named: ${env:NAME}, ${file:PATH}, ${keyring:SERVICE/USER}, ${prompt}."""


def main(arguments: Sequence[str]) -> int:
    """Do one thing to the saved connections."""
    name = arguments[0] if arguments else ""
    if name not in ACTIONS:
        parser = Parser("profiles", "saved connections", _epilog())
        parser.add_argument("action", metavar="ACTION", choices=ACTIONS)
        if not arguments:
            lines = [f"{word:8} {one.about}" for word, one in ACTIONS.items()]
            raise UsageError("profiles: say what to do", "\n  ".join(lines))
        parser.parse_args(arguments)
    action = ACTIONS[name]
    parser = Parser(f"profiles {name}", action.about, EPILOG)
    action.add_options(parser)
    action.act(parser.parse_args(arguments[1:]))
    return EXIT_OK


def _epilog() -> str:
    lines = []
    for name, action in ACTIONS.items():
        parser = Parser(f"profiles {name}", action.about)
        action.add_options(parser)
        lines += [parser.format_usage().removeprefix("usage: ").rstrip(), f"    {action.about}"]
    return "\n".join([*lines, "", EPILOG])


def _list(_options: argparse.Namespace) -> None:
    profiles = read_profiles(profiles_path())
    for name, profile in profiles.items():
        print(f"{name:20} {about(partial(layered, profile))}".rstrip())
    print(f"{len(profiles)} in {profiles_path()}", file=sys.stderr)


def _show(options: argparse.Namespace) -> None:
    for one in origins(_named(options.name)):
        where = f"  # {one.origin}" if options.origin else ""
        print(f"{one.key} = {one.shown}{where}")


def _add(options: argparse.Namespace) -> None:
    _must_be_free(options.name, options.replace)
    config = [] if options.config is None else read_properties(options.config)
    properties = [*config, *map(parse_assignment, options.set)]
    check_files(properties)
    connection = connection_from(properties)
    values = values_of(replace(connection, security=with_whole_paths(connection.security)))
    if options.bootstrap_servers is not None:
        values["bootstrap_servers"] = options.bootstrap_servers
    if "bootstrap_servers" not in values:
        raise UsageError("no address", "-b HOST:PORT")
    parse_bootstrap(values["bootstrap_servers"])
    for key in ("tag", "colour"):
        if getattr(options, key) is not None:
            values[key] = getattr(options, key)
    for sentence in (*connection.left_out, *unused(properties, connection.security)):
        print(f"lagtop: {sentence}", file=sys.stderr)
    _save(options.name, values, test=not options.no_test)


def _import(options: argparse.Namespace) -> None:
    taken = set(read_profiles(profiles_path()))
    saved = 0
    for one in _wanted(options):
        name = options.name or one.name
        if name in taken and not options.replace:
            print(f"{name}: there already is such a profile; --replace, or --name", file=sys.stderr)
            continue
        try:
            _take(one, name, options)
            taken.add(name)
            saved += 1
        except LagtopError as error:
            print(f"{name}: left out: {error.told}", file=sys.stderr)
    if not saved:
        raise UsageError("nothing was imported", "the reasons stand above")


def _wanted(options: argparse.Namespace) -> list[Import]:
    """The connections that were found and are meant; raises UsageError where none is."""
    found = [one for tool, path in _files(options) for one in read_tool(tool, path)]
    if not found:
        raise UsageError("nothing to import was found", "name a file: profiles import [TOOL] FILE")
    wanted = [one for one in found if options.only in (None, one.name)]
    names = ", ".join(one.name for one in found)
    if not wanted:
        raise UsageError(f"no connection {options.only!r} was found", f"there are: {names}")
    if options.name is not None and len(wanted) > 1:
        raise UsageError(f"--name is for one connection, not for {names}", "choose: --only NAME")
    return wanted


def _files(options: argparse.Namespace) -> list[tuple[str, Path]]:
    if options.tool is None:
        return list(found_files())
    if options.file is not None:
        return [(options.tool, options.file)]
    if options.tool not in TOOLS:
        path = Path(options.tool)
        if path.is_file():
            return [("properties", path)]
        hint = f"a file of client properties, or one of: {', '.join(TOOLS)}"
        raise UsageError(f"no such tool or file: {options.tool}", hint)
    return [(tool, path) for tool, path in found_files() if tool == options.tool]


def _take(one: Import, name: str, options: argparse.Namespace) -> None:
    """Save one connection: a reference to the other tool's file, or with --copy its words."""
    check_name(name, frozenset(COMMANDS))
    connection = one.connection()
    if not connection.bootstrap:
        raise UsageError("it has no addresses")
    values: dict[str, Any] = values_of(connection) if options.copy else {"source": one.source}
    if one.colour:
        values["colour"] = one.colour
    for sentence in connection.left_out:
        print(f"{name}: not carried over: {sentence}", file=sys.stderr)
    _save(name, values, test=options.test)


def _save(name: str, values: Mapping[str, Any], *, test: bool) -> None:
    """Test the connection if that is wanted, then write it; a failed test writes nothing."""
    path = profiles_path()
    if test:
        profile = Profile(name, values, {(): name})
        print(f"{name}: {attempt(fetched(layered(profile), profile))}")
    put_profile(path, name, values)
    print(f"{name}: saved in {path}")


def _test(options: argparse.Namespace) -> None:
    profile = _named(options.name)
    print(f"{profile.name}: {attempt(fetched(layered(profile), profile))}")


def _remove(options: argparse.Namespace) -> None:
    profile = _named(options.name)
    remove_profile(profiles_path(), profile.name)
    print(f"{profile.name}: removed")


def _named(name: str) -> Profile:
    path = profiles_path()
    return chosen(read_profiles(path), name, path)


def _must_be_free(name: str, replace: bool) -> None:
    check_name(name, frozenset(COMMANDS))
    if not replace and name in read_profiles(profiles_path()):
        raise UsageError(f"there already is a profile {name!r}", "--replace writes over it")


def _no_options(_parser: argparse.ArgumentParser) -> None:
    """Nothing to add."""


def _name_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")


def _show_options(parser: argparse.ArgumentParser) -> None:
    _name_option(parser)
    parser.add_argument("--origin", action="store_true", help="say where each value comes from")


def _add_options(parser: argparse.ArgumentParser) -> None:
    _name_option(parser)
    add = parser.add_argument
    add("-b", "--bootstrap-servers", metavar="HOST:PORT,...", help="brokers to ask first")
    add("--config", metavar="FILE", type=Path, help="librdkafka or Java client properties")
    add("--set", metavar="KEY=VALUE", action="append", default=[], help="one such property")
    add("--tag", metavar="WORD", help="a word beside the title")
    add("--colour", choices=COLOURS, help="the colour of that word")
    add("--replace", action="store_true", help="write over a profile of that name")
    add("--no-test", action="store_true", help="save without a connection first")


def _import_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    tools = f"one of: {', '.join(TOOLS)} (default: all found); or a file of client properties"
    add("tool", metavar="TOOL", nargs="?", help=tools)
    add("file", metavar="FILE", nargs="?", type=Path, help="its file; - is the environment")
    add("--only", metavar="NAME", help="only the connection of that name")
    add("--name", metavar="NAME", help="what to call it here")
    add("--copy", action="store_true", help="copy it, secrets too, instead of referring to it")
    add("--replace", action="store_true", help="write over a profile of that name")
    add("--test", action="store_true", help="save only what can be connected to")


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done: what it is, its options, and what does it."""

    about: str
    add_options: Callable[[argparse.ArgumentParser], None]
    act: Callable[[argparse.Namespace], None]


ACTIONS = {
    "list": Action("every profile, with where it leads", _no_options, _list),
    "show": Action("what a profile says, secrets hidden", _show_options, _show),
    "add": Action("save a connection, once it works", _add_options, _add),
    "import": Action("take over what other tools have saved", _import_options, _import),
    "test": Action("connect, and say what is there", _name_option, _test),
    "remove": Action("take a profile out", _name_option, _remove),
}
