"""Options that say what groups are held to: `--alerts`."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lagtop.errors import UsageError

if TYPE_CHECKING:
    from lagtop.analysis.policy import Policy

EXAMPLE = '[[alerts]], name = "ConsumerLagHigh", above = 50000, one key a line'


def add_policy_options(parser: argparse.ArgumentParser) -> None:
    """Add what says when something is wrong."""
    parser.add_argument(
        "--alerts", metavar="FILE", type=Path, help="alert rules: [[alerts]] tables in TOML"
    )


def policy_from(options: argparse.Namespace) -> Policy:
    """Check those options; raises UsageError."""
    from lagtop.analysis.policy import DEFAULT_POLICY, Policy

    if options.alerts is None:
        return DEFAULT_POLICY
    from lagtop.analysis.rule_tables import rules_from_tables

    return Policy(rules=rules_from_tables(_tables(options.alerts), str(options.alerts)))


def _tables(path: Path) -> list[Any]:
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"--alerts: {path}: {error.strerror}", "a file of TOML") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"--alerts: {path}: not TOML: {error}", f"like: {EXAMPLE}") from error
    tables = said.pop("alerts", None)
    if said:
        raise UsageError(f"{path}: `{next(iter(said))}` has no meaning here", f"like: {EXAMPLE}")
    if not isinstance(tables, list):
        raise UsageError(f"{path}: there is no [[alerts]] in it", f"like: {EXAMPLE}")
    return tables
