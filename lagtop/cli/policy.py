"""Options that say what groups are held to: `--margin`, `--alerts`, `--dead-letters`."""

from __future__ import annotations

import argparse
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lagtop.errors import UsageError
from lagtop.settings import parse_margin, parse_pattern

if TYPE_CHECKING:
    from lagtop.analysis.policy import Policy
    from lagtop.profiles.store import Profile

EXAMPLE = '[[alerts]], name = "ConsumerLagHigh", above = 50000, one key a line'


def add_policy_options(parser: argparse.ArgumentParser) -> None:
    """Add what says when something is wrong."""
    parser.add_argument(
        "--margin",
        metavar="PERCENT",
        help="safety margin: consumers must be able to consume so much more than is produced"
        " (default 20)",
    )
    add_rules_option(parser)
    parser.add_argument(
        "--dead-letters",
        metavar="RE",
        help="topics of dead letters too; a group (?P<source>...) in it names where they come from",
    )


def add_rules_option(parser: argparse.ArgumentParser) -> None:
    """Add where the rules of alerts are; the rest of a policy is as it is by default."""
    parser.set_defaults(margin=None, dead_letters=None)
    parser.add_argument(
        "--alerts", metavar="FILE", type=Path, help="alert rules: [[alerts]] tables in TOML"
    )


def policy_from(options: argparse.Namespace) -> Policy:
    """Check those options; raises UsageError."""
    from lagtop.analysis.letters import Naming
    from lagtop.analysis.policy import Policy

    policy = Policy(naming=Naming(parse_pattern("--dead-letters", options.dead_letters)))
    if options.margin is not None:
        policy = replace(policy, margin=parse_margin(options.margin))
    profile: Profile | None = getattr(options, "used", None)
    if options.alerts is None and (profile is None or "alerts" not in profile.values):
        return policy
    from lagtop.analysis.rule_tables import rules_from_tables

    if options.alerts is None and profile is not None:
        rules = rules_from_tables(profile.values["alerts"], profile.place("alerts"))
        return replace(policy, rules=rules)
    return replace(policy, rules=rules_from_tables(_tables(options.alerts), str(options.alerts)))


def _tables(path: Path) -> list[Any]:
    from lagtop.profiles.property_file import read_text

    try:
        said = tomllib.loads(read_text(path))
    except UsageError as error:
        raise UsageError(f"--alerts: {error.what}", "a file of TOML") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"--alerts: {path}: not TOML: {error}", f"like: {EXAMPLE}") from error
    tables = said.pop("alerts", None)
    if said:
        raise UsageError(f"{path}: `{next(iter(said))}` has no meaning here", f"like: {EXAMPLE}")
    if not isinstance(tables, list):
        raise UsageError(f"{path}: there is no [[alerts]] in it", f"like: {EXAMPLE}")
    return tables
